"""Functions of text, numbers and moments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeVar

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.operands import Operand, paths_of
from ferrule_core.mapping.value_types import (
    FLOAT,
    INTEGER,
    NUMERIC,
    TEXT,
    TIMESTAMP,
    ValueType,
)
from ferrule_core.query.functions.building import INT4, argument, result, type_of
from ferrule_core.sql.nodes import (
    AtTimeZone,
    BinaryOp,
    Cast,
    Constant,
    DateField,
    Expression,
    Extract,
    FunctionCall,
)
from ferrule_core.sql.operators import Operator

S = TypeVar("S", bound="str | None")
N = TypeVar("N", bound="int | float | Decimal | None")
F = TypeVar("F", float, Decimal)
D = TypeVar("D", bound="datetime | None")

DatePart = Literal[
    "year",
    "iso_year",
    "quarter",
    "month",
    "week",
    "day",
    "dow",
    "isodow",
    "doy",
    "hour",
    "minute",
    "second",
    "microsecond",
]
Unit = Literal[
    "microseconds",
    "milliseconds",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "decade",
    "century",
    "millennium",
]

_NOW = Expr[datetime](FunctionCall("now"), (), TIMESTAMP)
_DURATION = ValueType(timedelta)


class TextFunctions:
    """Functions of text (manual, section 9.4)."""

    @staticmethod
    def lower(expression: Expr[S], /) -> Expr[S]:
        """The text in small letters."""
        return result("lower", TEXT, expression)

    @staticmethod
    def upper(expression: Expr[S], /) -> Expr[S]:
        """The text in capital letters."""
        return result("upper", TEXT, expression)

    @staticmethod
    def initcap(expression: Expr[S], /) -> Expr[S]:
        """The text with a capital at the begin of each word."""
        return result("initcap", TEXT, expression)

    @staticmethod
    def length(expression: Expr[str | None], /) -> Expr[int]:
        """How many characters the text has."""
        return result("length", INTEGER, expression)

    @staticmethod
    def trim(expression: Expr[S], characters: str = " ", /) -> Expr[S]:
        """The text without these characters at either end."""
        return result("btrim", TEXT, expression, characters)

    @staticmethod
    def left(expression: Expr[S], count: int, /) -> Expr[S]:
        """The first characters; of a negative count, all but the last."""
        return result("left", TEXT, expression, count)

    @staticmethod
    def right(expression: Expr[S], count: int, /) -> Expr[S]:
        """The last characters; of a negative count, all but the first."""
        return result("right", TEXT, expression, count)

    @staticmethod
    def substring(expression: Expr[S], start: int, count: int | None = None, /) -> Expr[S]:
        """Characters from ``start`` on, which counts from 1."""
        more = () if count is None else (count,)
        return result("substr", TEXT, expression, start, *more)

    @staticmethod
    def position(expression: Expr[str | None], text: str | Expr[str], /) -> Expr[int]:
        """Where the text first stands in it, from 1; 0 where it does not."""
        return result("strpos", INTEGER, expression, text)

    @staticmethod
    def replace(expression: Expr[S], old: str | Expr[str], new: str | Expr[str], /) -> Expr[S]:
        """The text with every ``old`` replaced."""
        return result("replace", TEXT, expression, old, new)

    @staticmethod
    def split_part(expression: Expr[S], separator: str, number: int, /) -> Expr[S]:
        """The part of that number, from 1, or from the end where it is negative."""
        return result("split_part", TEXT, expression, separator, number)

    @staticmethod
    def concat(*parts: Expr[Any] | str) -> Expr[str]:
        """All parts as one text; a NULL counts as nothing."""
        return result("concat", TEXT, *parts)


class NumberFunctions:
    """Functions of numbers (manual, section 9.3)."""

    @staticmethod
    def abs(expression: Expr[N], /) -> Expr[N]:
        """The number without its sign."""
        return result("abs", type_of(expression), expression)

    @staticmethod
    def round(expression: Expr[Decimal], digits: int = 0, /) -> Expr[Decimal]:
        """Rounded to so many digits behind the point, half away from zero."""
        return result("round", NUMERIC, expression, digits)

    @staticmethod
    def floor(expression: Expr[F], /) -> Expr[F]:
        """The nearest whole number that is not larger."""
        return _inexact("floor", expression)

    @staticmethod
    def ceil(expression: Expr[F], /) -> Expr[F]:
        """The nearest whole number that is not smaller."""
        return _inexact("ceil", expression)

    @staticmethod
    def power(expression: Expr[F], exponent: float | Decimal, /) -> Expr[F]:
        """The number, raised."""
        return _inexact("power", expression, exponent)

    @staticmethod
    def sqrt(expression: Expr[F], /) -> Expr[F]:
        """The square root."""
        return _inexact("sqrt", expression)

    @staticmethod
    def random() -> Expr[float]:
        """A number from 0 to 1, without 1."""
        return result("random", FLOAT)


class DateFunctions:
    """Functions of dates and times (manual, section 9.9)."""

    @staticmethod
    def now() -> Expr[datetime]:
        """The moment at which the transaction began, by the server's clock."""
        return _NOW

    @staticmethod
    def date_part(
        part: DatePart, expression: Expr[date | None] | Expr[time | None], /
    ) -> Expr[int]:
        """A part of a date or a time as a whole number; ``isodow`` counts from Monday, 1, to 7.

        ``iso_year`` is the year that the week belongs to; ``second`` and ``microsecond`` are those
        of a Python ``datetime``.
        """
        return Expr(Cast(_part(part, expression.node), INT4), expression.paths, INTEGER)

    @staticmethod
    def epoch(expression: Expr[datetime | None] | Expr[timedelta | None], /) -> Expr[Decimal]:
        """The seconds since 1970, or of a duration; exact to the microsecond."""
        return Expr(Extract(DateField.EPOCH, expression.node), expression.paths, NUMERIC)

    @staticmethod
    def date_trunc(unit: Unit, expression: Expr[D], zone: str | None = None, /) -> Expr[D]:
        """The moment at which the unit began, by the clock of a zone where one is given."""
        more = () if zone is None else (argument(zone),)
        call = FunctionCall("date_trunc", (Constant(unit), expression.node, *more))
        return Expr(call, expression.paths, type_of(expression))

    @staticmethod
    def date(expression: Expr[datetime | None], /) -> Expr[date]:
        """The day of a moment, by the session's clock."""
        node = Cast(expression.node, TypeRef(PG_CATALOG, "date"))
        return Expr(node, expression.paths, ValueType(date))

    @staticmethod
    def time(expression: Expr[datetime | None], /) -> Expr[time]:
        """The time of day of a moment, by the session's clock."""
        node = Cast(expression.node, TypeRef(PG_CATALOG, "time"))
        return Expr(node, expression.paths, ValueType(time))

    @staticmethod
    def age(later: Expr[datetime], earlier: Expr[datetime], /) -> Expr[timedelta]:
        """The time between two moments."""
        node = BinaryOp(later.node, Operator.SUB, earlier.node)
        return Expr(node, paths_of(later, earlier), _DURATION)

    @staticmethod
    def at_time_zone(expression: Expr[D], zone: str | Expr[str], /) -> Expr[D]:
        """What a clock in that zone shows at the moment, without a zone; or the other way."""
        where = zone.node if isinstance(zone, Operand) else argument(zone)
        paths = paths_of(expression, zone)
        return Expr(AtTimeZone(expression.node, where), paths, type_of(expression))


def _part(part: DatePart, moment: Expression) -> Expression:
    """A part as a number without a fraction."""
    if part == "second":
        return FunctionCall("trunc", (Extract(DateField.SECOND, moment),))
    if part == "microsecond":  # the server's has the seconds in it
        return BinaryOp(Extract(DateField.MICROSECONDS, moment), Operator.MOD, Constant(1_000_000))
    name = "isoyear" if part == "iso_year" else part
    return FunctionCall("date_part", (Constant(name), moment))


def _inexact(name: str, expression: Expr[Any], *arguments: object) -> Expr[Any]:
    """A function that PostgreSQL has for ``numeric`` and ``double``: integers become doubles."""
    of = type_of(expression)
    return result(
        name, FLOAT if of is not None and of.python is int else of, expression, *arguments
    )
