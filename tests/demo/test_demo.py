"""The demo from its first word to its last, as a user runs it."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from ferrule_cli.demo.project import TEMPLATE

SCRIPTS = Path(sysconfig.get_path("scripts"))
FERRULE = SCRIPTS / "ferrule"

pytestmark = pytest.mark.timeout(180)


def make_environment(temporary: Path) -> dict[str, str]:
    """An environment with a folder of its own for temporary files, which leads elsewhere."""
    told = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "FERRULE_DEBUG"}
    kept = {name: text for name, text in os.environ.items() if name not in told}
    return kept | {
        "TMPDIR": str(temporary),
        "DATABASE_URL": "postgresql://nobody@nowhere.invalid/never",
        "FERRULE_URL": "postgresql://nobody@nowhere.invalid/never",
        "FERRULE_PROFILE": "never",
    }


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Give the environment of one demo."""
    return make_environment(tmp_path)


@pytest.fixture(scope="module")
def bookshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that a demo left."""
    folder = tmp_path_factory.mktemp("kept") / "bookshop"
    done = run(FERRULE, "demo", "--keep", folder, environment=make_environment(folder.parent))
    assert done.returncode == 0, done.stderr
    assert f"cd {folder}" in done.stdout
    assert processes_about(folder) == []
    return folder


def run(
    *words: str | Path, environment: Mapping[str, str], cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment, with pipes and without a terminal."""
    return subprocess.run(
        words,
        env=environment,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def processes_about(folder: Path) -> list[str]:
    """Command lines of running processes that name a folder."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended
            continue
        if str(folder) in line:
            found.append(line)
    return found


def leftovers(environment: Mapping[str, str]) -> list[str]:
    """What the demo left in the folder for temporary files, and still runs there."""
    temporary = Path(environment["TMPDIR"])
    return [*(path.name for path in temporary.glob("ferrule-demo-*")), *processes_about(temporary)]


def test_the_demo_says_what_it_does_and_leaves_nothing(environment: dict[str, str]) -> None:
    begun = time.monotonic()

    done = run(FERRULE, "demo", environment=environment)

    seconds = time.monotonic() - begun
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert re.findall(r"^(\d)\. ", done.stdout, re.MULTILINE) == list("1234567")
    for shown in (
        "$ ferrule pull\n",
        "class BookBase(",
        "The Farthest Shore, Ursula K. Le Guin",
        "refused: publisher has publisher_name_key",
        "ALTER TABLE shop.book ADD COLUMN blurb text;",
        "+    blurb: Column[str | None]",
        "What next?",
    ):
        assert shown in done.stdout
    assert seconds < 60  # the promise is 15 on a quiet machine; tests share theirs
    assert leftovers(environment) == []
    functions = re.findall(r"^async def .*?(?=^\S|^  >|\Z)", done.stdout, re.DOTALL | re.MULTILINE)
    script = (TEMPLATE / "play.py").read_text()
    assert len(functions) == 7
    assert all(function.strip() in script for function in functions)


def test_a_program_gets_one_document(environment: dict[str, str]) -> None:
    done = run(FERRULE, "demo", "--json", environment=environment)

    outcome = json.loads(done.stdout)
    assert done.returncode == 0
    assert done.stderr == ""
    assert outcome["folder"] is None
    steps = {step["name"]: step for step in outcome["steps"]}
    assert list(steps) == ["start", "load", "pull", "query", "write", "change", "pull_again"]
    assert steps["load"]["tables"] == 16
    assert steps["load"]["rows"] > 5000
    assert "The Farthest Shore" in steps["query"]["output"]["short_fantasy"]
    assert steps["pull_again"]["new_files"]
    assert sum(step["seconds"] for step in steps.values()) <= outcome["seconds"] + 0.1


def test_a_kept_project_can_be_played_with(bookshop: Path) -> None:
    environment = make_environment(bookshop.parent)
    plain = {name: text for name, text in environment.items() if not name.startswith("FERRULE")}
    assert {"ferrule.toml", "play.py", "schema.sql", "models", "ferrule.lock"} <= {
        path.name for path in bookshop.iterdir()
    }

    pulled = run(FERRULE, "pull", "--check", environment=plain, cwd=bookshop)
    played = run(sys.executable, "play.py", environment=plain, cwd=bookshop)
    again = run(FERRULE, "demo", "--keep", bookshop, environment=environment)

    assert pulled.returncode == 0, pulled.stdout + pulled.stderr
    assert played.returncode == 0, played.stderr
    assert "250 customers" in played.stdout
    assert again.returncode == 1
    assert f"{bookshop} is not an empty folder" in again.stderr
    assert processes_about(bookshop) == []


@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_the_project_passes_the_type_checkers(bookshop: Path, checker: str) -> None:
    (bookshop / "pyproject.toml").write_text(
        "[tool.mypy]\nstrict = true\n"
        '[tool.basedpyright]\ntypeCheckingMode = "strict"\n'
        f'venvPath = "{Path(sys.prefix).parent}"\nvenv = "{Path(sys.prefix).name}"\n'
    )

    checked = run(SCRIPTS / checker, "play.py", "models", environment=os.environ, cwd=bookshop)

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("number", "at"), [(signal.SIGINT, "2. "), (signal.SIGTERM, "3. "), (signal.SIGINT, "5. ")]
)
def test_an_interrupted_demo_cleans_up(
    environment: dict[str, str], number: signal.Signals, at: str
) -> None:
    process = subprocess.Popen(
        [FERRULE, "demo"],
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert any(line.startswith(at) for line in process.stdout)

    process.send_signal(number)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 128 + number
    assert errors == "error: interrupted\n"
    patience = time.monotonic() + 20  # the supervisor of a server ends by itself, a moment later
    while (left := leftovers(environment)) and time.monotonic() < patience:
        time.sleep(0.05)
    assert left == []


def test_a_pause_waits_for_enter_on_a_terminal(environment: dict[str, str]) -> None:
    main, other = pty.openpty()
    process = subprocess.Popen(
        [FERRULE, "demo", "--pause"],
        env=environment | {"TERM": "xterm", "COLUMNS": "80"},
        stdin=other,
        stdout=other,
        stderr=other,
    )
    os.close(other)
    shown, pressed = "", 0
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:  # Linux says EIO where the other end is closed
            break
        shown += piece.decode(errors="replace")
        while shown.count("press Enter") > pressed:
            pressed += 1
            os.write(main, b"\n")
    os.close(main)

    assert process.wait() == 0
    assert pressed == 7
    assert "\x1b[" in shown


def test_a_pause_without_a_terminal_is_a_wrong_call(environment: dict[str, str]) -> None:
    done = run(FERRULE, "demo", "--pause", environment=environment)

    assert done.returncode == 2
    assert "--pause needs a terminal" in done.stderr
    assert leftovers(environment) == []
