"""The account: every object that people made is in the catalog, or is named here.

Objects are counted from the server's own lists and what was modelled is taken away. So a kind that
nobody thought of is named as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ferrule_core.catalog import QualifiedName
from ferrule_core.plugins.contracts import Scope, Unmodelled
from ferrule_introspect.assemble.foreign import withheld_options
from ferrule_introspect.filters import in_scope, means_all
from ferrule_introspect.rows import (
    CatalogRows,
    DescriptionRow,
    SchemaRow,
)

_KINDS = {"r": "table", "p": "table", "v": "view", "m": "materialized view", "f": "foreign table"}


class LeftOver(NamedTuple):
    """An object that is not modelled, and the relation that it is a part of."""

    catalog: str
    oid: int
    relation: int | None


def left_over(schemas: Iterable[SchemaRow], rows: CatalogRows, scope: Scope) -> list[LeftOver]:
    """The objects that the catalog of ``rows`` does not hold.

    A part of a relation that is itself not modelled is accounted for by that relation. Objects of
    the database as a whole (extensions, publications) count where the scope names no part of it.
    """
    held = set(modelled(schemas, rows))
    kept = {row.oid for row in rows.relations}
    whole_database = means_all(scope)
    return [
        LeftOver(row.catalog, oid, relation)
        for row in rows.objects
        for oid, namespace, relation in zip(row.oids, row.namespaces, row.relations, strict=True)
        if (row.catalog, oid) not in held
        and (relation is None or relation in kept)
        and (namespace is not None or whole_database)
    ]


def name_objects(
    objects: Iterable[LeftOver], descriptions: Iterable[DescriptionRow], scope: Scope
) -> Iterator[Unmodelled]:
    """Name the objects, but for those that the patterns of ``scope`` leave out."""
    parts = {(row.catalog, row.oid) for row in objects if row.relation is not None}
    for row in descriptions:
        whole = (row.catalog, row.oid) not in parts
        if whole and row.schema and not in_scope(scope, row.schema, row.name or ""):
            continue
        yield Unmodelled(
            kind=row.kind or row.catalog, name=row.identity or f"{row.catalog} {row.oid}"
        )


def name_properties(schemas: Iterable[SchemaRow], rows: CatalogRows) -> Iterator[Unmodelled]:
    """Name the properties of modelled objects that the catalog does not hold."""
    yield from _beside_foreign_tables(rows)
    if rows.labels:
        held = set(modelled(schemas, rows))
        for label in rows.labels:
            if (label.catalog, label.oid) in held:
                yield Unmodelled(kind="security label", name=label.name or label.catalog)
    for verbatim in rows.verbatims:
        for option in verbatim.withheld or ():
            yield Unmodelled(kind=f"{verbatim.kind} option", name=f"{option} {verbatim.name}")


def _beside_foreign_tables(rows: CatalogRows) -> Iterator[Unmodelled]:
    names = {row.oid: str(QualifiedName(row.schema, row.name)) for row in rows.relations}
    for row in rows.foreign_tables:
        if row.relation in names:
            for option in withheld_options(row):
                name = f"{option} {names[row.relation]}"
                yield Unmodelled(kind="foreign table option", name=name)


def name_unreadable(schemas: Iterable[SchemaRow], rows: CatalogRows) -> Iterator[Unmodelled]:
    """Name what the role may not read; the catalog holds it all the same."""
    for schema in schemas:
        if not schema.readable:
            yield Unmodelled(kind="schema", name=schema.name, reason="unreadable")
    for row in rows.relations:
        if not row.readable:
            name = str(QualifiedName(row.schema, row.name))
            yield Unmodelled(kind=_KINDS[row.kind], name=name, reason="unreadable")
    for verbatim in rows.verbatims:
        if not verbatim.readable:
            yield Unmodelled(kind=verbatim.kind, name=verbatim.name, reason="unreadable")


def modelled(schemas: Iterable[SchemaRow], rows: CatalogRows) -> Iterator[tuple[str, int]]:
    """Every object that the catalog holds: the system catalog that it is in, and its OID."""
    yield from (("pg_namespace", row.oid) for row in schemas)
    yield from (("pg_class", row.oid) for row in rows.relations)
    yield from (("pg_class", row.oid) for row in rows.indexes)
    yield from (("pg_class", row.oid) for row in rows.sequences)
    yield from (("pg_attrdef", row.default_oid) for row in rows.columns if row.default_oid)
    yield from (("pg_type", row.oid) for row in rows.enums)
    yield from (("pg_type", row.oid) for row in rows.domains)
    yield from (("pg_type", row.oid) for row in rows.composites)
    yield from (("pg_proc", row.oid) for row in rows.aggregates)
    yield from (("pg_extension", row.oid) for row in rows.extensions)
    yield from (("pg_proc", row.oid) for row in rows.routines)
    yield from (("pg_trigger", row.oid) for row in rows.triggers)
    yield from (("pg_rewrite", row.oid) for row in rows.rules)
    yield from (("pg_policy", row.oid) for row in rows.policies)
    yield from (("pg_statistic_ext", row.oid) for row in rows.statistics)
    yield from (("pg_type", row.oid) for row in rows.ranges)
    yield from (("pg_collation", row.oid) for row in rows.collations)
    for verbatim in rows.verbatims:
        yield verbatim.catalog, verbatim.oid
        for part in verbatim.parts or ():
            catalog, _, oid = part.partition(" ")
            yield catalog, int(oid)
    yield from (("pg_constraint", row.oid) for row in rows.constraints)
