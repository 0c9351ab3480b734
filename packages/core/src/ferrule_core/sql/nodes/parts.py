"""Parts of values: elements of arrays, fields of composites, parts of dates."""

from __future__ import annotations

from enum import Enum

from ferrule_core.sql.nodes.expressions import Expression, Param
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.values import value


@value
class Subscript(Node):
    """``operand[index]`` of an array (counted from 1) or of jsonb."""

    operand: Expression
    index: Expression

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(Subscript)
        self.operand.shape(key, params)
        self.index.shape(key, params)


@value
class Slice(Node):
    """``operand[low:high]`` of an array, both ends included; ``None`` means its own end."""

    operand: Expression
    low: Expression | None = None
    high: Expression | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Slice, self.low is None, self.high is None)
        for part in (self.operand, self.low, self.high):
            if part is not None:
                part.shape(key, params)


@value
class FieldOf(Node):
    """``(operand).field`` of a composite."""

    operand: Expression
    field: str

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (FieldOf, self.field)
        self.operand.shape(key, params)


class DateField(Enum):
    """What ``EXTRACT`` takes out of a date, a time or an interval (manual, section 9.9.1)."""

    CENTURY = "CENTURY"
    DAY = "DAY"
    DECADE = "DECADE"
    DOW = "DOW"
    DOY = "DOY"
    EPOCH = "EPOCH"
    HOUR = "HOUR"
    ISODOW = "ISODOW"
    ISOYEAR = "ISOYEAR"
    JULIAN = "JULIAN"
    MICROSECONDS = "MICROSECONDS"
    MILLENNIUM = "MILLENNIUM"
    MILLISECONDS = "MILLISECONDS"
    MINUTE = "MINUTE"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    SECOND = "SECOND"
    TIMEZONE = "TIMEZONE"
    TIMEZONE_HOUR = "TIMEZONE_HOUR"
    TIMEZONE_MINUTE = "TIMEZONE_MINUTE"
    WEEK = "WEEK"
    YEAR = "YEAR"

    __hash__ = object.__hash__


@value
class Extract(Node):
    """``EXTRACT(field FROM operand)``; exact, a ``numeric``."""

    field: DateField
    operand: Expression

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Extract, self.field)
        self.operand.shape(key, params)


@value
class AtTimeZone(Node):
    """``operand AT TIME ZONE zone``: a moment as the zone's clock shows it, or the other way."""

    operand: Expression
    zone: Expression

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(AtTimeZone)
        self.operand.shape(key, params)
        self.zone.shape(key, params)
