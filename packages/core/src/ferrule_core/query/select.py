"""From a selection to the statement that reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ferrule_core.mapping.expressions import Expr, Order
from ferrule_core.query.plans import Plan
from ferrule_core.query.selection import Selection
from ferrule_core.query.where import Sources, where_of
from ferrule_core.sql.nodes import (
    AnyOf,
    ColumnRef,
    Constant,
    Expression,
    FunctionCall,
    Ordering,
    Param,
    Projection,
    RowValue,
    ScalarSubquery,
    Select,
    SelectItem,
    SubqueryRef,
)
from ferrule_core.sql.operators import Operator

_COUNT = Projection((SelectItem(FunctionCall("count", star=True)),))
_ONE = Projection((SelectItem(Constant(1)),))


def select_rows(selection: Selection, plan: Plan) -> Select:
    """The statement whose rows ``plan`` makes instances of."""
    sources = Sources(selection.table)
    sources.reach(plan.paths)
    return _select(selection, plan.projection, sources)


def select_expressions(selection: Selection, expressions: Sequence[Expr[Any]]) -> Select:
    """The statement that gives these expressions for each row."""
    sources = Sources(selection.table)
    for expression in expressions:
        sources.reach(expression.paths)
    return _select(selection, _projection(expressions), sources)


def select_aggregates(selection: Selection, expressions: Sequence[Expr[Any]]) -> Select:
    """The statement that gives these aggregates of all rows, as one row.

    Where the query takes only some of the rows that fit, those are found first, by their keys.
    """
    if not selection.narrowed:
        plain = selection
        if selection.orders:
            plain = selection.copy()
            plain.orders = ()
        return select_expressions(plain, expressions)
    sources = Sources(selection.table)
    for expression in expressions:
        sources.reach(expression.paths)
    table = selection.table
    where = within_keys(selection)
    return Select(_projection(expressions), table.source(table.path.alias), sources.joins, where)


def select_count(selection: Selection) -> Select:
    """The statement that counts the rows."""
    if selection.narrowed:
        inner = SubqueryRef(_counted(selection), "counted")
        return Select(_COUNT, inner)
    sources = Sources(selection.table)
    table = selection.table
    where = where_of(selection.conditions, sources)
    return Select(_COUNT, table.source(table.path.alias), sources.joins, where)


def select_existence(selection: Selection) -> Select:
    """The statement that gives a row if there is one."""
    if selection.distinct is not False or selection.offset is not None:
        return _select(selection, _everything(selection), Sources(selection.table))
    plain = selection.copy()
    plain.orders = ()
    plain.limit = 1 if selection.limit is None else min(1, selection.limit)
    return _select(plain, _ONE, Sources(selection.table))


def within_keys(selection: Selection) -> Expression:
    """A condition on the table alone that the rows of the selection meet, and no others.

    Raises:
        ModelError: The table has no key to tell its rows apart by.
    """
    key = [ColumnRef(selection.table.path.alias, column.name) for column in selection.table.key()]
    projection = Projection(tuple(SelectItem(column) for column in key))
    keys = ScalarSubquery(_select(selection, projection, Sources(selection.table)))
    left = key[0] if len(key) == 1 else RowValue(tuple(key))
    return AnyOf(left, Operator.EQ, keys)


def _counted(selection: Selection) -> Select:
    projection = _ONE if selection.distinct is False else _everything(selection)
    return _select(selection, projection, Sources(selection.table))


def _everything(selection: Selection) -> Projection:
    return Projection(selection.table.layout.items(selection.table.path.alias))


def _projection(expressions: Sequence[Expr[Any]]) -> Projection:
    return Projection(tuple(SelectItem(expression.node) for expression in expressions))


def _select(selection: Selection, projection: Projection, sources: Sources) -> Select:
    table = selection.table
    where = where_of(selection.conditions, sources)
    orders = _orders(selection.orders, sources)
    distinct: bool | tuple[Expression, ...] = False
    if selection.distinct is True:
        distinct = True
    elif selection.distinct:
        for expression in selection.distinct:
            sources.reach(expression.paths)
        distinct = tuple(expression.node for expression in selection.distinct)
    return Select(
        projection=projection,
        source=table.source(table.path.alias),
        joins=sources.joins,
        where=where,
        order_by=orders,
        limit=None if selection.limit is None else Param(selection.limit),
        offset=None if selection.offset is None else Param(selection.offset),
        distinct=distinct,
        locking=selection.locking,
    )


def _orders(orders: Sequence[Order], sources: Sources) -> tuple[Ordering, ...]:
    for order in orders:
        sources.reach(order.expression.paths)
    return tuple([order.node for order in orders])
