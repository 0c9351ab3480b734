"""Which object of the server each name of a catalog means."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Protocol

from ferrule_core.catalog import QualifiedName
from ferrule_core.plugins.contracts import ObjectIdentity
from ferrule_introspect.assemble.columns import column_names
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.routines import assemble_aggregates, assemble_routines
from ferrule_introspect.assemble.types import TypeNames
from ferrule_introspect.rows import CatalogRows, SchemaRow

_FIELDS = {
    "r": "tables",
    "p": "tables",
    "v": "views",
    "m": "materialized_views",
    "f": "foreign_tables",
}


def assemble_identities(
    schemas: Collection[SchemaRow], rows: CatalogRows
) -> tuple[ObjectIdentity, ...]:
    """One for each object of the catalog that can be renamed, sorted by kind and name."""
    found = [
        *_of_database(schemas, rows),
        *_with_columns(rows),
        *_of_routines(rows),
        *_named("sequences", [row for row in rows.sequences if row.ownership != "i"]),
        *_named("enums", rows.enums),
        *_named("domains", rows.domains),
        *_named("ranges", rows.ranges),
        *_named("collations", rows.collations),
    ]
    return tuple(sorted(found))


class _Row(Protocol):
    @property
    def oid(self) -> int: ...
    @property
    def schema(self) -> str: ...
    @property
    def name(self) -> str: ...


def _named(kind: str, rows: Iterable[_Row]) -> Iterator[ObjectIdentity]:
    for row in rows:
        name = str(QualifiedName(row.schema, row.name))
        yield ObjectIdentity(kind=kind, name=name, oid=row.oid)


def _of_database(schemas: Collection[SchemaRow], rows: CatalogRows) -> Iterator[ObjectIdentity]:
    for schema in schemas:
        if not schema.of_extension:
            yield ObjectIdentity(kind="schemas", name=schema.name, oid=schema.oid)
    for extension in rows.extensions:
        yield ObjectIdentity(kind="extensions", name=extension.name, oid=extension.oid)
    for one in rows.verbatims:
        yield ObjectIdentity(kind="verbatims", name=f"{one.kind} {one.name}", oid=one.oid)


def _with_columns(rows: CatalogRows) -> Iterator[ObjectIdentity]:
    columns = column_names(rows.columns)
    for relation in rows.relations:
        yield ObjectIdentity(
            kind=_FIELDS[relation.kind],
            name=str(QualifiedName(relation.schema, relation.name)),
            oid=relation.oid,
            columns=tuple((name, n) for n, name in columns.get(relation.oid, {}).items()),
        )
    for composite in rows.composites:
        yield ObjectIdentity(
            kind="composites",
            name=str(QualifiedName(composite.schema, composite.name)),
            oid=composite.oid,
            columns=tuple((name, n) for n, name in columns.get(composite.relation, {}).items()),
        )


def _of_routines(rows: CatalogRows) -> Iterator[ObjectIdentity]:
    nothing = Comments(())
    routines = assemble_routines(rows.routines, TypeNames(rows.types, ()), nothing)
    for row, routine in zip(rows.routines, routines, strict=True):
        yield ObjectIdentity(kind="routines", name=str(routine), oid=row.oid)
    aggregates = assemble_aggregates(rows.aggregates, nothing)
    for of, aggregate in zip(rows.aggregates, aggregates, strict=True):
        yield ObjectIdentity(kind="aggregates", name=str(aggregate), oid=of.oid)
