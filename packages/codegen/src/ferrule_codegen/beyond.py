"""What a database has and its models do not say; each pull reports it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ferrule_codegen.annotations import unknown_types
from ferrule_codegen.render.constraints import beyond_models
from ferrule_codegen.render.plan import PackagePlan
from ferrule_core.plugins.contracts import TypeMapping, Unmodelled


def beyond_package(
    package: PackagePlan, types: Mapping[str, TypeMapping]
) -> tuple[Unmodelled, ...]:
    """Types without a Python side, foreign keys that leave the catalog, what no class says."""
    found = [*unknown_types(package.catalog, types), *_leaving(package)]
    for plan in package.models.values():
        found.extend(
            Unmodelled(kind=kind, name=f"{plan.name}: {name}") for kind, name in beyond_models(plan)
        )
    return tuple(sorted(found))


def _leaving(package: PackagePlan) -> Iterator[Unmodelled]:
    for table in package.catalog.tables:
        for key in table.foreign_keys:
            if key.target not in package.models:
                yield Unmodelled(
                    kind="relation", name=f"{table.name}: {key.name} leads to {key.target}"
                )
