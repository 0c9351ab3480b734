"""Columns of tables and views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ferrule_core.catalog import Column, Generated, QualifiedName
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.sequences import assemble_identity
from ferrule_introspect.assemble.types import TypeNames
from ferrule_introspect.rows import ColumnRow, RelationRow, SequenceRow


def assemble_columns(
    rows: Iterable[ColumnRow],
    relations: Mapping[int, RelationRow],
    identities: Mapping[tuple[int, int], SequenceRow],
    types: TypeNames,
    comments: Comments,
) -> dict[int, tuple[Column, ...]]:
    """Columns by the OID of their relation, in physical order.

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
        column = Column(
            name=row.name,
            type=types.reference(row.type, row.modifier, row.dimensions),
            nullable=not row.not_null,
            default=None if row.generated else row.expression,
            identity=assemble_identity(row, relation, sequence, types) if sequence else None,
            generated=_generated(row),
            collation=qualified_or_none(row.collation_schema, row.collation_name),
            comment=comments.on("pg_class", row.relation, row.number),
        )
        found[row.relation].append(column)
    return {relation: tuple(columns) for relation, columns in found.items()}


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
