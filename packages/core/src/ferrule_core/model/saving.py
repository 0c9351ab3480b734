"""Writing single instances: insert, update of what changed, delete, reading again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ferrule_core.errors import ModelError, StaleObject
from ferrule_core.mapping.binding import make_binder
from ferrule_core.mapping.columns import ModelColumn
from ferrule_core.model.changes import adopt_part, changed_columns, written_columns
from ferrule_core.query import running
from ferrule_core.query.plans import plan_of, remember
from ferrule_core.query.port import executor_for
from ferrule_core.query.where import conjunction
from ferrule_core.sql.compiled import CompiledQuery
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
    query = known_insert(instance) if on_conflict is None else None
    if query is None:
        columns = written_columns(instance)
        row = Values((tuple([Param(value) for value in make_binder(columns)([instance])[0]]),))
        returning = table.layout.returning
        query = running.compiled(insert_statement(table, columns, row, returning, on_conflict))
    inserted = await executor_for(table.database).fetch_first(query)
    if inserted is None:
        return False
    table.layout.take(instance, inserted)
    return True


def known_insert(instance: Mapped) -> CompiledQuery | None:
    """The statement that inserts an instance, where it can be told by what attributes it has.

    Its ``origin`` has the shape of the statement; the values are in ``parameters`` only.

    Returns:
        ``None`` where a relation is among them, which has to agree with its key.
    """
    table = type(instance).__table__
    key = (known_insert, *vars(instance))
    known = table.plans.get(key)
    if known is None:
        if not table.relations.keys().isdisjoint(vars(instance)):
            return None
        columns = written_columns(instance)
        row = Values((tuple([Param(None) for _ in columns]),))
        statement = insert_statement(table, columns, row, table.layout.returning)
        text = running.compiled(statement).text
        known = remember(table, key, (text, make_binder(columns), statement))
    text, bind, statement = known
    return CompiledQuery(text, bind((instance,))[0], statement)


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
    if instance.__row__ is None:
        raise _in_no_table(table)
    changed = changed_columns(instance)
    if not changed:
        return
    returned, text, statement = _known_update(instance, changed)
    values, row, positions = vars(instance), instance.__row__, instance.__layout__.positions
    parameters = [column.value_type.send(values[column.attribute]) for column in changed]
    parameters += [row[positions[column.attribute]] for column in table.key()]
    query = CompiledQuery(text, tuple(parameters), statement)
    row = await executor_for(table.database).fetch_first(query)
    if row is None:
        raise _gone(instance)
    adopt_part(instance, returned, row)


def _known_update(
    instance: Mapped, changed: list[ModelColumn]
) -> tuple[list[ModelColumn], str, Update]:
    """What the update of these columns returns, its text, and a statement of its shape."""
    table = type(instance).__table__
    whole = instance.__layout__.whole
    key = (_known_update, *changed)
    known = table.plans.get(key) if whole else None
    if known is None:
        assignments = tuple([Assignment(column.name, Param(None)) for column in changed])
        returned = [*changed, *_computed(instance)]
        where = key_condition(table.key(), [None] * len(table.key()))
        statement = Update(_plain(table), assignments, where, returning=projection_of(returned))
        known = returned, running.compiled(statement).text, statement
        if whole:
            remember(table, key, known)
    return known


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
    table.layout.take(instance, row)


def _plain(table: ModelTable) -> TableRef:
    table.source(table.path.alias)
    return TableRef(table.name, table.schema)


def _key_condition(instance: Mapped, source: str | None = None) -> Expression:
    """The row that the instance was read from, whatever its key says now."""
    table = type(instance).__table__
    if instance.__row__ is None:
        raise _in_no_table(table)
    positions = instance.__layout__.positions
    values = [instance.__row__[positions[column.attribute]] for column in table.key()]
    return key_condition(table.key(), values, source)


def key_condition(
    key: Sequence[ModelColumn], values: Sequence[object], source: str | None = None
) -> Expression:
    """The row whose key has these values."""
    return conjunction(
        [
            BinaryOp(ColumnRef(source, column.name), Operator.EQ, Param(value))
            for column, value in zip(key, values, strict=True)
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


def _in_no_table(table: ModelTable) -> ModelError:
    return ModelError(
        f"this {table.model_name} is in no table", hint="save() it first, or create() it"
    )


def _gone(instance: Mapped) -> StaleObject:
    return StaleObject(
        f"the row of this {type(instance).__name__} is no longer there",
        hint="another writer deleted it or changed its key",
    )
