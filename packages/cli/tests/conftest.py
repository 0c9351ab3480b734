"""A command line with commands of the tests' own, run in process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from ferrule_cli.main import run
from ferrule_core.plugins.contracts import CommandGroup
from ferrule_core.plugins.manager import Plugins
from ferrule_core.plugins.markers import hookimpl

Target = Callable[..., Any] | Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    code: int
    out: str
    err: str


class CommandLine:
    """Runs the command line with the commands that a test gives it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.groups: list[CommandGroup] = []

    def add(
        self,
        name: str,
        target: Callable[..., Any] | Mapping[str, Callable[..., Any]],
        **fields: Any,
    ) -> None:
        """Register a command or a group of them, importable as packages have it."""
        module = ModuleType(f"commands_of_a_test_{name}")
        vars(module)["TARGET"] = target
        self._monkeypatch.setitem(sys.modules, module.__name__, module)
        fields.setdefault("summary", f"Does {name}.")
        self.groups.append(CommandGroup(name=name, target=f"{module.__name__}:TARGET", **fields))

    def plugins(self) -> Plugins:
        """The plugins of this command line, and no others."""
        plugin = ModuleType("plugin_of_a_test")
        vars(plugin)["ferrule_commands"] = hookimpl(
            lambda: self.groups, specname="ferrule_commands"
        )
        return Plugins.of(plugin)

    def __call__(self, *words: str) -> Outcome:
        """Run one command line."""
        code = run(words, load=self.plugins)
        captured = self._capsys.readouterr()
        return Outcome(code, captured.out, captured.err)


@pytest.fixture
def ferrule(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give a command line without colours, 80 columns wide, whose commands the test adds."""
    for name in ("NO_COLOR", "FORCE_COLOR", "FERRULE_DEBUG", "FERRULE_DISABLE_PLUGINS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    return CommandLine(monkeypatch, capsys)
