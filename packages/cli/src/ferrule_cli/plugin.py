"""What the command line gives to Ferrule. Read this file first."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_core.plugins.contracts import CommandGroup
from ferrule_core.plugins.markers import hookimpl


@hookimpl
def ferrule_commands() -> Sequence[CommandGroup]:
    return [
        CommandGroup(
            name="completion",
            target="ferrule_cli.commands.completion:completion",
            summary="Print or install the completion of commands for your shell.",
        ),
        CommandGroup(
            name="demo",
            target="ferrule_cli.demo.command:demo",
            summary="See it all work, on the database of a bookshop.",
            needs=("codegen", "embedded", "introspect"),
        ),
        CommandGroup(
            name="health",
            target="ferrule_cli.commands.health:health",
            summary="Ask whether a database can be used now.",
        ),
        CommandGroup(
            name="init",
            target="ferrule_cli.commands.init:init",
            summary="Set up a project: ferrule.toml, with a server for development.",
        ),
        CommandGroup(
            name="plugins",
            target="ferrule_cli.commands.plugins:plugins",
            summary="List the installed plugins and what they hand out.",
        ),
    ]
