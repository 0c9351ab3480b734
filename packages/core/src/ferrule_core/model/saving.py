"""Writing single instances: insert, update of what changed, delete, reading again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ferrule_core.errors import ModelError, StaleObject
from ferrule_core.mapping.columns import ModelColumn
from ferrule_core.model.changes import adopt, adopt_part, changed_columns, written_columns
from ferrule_core.query import running
from ferrule_core.query.plans import plan_of
from ferrule_core.query.where import conjunction
from ferrule_core.sql.nodes import (
    Assignment,
    BinaryOp,
    ColumnRef,
    Delete,
    Expression,
    Insert,
    OnConflict,
    Param,
    Projection,
    Select,
    SelectItem,
    TableRef,
    Update,
    Values,
)
from ferrule_core.sql.operators import Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable


async def save(instance: Mapped) -> None:
    """Insert an instance that is in no table yet, else update what changed.

    Raises:
        StaleObject: The row is no longer there.
    """
    if instance.__row__ is None:
        await insert(instance)
    else:
        await update(instance)


async def insert(instance: Mapped, *, on_conflict: OnConflict | None = None) -> bool:
    """Insert an instance, and take over what the server filled in.

    Returns:
        Whether it was inserted; False only where ``on_conflict`` said to do nothing instead.
    """
    table = type(instance).__table__
    columns = written_columns(instance)
    values = vars(instance)
    row = Values(
        (tuple([Param(column.value_type.send(values[column.attribute])) for column in columns]),)
    )
    statement = insert_statement(table, columns, row, table.layout.returning, on_conflict)
    inserted = await running.fetch_first(table.database, statement)
    if inserted is None:
        return False
    adopt(instance, table.layout, inserted)
    return True


def insert_statement(
    table: ModelTable,
    columns: Sequence[ModelColumn],
    rows: Values,
    returning: Projection,
    on_conflict: OnConflict | None = None,
) -> Insert:
    """The statement that inserts values for these columns."""
    return Insert(
        table=_plain(table),
        columns=tuple([column.name for column in columns]),
        rows=rows if columns else None,
        on_conflict=on_conflict,
        returning=returning,
    )


async def update(instance: Mapped) -> None:
    """Write the columns that changed since the row was read; without any, send nothing.

    Raises:
        StaleObject: The row is no longer there.
    """
    table = type(instance).__table__
    where = _key_condition(instance)
    changed = changed_columns(instance)
    if not changed:
        return
    values = vars(instance)
    assignments = [
        Assignment(column.name, Param(column.value_type.send(values[column.attribute])))
        for column in changed
    ]
    returned = [*changed, *_computed(instance)]
    statement = Update(_plain(table), tuple(assignments), where, returning=projection_of(returned))
    row = await running.fetch_first(table.database, statement)
    if row is None:
        raise _gone(instance)
    adopt_part(instance, returned, row)


async def delete(instance: Mapped) -> None:
    """Delete the row; the instance stays, and is in no table.

    Raises:
        StaleObject: The row is no longer there.
    """
    table = type(instance).__table__
    if await running.execute(table.database, Delete(_plain(table), _key_condition(instance))) == 0:
        raise _gone(instance)
    delattr(instance, "__row__")


async def refresh(instance: Mapped) -> None:
    """Read all columns again; loaded relations are forgotten.

    Raises:
        StaleObject: The row is no longer there.
    """
    table = type(instance).__table__
    plan = plan_of(table)
    where = _key_condition(instance, source=table.path.alias)
    statement = Select(plan.projection, table.source(table.path.alias), (), where)
    row = await running.fetch_first(table.database, statement)
    if row is None:
        raise _gone(instance)
    for attribute in [*table.relations, *table.layout.late]:
        if attribute in vars(instance):
            delattr(instance, attribute)
    adopt(instance, table.layout, row)


def _plain(table: ModelTable) -> TableRef:
    table.source(table.path.alias)
    return TableRef(table.name, table.schema)


def _key_condition(instance: Mapped, source: str | None = None) -> Expression:
    """The row that the instance was read from, whatever its key says now."""
    table = type(instance).__table__
    if instance.__row__ is None:
        raise ModelError(
            f"this {table.model_name} is in no table", hint="save() it first, or create() it"
        )
    positions = instance.__layout__.positions
    return conjunction(
        [
            BinaryOp(
                ColumnRef(source, column.name),
                Operator.EQ,
                Param(instance.__row__[positions[column.attribute]]),
            )
            for column in table.key()
        ]
    )


def _computed(instance: Mapped) -> list[ModelColumn]:
    """The loaded columns that the server computes from others."""
    positions = instance.__layout__.positions
    return [
        column
        for column in type(instance).__table__.columns.values()
        if column.options.generated is not None and column.attribute in positions
    ]


def projection_of(columns: Sequence[ModelColumn]) -> Projection:
    """These columns, to be returned by a statement that writes."""
    return Projection(tuple([SelectItem(ColumnRef(None, column.name)) for column in columns]))


def _gone(instance: Mapped) -> StaleObject:
    return StaleObject(
        f"the row of this {type(instance).__name__} is no longer there",
        hint="another writer deleted it or changed its key",
    )
