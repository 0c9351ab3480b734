"""The terminal of commands, in a pipe and on a screen."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from types import MappingProxyType

import pytest

from ferrule_cli.style import defuse, wants_colour
from ferrule_cli.terminal import RichTerminal

SCRIPT = """
import os
from ferrule_cli.terminal import RichTerminal

terminal = RichTerminal(json=False, environment=os.environ)
terminal.heading("What there is")
terminal.table(["name", "rows"], [["book", 128], ["author", 53], ["x" * 90, 1]])
with terminal.progress("reading", total=3) as progress:
    for _ in range(3):
        progress.advance()
    terminal.say("meanwhile")
terminal.code("SELECT 1;", language="sql")
terminal.success("done")
terminal.warn("careful", hint="look twice")
"""


def on_a_screen(script: str, **environment: str) -> str:
    """Run Python with a terminal of 80 columns behind all its streams; what is on the screen."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=other,
        stdout=other,
        stderr=other,
        env={**clean_environment(), "TERM": "xterm", "COLUMNS": "80", **environment},
    )
    os.close(other)
    shown = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:  # Linux says EIO where the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(main)
    assert process.wait() == 0, shown.decode()
    return shown.decode().replace("\r\n", "\n")


def in_a_pipe(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with pipes behind its streams."""
    return subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment() | environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )


def clean_environment() -> dict[str, str]:
    """The environment without what says how to show things."""
    told = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "COLORTERM"}
    return {name: text for name, text in os.environ.items() if name not in told}


def make_terminal() -> RichTerminal:
    """A terminal of 80 columns on the streams that are captured now."""
    return RichTerminal(json=False, environment={"COLUMNS": "80"})


def test_a_pipe_gets_plain_text_and_whole_lines():
    done = in_a_pipe(SCRIPT)

    assert done.stdout.splitlines() == [
        "What there is",
        f"name{' ' * 89}rows",
        "─" * 97,
        f"book{' ' * 90}128",
        f"author{' ' * 89}53",
        f"{'x' * 90}      1",
        "meanwhile",
        "SELECT 1;",
        "✓ done",
    ]
    assert done.stderr == "warning: careful\nhint: look twice\n"


def test_a_screen_gets_colours_and_lines_that_fit():
    shown = on_a_screen(SCRIPT)

    assert "\x1b[1mWhat there is" in shown
    assert "\x1b[32m✓\x1b[0m done" in shown
    assert "reading" in shown
    assert "x" * 81 not in shown


def test_a_bar_leaves_the_screen_when_it_is_done():
    shown = on_a_screen(SCRIPT, NO_COLOR="1")

    after_the_last_bar = shown.rpartition("\x1b[2K")[2]
    assert "reading" not in after_the_last_bar
    assert after_the_last_bar.rstrip().endswith("hint: look twice")


def test_no_color_is_obeyed_on_a_screen():
    shown = on_a_screen("import os; from ferrule_cli.terminal import RichTerminal\n"
                        "RichTerminal(json=False, environment=os.environ).success('done')",
                        NO_COLOR="1")  # fmt: skip

    assert shown == "✓ done\n"


def test_force_color_is_obeyed_in_a_pipe():
    assert "\x1b[32m✓" in in_a_pipe(SCRIPT, FORCE_COLOR="1").stdout


def test_an_encoding_without_symbols_gets_words():
    done = in_a_pipe(
        "import os; from ferrule_cli.terminal import RichTerminal\n"
        "RichTerminal(json=False, environment=os.environ).success('done')",
        PYTHONIOENCODING="ascii",
    )

    assert done.stdout == "ok: done\n"


def test_markup_is_text(capsys):
    terminal = make_terminal()
    terminal.say("[bold]not bold[/] :smile: 'x' 12")
    terminal.table(["[a]"], [["[red]b[/red]"]], title="[c]")
    terminal.tree("[d]", {"[e]": ["[f]"]})

    shown = capsys.readouterr().out
    for text in ("[bold]not bold[/] :smile: 'x' 12", "[a]", "[red]b[/red]", "[c]", "[d]", "[e]"):
        assert text in shown


def test_names_cannot_speak_to_the_terminal(capsys):
    terminal = make_terminal()
    evil = "a\x1b[2Jb\x07\x9b\u202ec"

    terminal.say(evil)
    terminal.heading(evil)
    terminal.success(evil)
    terminal.warn(evil, hint=evil)
    terminal.table([evil], [[evil]])
    terminal.tree(evil, {evil: [evil]})

    captured = capsys.readouterr()
    assert not set(captured.out + captured.err) & set("\x1b\x07\x9b\u202e")
    assert r"a\x1b[2Jb\x07\x9b\u202ec" in captured.out


def test_numbers_stand_on_the_right_and_nothing_is_empty(capsys):
    terminal = make_terminal()
    terminal.table(["name", "rows", "note"], [["book", 7, None], ["author", 1234, "x"]])

    assert capsys.readouterr().out.splitlines()[2:] == ["book        7", "author   1234   x"]


def test_a_table_without_rows_has_its_headings(capsys):
    terminal = make_terminal()
    terminal.table(["name", "rows"], [])

    assert capsys.readouterr().out.splitlines()[0] == "name   rows"


def test_code_in_a_pipe_is_the_very_text(capsys):
    terminal = make_terminal()
    text = "SELECT 'a\tb' -- " + "long " * 60 + "\n"

    terminal.code(text, language="sql")

    assert capsys.readouterr().out == text


def test_a_heading_keeps_its_distance_from_what_stands_before(capsys):
    terminal = make_terminal()
    terminal.heading("one")
    terminal.say("a")
    terminal.heading("two")

    assert capsys.readouterr().out == "one\na\n\ntwo\n"


def test_json_is_the_only_output_and_warnings_go_elsewhere(capsys):
    terminal = RichTerminal(json=True, environment={})

    terminal.say("for people")
    terminal.heading("for people")
    terminal.table(["a"], [["b"]])
    terminal.tree("a", {})
    terminal.code("a", language="sql")
    terminal.success("for people")
    terminal.warn("for both")
    with terminal.progress("for people") as progress:
        progress.advance()
    terminal.result(MappingProxyType({"names": ("Brontë", None), "n": 1}))
    terminal.finish()

    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"names": ["Brontë", None], "n": 1}
    assert captured.err == "warning: for both\n"


def test_a_second_result_is_refused():
    terminal = RichTerminal(json=True, environment={})
    terminal.result(1)

    with pytest.raises(RuntimeError, match="one result"):
        terminal.result(2)


def test_a_result_is_not_printed_for_people(capsys):
    terminal = make_terminal()
    terminal.result({"a": 1})
    terminal.finish()

    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("environment", "on_screen", "in_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_who_wants_colour(environment, on_screen, in_pipe):
    main, other = pty.openpty()
    with os.fdopen(other, "w") as screen, open(os.devnull, "w") as pipe:  # noqa: PTH123
        assert wants_colour(screen, environment) is on_screen
        assert wants_colour(pipe, environment) is in_pipe
    os.close(main)


def test_defusing_leaves_text_as_it_is():
    assert defuse("Gödel, Escher, Bach\n\t日本語 🎉") == "Gödel, Escher, Bach\n\t日本語 🎉"
