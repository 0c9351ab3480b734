"""Tables, views and materialized views, put together from their parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ferrule_core.catalog import (
    Column,
    Index,
    MaterializedView,
    QualifiedName,
    Table,
    Trigger,
    View,
)
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.constraints import TableConstraints
from ferrule_introspect.assemble.options import read_options
from ferrule_introspect.assemble.order import sorted_by_name
from ferrule_introspect.rows import RelationRow, ViewDefinitionRow

Columns = Mapping[int, tuple[Column, ...]]
Indexes = Mapping[int, tuple[Index, ...]]
Definitions = Mapping[int, str]
Triggers = Mapping[int, tuple[Trigger, ...]]


def assemble_tables(
    rows: Iterable[RelationRow],
    columns: Columns,
    constraints: Mapping[int, TableConstraints],
    indexes: Indexes,
    triggers: Triggers,
    comments: Comments,
) -> tuple[Table, ...]:
    """Tables, partitioned ones too."""
    return tuple(
        Table(
            name=QualifiedName(row.schema, row.name),
            columns=columns[row.oid],
            primary_key=constraints[row.oid].primary_key,
            uniques=sorted_by_name(constraints[row.oid].uniques),
            foreign_keys=sorted_by_name(constraints[row.oid].foreign_keys),
            checks=sorted_by_name(constraints[row.oid].checks),
            not_nulls=sorted_by_name(constraints[row.oid].not_nulls),
            indexes=indexes.get(row.oid, ()),
            triggers=triggers.get(row.oid, ()),
            comment=comments.on("pg_class", row.oid),
        )
        for row in rows
        if row.kind in "rp"
    )


def view_definitions(rows: Iterable[ViewDefinitionRow]) -> Definitions:
    """What views select, by the OID of the view."""
    return {row.relation: (row.definition or "").strip().removesuffix(";") for row in rows}


def assemble_views(
    rows: Iterable[RelationRow],
    definitions: Definitions,
    columns: Columns,
    triggers: Triggers,
    comments: Comments,
) -> tuple[View, ...]:
    """Views."""
    return tuple(
        View(
            name=QualifiedName(row.schema, row.name),
            columns=columns[row.oid],
            definition=definitions[row.oid],
            options=read_options(row.options),
            triggers=triggers.get(row.oid, ()),
            comment=comments.on("pg_class", row.oid),
        )
        for row in rows
        if row.kind == "v"
    )


def assemble_materialized_views(
    rows: Iterable[RelationRow],
    definitions: Definitions,
    columns: Columns,
    indexes: Indexes,
    comments: Comments,
) -> tuple[MaterializedView, ...]:
    """Materialized views."""
    return tuple(
        MaterializedView(
            name=QualifiedName(row.schema, row.name),
            columns=columns[row.oid],
            definition=definitions[row.oid],
            indexes=indexes.get(row.oid, ()),
            options=read_options(row.options),
            comment=comments.on("pg_class", row.oid),
        )
        for row in rows
        if row.kind == "m"
    )
