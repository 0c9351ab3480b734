"""How calls of functions are made: arguments to nodes, and the type of the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, cast
from uuid import UUID

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import QueryError
from ferrule_core.mapping.annotations import value_type_of
from ferrule_core.mapping.expressions import Expr, Order
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.operands import Operand, operand, paths_of
from ferrule_core.mapping.paths import Path
from ferrule_core.mapping.value_types import ValueType, plain_type
from ferrule_core.sql.nodes import Constant, Expression, FunctionCall, Ordering, Param

INT4, INT8, TEXT_TYPE, INTERVAL = (
    TypeRef(PG_CATALOG, name) for name in ("int4", "int8", "text", "interval")
)

_TYPES: Mapping[type, TypeRef] = {
    kind: TypeRef(PG_CATALOG, name)
    for kind, name in (
        (bool, "bool"),
        (bytes, "bytea"),
        (date, "date"),
        (Decimal, "numeric"),
        (dict, "jsonb"),
        (float, "float8"),
        (str, "text"),
        (time, "time"),
        (timedelta, "interval"),
        (Interval, "interval"),
        (UUID, "uuid"),
    )
}
_INT4_RANGE = range(-(2**31), 2**31)


def argument(value: object) -> Expression:
    """The node of an argument: an expression's own, or a param that says its type.

    A function is found by the types of its arguments, so a bare ``$1`` could mean several.

    Raises:
        QueryError: PostgreSQL's type of such a value is not known.
        ValueRefused: The value cannot be stored exactly.
    """
    if isinstance(value, Operand):
        return value.node
    if value is None:
        return Constant(None)
    if isinstance(value, Enum):
        return Param(value.value)
    cast_to = _type_of(value)
    return Param(plain_type(type(value)).send(value), cast_to)


def _type_of(value: object) -> TypeRef:
    kind = type(value)
    if kind is int:
        return INT4 if value in _INT4_RANGE else INT8
    if isinstance(value, datetime):
        aware = value.tzinfo is not None
        return TypeRef(PG_CATALOG, "timestamptz" if aware else "timestamp")
    if isinstance(value, list | tuple):
        return _array_of(cast("Sequence[object]", value))
    known = _TYPES.get(kind)
    if known is None:
        raise QueryError(
            f"which type of PostgreSQL a value of type {kind.__name__} has is not known",
            hint="pass an expression: func.cast(value, types.Named(...))",
        )
    return known


def _array_of(values: Sequence[object]) -> TypeRef:
    found = {_type_of(value) for value in values if value is not None}
    if found == {INT4, INT8}:
        found = {INT8}
    if len(found) != 1:
        raise QueryError(
            "the type of an array is that of its values, which must all have the same",
            hint="pass an expression: func.cast(values, types.Array(...))",
        )
    element = found.pop()
    return TypeRef(element.schema, element.name, element.arguments, element.dimensions + 1)


def result(
    name: str, returns: ValueType | None, *arguments: object, schema: str | None = None
) -> Expr[Any]:
    """The call of a function."""
    call = FunctionCall(name, tuple([argument(each) for each in arguments]), schema)
    return Expr(call, paths_of(*arguments), returns)


def type_of(expression: Operand) -> ValueType | None:
    """The type of an expression's values, for a result that has the same."""
    return operand(expression).value_type


def returned(kind: object) -> ValueType:
    """The type of values that a user names by a Python type: ``int``, ``list[str]``."""
    return value_type_of(kind)


def orderings(
    orders: Order | Expr[Any] | Sequence[Order | Expr[Any]],
) -> tuple[tuple[Ordering, ...], tuple[Path, ...]]:
    """The keys of an order inside of a call, and the relations that they reach through."""
    several = (orders,) if isinstance(orders, Order | Expr) else tuple(orders)
    for order in several:
        if not isinstance(order, Order):
            operand(order)
    keys = [order if isinstance(order, Order) else order.asc() for order in several]
    paths = paths_of(*[key.expression for key in keys])
    return tuple([key.node for key in keys]), paths


def joined(*paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Relations of several parts, each once."""
    return tuple(dict.fromkeys([path for each in paths for path in each]))
