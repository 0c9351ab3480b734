"""Adding to a number of a row, whoever else does so at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrule_core.errors import ModelError
from ferrule_core.mapping.columns import Column
from ferrule_core.model.changes import adopt_part, changed_columns
from ferrule_core.model.saving import (
    computed,
    gone,
    guard_values,
    in_no_table,
    key_condition,
    plain,
    projection_of,
)
from ferrule_core.query import running
from ferrule_core.query.naming import columns_named
from ferrule_core.query.stamps import renewal, stamped_on_update
from ferrule_core.sql.nodes import Assignment, BinaryOp, ColumnRef, Param, Update
from ferrule_core.sql.operators import Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.mapped import Mapped


async def increment(
    instance: Mapped, column: Column[Any] | str, by: object, *, watched: bool = True
) -> Any:  # noqa: ANN401
    """Add to a column of the row, and give what is there now.

    The version of a row counts on, and is not compared: additions do not stand in each other's way.
    The instance takes the new version only where nobody else wrote meanwhile; else ``save()`` says
    so, as ever.

    Raises:
        ModelError: The column was changed and not saved, or the instance is in no table.
        StaleObject: The row is no longer there.
    """
    table = type(instance).__table__
    if instance.__row__ is None:
        raise in_no_table(table)
    if table.watch is not None and watched:
        from ferrule_core.model import watched_rows  # few models need it

        return await watched_rows.change(
            instance, lambda: increment(instance, column, by, watched=False)
        )
    (counted,) = columns_named(table, [column])
    if counted in changed_columns(instance):
        raise ModelError(
            f'"{counted.attribute}" of this {table.model_name} was changed', hint="save() it first"
        )
    more = BinaryOp(ColumnRef(None, counted.name), Operator.ADD, Param(counted.value_type.send(by)))
    stamped = stamped_on_update(table, [counted])
    returned = [counted, *stamped, *computed(instance)]
    key = table.key()
    guard = guard_values(instance)
    statement = Update(
        plain(table),
        (Assignment(counted.name, more), *[renewal(table, one, None) for one in stamped]),
        key_condition(key, guard[: len(key)]),
        returning=projection_of(returned),
    )
    row = await running.fetch_first(table.database, statement)
    if row is None:
        raise gone(instance)
    taken = list(zip(returned, row, strict=True))
    if table.version is not None and row[returned.index(table.version)] != guard[-1] + 1:
        taken = [(one, value) for one, value in taken if one is not table.version]
    adopt_part(instance, [one for one, _ in taken], [value for _, value in taken])
    return getattr(instance, counted.attribute)
