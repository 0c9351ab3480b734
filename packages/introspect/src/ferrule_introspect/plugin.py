"""What the introspector gives to Ferrule. Read this file first."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_core.plugins.contracts import CommandGroup, SchemaSource
from ferrule_core.plugins.markers import hookimpl


@hookimpl
def ferrule_schema_sources() -> Sequence[SchemaSource]:
    from ferrule_introspect.source import DatabaseSource

    return [DatabaseSource()]


@hookimpl
def ferrule_commands() -> Sequence[CommandGroup]:
    return [
        CommandGroup(
            name="inspect",
            target="ferrule_introspect.commands:inspect",
            summary="Show what is in a database.",
        )
    ]
