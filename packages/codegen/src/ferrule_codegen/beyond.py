"""What a database has and its models do not say; each pull reports it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ferrule_codegen.annotations import unknown_types
from ferrule_codegen.beyond_relations import beyond_relation
from ferrule_codegen.render.constraints import beyond_models
from ferrule_codegen.render.plan import PackagePlan
from ferrule_core.catalog import Catalog
from ferrule_core.plugins.contracts import TypeMapping, Unmodelled


def beyond_package(
    package: PackagePlan, types: Mapping[str, TypeMapping]
) -> tuple[Unmodelled, ...]:
    """Types without a Python side, foreign keys without a relation, what no class says."""
    found = [
        *unknown_types(package.catalog, types),
        *_leaving(package),
        *_beside_classes(package),
        *_without_classes(package.catalog),
        *(Unmodelled(kind="partition", name=str(name)) for name in package.partitions),
    ]
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


def _beside_classes(package: PackagePlan) -> Iterator[Unmodelled]:
    """What stands beside tables and has no class, and is no function either."""
    catalog = package.catalog
    called = {one.routine for plan in package.functions for one in plan.overloads}
    for extension in catalog.extensions:
        yield Unmodelled(kind="extension", name=extension.name)
    for routine in catalog.routines:
        if routine in called:
            continue
        kind = "procedure" if routine.kind == "procedure" else "function"
        yield Unmodelled(kind=kind, name=str(routine))
    for aggregate in catalog.aggregates:
        yield Unmodelled(kind="aggregate", name=str(aggregate))
    for statistics in catalog.statistics:
        yield Unmodelled(kind="statistics object", name=str(statistics.name))
    for sequence in catalog.sequences:
        if sequence.unlogged:
            yield Unmodelled(kind="unlogged sequence", name=str(sequence.name))
    for relation in catalog.relations.values():
        for kind, name in beyond_relation(relation):
            yield Unmodelled(kind=kind, name=name)


def _without_classes(catalog: Catalog) -> Iterator[Unmodelled]:
    for one in catalog.ranges:
        yield Unmodelled(kind="range type", name=str(one.name))
    for collation in catalog.collations:
        yield Unmodelled(kind="collation", name=str(collation.name))
    for foreign in catalog.foreign_tables:
        yield Unmodelled(kind="foreign table", name=str(foreign.name))
    for verbatim in catalog.verbatims:
        yield Unmodelled(kind=verbatim.kind, name=verbatim.name)
