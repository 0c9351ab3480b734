"""What the code generator gives to Ferrule. Read this file first."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_core.plugins.contracts import CommandGroup, ConfigSection, Generator
from ferrule_core.plugins.markers import hookimpl


@hookimpl
def ferrule_generators() -> Sequence[Generator]:
    from ferrule_codegen.generator import ModelsGenerator

    return [ModelsGenerator()]


@hookimpl
def ferrule_commands() -> Sequence[CommandGroup]:
    return [
        CommandGroup(
            name="pull",
            target="ferrule_codegen.commands:pull",
            summary="Make typed Python of a database, or bring it up to date.",
            needs=("introspect",),
        )
    ]


@hookimpl
def ferrule_config_sections() -> Sequence[ConfigSection]:
    return [ConfigSection(name="codegen", model="ferrule_codegen.config:CodegenConfig")]
