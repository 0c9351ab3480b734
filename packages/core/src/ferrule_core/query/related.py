"""The statement that reads the related rows of some keys: all of them, or chosen ones of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.query.select import annotation_alias
from ferrule_core.query.where import Sources, conjunction, presence, where_of
from ferrule_core.sql.nodes import (
    AnyOf,
    BinaryOp,
    Cast,
    ColumnRef,
    Expression,
    FunctionCall,
    FunctionRef,
    Join,
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

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.links import Link
    from ferrule_core.query.plans import Plan
    from ferrule_core.query.selection import Selection

THROUGH = "through"
_KEYS = "keys"
_ARRAYS: dict[type | None, TypeRef] = {
    kind: TypeRef(PG_CATALOG, name, dimensions=1)
    for kind, name in (
        (int, "int8"),
        (str, "text"),
        (UUID, "uuid"),
        (date, "date"),
        (datetime, "timestamptz"),
        (Decimal, "numeric"),
    )
}


def select_related(
    link: Link, plan: Plan, keys: list[Any], chosen: Selection | None = None
) -> Select:
    """The statement of all rows that a relation leads to from some keys.

    Args:
        link: The relation.
        plan: How its rows are loaded; the columns of a junction stand last.
        keys: Values of the columns that the relation goes out from.
        chosen: Which of the rows, and in what order; a limit is meant of each key.
    """
    sources = Sources(link.target)
    sources.reach(plan.paths)
    if chosen is not None and (chosen.limit is not None or chosen.offset is not None):
        return _some_of_each(link, plan, keys, chosen, sources)
    joins = sources.joins
    where = [_among(_key_columns(link), keys, link.local)]
    if chosen is None:
        where += presence(link.target, link.target.path.alias)
    orders: list[Any] = []
    projection = plan.projection
    if chosen is not None:
        projection = _annotated(link, projection, _annotations(chosen, sources))
        own = where_of(chosen.conditions, sources)
        where += [] if own is None else [own]
        orders = [_reached(order.expression.paths, sources, order.node) for order in chosen.orders]
        joins = sources.joins
    source: Source = link.target.source(link.target.path.alias)
    if chosen is not None:
        source = chosen.source()
    if link.junction is not None:
        joins = (_join_junction(link), *joins)
    return Select(
        projection,
        source,
        joins,
        conjunction(where),
        order_by=tuple(orders),
        with_=None if chosen is None else chosen.tables,
    )


def _some_of_each(
    link: Link, plan: Plan, keys: list[Any], chosen: Selection, sources: Sources
) -> Select:
    """Some rows of each key, by a lateral join: the server reads no more of any than are asked."""
    alias = link.target.path.alias
    inner = Sources(link.target)
    names = [f"k{place}" for place in range(len(link.local))]
    where: list[Expression] = [
        BinaryOp(column, Operator.EQ, ColumnRef(_KEYS, name))
        for column, name in zip(_key_columns(link), names, strict=True)
    ]
    own = where_of(chosen.conditions, inner)
    where += [] if own is None else [own]
    orders = [_reached(order.expression.paths, inner, order.node) for order in chosen.orders]
    annotations = [
        SelectItem(node, annotation_alias(place))
        for place, node in enumerate(_annotations(chosen, inner))
    ]
    joins = inner.joins
    if link.junction is not None:
        joins = (_join_junction(link), *joins)
    rows = Select(
        Projection((*link.target.layout.items(alias), *annotations)),
        chosen.source(),
        joins,
        conjunction(where),
        order_by=tuple(orders),
        limit=None if chosen.limit is None else Param(chosen.limit),
        offset=None if chosen.offset is None else Param(chosen.offset),
        with_=chosen.tables,
    )
    lateral = Join(SubqueryRef(rows, alias, lateral=True), None, JoinKind.CROSS)
    known = {id(item.expression): ColumnRef(alias, item.alias or "") for item in annotations}
    again = [
        Ordering(known[id(node.expression)], node.descending, node.nulls_first)
        if id(node.expression) in known
        else _reached(order.expression.paths, sources, node)
        for order, node in zip(chosen.orders, [one.node for one in chosen.orders], strict=True)
    ]
    projection = _annotated(link, plan.projection, list(known.values()))
    if link.junction is not None:
        kept = projection.items[: -len(names)]
        further = [SelectItem(ColumnRef(_KEYS, name)) for name in names]
        projection = Projection((*kept, *further))
    return Select(
        projection,
        _keys_source(link, names, keys),
        (lateral, *sources.joins),
        order_by=tuple(again),
    )


def _annotations(chosen: Selection, sources: Sources) -> list[Expression]:
    """What further values of each row are."""
    return [_reached(one.paths, sources, one.node) for one in chosen.annotations.values()]


def _annotated(link: Link, projection: Projection, values: Sequence[Expression]) -> Projection:
    """The columns, with these values in the places of the annotations."""
    if not values:
        return projection
    items = projection.items
    end = len(items) - (0 if link.junction is None else len(link.junction.columns))
    found = [SelectItem(value) for value in values]
    return Projection((*items[: end - len(found)], *found, *items[end:]))


def _reached(paths: Sequence[Any], sources: Sources, node: Any) -> Any:  # noqa: ANN401
    sources.reach(paths)
    return node


def _key_columns(link: Link) -> list[ColumnRef]:
    """The columns that say whose a row is: its own, or those of the junction."""
    if link.junction is not None:
        return [ColumnRef(THROUGH, name) for name in link.junction.columns]
    alias = link.target.path.alias
    return [ColumnRef(alias, column.name) for column in link.remote]


def _join_junction(link: Link) -> Join:
    if link.junction is None:
        raise AssertionError("the relation has no junction")
    alias = link.target.path.alias
    connected: list[Expression] = [
        BinaryOp(ColumnRef(alias, column.name), Operator.EQ, ColumnRef(THROUGH, name))
        for name, column in zip(link.junction.target_columns, link.remote, strict=True)
    ]
    return Join(link.junction.source(THROUGH), conjunction(connected))


def _keys_source(link: Link, names: list[str], keys: list[Any]) -> Source:
    """The keys as rows: unnested, or where their types are not known, as the table has them."""
    lists, arrays = _lists(keys, link.local)
    if None not in arrays:
        typed = [Cast(each, array) for each, array in zip(lists, arrays, strict=True) if array]
        return FunctionRef(FunctionCall("unnest", tuple(typed)), _KEYS, tuple(names))
    columns = _key_columns(link)
    items = tuple(SelectItem(column, name) for column, name in zip(columns, names, strict=True))
    source: Source = link.target.source(link.target.path.alias)
    if link.junction is not None:
        source = link.junction.source(THROUGH)
    found = Select(Projection(items), source, (), _each_among(columns, lists), distinct=True)
    return SubqueryRef(found, _KEYS)


def _lists(
    keys: list[Any], like: Sequence[ModelColumn]
) -> tuple[list[Param], list[TypeRef | None]]:
    """Each column of the keys as one parameter, and the type of it, where that is known."""
    values = [keys] if len(like) == 1 else zip(*keys, strict=True)
    lists = [
        Param([column.value_type.send(value) for value in each])
        for column, each in zip(like, values, strict=True)
    ]
    return lists, [_ARRAYS.get(column.value_type.python) for column in like]


def _each_among(columns: Sequence[ColumnRef], lists: Sequence[Param]) -> Expression:
    return conjunction(
        [AnyOf(column, Operator.EQ, values) for column, values in zip(columns, lists, strict=True)]
    )


def _among(columns: list[ColumnRef], keys: list[Any], like: Sequence[ModelColumn]) -> Expression:
    """Whether columns together are one of the keys; each column of the keys is one parameter.

    Keys of several columns are taken apart by ``unnest``, which needs to be told their types. Where
    Python does not know them, the columns are compared one by one: that may find too many rows, and
    who asked leaves out those of keys that nobody has.
    """
    lists, arrays = _lists(keys, like)
    if len(columns) == 1 or None in arrays:
        return _each_among(columns, lists)
    typed = [Cast(values, array) for values, array in zip(lists, arrays, strict=True) if array]
    names = tuple(f"k{place}" for place in range(len(columns)))
    rows = FunctionRef(FunctionCall("unnest", tuple(typed)), _KEYS, names)
    items = tuple(SelectItem(ColumnRef(_KEYS, name)) for name in names)
    subquery = ScalarSubquery(Select(Projection(items), rows))
    return AnyOf(RowValue(tuple(columns)), Operator.EQ, subquery)
