"""Marking rows as deleted, and taking the mark off, by their instances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ferrule_core.errors import StaleObject
from ferrule_core.model import batches, saving
from ferrule_core.model.changes import adopt_part
from ferrule_core.query import running
from ferrule_core.query.keys import among
from ferrule_core.query.stamps import NOW, renewal, stamped_on_update
from ferrule_core.query.where import conjunction
from ferrule_core.sql.nodes import Assignment, ColumnRef, Constant, Expression, IsNull, Update

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable


async def mark(instance: Mapped) -> None:
    """Mark the row of an instance as deleted.

    Raises:
        ModelError: It is in no table.
        StaleObject: The row is no longer there, is marked already, or has another version.
    """
    table = type(instance).__table__
    if table.watch is None or instance.__row__ is None:
        await mark_all(table, [instance])
        return
    from ferrule_core.model import watched_rows  # few models need it

    await watched_rows.delete(instance, lambda: mark_all(table, [instance]))


async def restore(instance: Mapped) -> None:
    """Take the mark off the row of an instance.

    Raises:
        ModelError: It is in no table.
        StaleObject: The row is no longer there, is not marked, or has another version.
    """
    table = type(instance).__table__
    if table.watch is None or instance.__row__ is None:
        await restore_all(table, [instance])
        return
    from ferrule_core.model import watched_rows  # few models need it

    await watched_rows.change(instance, lambda: restore_all(table, [instance]))


async def mark_all(table: ModelTable, instances: Sequence[Mapped]) -> int:
    """Mark the rows of instances as deleted, all or none, and say how many there were.

    Raises:
        ModelError: One of them is in no table, or comes twice.
        StaleObject: A row is no longer there, is marked already, or has another version.
    """
    return await _change(table, instances, NOW, from_marked=False)


async def restore_all(table: ModelTable, instances: Sequence[Mapped]) -> int:
    """Take the mark off the rows of instances, all or none, and say how many there were.

    Raises:
        ModelError: One of them is in no table, or comes twice.
        StaleObject: A row is no longer there, is not marked, or has another version.
    """
    return await _change(table, instances, Constant(None), from_marked=True)


async def _change(
    table: ModelTable, instances: Sequence[Mapped], to: Expression, *, from_marked: bool
) -> int:
    if table.deleted is None:
        raise AssertionError("only models with SoftDelete come here")
    batches.refuse_twice(instances, "deleted")
    for instance in instances:
        batches.refuse_other(table, instance)
        if instance.__row__ is None:
            raise saving.in_no_table(table)
    if not instances:
        return 0
    stamped = stamped_on_update(table, [table.deleted])
    adopted = [table.deleted, *stamped, *_computed_in_all(instances)]
    key = table.key()
    guards = [saving.guard_values(instance) for instance in instances]
    where = conjunction(
        [
            among([ColumnRef(None, column.name) for column in table.guard], guards),
            IsNull(ColumnRef(None, table.deleted.name), negated=from_marked),
        ]
    )
    statement = Update(
        saving.plain(table),
        (Assignment(table.deleted.name, to), *[renewal(table, column, None) for column in stamped]),
        where,
        returning=saving.projection_of([*key, *adopted]),
    )
    async with batches.atomic(table, needed=len(instances) > 1):
        rows = await running.fetch(table.database, statement)
        if len(rows) != len(instances):
            raise _stale(table, instances, len(rows), from_marked=from_marked)
    found = {tuple(row)[: len(key)]: tuple(row)[len(key) :] for row in rows}
    for instance, guard in zip(instances, guards, strict=True):
        adopt_part(instance, adopted, found[tuple(guard[: len(key)])])
    return len(rows)


def _computed_in_all(instances: Sequence[Mapped]) -> list[ModelColumn]:
    """The columns that the server computes from others, and that all of these have."""
    first, *others = instances
    return [
        column
        for column in saving.computed(first)
        if all(column.attribute in other.__layout__.positions for other in others)
    ]


def _stale(
    table: ModelTable, instances: Sequence[Mapped], written: int, *, from_marked: bool
) -> StaleObject:
    if from_marked:
        return StaleObject(
            f"the row of this {table.model_name} is not marked as deleted, or no longer there",
            hint="refresh() it to see what it is now",
        )
    if len(instances) == 1:
        return saving.stale(instances[0])
    return batches.stale(table, instances, written)
