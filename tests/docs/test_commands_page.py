"""The page of commands has each of them, with the help that it prints.

``FERRULE_UPDATE_SCREENS=1`` writes those sections again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ferrule_cli.app import load_target
from ferrule_cli.front_page import in_order
from ferrule_cli.main import run
from ferrule_core.plugins.manager import Plugins

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"
FIRST_SECTION = "## `ferrule"


def section_of(words: list[str], shown: str) -> str:
    """What the page has to say about one command."""
    command = " ".join(["ferrule", *words])
    return f"## `{command}`\n\n```console\n$ {command} --help\n{shown.rstrip()}\n```\n"


def all_commands() -> Iterator[list[str]]:
    """Each command as its words; of a group, each command in it."""
    commands = Plugins.load().commands()
    for name in in_order(commands):
        target = load_target(commands[name])
        if callable(target):
            yield [name]
        else:
            yield from ([name, inner] for inner in target)


def test_each_command_has_its_section(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COLUMNS", "FORCE_COLOR", "FERRULE_DISABLE_PLUGINS"):
        monkeypatch.delenv(name, raising=False)
    sections: list[str] = []
    for words in all_commands():
        assert run([*words, "--help"]) == 0
        sections.append(section_of(words, capsys.readouterr().out))

    introduction, _, _ = PAGE.read_text().partition(FIRST_SECTION)
    expected = "\n".join([f"{introduction.rstrip()}\n", *sections])
    if os.environ.get("FERRULE_UPDATE_SCREENS"):
        PAGE.write_text(expected)

    assert PAGE.read_text() == expected, "run this with FERRULE_UPDATE_SCREENS=1"
