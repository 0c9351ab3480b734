"""The process: signals, closed pipes, and how quickly it answers."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

FERRULE = Path(sysconfig.get_path("scripts")) / "ferrule"

PROGRAM = """
import asyncio, signal, sys
from types import ModuleType
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it
from ferrule_cli import main
from ferrule_core.command.context import CommandContext
from ferrule_core.plugins.contracts import CommandGroup
from ferrule_core.plugins.manager import Plugins
from ferrule_core.plugins.markers import hookimpl

async def hang(context: CommandContext) -> int:
    print("hanging", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        print("cleaned up", flush=True)

def spell(context: CommandContext) -> int:
    context.terminal.say("Brontë")
    return 0

commands, plugin = ModuleType("commands"), ModuleType("plugin")
sys.modules["commands"] = commands
commands.hang, commands.spell = hang, spell
groups = [
    CommandGroup(name=name, target=f"commands:{name}", summary="Of a test.")
    for name in ("hang", "spell")
]
plugin.ferrule_commands = hookimpl(lambda: groups, specname="ferrule_commands")
plugins = Plugins.of(plugin)
run = main.run
main.run = lambda words: run(words, load=lambda: plugins)
sys.exit(main.main())
"""
"""A process like ``ferrule``, with two commands."""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_command_that_is_ended_from_outside_cleans_up(number, code):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "hang"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "hanging\n"

    process.send_signal(number)
    out, err = process.communicate(timeout=20)

    assert out == "cleaned up\n"
    assert err == "error: interrupted\n"
    assert process.returncode == code


def test_what_the_terminal_cannot_spell_is_shown_all_the_same():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "spell"],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )

    assert done.stdout == b"Bront\\xeb\n"


def test_a_reader_that_has_seen_enough_is_no_error():
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run([FERRULE, "plugins"], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)

    assert done.stderr == b""
    assert done.returncode == 1


def test_the_command_runs_as_a_module_too():
    done = subprocess.run(
        [sys.executable, "-m", "ferrule_cli", "--version"], capture_output=True, check=True
    )

    assert done.stdout.startswith(b"ferrule ")


def test_help_imports_no_command_and_nothing_heavy():
    heavy = "asyncio asyncpg cyclopts pydantic rich jinja2 ferrule_cli.app ferrule_cli.commands"
    script = (
        "import sys; from ferrule_cli.main import run; run(['--help']);"
        f"sys.exit(' '.join(name for name in '{heavy}'.split() if name in sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert done.stderr == "\n"
    assert "Commands" in done.stdout


def test_help_costs_little():
    least = 9.0
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([FERRULE, "--help"], stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        least = min(least, spent)

    assert least < 0.4  # seconds of a processor: 0.14 on a quiet machine, where 0.2 are promised
