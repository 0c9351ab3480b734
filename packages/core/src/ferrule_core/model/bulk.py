"""Inserting, updating and deleting many instances at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError
from ferrule_core.mapping.binding import Adopter, make_adopter, make_binder
from ferrule_core.mapping.columns import ModelColumn
from ferrule_core.mapping.layouts import forget_row
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.model import batches, removal
from ferrule_core.model.bulk_updates import can_be_spread, update_all
from ferrule_core.model.changes import adopt_part, changed_columns
from ferrule_core.model.saving import (
    guard_values,
    in_no_table,
    insert_statement,
    plain,
    projection_of,
    update_query,
)
from ferrule_core.query import running
from ferrule_core.query.keys import among
from ferrule_core.query.plans import remember
from ferrule_core.query.port import executor_for
from ferrule_core.query.stamps import NOW, actors_among, actors_for, stamped_on_insert
from ferrule_core.sql.compiled import CompiledBatch
from ferrule_core.sql.nodes import (
    Cast,
    ColumnRef,
    Delete,
    Expression,
    Insert,
    Projection,
    Select,
    SelectItem,
)

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable

M = TypeVar("M", bound=Mapped)

DATE = TypeRef(PG_CATALOG, "date")


async def insert(
    table: ModelTable,
    instances: Sequence[M],
    *,
    chunk_rows: int | None = None,
    watched: bool = True,
) -> list[M]:
    """Insert all instances, or none, and take over what the server filled in.

    Those that have values for the same columns are one batch; several batches are one transaction.

    Raises:
        ModelError: One of them is in the table already, or comes twice; or a trigger of the table
            left some out, and the others are there.
    """
    if table.watch is not None and watched:
        from ferrule_core.model import watched_rows  # few models need it

        return await watched_rows.insert_all(
            table,
            instances,
            lambda: insert(table, instances, chunk_rows=chunk_rows, watched=False),
        )
    groups = batches.by_columns(table, instances)
    with batches.naming_rows(table, instances):
        parts = [
            _batch_of(table, columns, chunk)
            for columns, group in groups.items()
            for chunk in batches.chunks(group, chunk_rows)
        ]
    async with batches.atomic(table, needed=len(parts) > 1):
        executor = executor_for(table.database)
        returned = [await executor.fetch_batch(batch.compiled()) for batch in parts]
    made = sum([len(rows) for rows in returned])
    if made != len(instances):
        raise ModelError(
            f"of {len(instances)} rows of {table.model_name}, {made} were inserted, and which "
            "those are is not known",
            hint="a trigger left some out; bulk_create(ignore_conflicts=True) tells them apart",
        )
    for batch, rows in zip(parts, returned, strict=True):
        batch.adopt(batch.instances, batch.parameters, rows)
    return list(instances)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Instances that one statement inserts."""

    instances: Sequence[Any]
    statement: Insert
    parameters: list[tuple[object, ...]]
    adopt: Adopter

    def compiled(self) -> CompiledBatch:
        text = running.compiled(self.statement).text
        return CompiledBatch(text, self.parameters, self.statement)


def _batch_of(
    table: ModelTable, columns: tuple[ModelColumn, ...], instances: Sequence[Any]
) -> _Batch:
    """What is sent for instances that have values for these columns; the others are returned."""
    key = ("batch", columns)
    plan = table.plans.get(key)
    if plan is None:
        missing = [column for column in table.columns.values() if column not in columns]
        returned = missing or list(columns[:1])
        statement = insert_statement(table, columns, projection_of(returned))
        actors = actors_among(stamped_on_insert(table, columns))
        adopt = make_adopter(table.layout, columns, missing)
        plan = statement, make_binder(columns), adopt, actors
        remember(table, key, plan)
    statement, bind, adopt, actors = plan
    parameters = bind(instances)
    if actors:
        same = actors_for(table, actors)
        parameters = [(*values, *same) for values in parameters]
    return _Batch(instances, statement, parameters, adopt)


async def update(
    table: ModelTable,
    instances: Sequence[Mapped],
    *,
    only: Collection[ModelColumn] | None = None,
    chunk_rows: int | None = None,
    watched: bool = True,
) -> int:
    """Write what changed of all these instances, or nothing at all.

    Instances in which the same columns changed go to the server together: in one statement, or,
    where documents or arrays are among them, as one that runs for each.

    Returns:
        How many rows were written: those of instances of which something had changed.

    Raises:
        ModelError: One of them is in no table, or comes twice.
        StaleObject: A row is no longer there, or has another version; no row is changed then.
    """
    if table.watch is not None and watched:
        from ferrule_core.model import watched_rows  # few models need it

        return await watched_rows.update_all(
            table,
            instances,
            only,
            lambda: update(table, instances, only=only, chunk_rows=chunk_rows, watched=False),
        )
    batches.refuse_twice(instances, "updated")
    groups: dict[tuple[object, ...], list[Mapped]] = {}
    for instance in instances:
        batches.refuse_other(table, instance)
        if instance.__row__ is None:
            raise in_no_table(table)
        changed = tuple(
            [column for column in changed_columns(instance) if only is None or column in only]
        )
        if changed:
            groups.setdefault((instance.__layout__, *changed), []).append(instance)
    async with batches.atomic(table, needed=bool(groups)):
        with batches.naming_rows(table, instances):
            done = [
                await _update_chunk(table, columns, chunk)
                for (_, *columns), group in groups.items()
                for chunk in batches.chunks(group, chunk_rows)
            ]
    for returned, written, rows in done:
        for instance, row in zip(written, rows, strict=True):
            adopt_part(instance, returned, row)
    return sum([len(rows) for _, _, rows in done])


async def _update_chunk(
    table: ModelTable, columns: Sequence[Any], instances: Sequence[Mapped]
) -> tuple[list[ModelColumn], Sequence[Mapped], Sequence[Any]]:
    rows: Sequence[Any]
    if can_be_spread(table, columns, instances):
        returned, rows = await update_all(table, columns, instances)
    else:
        first, returned = update_query(instances[0], columns)
        parameters = [update_query(instance, columns)[0].parameters for instance in instances]
        batch = CompiledBatch(first.text, parameters, first.origin)
        rows = await executor_for(table.database).fetch_batch(batch)
    if len(rows) < len(instances):
        raise batches.stale(table, instances, len(rows))
    return returned, instances, rows


async def delete(
    table: ModelTable,
    instances: Sequence[Mapped],
    *,
    for_good: bool = False,
    watched: bool = True,
) -> int:
    """Delete the rows of all these instances, or none; the instances stay, and are in no table.

    Args:
        table: The model's.
        instances: Whose rows.
        for_good: Also where the model would mark them.
        watched: Tell those who watch the model.

    Returns:
        How many there were.

    Raises:
        ModelError: One of them is in no table, or comes twice.
        StaleObject: A row is no longer there, or has another version; none is deleted then.
    """
    if table.watch is not None and watched:
        from ferrule_core.model import watched_rows  # few models need it

        return await watched_rows.delete_all(
            table, instances, lambda: delete(table, instances, watched=False)
        )
    if table.deleted is not None and not for_good:
        return await removal.mark_all(table, instances)
    batches.refuse_twice(instances, "deleted")
    for instance in instances:
        batches.refuse_other(table, instance)
        if instance.__row__ is None:
            raise in_no_table(table)
    if not instances:
        return 0
    async with batches.atomic(table):
        count = await _delete_rows(table, [guard_values(instance) for instance in instances])
        if count != len(instances):
            raise batches.stale(table, instances, count)
    for instance in instances:
        forget_row(instance)
    return count


async def _delete_rows(table: ModelTable, guards: list[list[Any]]) -> int:
    columns = [ColumnRef(None, column.name) for column in table.guard]
    return await running.execute(table.database, Delete(plain(table), among(columns, guards)))


async def copy(table: ModelTable, instances: Sequence[M], *, watched: bool = True) -> list[M]:
    """Insert all instances by COPY, or none; they stay as they are.

    Raises:
        ModelError: One of them is in the table already, or comes twice.
        DataError, IntegrityError: The server refused a row, which is named.
    """
    from ferrule_core.database.registry import database_named  # it brings all plugins

    if table.watch is not None and watched:
        from ferrule_core.model import watched_rows  # few models need it

        return await watched_rows.insert_all(
            table, instances, lambda: copy(table, instances, watched=False)
        )
    groups = batches.by_columns(table, instances)
    async with batches.atomic(table, needed=len(groups) > 1):
        for columns, group in groups.items():
            stamped = stamped_on_insert(table, columns)
            actors = actors_among(stamped)
            timed = [column for column in stamped if column not in actors]
            times = await _times(table, timed) if timed else ()
            same = (*times, *actors_for(table, actors))
            with batches.naming_rows(table, instances):
                rows = [(*values, *same) for values in make_binder(columns)(group)]
            names = [column.attribute for column in (*columns, *timed, *actors)]
            await database_named(table.database).copy_in(table.model, rows, columns=names)
    return list(instances)


async def _times(table: ModelTable, columns: Sequence[ModelColumn]) -> Sequence[Any]:
    """The server's time for columns that get it, each of its type: COPY takes no expressions."""
    items = [SelectItem(_time_for(column)) for column in columns]
    row = await running.fetch_first(table.database, Select(Projection(tuple(items))))
    return () if row is None else tuple(row)


def _time_for(column: ModelColumn) -> Expression:
    if column.options.type is not None:
        return Cast(NOW, column.options.type)
    return Cast(NOW, DATE) if column.value_type.python is date else NOW
