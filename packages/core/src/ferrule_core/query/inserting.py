"""``INSERT ... SELECT``: rows that the server makes of the rows of a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Assignment, Expr
from ferrule_core.mapping.missing import MISSING
from ferrule_core.mapping.operands import Operand
from ferrule_core.query import running
from ferrule_core.query.select import select_expressions
from ferrule_core.query.stamps import stamp, stamped_on_insert
from ferrule_core.query.watched import watcher
from ferrule_core.query.writes import assignments_of
from ferrule_core.sql import nodes

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.query.selection import Selection


async def insert_from(
    table: ModelTable,
    selection: Selection,
    assignments: Sequence[Assignment],
    values: Mapping[str, object],
    *,
    ignore_conflicts: bool,
) -> int:
    """Insert a row for each of a query, and say how many there were.

    Raises:
        UnknownColumn: A keyword names no column.
        QueryError: No column gets a value, or one twice.
    """
    statement = insert_from_statement(
        table, selection, assignments, values, ignore_conflicts=ignore_conflicts
    )
    run = partial(running.execute, table.database, statement)
    if table.watch is None:
        return await run()
    found = _given(table, assignments, values)
    found |= _defaults(table, found)
    return await watcher().insert_from(
        table, selection, found, run, ignore_conflicts=ignore_conflicts
    )


def insert_from_statement(
    table: ModelTable,
    selection: Selection,
    assignments: Sequence[Assignment],
    values: Mapping[str, object],
    *,
    ignore_conflicts: bool = False,
) -> nodes.Insert:
    """The statement that inserts a row for each of a query."""
    found = _given(table, assignments, values)
    stamped = stamped_on_insert(table, found.keys())
    found |= _defaults(table, found)
    found |= {column: Operand(stamp(table, column)) for column in stamped}
    given = [Expr[Any](value.node, value.paths, value.value_type) for value in found.values()]
    return nodes.Insert(
        nodes.TableRef(table.name, table.schema),
        tuple([column.name for column in found]),
        # Common tables that write may only stand at the top of a statement.
        select_expressions(selection.changed(tables=None), given),
        on_conflict=nodes.OnConflict() if ignore_conflicts else None,
        with_=selection.tables,
    )


def _given(
    table: ModelTable, assignments: Sequence[Assignment], values: Mapping[str, object]
) -> dict[ModelColumn, Operand]:
    """What the columns of a new row are said to get."""
    found: dict[ModelColumn, Operand] = assignments_of(table, assignments, values)
    if not found:
        raise QueryError("nothing to insert", hint="insert_from(query, title=Draft.title)")
    return found


def _defaults(
    table: ModelTable, given: Mapping[ModelColumn, Operand]
) -> dict[ModelColumn, Operand]:
    """What the other columns get, but those that are filled by themselves."""
    found: dict[ModelColumn, Operand] = {}
    for column in table.columns.values():
        if column in given or column.options.filled_by_server:
            continue
        if column.options.default is MISSING:
            raise QueryError(
                f'{table.model_name} needs a value for "{column.attribute}"',
                hint="no row gets one by the query, and Python makes none for it",
            )
        found[column] = Operand(nodes.Param(column.written.send(column.options.default)))
    return found
