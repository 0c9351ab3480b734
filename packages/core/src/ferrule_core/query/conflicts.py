"""``ON CONFLICT``: which row stands in the way of a new one, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from ferrule_core.errors import QueryError
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.expressions import Assignment, Expr, refuse_unconditional
from ferrule_core.query.naming import Named, columns_named
from ferrule_core.query.stamps import renewal, stamped_on_update
from ferrule_core.query.writes import assignments_of
from ferrule_core.sql import nodes

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.operands import Operand

T = TypeVar("T")

EXCLUDED = "excluded"


def excluded(column: Expr[T], /) -> Expr[T]:
    """The value that a row would have got that another one stands in the way of.

    For the updates of ``upsert``: ``Book.stock.set(Book.stock + excluded(Book.stock))`` adds the
    new stock to that of the row that is there.

    Raises:
        QueryError: It is no column of a model itself.
    """
    if not isinstance(column, Column) or column.origin.parent is not None:
        raise QueryError("excluded() takes a column of the model itself")
    return Expr(nodes.ColumnRef(EXCLUDED, column.name), column.paths, column.value_type)


class ConflictKeywords(TypedDict, total=False):
    """What ``upsert`` and ``bulk_upsert`` do where there is such a row already.

    Attributes:
        on: The columns of a unique index; the primary key, where nothing is said, and with
            ``update=[]`` any.
        constraint: The name of a constraint instead.
        index_where: The condition of a partial index over ``on``.
        update: Columns that take the new value, and assignments: ``[Book.title,
            Book.stock.set(Book.stock + excluded(Book.stock))]``. All that have one but those of
            ``on`` and the key, where it is left out; ``[]`` leaves the row as it is.
        where: Which rows are updated; others stay as they are.
    """

    on: Iterable[Named]
    constraint: str | None
    index_where: Expr[bool] | None
    update: Iterable[Named | Assignment] | None
    where: Expr[bool] | None


def on_conflict(
    table: ModelTable, columns: Sequence[ModelColumn], given: Mapping[str, Any]
) -> nodes.OnConflict:
    """The clause for rows that have values for these columns.

    Raises:
        UnknownColumn: A name is no column.
        QueryError: Something does not fit together.
    """
    unknown = given.keys() - ConflictKeywords.__annotations__.keys()
    if unknown:
        raise QueryError(f"an upsert knows no {', '.join(sorted(unknown))}")
    on = columns_named(table, given.get("on") or ())
    target: nodes.ConflictColumns | nodes.ConflictConstraint | None = _target(table, on, given)
    keys = {*on, *table.primary_key}
    wanted: Iterable[Named | Assignment] | None = given.get("update")
    if wanted is None:
        wanted = [column.attribute for column in columns if column not in keys and _follows(column)]
    elif not (wanted := list(wanted)) and not on and given.get("constraint") is None:
        target = None
    assignments = _assignments(table, columns, list(wanted))
    where = _condition(table, given.get("where"))
    if not assignments and where is not None:
        raise QueryError("an upsert that updates nothing takes no condition")
    return nodes.OnConflict(target, assignments, where)


def _follows(column: ModelColumn) -> bool:
    options = column.options
    return not (options.version or options.auto_now_add or options.auto_actor_add)


def _target(
    table: ModelTable, on: Sequence[ModelColumn], given: Mapping[str, Any]
) -> nodes.ConflictColumns | nodes.ConflictConstraint:
    constraint: str | None = given.get("constraint")
    predicate = _condition(table, given.get("index_where"))
    if constraint is not None:
        if on or predicate is not None:
            raise QueryError("a conflict is about columns or a constraint, not both")
        return nodes.ConflictConstraint(constraint)
    if predicate is not None and not on:
        raise QueryError("the condition of an index needs its columns", hint="on=[...]")
    return nodes.ConflictColumns(tuple([column.name for column in on or table.key()]), predicate)


def _assignments(
    table: ModelTable, columns: Sequence[ModelColumn], wanted: Sequence[Named | Assignment]
) -> tuple[nodes.Assignment, ...]:
    said = [one for one in wanted if isinstance(one, Assignment)]
    named = columns_named(table, [one for one in wanted if not isinstance(one, Assignment)])
    path = table.path
    for column in named:
        if column not in columns and column.options.generated is None:
            raise QueryError(
                f'"{column.attribute}" of {table.model_name} has no new value to take',
                hint="give the instance one, or name it with an assignment",
            )
        column_of = path.column(column.attribute)
        said.append(column_of.set(excluded(column_of)))
    assigned = assignments_of(table, said, {})
    if not assigned:
        return ()
    made = [nodes.Assignment(column.name, _own(table, value)) for column, value in assigned.items()]
    made += [
        renewal(table, column, path.alias) for column in stamped_on_update(table, assigned.keys())
    ]
    return tuple(made)


def _condition(table: ModelTable, condition: Expr[bool] | None) -> nodes.Expression | None:
    if condition is None:
        return None
    refuse_unconditional(condition)
    return _own(table, condition)


def _own(table: ModelTable, operand: Operand) -> nodes.Expression:
    """The node of what speaks of the row itself and no other."""
    for path in operand.paths:
        if path.table.ref != table.ref or path.parent is not None:
            raise QueryError(
                f'"{path}" is another row, and an upsert knows only the one that is there',
                hint="query the value first",
            )
    return operand.node
