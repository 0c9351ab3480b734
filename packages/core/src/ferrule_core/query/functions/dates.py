"""Functions of dates and times."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias, TypeVar

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.operands import Operand, paths_of
from ferrule_core.mapping.value_types import (
    DATE,
    DURATION,
    INTEGER,
    NUMERIC,
    TEXT,
    TIME,
    TIMESTAMP,
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

D = TypeVar("D", bound="datetime | None")
Day: TypeAlias = date  # a function is called ``date`` too

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
        return Expr(node, expression.paths, DATE)

    @staticmethod
    def time(expression: Expr[datetime | None], /) -> Expr[time]:
        """The time of day of a moment, by the session's clock."""
        node = Cast(expression.node, TypeRef(PG_CATALOG, "time"))
        return Expr(node, expression.paths, TIME)

    @staticmethod
    def age(later: Expr[datetime], earlier: Expr[datetime], /) -> Expr[timedelta]:
        """The time between two moments."""
        node = BinaryOp(later.node, Operator.SUB, earlier.node)
        return Expr(node, paths_of(later, earlier), DURATION)

    @staticmethod
    def at_time_zone(expression: Expr[D], zone: str | Expr[str], /) -> Expr[D]:
        """What a clock in that zone shows at the moment, without a zone; or the other way."""
        where = zone.node if isinstance(zone, Operand) else argument(zone)
        paths = paths_of(expression, zone)
        return Expr(AtTimeZone(expression.node, where), paths, type_of(expression))

    @staticmethod
    def current_date() -> Expr[Day]:
        """The day on which the transaction began, by the session's clock."""
        return Expr(Cast(_NOW.node, TypeRef(PG_CATALOG, "date")), (), DATE)

    @staticmethod
    def clock_timestamp() -> Expr[datetime]:
        """The moment itself, which differs from row to row."""
        return result("clock_timestamp", TIMESTAMP)

    @staticmethod
    def make_date(
        year: int | Expr[int], month: int | Expr[int], day: int | Expr[int], /
    ) -> Expr[Day]:
        """A day of its parts."""
        return result("make_date", DATE, year, month, day)

    @staticmethod
    def date_bin(width: timedelta, expression: Expr[D], origin: datetime, /) -> Expr[D]:
        """The begin of the part that a moment lies in, when time has parts of that width."""
        return result("date_bin", type_of(expression), width, expression, origin)

    @staticmethod
    def to_char(
        expression: Expr[datetime | Day | int | float | Decimal | timedelta | None],
        pattern: str,
        /,
    ) -> Expr[str]:
        """As text by a pattern: ``func.to_char(Book.published, "YYYY-MM")`` (section 9.8)."""
        return result("to_char", TEXT, expression, pattern)

    @staticmethod
    def to_date(text: Expr[str | None], pattern: str, /) -> Expr[Day]:
        """The day that a text shows."""
        return result("to_date", DATE, text, pattern)

    @staticmethod
    def to_timestamp(
        value: Expr[float | None] | Expr[str | None], pattern: str | None = None, /
    ) -> Expr[datetime]:
        """The moment of that many seconds since 1970, or that a text shows by a pattern."""
        more = () if pattern is None else (pattern,)
        return result("to_timestamp", TIMESTAMP, value, *more)

    @staticmethod
    def justify_interval(expression: Expr[timedelta], /) -> Expr[timedelta]:
        """A duration with 24 hours as a day and 30 days as a month."""
        return result("justify_interval", DURATION, expression)


def _part(part: DatePart, moment: Expression) -> Expression:
    """A part as a number without a fraction."""
    if part == "second":
        return FunctionCall("trunc", (Extract(DateField.SECOND, moment),))
    if part == "microsecond":  # the server's has the seconds in it
        return BinaryOp(Extract(DateField.MICROSECONDS, moment), Operator.MOD, Constant(1_000_000))
    name = "isoyear" if part == "iso_year" else part
    return FunctionCall("date_part", (Constant(name), moment))
