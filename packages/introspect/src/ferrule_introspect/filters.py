"""Which part of a database is read. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase

from ferrule_core.errors import UnknownObject, nearest
from ferrule_core.plugins.contracts import Scope
from ferrule_introspect.rows import CatalogRows, SchemaRow
from ferrule_introspect.rows_beside import VerbatimRow


def choose_schemas(schemas: Iterable[SchemaRow], scope: Scope) -> list[SchemaRow]:
    """The schemas that ``scope`` names, or all of them where it names none.

    Raises:
        UnknownObject: A named schema does not exist; the hint has the nearest names.
    """
    by_name = {schema.name: schema for schema in schemas}
    for name in scope.schemas:
        if name not in by_name:
            hint = nearest(name, by_name) or f"the database has: {', '.join(sorted(by_name))}"
            raise UnknownObject(f'no such schema: "{name}"', hint=hint)
    wanted = frozenset(scope.schemas or by_name)
    return [schema for schema in by_name.values() if schema.name in wanted]


def in_scope(scope: Scope, schema: str, name: str) -> bool:
    """Whether the patterns of ``scope`` let an object of a chosen schema through."""
    qualified = f"{schema}.{name}"
    if any(fnmatchcase(qualified, pattern) for pattern in scope.exclude):
        return False
    return not scope.include or any(fnmatchcase(qualified, pattern) for pattern in scope.include)


def means_all(scope: Scope) -> bool:
    """Whether what belongs to the database as a whole is meant too."""
    return not scope.schemas and not scope.include


def keep_in_scope(rows: CatalogRows, scope: Scope) -> CatalogRows:
    """The rows of what the patterns let through.

    A view that has lost its query is left out. A sequence stays or goes with the column that owns
    it. Columns, constraints and indexes need no filter: they are looked up by their table.
    """
    broken = {row.relation for row in rows.view_definitions if not row.definition}
    relations = [
        row
        for row in rows.relations
        if in_scope(scope, row.schema, row.name) and row.oid not in broken
    ]
    tables = {row.oid for row in relations}
    return replace(
        rows,
        relations=relations,
        sequences=[
            row
            for row in rows.sequences
            if (row.owner in tables if row.owner else in_scope(scope, row.schema, row.name))
        ],
        enums=[row for row in rows.enums if in_scope(scope, row.schema, row.name)],
        domains=[row for row in rows.domains if in_scope(scope, row.schema, row.name)],
        composites=[row for row in rows.composites if in_scope(scope, row.schema, row.name)],
        aggregates=[row for row in rows.aggregates if in_scope(scope, row.schema, row.name)],
        extensions=[] if scope.include else rows.extensions,
        statistics=[
            row
            for row in rows.statistics
            if row.relation in tables and in_scope(scope, row.schema, row.name)
        ],
        routines=[row for row in rows.routines if in_scope(scope, row.schema, row.name)],
        ranges=[row for row in rows.ranges if in_scope(scope, row.schema, row.name)],
        collations=[row for row in rows.collations if in_scope(scope, row.schema, row.name)],
        verbatims=[row for row in rows.verbatims if _keeps(scope, row)],
        default_access=[row for row in rows.default_access if row.schema or means_all(scope)],
    )


def _keeps(scope: Scope, row: VerbatimRow) -> bool:
    if row.schema is None:
        return means_all(scope)
    return in_scope(scope, row.schema, row.label)
