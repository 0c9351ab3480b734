"""What core gives through its own hooks. Read this file first."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_core.plugins.contracts import SchemaSource, TypeMapping
from ferrule_core.plugins.markers import hookimpl


@hookimpl
def ferrule_types() -> Sequence[TypeMapping]:
    from ferrule_core.plugins.builtin_types import builtin_types

    return list(builtin_types())


@hookimpl
def ferrule_schema_sources() -> Sequence[SchemaSource]:
    from ferrule_core.model.source import ModelsSource

    return [ModelsSource()]
