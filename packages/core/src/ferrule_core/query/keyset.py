"""Pages that begin where another one ended: as quick for the last page as for the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from ferrule_core.deferred import dataclass
from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Condition, Expr, Order, connect
from ferrule_core.mapping.operands import node_of, paths_of
from ferrule_core.mapping.value_types import ANY_VALUE, BOOLEAN
from ferrule_core.query import reading
from ferrule_core.query.cursors import read_cursor, write_cursor
from ferrule_core.query.ordering import key_orders
from ferrule_core.query.selection import Selection
from ferrule_core.query.where import joined_names
from ferrule_core.sql.nodes import BinaryOp, Constant, RowValue
from ferrule_core.sql.operators import Connective, Operator

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class CursorPage(Generic[M]):
    """Some rows of a query, and the way to those beside them.

    Attributes:
        items: The rows.
        next: Cursor for ``after``; ``None`` where no row follows.
        previous: Cursor for ``before``; ``None`` where no row stands before.
        total: How many rows there are in all; ``None`` where that was not asked for.
    """

    items: list[M]
    next: str | None
    previous: str | None
    total: int | None = None


async def fetch_cursor_page(
    selection: Selection, size: int, after: str | None, before: str | None, *, total: bool
) -> CursorPage[Any]:
    """One page of the rows, behind a cursor or before one.

    Raises:
        QueryError: The page cannot be: of no rows, both behind and before, of a part of a query.
        InvalidCursor: The cursor is of another query.
    """
    _refuse(selection, size, after, before)
    orders = _certain_orders(selection)
    backwards = before is not None
    walked = tuple(order.reverse() for order in orders) if backwards else orders
    cursor = before if backwards else after
    part = selection.copy()
    part.orders = walked
    part.limit = size + 1
    described = _described(selection, orders)
    if cursor is not None:
        values = read_cursor(described, cursor, len(orders))
        part.conditions = (*selection.conditions, _behind(walked, values))
    names = [f"place {number}" for number in range(len(orders))]
    expressions = [order.expression for order in orders]
    part.annotations = {**selection.annotations, **dict(zip(names, expressions, strict=True))}
    found = await reading.fetch_all(part)
    places = [_taken(instance, names) for instance in found]
    more = len(found) > size
    found, places = found[:size], places[:size]
    if backwards:
        found.reverse()
        places.reverse()
    first, last = (
        [_cursor(described, expressions, place) for place in (places[0], places[-1])]
        if places
        else (None, None)
    )
    return CursorPage(
        found,
        next=last if more or backwards else None,
        previous=first if (more if backwards else after is not None) else None,
        total=await reading.fetch_count(selection) if total else None,
    )


def _refuse(selection: Selection, size: int, after: str | None, before: str | None) -> None:
    """Refuse pages that cannot be."""
    if size < 1:
        raise QueryError(f"a page has at least one row, not {size}")
    if after is not None and before is not None:
        raise QueryError("a page is either after a cursor or before one")
    if selection.cut:
        raise QueryError("a query with limit, offset, distinct or groups cannot be cut into pages")
    if joined_names(selection.origin):
        raise QueryError(
            "rows that come several times, because others are joined, have no cursor",
            hint="paginate() takes pages by their number",
        )


def _taken(instance: object, names: Sequence[str]) -> list[object]:
    """What an instance was given for the cursor; it keeps none of it."""
    return [vars(instance).pop(name) for name in names]


def _certain_orders(selection: Selection) -> tuple[Order, ...]:
    """The orders of the query, and the key behind them, so that no two rows are equal."""
    table = selection.table
    table.key()
    asked = {id(order.expression) for order in selection.orders}
    key = [order for order in key_orders(table) if id(order.expression) not in asked]
    return (*selection.orders, *key)


def _described(selection: Selection, orders: Sequence[Order]) -> str:
    table = selection.table
    return f"{table.schema}.{table.name}: {', '.join(repr(order.node) for order in orders)}"


def _cursor(described: str, expressions: Sequence[Expr[Any]], place: Sequence[object]) -> str:
    sent = [
        (expression.value_type or ANY_VALUE).send(value)
        for expression, value in zip(expressions, place, strict=True)
    ]
    return write_cursor(described, sent)


def _behind(orders: Sequence[Order], values: Sequence[Any]) -> Expr[bool]:
    """Whether a row stands behind the place of these values."""
    if _as_rows(orders):
        return _behind_as_rows(orders, values)
    ways: list[Expr[bool]] = []
    for last, order in enumerate(orders):
        behind = _follows(order, values[last])
        if behind is not None:
            equal = [
                before.expression == value
                for before, value in zip(orders[:last], values[:last], strict=True)
            ]
            ways.append(connect(Connective.AND, (*equal, behind)))
    if not ways:
        return Condition(Constant(value=False), (), BOOLEAN)
    return connect(Connective.OR, tuple(ways))


def _as_rows(orders: Sequence[Order]) -> bool:
    """Whether the rows can be compared as wholes, which an index serves best."""
    directions = {order.node.descending for order in orders}
    return len(directions) == 1 and not any(map(_may_be_null, orders))


def _behind_as_rows(orders: Sequence[Order], values: Sequence[Any]) -> Expr[bool]:
    expressions = [order.expression for order in orders]
    operator = Operator.LT if orders[0].node.descending else Operator.GT
    sent = [
        node_of(value, expression.value_type)
        for expression, value in zip(expressions, values, strict=True)
    ]
    row = RowValue(tuple([expression.node for expression in expressions]))
    node = BinaryOp(row, operator, RowValue(tuple(sent)))
    return Condition(node, paths_of(*expressions), BOOLEAN)


def _follows(order: Order, value: Any) -> Expr[bool] | None:  # noqa: ANN401 - of any type
    """Whether a row's value comes behind another one; ``None`` where none can."""
    expression, node = order.expression, order.node
    nulls_first = node.nulls_first if node.nulls_first is not None else node.descending
    if value is None:
        return expression.is_not_null() if nulls_first else None
    further: Expr[bool] = expression < value if node.descending else expression > value
    if nulls_first or not _may_be_null(order):
        return further
    return further | expression.is_null()


def _may_be_null(order: Order) -> bool:
    kind = order.expression.value_type
    reaching = any(path.parent is not None for path in order.expression.paths)
    return kind is None or kind.nullable or reaching
