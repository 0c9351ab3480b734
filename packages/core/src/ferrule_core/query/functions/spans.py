"""Functions that make ranges and take them apart."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.kinds.spans import Range
from ferrule_core.mapping.operands import Operand, paths_of
from ferrule_core.mapping.ranges import bound_type, related
from ferrule_core.mapping.value_types import BOOLEAN, ValueType
from ferrule_core.query.functions.building import TEXT_TYPE
from ferrule_core.sql.nodes import Expression, FunctionCall, Param
from ferrule_core.sql.operators import Operator

Bounds = Literal["[)", "(]", "[]", "()"]

_BOUNDS = ("[)", "(]", "[]", "()")


class RangeFunctions:
    """Ranges (manual, section 9.20). ``None`` as an end means that there is none."""

    @staticmethod
    def int4range(
        low: int | Expr[int] | None, high: int | Expr[int] | None, bounds: Bounds = "[)", /
    ) -> Expr[Range[int]]:
        """The whole numbers between two."""
        return _range("int4range", low, high, bounds)

    @staticmethod
    def int8range(
        low: int | Expr[int] | None, high: int | Expr[int] | None, bounds: Bounds = "[)", /
    ) -> Expr[Range[int]]:
        """The whole numbers between two, of 8 bytes."""
        return _range("int8range", low, high, bounds)

    @staticmethod
    def numrange(
        low: Decimal | int | Expr[Decimal] | None,
        high: Decimal | int | Expr[Decimal] | None,
        bounds: Bounds = "[)",
        /,
    ) -> Expr[Range[Decimal]]:
        """The numbers between two."""
        return _range("numrange", low, high, bounds)

    @staticmethod
    def daterange(
        low: date | Expr[date] | None, high: date | Expr[date] | None, bounds: Bounds = "[)", /
    ) -> Expr[Range[date]]:
        """The days between two."""
        return _range("daterange", low, high, bounds)

    @staticmethod
    def tsrange(
        low: datetime | Expr[datetime] | None,
        high: datetime | Expr[datetime] | None,
        bounds: Bounds = "[)",
        /,
    ) -> Expr[Range[datetime]]:
        """The moments between two, without a zone."""
        return _range("tsrange", low, high, bounds)

    @staticmethod
    def tstzrange(
        low: datetime | Expr[datetime] | None,
        high: datetime | Expr[datetime] | None,
        bounds: Bounds = "[)",
        /,
    ) -> Expr[Range[datetime]]:
        """The moments between two."""
        return _range("tstzrange", low, high, bounds)

    @staticmethod
    def range_lower(range_: Expr[Any], /) -> Expr[Any]:
        """Where a range begins; NULL of one without a begin."""
        return _taken("lower", range_)

    @staticmethod
    def range_upper(range_: Expr[Any], /) -> Expr[Any]:
        """Where a range ends; NULL of one without an end."""
        return _taken("upper", range_)

    @staticmethod
    def isempty(range_: Expr[Any], /) -> Expr[bool]:
        """Whether nothing is in a range."""
        return Expr(FunctionCall("isempty", (range_.node,)), range_.paths, BOOLEAN)

    @staticmethod
    def range_contains(range_: Expr[Any], other: Any, /) -> Expr[bool]:  # noqa: ANN401
        """Whether a value, or another range, lies in a range."""
        return _related(range_, Operator.CONTAINS, other)

    @staticmethod
    def range_overlaps(range_: Expr[Any], other: Any, /) -> Expr[bool]:  # noqa: ANN401
        """Whether two ranges have something in common."""
        return _related(range_, Operator.OVERLAPS, other)

    @staticmethod
    def range_adjacent(range_: Expr[Any], other: Any, /) -> Expr[bool]:  # noqa: ANN401
        """Whether one range begins where the other ends."""
        return _related(range_, Operator.ADJACENT, other)

    @staticmethod
    def range_before(range_: Expr[Any], other: Any, /) -> Expr[bool]:  # noqa: ANN401
        """Whether a range ends before the other begins."""
        return _related(range_, Operator.SHIFT_LEFT, other)

    @staticmethod
    def range_after(range_: Expr[Any], other: Any, /) -> Expr[bool]:  # noqa: ANN401
        """Whether a range begins after the other ends."""
        return _related(range_, Operator.SHIFT_RIGHT, other)


def _range(name: str, low: object, high: object, bounds: str) -> Expr[Any]:
    if bounds not in _BOUNDS:
        raise QueryError(f"the bounds of a range are one of {', '.join(_BOUNDS)}")
    kind = ValueType(None, nullable=True, stored=TypeRef(PG_CATALOG, name))
    cast, of = bound_type(kind)

    def end(value: object) -> Expression:
        if isinstance(value, Operand):
            return value.node
        return Param(value if of is None else of.send(value), cast)

    shape = Param(bounds, TEXT_TYPE)
    return Expr(FunctionCall(name, (end(low), end(high), shape)), paths_of(low, high), kind)


def _taken(name: str, range_: Expr[Any]) -> Expr[Any]:
    _, of = bound_type(range_.value_type)
    return Expr(FunctionCall(name, (range_.node,)), range_.paths, of)


def _related(range_: Expr[Any], operator: Operator, other: object) -> Expr[bool]:
    node = related(range_, operator, other)
    return Expr(node, paths_of(range_, other), BOOLEAN)
