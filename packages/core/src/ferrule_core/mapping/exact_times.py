"""Which dates, times and intervals a column of a certain type can hold exactly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.moments import Beyond, Infinite, is_offset
from ferrule_core.mapping.odd_times import refused_odd
from ferrule_core.mapping.value_types import Encode, ValueType

_LAST_YEAR = 9999
_ODD = frozenset((Infinite, Beyond, Interval))

PLAIN_TIMES: Mapping[str, str] = {
    "time": "type(v) is time and v.tzinfo is None",
    "timestamptz": "type(v) is datetime and v.tzinfo is UTC",
    "timestamp": "type(v) is datetime and v.tzinfo is None",
}
"""Tests that a value ``v`` is sent as it is, for binders, which know these names."""


def time_sender(value_type: ValueType, name: str) -> Encode | None:
    """How dates and times are checked, and those that Python has not."""
    kind: Any = value_type.python
    if kind is datetime:
        check: Encode | None = {"timestamp": _naive, "timestamptz": _aware}.get(name)
    elif kind is time:
        check = {"timetz": _time_with_zone, "time": _time}.get(name)
    else:
        check = {date: _date, timedelta: _duration, Interval: _interval}[kind]
    if check is None:
        return None
    allows, within = value_type.allows, check
    names = {name or "date"}

    def send(value: object) -> object:
        if type(value) not in _ODD or isinstance(value, kind):
            return within(value)
        odd = cast("Infinite | Beyond | Interval", value)
        if type(odd) not in allows:
            raise refused_odd(kind, odd, "the value")
        if isinstance(odd, Beyond) and odd.type not in names:
            raise ValueRefused(f"the {odd} is no {name or 'date'}")
        return odd

    return send


def refused_class(what: str, value: object) -> ValueRefused:
    """That something cannot be made of a value of this class."""
    return ValueRefused(f"{what} cannot be made of a value of type {type(value).__name__}")


def _date(value: object) -> object:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise refused_class("a date", value)
    return value


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    raise refused_class("a duration", value)


def _interval(value: object) -> object:
    if isinstance(value, Interval | timedelta):
        return value
    raise refused_class("an interval", value)


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise refused_class("a point in time", value)
    return value


def _naive(value: object) -> object:
    moment = _moment(value)
    if moment.tzinfo is None:
        return moment
    raise ValueRefused(
        "a timestamp without time zone cannot hold the zone of the value",
        hint="take the zone away in the way that you mean, or make the column a timestamptz",
    )


def _aware(value: object) -> object:
    moment = _moment(value)
    if moment.utcoffset() is None:
        raise ValueRefused(
            "a timestamptz needs to know the time zone of the value",
            hint="say it, as in datetime.now(UTC); "
            "or write column(type=types.Timestamp()) for one without",
        )
    if not 1 < moment.year < _LAST_YEAR:
        try:
            moment.astimezone(UTC)
        except OverflowError:
            raise ValueRefused("the value is beyond the years 1 to 9999 in UTC") from None
    return moment


def _time(value: object) -> object:
    if not isinstance(value, time):
        raise refused_class("a time", value)
    if value.tzinfo is None:
        return value
    raise ValueRefused("a time without time zone cannot hold the zone of the value")


def _time_with_zone(value: object) -> object:
    if not isinstance(value, time):
        raise refused_class("a time", value)
    offset = value.utcoffset()
    if offset is None:
        raise ValueRefused("a timetz needs to know the offset of the value from UTC")
    if not is_offset(offset.total_seconds()):
        raise ValueRefused(
            "the offset of the value has fractions of a second, or is 16 hours or more"
        )
    return value
