"""What the embedded server gives to Ferrule. Read this file first."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_core.plugins.contracts import CommandGroup, ScratchServer
from ferrule_core.plugins.markers import hookimpl


@hookimpl
def ferrule_servers() -> Sequence[ScratchServer]:
    from ferrule_embedded.servers import embedded, installed

    return [embedded(), installed()]


@hookimpl
def ferrule_commands() -> Sequence[CommandGroup]:
    return [
        CommandGroup(
            name="db",
            target="ferrule_embedded.commands:COMMANDS",
            summary="Run a PostgreSQL server for development",
        )
    ]
