"""Writing single instances: insert, update of what changed, delete, reading again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import ModelError, StaleObject, ValueRefused
from ferrule_core.mapping.binding import make_binder
from ferrule_core.mapping.columns import ModelColumn
from ferrule_core.mapping.layouts import forget_row
from ferrule_core.model.changes import adopt_part, changed_columns, written_columns
from ferrule_core.query import running
from ferrule_core.query.plans import plan_of, remember
from ferrule_core.query.port import executor_for
from ferrule_core.query.stamps import (
    actors_among,
    actors_for,
    is_actor,
    renewal,
    stamp,
    stamped_on_insert,
    stamped_on_update,
)
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


async def save(instance: Mapped, *, only: Collection[ModelColumn] | None = None) -> None:
    """Insert an instance that is in no table yet, else update what changed.

    Raises:
        ModelError: A new instance is to be saved in part.
        StaleObject: The row is no longer there, or has another version.
    """
    if instance.__row__ is not None:
        await update(instance, only=only)
    elif only is None:
        await insert(instance)
    else:
        raise in_no_table(type(instance).__table__)


async def insert(
    instance: Mapped, *, on_conflict: OnConflict | None = None, watched: bool = True
) -> bool:
    """Insert an instance, and take over what the server filled in.

    Args:
        instance: A new one.
        on_conflict: What happens where there is such a row.
        watched: Tell those who watch the model.

    Returns:
        Whether it was inserted; False only where ``on_conflict`` said to do nothing instead.
    """
    table = type(instance).__table__
    if table.watch is not None and watched:
        return await _insert_watched(instance, on_conflict)
    try:
        query = known_insert(instance) if on_conflict is None else None
        if query is None:
            columns = written_columns(instance)
            values = sent_values(instance, columns)
            returning = table.layout.returning
            statement = insert_statement(table, columns, returning, on_conflict, values)
            query = running.compiled(statement)
    except ValueRefused as error:
        raise refused(instance, table.columns.values(), error) from error
    inserted = await executor_for(table.database).fetch_first(query)
    if inserted is None:
        return False
    table.layout.take(instance, inserted)
    return True


async def _insert_watched(instance: Mapped, on_conflict: OnConflict | None) -> bool:
    from ferrule_core.model import watched_rows  # few models need it, and it needs this one

    run = partial(insert, instance, on_conflict=on_conflict, watched=False)
    return await watched_rows.insert(instance, run)


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
        statement = insert_statement(table, columns, table.layout.returning)
        text = running.compiled(statement).text
        actors = actors_among(stamped_on_insert(table, columns))
        known = remember(table, key, (text, make_binder(columns), statement, actors))
    text, bind, statement, actors = known
    parameters = bind((instance,))[0]
    if actors:
        parameters += actors_for(table, actors)
    return CompiledQuery(text, parameters, statement)


def insert_statement(
    table: ModelTable,
    columns: Sequence[ModelColumn],
    returning: Projection | None,
    on_conflict: OnConflict | None = None,
    values: Sequence[object] | None = None,
) -> Insert:
    """The statement that inserts a row with values for these columns.

    Args:
        table: Where it goes.
        columns: Those that the row has values for; those that get the time, or who acts, come by
            themselves.
        returning: What is asked for.
        on_conflict: What happens where there is such a row.
        values: Ready to be sent; without them the statement has the right shape, and no more.
    """
    stamped = stamped_on_insert(table, columns)
    cells: list[Expression] = [Param(value) for value in values or [None] * len(columns)]
    for column in stamped:
        shown = values is None and is_actor(column)
        cells.append(Param(None) if shown else stamp(table, column))
    return Insert(
        table=plain(table) if on_conflict is None else table.source(table.path.alias),
        columns=tuple([column.name for column in (*columns, *stamped)]),
        rows=Values((tuple(cells),)) if cells else None,
        on_conflict=on_conflict,
        returning=returning,
    )


def sent_values(instance: Mapped, columns: Sequence[ModelColumn]) -> list[object]:
    """The values of these columns, ready to be sent."""
    return [column.written.send(getattr(instance, column.attribute)) for column in columns]


async def update(
    instance: Mapped, *, only: Collection[ModelColumn] | None = None, watched: bool = True
) -> bool:
    """Write the columns that changed since the row was read; without any, send nothing.

    Args:
        instance: One that was loaded.
        only: Leave other columns as they are, in the row and on the instance.
        watched: Tell those who watch the model.

    Returns:
        Whether anything had changed.

    Raises:
        StaleObject: The row is no longer there, or has another version.
    """
    table = type(instance).__table__
    if instance.__row__ is None:
        raise in_no_table(table)
    if table.watch is not None and watched:
        return await _update_watched(instance, only)
    changed = changed_columns(instance)
    if only is not None:
        changed = [column for column in changed if column in only]
    if not changed:
        return False
    try:
        query, returned = update_query(instance, changed)
    except ValueRefused as error:
        raise refused(instance, changed, error) from error
    row = await executor_for(table.database).fetch_first(query)
    if row is None:
        raise stale(instance)
    adopt_part(instance, returned, row)
    return True


async def _update_watched(instance: Mapped, only: Collection[ModelColumn] | None) -> bool:
    from ferrule_core.model import watched_rows  # few models need it, and it needs this one

    run = partial(update, instance, only=only, watched=False)
    return await watched_rows.update(instance, only, run)


def update_query(
    instance: Mapped, changed: Sequence[ModelColumn]
) -> tuple[CompiledQuery, list[ModelColumn]]:
    """The statement that writes these columns of an instance, and what it returns.

    Its ``origin`` has the shape of the statement; the values are in ``parameters`` only.
    """
    returned, text, statement, actors = _known_update(instance, changed)
    values = vars(instance)
    parameters = [column.written.send(values[column.attribute]) for column in changed]
    if actors:
        parameters += actors_for(type(instance).__table__, actors)
    parameters += guard_values(instance)
    return CompiledQuery(text, tuple(parameters), statement), returned


def _known_update(
    instance: Mapped, changed: Sequence[ModelColumn]
) -> tuple[list[ModelColumn], str, Update, list[ModelColumn]]:
    """What the update of these columns returns, its text, a statement of its shape, and actors."""
    table = type(instance).__table__
    whole = instance.__layout__.whole
    key = (_known_update, *changed)
    known = table.plans.get(key) if whole else None
    if known is None:
        assignments = [Assignment(column.name, Param(None)) for column in changed]
        stamped = stamped_on_update(table, changed)
        actors = actors_among(stamped)
        assignments += [
            Assignment(column.name, Param(None))
            if column in actors
            else renewal(table, column, None)
            for column in stamped
        ]
        returned = [*changed, *stamped, *computed(instance)]
        where = key_condition(table.guard, [None] * len(table.guard))
        returning = projection_of(returned)
        statement = Update(plain(table), tuple(assignments), where, returning=returning)
        known = returned, running.compiled(statement).text, statement, actors
        if whole:
            remember(table, key, known)
    return known


def guard_values(instance: Mapped) -> list[Any]:
    """What the row that an instance was read from has in the columns of the guard."""
    table, row = type(instance).__table__, instance.__row__
    positions = instance.__layout__.positions
    try:
        return [row[positions[column.attribute]] for column in table.guard]
    except KeyError as missing:
        raise ModelError(
            f'this {table.model_name} was loaded without "{missing.args[0]}", by which its row is '
            "found",
            hint="load that column too",
        ) from None


async def delete(instance: Mapped, *, watched: bool = True) -> None:
    """Delete the row; the instance stays, and is in no table.

    Raises:
        StaleObject: The row is no longer there, or has another version.
    """
    table = type(instance).__table__
    if instance.__row__ is None:
        raise in_no_table(table)
    if table.watch is not None and watched:
        await _delete_watched(instance)
        return
    where = key_condition(table.guard, guard_values(instance))
    if await running.execute(table.database, Delete(plain(table), where)) == 0:
        raise stale(instance)
    forget_row(instance)


async def _delete_watched(instance: Mapped) -> None:
    from ferrule_core.model import watched_rows  # few models need it, and it needs this one

    await watched_rows.delete(instance, partial(delete, instance, watched=False))


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
        raise gone(instance)
    for attribute in [*table.relations, *table.layout.late]:
        if attribute in vars(instance):
            delattr(instance, attribute)
    table.layout.take(instance, row)


def plain(table: ModelTable) -> TableRef:
    """The table, without a name for its rows.

    Raises:
        ModelError: The model is abstract.
    """
    table.source(table.path.alias)
    return TableRef(table.name, table.schema)


def _key_condition(instance: Mapped, source: str | None = None) -> Expression:
    """The row that the instance was read from, whatever its key says now."""
    table = type(instance).__table__
    if instance.__row__ is None:
        raise in_no_table(table)
    key = table.key()
    return key_condition(key, guard_values(instance)[: len(key)], source)


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


def computed(instance: Mapped) -> list[ModelColumn]:
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


def refused(instance: Mapped, columns: Iterable[ModelColumn], first: ValueRefused) -> Exception:
    """The error that names all values that cannot be sent, and not only the first."""
    from ferrule_core.mapping.validation import explained  # rarely needed

    return explained(instance, columns, first)


def in_no_table(table: ModelTable) -> ModelError:
    """The error for an instance that has no row."""
    return ModelError(
        f"this {table.model_name} is in no table", hint="save() it first, or create() it"
    )


def stale(instance: Mapped) -> StaleObject:
    """The error for an instance whose row is gone, or was written by somebody else meanwhile."""
    table = type(instance).__table__
    if table.version is None:
        return gone(instance)
    return StaleObject(
        f"another writer was first at the row of this {table.model_name}",
        hint="refresh() it, and make the change again; or the row was deleted",
    )


def gone(instance: Mapped) -> StaleObject:
    """The error for an instance whose row is no longer there."""
    return StaleObject(
        f"the row of this {type(instance).__name__} is no longer there",
        hint="another writer deleted it or changed its key",
    )
