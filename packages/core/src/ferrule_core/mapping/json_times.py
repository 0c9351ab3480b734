"""What stands in JSON for dates, times and intervals, those that Python has not among them.

They are text: by ISO 8601, ``infinity`` and ``-infinity`` as PostgreSQL writes them, and what is
``Beyond`` in its spelling, too: ``0044-03-15 BC``, ``10000-01-01 00:00:00+00``, ``24:00:00``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal

from ferrule_core.mapping.intervals import Interval, Span, parts_of, span
from ferrule_core.mapping.json_form import JsonForm, text_form
from ferrule_core.mapping.moments import Beyond, Infinite, day_of

_DAY = 86_400_000_000

_BEYOND = re.compile(
    r"(?P<year>\d{4,})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?P<clock> (?P<hours>\d\d):(?P<minutes>\d\d):(?P<seconds>\d\d)(?:\.(?P<fraction>\d{1,6}))?)?"
    r"(?P<zone>\+00)?(?P<era> BC)?",
    re.ASCII,
)
_MIDNIGHT = re.compile(
    r"24:00:00(?:(?P<sign>[+-])(?P<hours>\d\d)(?::(?P<minutes>\d\d))?(?::(?P<seconds>\d\d))?)?",
    re.ASCII,
)
_INTERVAL = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>-?\d+)Y)?(?:(?P<months>-?\d+)M)?(?:(?P<days>-?\d+)D)?"
    r"(?:T(?=[-\d])(?:(?P<hours>-?\d+)H)?(?:(?P<minutes>-?\d+)M)?"
    r"(?:(?P<minus>-?)(?P<seconds>\d+)(?:\.(?P<fraction>\d{1,6}))?S)?)?",
    re.ASCII,
)


def _write_moment(value: date | time | Infinite | Beyond) -> str:
    if isinstance(value, Infinite):
        return str(value)
    if isinstance(value, Beyond):
        return str(value).partition(" ")[2]
    return value.isoformat()


def _read_date(text: str) -> date | Infinite | Beyond:
    beyond = _infinite(text) or _beyond(text)
    if isinstance(beyond, Beyond) and beyond.type != "date":
        raise ValueError(text)
    return beyond or date.fromisoformat(text)


def _read_datetime(text: str) -> datetime | Infinite | Beyond:
    beyond = _infinite(text) or _beyond(text)
    if isinstance(beyond, Beyond) and beyond.type == "date":
        raise ValueError(text)
    return beyond or datetime.fromisoformat(text)


def _infinite(text: str) -> Infinite | None:
    return Infinite(text) if text in ("infinity", "-infinity") else None


def _beyond(text: str) -> Beyond | None:
    """What Python has not; ``None`` where it may have it."""
    match = _BEYOND.fullmatch(text)
    if match is None or (match["era"] is None and len(match["year"]) == len("2024")):
        return None
    year = int(match["year"])
    day = day_of(year if match["era"] is None else 1 - year, int(match["month"]), int(match["day"]))
    if match["clock"] is None:
        if match["zone"] is not None:
            raise ValueError(text)
        return Beyond("date", day)
    clock = time(int(match["hours"]), int(match["minutes"]), int(match["seconds"]))
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    count = day * _DAY + seconds * 1_000_000 + _fraction(match["fraction"])
    kind: Literal["timestamp", "timestamptz"] = "timestamptz" if match["zone"] else "timestamp"
    return Beyond(kind, count)


def _read_time(text: str) -> time | Beyond:
    match = _MIDNIGHT.fullmatch(text)
    if match is None:
        return time.fromisoformat(text)
    if match["sign"] is None:
        return Beyond("time", _DAY)
    hours, minutes, seconds = (int(match[part] or 0) for part in ("hours", "minutes", "seconds"))
    offset = hours * 3600 + minutes * 60 + seconds
    return Beyond("timetz", _DAY, -offset if match["sign"] == "-" else offset)


def _fraction(digits: str | None) -> int:
    return int((digits or "").ljust(6, "0"))


def _write_interval(value: timedelta | Interval | Infinite) -> str:
    if isinstance(value, Span):
        return str(Interval(0, *value.parts))
    if not isinstance(value, timedelta):
        return str(value)
    sign, length = ("-", -value) if value < timedelta(0) else ("", value)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06}" if length.microseconds else ""
    return f"{sign}P{length.days}DT{hours}H{minutes}M{seconds}{fraction}S"


def _parsed(text: str) -> Interval:
    """The interval of a text; one sign before all of it is that of a length of time."""
    match = _INTERVAL.fullmatch(text)
    if match is None or text[-1] in "PT":
        raise ValueError(text)
    months = 12 * int(match["years"] or 0) + int(match["months"] or 0)
    days = int(match["days"] or 0)
    seconds = int(match["seconds"] or 0) * 1_000_000 + _fraction(match["fraction"])
    minutes = 60 * int(match["hours"] or 0) + int(match["minutes"] or 0)
    microseconds = minutes * 60_000_000 + (-seconds if match["minus"] else seconds)
    if match["sign"] and not months:
        return Interval(0, *parts_of(-timedelta(days, 0, microseconds)))
    found = Interval(months, days, microseconds)
    return -found if match["sign"] else found


def _read_duration(text: str) -> timedelta | Interval | Infinite:
    infinite = _infinite(text)
    if infinite is not None:
        return infinite
    found = _parsed(text)
    if found.months:
        return found
    try:
        return span(found.days, found.microseconds)
    except OverflowError:
        return found


def _read_interval(text: str) -> Interval | Infinite:
    return _infinite(text) or _parsed(text)


TIMES: Mapping[type, JsonForm] = {
    date: text_form(
        'a date is text such as "2024-02-29"', (date, Infinite, Beyond), _read_date, _write_moment
    ),
    datetime: text_form(
        'a time is text such as "2024-02-29T12:30:00+00:00"',
        (datetime, Infinite, Beyond),
        _read_datetime,
        _write_moment,
    ),
    time: text_form(
        'a time of day is text such as "12:30:00"', (time, Beyond), _read_time, _write_moment
    ),
    timedelta: text_form(
        'an interval is text such as "P1DT12H30M0S"',
        (timedelta, Interval, Infinite),
        _read_duration,
        _write_interval,
    ),
    Interval: text_form(
        'an interval is text such as "P1Y2M3DT4H5M6.5S"',
        (Interval, timedelta, Infinite),
        _read_interval,
        _write_interval,
    ),
}
"""By the class of the values."""
