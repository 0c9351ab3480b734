"""Changing and deleting all rows of a selection by one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import ModelError, QueryError
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.expressions import Assignment
from ferrule_core.mapping.operands import Unresolved
from ferrule_core.query import running
from ferrule_core.query.meeting import TableNames, met
from ferrule_core.query.selection import Selection
from ferrule_core.query.stamps import renewal, stamped_on_update
from ferrule_core.query.targets import Target
from ferrule_core.query.watched import how_many, watcher
from ferrule_core.sql import nodes

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.expressions import Expr
    from ferrule_core.mapping.model_table import ModelTable


async def update(
    selection: Selection, assignments: Sequence[Assignment], values: Mapping[str, object]
) -> int:
    """Change the rows, and say how many there were.

    Raises:
        UnknownColumn: A keyword names no column.
        QueryError: Nothing is to be changed, a column twice, or a column that the server computes.
    """
    statement = update_statement(selection, assignments, values)
    if selection.table.watch is not None:
        return await watcher().update(
            selection,
            (assignments, values),
            partial(running.execute, selection.database, statement),
            how_many,
        )
    return await running.execute(selection.database, statement)


def update_statement(
    selection: Selection,
    assignments: Sequence[Assignment],
    values: Mapping[str, object],
    returning: Sequence[Expr[Any]] | None = None,
) -> nodes.Update:
    """The statement that changes the rows, and returns these expressions of each."""
    table = writable(selection.table)
    assigned = assignments_of(table, assignments, values)
    if not assigned:
        raise QueryError("nothing to update", hint="update(Book.price.set(...))")
    target = Target(selection, [*assigned.values(), *(returning or ())])
    found = [
        nodes.Assignment(column.name, target.value(value)) for column, value in assigned.items()
    ]
    found += [
        renewal(table, column, table.path.alias)
        for column in stamped_on_update(table, assigned.keys())
    ]
    return nodes.Update(
        table.source(table.path.alias),
        tuple(found),
        target.where,
        target.source,
        target.joins,
        returned(target, returning),
        selection.tables,
    )


def delete_statement(
    selection: Selection, returning: Sequence[Expr[Any]] | None = None
) -> nodes.Delete:
    """The statement that deletes the rows for good, and returns these expressions of each."""
    table = writable(selection.table)
    target = Target(selection, returning or ())
    return nodes.Delete(
        table.source(table.path.alias),
        target.where,
        target.source,
        target.joins,
        returned(target, returning),
        selection.tables,
    )


def writable(table: ModelTable) -> ModelTable:
    """The table, if its rows may be written.

    Raises:
        ModelError: Its model is a ``View``.
    """
    if table.model.__read_only__:
        raise ModelError(
            f"{table.model_name} is a View, whose rows are only read",
            hint="write to the tables below it; inherit from Model where the view can be written",
        )
    return table


def returned(target: Target, returning: Iterable[Expr[Any]] | None) -> nodes.Projection | None:
    """What a statement that writes gives of each row."""
    if returning is None:
        return None
    return nodes.Projection(
        tuple([nodes.SelectItem(target.value(expression)) for expression in returning])
    )


def assignments_of(
    table: ModelTable, assignments: Sequence[Assignment], values: Mapping[str, object]
) -> dict[ModelColumn, Any]:
    """The new value of each column, which is an operand.

    Raises:
        UnknownColumn: A keyword names no column.
        QueryError: A column is assigned twice, or is not the caller's to write.
    """
    assigned: dict[ModelColumn, Any] = {}
    for assignment in [*assignments, *_named(table, values)]:
        column = _assigned(table, assignment)
        if column in assigned:
            raise QueryError(f'column "{column.name}" is assigned twice')
        assigned[column] = _known(table, assignment).value
    return assigned


def _known(table: ModelTable, assignment: Assignment) -> Assignment:
    """The assignment, whose value names columns of this model no longer."""
    value, column = assignment.value, assignment.column
    if not isinstance(value, Unresolved) or not isinstance(column, Column):
        return assignment
    target: Column[Any] = table.path.column(column.attribute)
    return target.set(met(TableNames(table), value))


def _named(table: ModelTable, values: Mapping[str, object]) -> list[Assignment]:
    made: list[Assignment] = []
    for attribute, value in values.items():
        if attribute in table.columns:
            made.append(table.path.column(attribute).set(value))
        elif attribute in table.relations and table.relations[attribute].is_foreign_key:
            made += _related(table, attribute, value)
        else:
            raise table.path.unknown(attribute)
    return made


def _related(table: ModelTable, attribute: str, related: object) -> list[Assignment]:
    link = table.link(attribute)
    if related is not None and not isinstance(related, link.target.model):
        raise QueryError(f'"{attribute}" needs an instance of {link.target.model_name} or None')
    return [
        table.path.column(near.attribute).set(
            None if related is None else getattr(related, far.attribute)
        )
        for near, far in zip(link.local, link.remote, strict=True)
    ]


def _assigned(table: ModelTable, assignment: Assignment) -> ModelColumn:
    column = assignment.column
    if not isinstance(column, Column) or column.origin.table.ref != table.ref:
        raise QueryError(f"{column!r} is no column of {table.model_name}")
    declared: Any = table.columns[column.attribute]
    if declared.options.generated is not None:
        raise QueryError(f'column "{column.attribute}" is computed by the server')
    if declared.options.version:
        raise QueryError(f'column "{column.attribute}" is counted by each update')
    found: ModelColumn = declared
    return found
