"""Types that a schema defines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ferrule_core.catalog import (
    Attribute,
    Check,
    Composite,
    Domain,
    DomainNotNull,
    Enum,
    QualifiedName,
)
from ferrule_introspect.assemble.columns import qualified_or_none
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.types import TypeNames
from ferrule_introspect.rows import ColumnRow, CompositeRow, DomainRow, EnumRow


def assemble_enums(rows: Iterable[EnumRow], comments: Comments) -> tuple[Enum, ...]:
    """Enumerated types."""
    return tuple(
        Enum(
            name=QualifiedName(row.schema, row.name),
            labels=tuple(row.labels),
            comment=comments.on("pg_type", row.oid),
        )
        for row in rows
    )


def assemble_domains(
    rows: Iterable[DomainRow],
    checks: Mapping[int, tuple[Check, ...]],
    not_nulls: Mapping[int, DomainNotNull],
    types: TypeNames,
    comments: Comments,
) -> tuple[Domain, ...]:
    """Domains."""
    return tuple(
        Domain(
            name=QualifiedName(row.schema, row.name),
            type=types.reference(row.type, row.modifier, row.dimensions),
            nullable=not row.not_null,
            default=row.default_expression,
            collation=qualified_or_none(row.collation_schema, row.collation_name),
            checks=checks.get(row.oid, ()),
            not_null=not_nulls.get(row.oid),
            comment=comments.on("pg_type", row.oid),
        )
        for row in rows
    )


def assemble_composites(
    rows: Collection[CompositeRow],
    columns: Iterable[ColumnRow],
    types: TypeNames,
    comments: Comments,
) -> tuple[Composite, ...]:
    """Composite types; their attributes stand among the columns."""
    attributes: dict[int, list[Attribute]] = {row.relation: [] for row in rows}
    for column in columns:
        if column.relation in attributes:
            attribute = Attribute(
                name=column.name,
                type=types.reference(column.type, column.modifier, column.dimensions),
                collation=qualified_or_none(column.collation_schema, column.collation_name),
                comment=comments.on("pg_class", column.relation, column.number),
            )
            attributes[column.relation].append(attribute)
    return tuple(
        Composite(
            name=QualifiedName(row.schema, row.name),
            attributes=tuple(attributes[row.relation]),
            comment=comments.on("pg_type", row.oid),
        )
        for row in rows
    )
