"""Commands that packages of this project bring, so that a missing one names what to install."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from ferrule_core.errors import MissingPackage, nearest
from ferrule_core.plugins.contracts import CommandGroup

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "db": ("embedded",),
    "inspect": ("introspect",),
    "pull": ("codegen", "introspect"),
}
"""Extras of the distribution ``ferrule`` that a command needs, by the command's name."""


def pip_line(extras: tuple[str, ...]) -> str:
    """What to give to ``pip install``."""
    return f"ferrule[{','.join(extras)}]"


def missing_command(name: str) -> MissingPackage | None:
    """The error for a command of a package that is not installed; ``None`` for any other word."""
    if name not in EXTRAS:
        return None
    return MissingPackage(f'the command "{name}"', install=pip_line(EXTRAS[name]))


def suggestion(name: str, commands: Mapping[str, CommandGroup]) -> str:
    """The hint below an unknown command."""
    return nearest(name, {*commands, *EXTRAS}) or "see all commands with: ferrule --help"


def refuse_without(group: CommandGroup) -> None:
    """See to it that what a command needs is installed.

    Raises:
        MissingPackage: The command itself is there, a package that it works with is not.
    """
    missing = tuple(extra for extra in group.needs if find_spec(f"ferrule_{extra}") is None)
    if missing:
        names = " and ".join(f'"{extra}"' for extra in missing)
        raise MissingPackage(
            f'{names}, which the command "{group.name}" needs,', install=pip_line(missing)
        )
