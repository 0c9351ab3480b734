"""Changing and deleting all rows of a selection by one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ferrule_core.errors import QueryError
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.expressions import Assignment
from ferrule_core.query import running
from ferrule_core.query.select import within_keys
from ferrule_core.query.selection import Selection
from ferrule_core.query.stamps import renewal, stamped_on_update
from ferrule_core.query.where import Sources, where_of
from ferrule_core.sql import nodes

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable


async def update(
    selection: Selection, assignments: Sequence[Assignment], values: Mapping[str, object]
) -> int:
    """Change the rows, and say how many there were.

    Raises:
        UnknownColumn: A keyword names no column.
        QueryError: Nothing is to be changed, a column twice, or a column that the server computes.
    """
    table = selection.table
    sources = Sources(table)
    assigned: dict[str, nodes.Assignment] = {}
    for assignment in [*assignments, *_assignments(table, values)]:
        node = _assignment(table, assignment, sources)
        if node.column in assigned:
            raise QueryError(f'column "{node.column}" is assigned twice')
        assigned[node.column] = node
    if not assigned:
        raise QueryError("nothing to update", hint="update(Book.price.set(...))")
    given = [table.by_name[name] for name in assigned]
    for column in stamped_on_update(table, given):
        assigned[column.name] = renewal(column, table.path.alias)
    if sources.joins:
        raise QueryError("a new value cannot come from a related row yet")
    statement = nodes.Update(
        table.source(table.path.alias), tuple(assigned.values()), _where(selection)
    )
    return await running.execute(selection.database, statement)


async def delete(selection: Selection) -> int:
    """Delete the rows, and say how many there were."""
    table = selection.table
    statement = nodes.Delete(table.source(table.path.alias), _where(selection))
    return await running.execute(selection.database, statement)


def _where(selection: Selection) -> nodes.Expression | None:
    """Which rows; by their keys, where that needs more than the table itself."""
    if selection.narrowed:
        return within_keys(selection)
    sources = Sources(selection.table)
    where = where_of(selection.conditions, sources)
    return within_keys(selection) if sources.joins else where


def _assignments(table: ModelTable, values: Mapping[str, object]) -> list[Assignment]:
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


def _assignment(table: ModelTable, assignment: Assignment, sources: Sources) -> nodes.Assignment:
    column = assignment.column
    if not isinstance(column, Column) or column.path.table.ref != table.ref:
        raise QueryError(f"{column!r} is no column of {table.model_name}")
    declared: Any = table.columns[column.attribute]
    if declared.options.generated is not None:
        raise QueryError(f'column "{column.attribute}" is computed by the server')
    if declared.options.version:
        raise QueryError(f'column "{column.attribute}" is counted by each update')
    sources.reach(assignment.value.paths)
    return nodes.Assignment(declared.name, assignment.value.node)
