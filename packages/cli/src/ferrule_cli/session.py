"""What one run of the command line stands on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Protocol

from ferrule_core.command.context import CommandContext
from ferrule_core.command.terminal import Terminal
from ferrule_core.deferred import dataclass
from ferrule_core.plugins.manager import Plugins


class OutputTerminal(Terminal, Protocol):
    """A terminal that prints its result at the end, when it is known that nothing failed."""

    def finish(self) -> None:
        """Print what is still to be printed."""
        ...


def _rich_terminal(json: bool) -> OutputTerminal:
    from ferrule_cli.terminal import RichTerminal

    return RichTerminal(json=json, environment=os.environ)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run: in a folder, with plugins, in an environment.

    Attributes:
        make_terminal: Gives the terminal of a command, once it is known whether a program listens.
    """

    plugins: Plugins
    root: Path = field(default_factory=Path.cwd)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    make_terminal: Callable[[bool], OutputTerminal] = _rich_terminal

    def context(self, terminal: Terminal) -> CommandContext:
        """What a command is given."""
        return CommandContext(
            terminal=terminal,
            plugins=self.plugins,
            root=self.root,
            environment=self.environment,
        )
