"""Columns of tables and views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from ferrule_core.catalog import Column, Generated, QualifiedName
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.options import read_options
from ferrule_introspect.assemble.sequences import assemble_identity
from ferrule_introspect.assemble.types import TypeNames
from ferrule_introspect.rows import ColumnRow, RelationRow, SequenceRow

_STORAGES: dict[str, Literal["plain", "external", "extended", "main"]] = {
    "p": "plain",
    "e": "external",
    "x": "extended",
    "m": "main",
}
_COMPRESSIONS: dict[str, Literal["pglz", "lz4"] | None] = {"": None, "p": "pglz", "l": "lz4"}


def assemble_columns(
    rows: Iterable[ColumnRow],
    relations: Mapping[int, RelationRow],
    identities: Mapping[tuple[int, int], SequenceRow],
    types: TypeNames,
    comments: Comments,
) -> dict[int, tuple[Column, ...]]:
    """Columns by the OID of their relation, in physical order; what is inherited comes first.

    Args:
        rows: In physical order.
        relations: Those to assemble, by OID; columns of others are passed over.
        identities: Sequences of identity columns, by OID of the table and number of the column.
        types: The names of types.
        comments: The comments of the database.
    """
    found: dict[int, list[Column]] = {oid: [] for oid in relations}
    for row in rows:
        relation = relations.get(row.relation)
        if relation is None:
            continue
        sequence = identities.get((row.relation, row.number)) if row.identity else None
        identity = assemble_identity(row, relation, sequence, types, comments) if sequence else None
        column = Column(
            name=row.name,
            type=types.reference(row.type, row.modifier, row.dimensions),
            nullable=not row.not_null,
            default=None if row.generated else row.expression,
            identity=identity,
            generated=_generated(row),
            collation=qualified_or_none(row.collation_schema, row.collation_name),
            storage=_STORAGES[row.storage] if row.storage else None,
            compression=_COMPRESSIONS[row.compression],
            statistics_target=row.statistics_target,
            options=read_options(row.options),
            local=row.local,
            comment=comments.on("pg_class", row.relation, row.number),
        )
        found[row.relation].append(column)
    by_name = {QualifiedName(row.schema, row.name): oid for oid, row in relations.items()}
    return {oid: tuple(_as_inherited(oid, found, relations, by_name)) for oid in found}


def _as_inherited(
    oid: int,
    found: Mapping[int, Iterable[Column]],
    relations: Mapping[int, RelationRow],
    by_name: Mapping[QualifiedName, int],
) -> Iterable[Column]:
    """The columns in the order in which ``INHERITS`` puts them, whatever was added later."""
    relation = relations[oid]
    if relation.partition_bound is not None or not relation.parent_names:
        return found[oid]
    ordered: dict[str, None] = {}
    for parent in map(QualifiedName, relation.parent_schemas, relation.parent_names):
        above = by_name.get(parent)
        if above is not None:
            columns = _as_inherited(above, found, relations, by_name)
            ordered.update(dict.fromkeys(column.name for column in columns))
    own = {column.name: column for column in found[oid]}
    names = [*(name for name in ordered if name in own), *(n for n in own if n not in ordered)]
    return [own[name] for name in names]


def column_names(rows: Iterable[ColumnRow]) -> dict[int, dict[int, str]]:
    """Names of columns by OID of the relation and number."""
    names: dict[int, dict[int, str]] = {}
    for row in rows:
        names.setdefault(row.relation, {})[row.number] = row.name
    return names


def qualified_or_none(schema: str | None, name: str | None) -> QualifiedName | None:
    """A name of which both parts come from one outer join."""
    return None if schema is None or name is None else QualifiedName(schema, name)


def _generated(row: ColumnRow) -> Generated | None:
    if not row.generated or row.expression is None:
        return None
    return Generated(
        expression=row.expression, storage="virtual" if row.generated == "v" else "stored"
    )
