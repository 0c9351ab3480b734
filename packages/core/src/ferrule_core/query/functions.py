"""Functions of the server, as typed expressions: ``func.count(Book.id)``."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeVar, overload

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.operands import node_of, paths_of
from ferrule_core.mapping.value_types import (
    INTEGER,
    NUMERIC,
    TEXT,
    TIMESTAMP,
    ValueType,
)
from ferrule_core.sql.nodes import (
    Cast,
    Constant,
    FunctionCall,
    KeywordCall,
    KeywordFunction,
)

T = TypeVar("T")
S = TypeVar("S", bound="str | None")
A = TypeVar("A", int, float, Decimal, timedelta)
B = TypeVar("B", float, Decimal, timedelta)

DatePart = Literal[
    "year", "quarter", "month", "week", "day", "dow", "isodow", "doy", "hour", "minute"
]

_NOW = Expr[datetime](FunctionCall("now"), (), TIMESTAMP)
_INT4 = TypeRef(PG_CATALOG, "int4")


class func:  # noqa: N801 - it reads as a module does, and people know it so
    """The server's functions."""

    @staticmethod
    def count(expression: Expr[Any] | None = None, /, *, distinct: bool = False) -> Expr[int]:
        """How many rows there are, or how many of them have a value."""
        if expression is None:
            return Expr(FunctionCall("count", star=True), (), INTEGER)
        call = FunctionCall("count", (expression.node,), distinct=distinct)
        return Expr(call, expression.paths, INTEGER)

    @staticmethod
    def sum(expression: Expr[A | None], /) -> Expr[A | None]:
        """All values added up; ``None`` where there is none."""
        of = expression.value_type
        # The sum of bigint is numeric to PostgreSQL, and an int to Python all the same.
        total = ValueType(int, decode=_whole) if of is not None and of.python is int else of
        return Expr(FunctionCall("sum", (expression.node,)), expression.paths, total)

    @overload
    @staticmethod
    def avg(  # type: ignore[overload-overlap]  # of NULL alone, which is of neither type
        expression: Expr[int | None], /
    ) -> Expr[Decimal | None]: ...
    @overload
    @staticmethod
    def avg(expression: Expr[B | None], /) -> Expr[B | None]: ...
    @staticmethod
    def avg(expression: Expr[Any], /) -> Expr[Any]:
        """The mean; ``None`` where there is no value. Of integers it is a ``Decimal``."""
        of = expression.value_type
        mean = NUMERIC if of is not None and of.python is int else of
        return Expr(FunctionCall("avg", (expression.node,)), expression.paths, mean)

    @staticmethod
    def min(expression: Expr[T], /) -> Expr[T | None]:
        """The smallest value; ``None`` where there is none."""
        node = FunctionCall("min", (expression.node,))
        return Expr(node, expression.paths, expression.value_type)

    @staticmethod
    def max(expression: Expr[T], /) -> Expr[T | None]:
        """The largest value; ``None`` where there is none."""
        node = FunctionCall("max", (expression.node,))
        return Expr(node, expression.paths, expression.value_type)

    @staticmethod
    def lower(expression: Expr[S], /) -> Expr[S]:
        """The text in small letters."""
        return Expr(FunctionCall("lower", (expression.node,)), expression.paths, TEXT)

    @staticmethod
    def upper(expression: Expr[S], /) -> Expr[S]:
        """The text in capital letters."""
        return Expr(FunctionCall("upper", (expression.node,)), expression.paths, TEXT)

    @staticmethod
    def length(expression: Expr[str | None], /) -> Expr[int]:
        """How many characters the text has."""
        return Expr(FunctionCall("length", (expression.node,)), expression.paths, INTEGER)

    @staticmethod
    def coalesce(expression: Expr[T | None], /, *others: T | Expr[T]) -> Expr[T]:
        """The first that is not NULL."""
        of = expression.value_type
        arguments = (expression.node, *[node_of(other, of) for other in others])
        call = KeywordCall(KeywordFunction.COALESCE, arguments)
        return Expr(call, paths_of(expression, *others), of)

    @staticmethod
    def now() -> Expr[datetime]:
        """The moment at which the transaction began, by the server's clock."""
        return _NOW

    @staticmethod
    def date_part(
        part: DatePart, expression: Expr[date | None] | Expr[time | None], /
    ) -> Expr[int]:
        """A part of a date or a time as a whole number; ``isodow`` counts from Monday, 1, to 7."""
        call = FunctionCall("date_part", (Constant(part), expression.node))
        return Expr(Cast(call, _INT4), expression.paths, INTEGER)


def _whole(total: object) -> object:
    return int(total) if isinstance(total, Decimal) else total
