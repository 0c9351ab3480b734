"""From a selection to the statement that reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Expr, Order
from ferrule_core.mapping.paths import Path
from ferrule_core.query.plans import Plan
from ferrule_core.query.selection import Selection
from ferrule_core.query.where import Sources, where_of
from ferrule_core.sql.nodes import (
    AnyOf,
    ColumnRef,
    Constant,
    Expression,
    FunctionCall,
    Join,
    JoinedSource,
    JoinKind,
    Ordering,
    Param,
    Projection,
    RowValue,
    ScalarSubquery,
    Select,
    SelectItem,
    Source,
    SubqueryRef,
)
from ferrule_core.sql.operators import Operator

_COUNT = Projection((SelectItem(FunctionCall("count", star=True)),))
_ONE = Projection((SelectItem(Constant(1)),))


def select_rows(selection: Selection, plan: Plan) -> Select:
    """The statement whose rows ``plan`` makes instances of, its annotations behind them."""
    sources = Sources(selection.table, origin=selection.origin)
    sources.reach(plan.paths)
    projection = plan.projection
    if selection.annotations:
        places = len(projection.items) - len(selection.annotations)
        further = [
            SelectItem(reached(expression, sources).node, name)
            for name, expression in selection.annotations.items()
        ]
        projection = Projection((*projection.items[:places], *further))
    return _alone(_select(selection, projection, sources), sources)


def _alone(select: Select, sources: Sources) -> Select:
    """A statement that stands in no other one.

    Raises:
        QueryError: It speaks of a statement around it.
    """
    if sources.outer:
        path = next(iter(sources.outer))
        raise QueryError(
            f'"{path}" belongs to a query around this one, and there is none',
            hint="put this one into another by exists(), scalar(), array(), column() or lateral()",
        )
    return select


def select_columns(selection: Selection, further: tuple[SelectItem, ...] = ()) -> Select:
    """The statement that gives all columns of the model, and what else is named."""
    projection = _everything(selection)
    if further:
        projection = Projection((*projection.items, *further))
    return _select(selection, projection, Sources(selection.table, origin=selection.origin))


def select_joined(selection: Selection) -> tuple[Select, tuple[Path, ...]]:
    """The statement of rows that another query joins, and what it needs of that one's rows."""
    sources = Sources(selection.table, origin=selection.origin)
    further = [
        SelectItem(reached(expression, sources).node, annotation_alias(place))
        for place, expression in enumerate(selection.annotations.values())
    ]
    projection = Projection((*_everything(selection).items, *further))
    return _select(selection, projection, sources), tuple(sources.outer)


def annotation_alias(place: int) -> str:
    """What an annotation is called that stands beside columns of any name."""
    return f"annotation {place}"


def select_one_column(
    selection: Selection, expression: Expr[Any]
) -> tuple[Select, tuple[Path, ...]]:
    """The statement that gives an expression, and what it needs of the statement around it."""
    sources = Sources(selection.table, origin=selection.origin)
    sources.reach(expression.paths)
    return _select(selection, _projection([expression]), sources), tuple(sources.outer)


def select_ones(selection: Selection) -> tuple[Select, tuple[Path, ...]]:
    """The statement for ``EXISTS``, and what it needs of the statement around it."""
    sources = Sources(selection.table, origin=selection.origin)
    plain = selection.copy()
    if plain.limit is None and plain.offset is None and plain.distinct is False:
        plain.orders = ()
    return _select(plain, _ONE, sources), tuple(sources.outer)


def reached(expression: Expr[Any], sources: Sources) -> Expr[Any]:
    """The expression, what it reaches through being joined."""
    sources.reach(expression.paths)
    return expression


def select_expressions(selection: Selection, expressions: Sequence[Expr[Any]]) -> Select:
    """The statement that gives these expressions for each row."""
    sources = Sources(selection.table, origin=selection.origin)
    for expression in expressions:
        sources.reach(expression.paths)
    return _alone(_select(selection, _projection(expressions), sources), sources)


def select_aggregates(selection: Selection, expressions: Sequence[Expr[Any]]) -> Select:
    """The statement that gives these aggregates of all rows, as one row.

    Where the query takes only some of the rows that fit, those are found first, by their keys.
    """
    if selection.groups:
        raise QueryError("groups are not aggregated again", hint="annotate() gives values of each")
    if not selection.cut:
        plain = selection
        if selection.orders:
            plain = selection.copy()
            plain.orders = ()
        return select_expressions(plain, expressions)
    sources = Sources(selection.table, origin=selection.origin)
    for expression in expressions:
        sources.reach(expression.paths)
    table = selection.table
    where = within_keys(selection)
    return Select(
        _projection(expressions),
        table.source(table.path.alias),
        sources.joins,
        where,
        with_=selection.tables,
    )


def select_count(selection: Selection) -> Select:
    """The statement that counts the rows."""
    if selection.cut:
        inner = SubqueryRef(_counted(selection), "counted")
        return Select(_COUNT, inner)
    sources = Sources(selection.table, origin=selection.origin)
    where = where_of(selection.conditions, sources)
    source, joins = from_of(selection, sources.joins)
    counting = Select(_COUNT, source, joins, where, with_=selection.tables)
    return _alone(counting, sources)


def select_existence(selection: Selection) -> Select:
    """The statement that gives a row if there is one."""
    if selection.distinct is not False or selection.offset is not None or selection.groups:
        return _select(
            selection,
            _ONE if selection.groups else _everything(selection),
            Sources(selection.table, origin=selection.origin),
        )
    plain = selection.copy()
    plain.orders = ()
    plain.limit = 1 if selection.limit is None else min(1, selection.limit)
    return _select(plain, _ONE, Sources(selection.table, origin=selection.origin))


def within_keys(selection: Selection) -> Expression:
    """A condition on the table alone that the rows of the selection meet, and no others.

    Raises:
        ModelError: The table has no key to tell its rows apart by.
    """
    key = [ColumnRef(selection.table.path.alias, column.name) for column in selection.table.key()]
    projection = Projection(tuple(SelectItem(column) for column in key))
    keys = ScalarSubquery(
        _select(selection, projection, Sources(selection.table, origin=selection.origin))
    )
    left = key[0] if len(key) == 1 else RowValue(tuple(key))
    return AnyOf(left, Operator.EQ, keys)


def _counted(selection: Selection) -> Select:
    projection = _ONE if selection.distinct is False else _everything(selection)
    return _select(selection, projection, Sources(selection.table, origin=selection.origin))


def _everything(selection: Selection) -> Projection:
    return Projection(selection.table.layout.items(selection.table.path.alias))


def _projection(expressions: Sequence[Expr[Any]]) -> Projection:
    return Projection(tuple(SelectItem(expression.node) for expression in expressions))


def _select(selection: Selection, projection: Projection, sources: Sources) -> Select:
    where = where_of(selection.conditions, sources)
    orders = _orders(selection.orders, sources)
    groups = tuple([group.reached(sources) for group in selection.groups])
    having = where_of(selection.having, sources) if selection.having else None
    joins = sources.joins
    if selection.locked:
        joins = _certain(selection, sources)
    source, joins = from_of(selection, joins)
    return Select(
        projection=projection,
        source=source,
        joins=joins,
        where=where,
        group_by=groups,
        having=having,
        order_by=orders,
        limit=None if selection.limit is None else Param(selection.limit),
        offset=None if selection.offset is None else Param(selection.offset),
        distinct=_distinct(selection, sources),
        locking=selection.locking,
        with_=selection.tables,
    )


def from_of(selection: Selection, joins: tuple[Join, ...]) -> tuple[Source, tuple[Join, ...]]:
    """Where the rows come from, and all that is joined to them, one after the other."""
    source = selection.source()
    if isinstance(source, JoinedSource):
        return source.source, (*source.joins, *joins)
    return source, joins


def _certain(selection: Selection, sources: Sources) -> tuple[Join, ...]:
    """The joins, those of locked relations as joins of rows that are there.

    The server locks no row of an outer join, and these relations always have one.
    """
    sources.reach(selection.locked)
    certain = set(selection.locked)
    for path in selection.locked:
        step = path.parent
        while step is not None:
            certain.add(step)
            step = step.parent
    return tuple(
        [
            Join(join.source, join.on, JoinKind.INNER) if path in certain else join
            for path, join in sources.joined.items()
        ]
    )


def _distinct(selection: Selection, sources: Sources) -> bool | tuple[Expression, ...]:
    if isinstance(selection.distinct, bool):
        return selection.distinct
    return tuple([reached(expression, sources).node for expression in selection.distinct])


def _orders(orders: Sequence[Order], sources: Sources) -> tuple[Ordering, ...]:
    for order in orders:
        sources.reach(order.expression.paths)
    return tuple([order.node for order in orders])
