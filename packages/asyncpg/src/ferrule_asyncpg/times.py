"""How dates, times and intervals are read and written: each as what it is.

asyncpg's own codecs read infinity as the last of all days, and a month as thirty. It can pass on
the numbers that the server sends instead, and these functions make values of them in less time
than its own take. What Python's classes cannot hold becomes a value of ours: a column refuses it
by its name, unless its annotation allows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Final

from ferrule_core.deferred import dataclass
from ferrule_core.mapping.intervals import Interval, parts_of, span
from ferrule_core.mapping.moments import Beyond, Infinite

Numbers = tuple[int, ...]

_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - of the timestamps without time zone
_EPOCH_UTC: Final = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(2000, 1, 1).toordinal()
_DAY: Final = 86_400_000_000
_GREATEST_INT4, _LEAST_INT4 = 2**31 - 1, -(2**31)
_GREATEST_INT8, _LEAST_INT8 = 2**63 - 1, -(2**63)
_MOST_KEPT = 20_000

_INFINITE_DAYS: Mapping[int, Infinite] = {
    _GREATEST_INT4: Infinite.FUTURE,
    _LEAST_INT4: Infinite.PAST,
}
_INFINITE_MOMENTS: Mapping[int, Infinite] = {
    _GREATEST_INT8: Infinite.FUTURE,
    _LEAST_INT8: Infinite.PAST,
}
_INFINITE_SPANS: Mapping[Numbers, Infinite] = {
    (_GREATEST_INT4, _GREATEST_INT4, _GREATEST_INT8): Infinite.FUTURE,
    (_LEAST_INT4, _LEAST_INT4, _LEAST_INT8): Infinite.PAST,
}
"""From DATEVAL_NOBEGIN, DT_NOBEGIN and INTERVAL_NOBEGIN of the server's source, and their twins."""


class _Kept(dict[Numbers, Any]):
    """Values that were read before: dates come again and again, and a look-up is quicker."""

    def __init__(self, read: Callable[[Numbers], object]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, numbers: Numbers) -> object:
        found = self._read(numbers)
        if type(found) is time and found.microsecond:
            return found  # one of too many to come again
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[numbers] = found
        return found


def _read_date(numbers: Numbers) -> date | Infinite | Beyond:
    days = numbers[0]
    if days in _INFINITE_DAYS:
        return _INFINITE_DAYS[days]
    try:
        return date.fromordinal(days + _EPOCH_DAY)
    except (ValueError, OverflowError):
        return Beyond("date", days)


def _write_date(value: object) -> Numbers:
    if type(value) is date:
        return (value.toordinal() - _EPOCH_DAY,)
    if isinstance(value, Infinite):
        return (_GREATEST_INT4 if value is Infinite.FUTURE else _LEAST_INT4,)
    if isinstance(value, Beyond) and value.type == "date":
        return (value.count,)
    if isinstance(value, date) and not isinstance(value, datetime):
        return (value.toordinal() - _EPOCH_DAY,)
    raise _refused("a date", value)


def _read_timestamp(numbers: Numbers) -> datetime | Infinite | Beyond:
    count = numbers[0]
    try:
        return _EPOCH + timedelta(0, 0, count)
    except OverflowError:
        return _INFINITE_MOMENTS.get(count) or Beyond("timestamp", count)


def _read_timestamptz(numbers: Numbers) -> datetime | Infinite | Beyond:
    count = numbers[0]
    try:
        return _EPOCH_UTC + timedelta(0, 0, count)
    except OverflowError:
        return _INFINITE_MOMENTS.get(count) or Beyond("timestamptz", count)


def _write_timestamp(value: object) -> Numbers:
    if isinstance(value, datetime):
        since = value - _EPOCH  # a TypeError of one that knows its time zone
    elif isinstance(value, date):
        since = datetime(value.year, value.month, value.day) - _EPOCH  # noqa: DTZ001
    else:
        return _write_odd("timestamp", value)
    return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds,)


def _write_timestamptz(value: object) -> Numbers:
    if not isinstance(value, datetime):
        return _write_odd("timestamptz", value)
    since = value - _EPOCH_UTC  # a TypeError of one that does not know its time zone
    return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds,)


def _write_odd(type_: str, value: object) -> Numbers:
    if isinstance(value, Infinite):
        return (_GREATEST_INT8 if value is Infinite.FUTURE else _LEAST_INT8,)
    if isinstance(value, Beyond) and value.type == type_:
        return (value.count,)
    raise _refused(f"a {type_}", value)


def _read_time(numbers: Numbers) -> time | Beyond:
    count = numbers[0]
    if count >= _DAY:
        return Beyond("time", count)
    return _clock(count, None)


def _read_timetz(numbers: Numbers) -> time | Beyond:
    count, west = numbers
    if count >= _DAY:
        return Beyond("timetz", count, -west)
    return _clock(count, timezone(timedelta(0, -west)) if west else UTC)


def _clock(count: int, zone: timezone | None) -> time:
    seconds, microsecond = divmod(count, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return time(hour, minute, second, microsecond, zone)


def _write_time(value: object) -> Numbers:
    if isinstance(value, time) and value.tzinfo is None:
        minutes = value.hour * 60 + value.minute
        return ((minutes * 60 + value.second) * 1_000_000 + value.microsecond,)
    if isinstance(value, Beyond) and value.type == "time":
        return (value.count,)
    raise _refused("a time without time zone", value)


def _write_timetz(value: object) -> Numbers:
    if isinstance(value, time):
        offset = value.utcoffset()
        if offset is not None and not offset.microseconds:
            east = offset.days * 86_400 + offset.seconds
            minutes = value.hour * 60 + value.minute
            return ((minutes * 60 + value.second) * 1_000_000 + value.microsecond, -east)
    if isinstance(value, Beyond) and value.type == "timetz":
        return (value.count, -value.offset)
    raise _refused("a time with time zone", value)


def _read_interval(numbers: Numbers) -> timedelta | Interval:
    months, days, microseconds = numbers
    if not months:
        try:
            return span(days, microseconds)
        except OverflowError:
            pass
    return Interval(months, days, microseconds)


def _read_interval_or_infinity(numbers: Numbers) -> timedelta | Interval | Infinite:
    if numbers[0] in _INFINITE_DAYS and numbers in _INFINITE_SPANS:
        return _INFINITE_SPANS[numbers]
    return _read_interval(numbers)


def _write_interval(value: object) -> Numbers:
    if type(value) is timedelta:
        return (0, value.days, value.seconds * 1_000_000 + value.microseconds)
    if isinstance(value, timedelta):
        return (0, *parts_of(value))
    if isinstance(value, Interval):
        return (value.months, value.days, value.microseconds)
    raise _refused("an interval", value)


def _write_interval_or_infinity(value: object) -> Numbers:
    if type(value) is timedelta:
        return (0, value.days, value.seconds * 1_000_000 + value.microseconds)
    if isinstance(value, Infinite):
        return next(numbers for numbers, one in _INFINITE_SPANS.items() if one is value)
    numbers = _write_interval(value)
    if numbers in _INFINITE_SPANS:
        raise ValueError("the server would take this interval for infinity")
    return numbers


def _refused(what: str, value: object) -> TypeError:
    return TypeError(f"{what} cannot be made of a value of type {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class TimeCodec:
    """How values of one type become the numbers that the server sends, and back."""

    write: Callable[[object], Numbers]
    read: Callable[[Numbers], object]


_INFINITE_INTERVALS_SINCE = 17

_CODECS: Mapping[str, TimeCodec] = {
    "date": TimeCodec(_write_date, _Kept(_read_date).__getitem__),
    "time": TimeCodec(_write_time, _Kept(_read_time).__getitem__),
    "timetz": TimeCodec(_write_timetz, _Kept(_read_timetz).__getitem__),
    "timestamp": TimeCodec(_write_timestamp, _read_timestamp),
    "timestamptz": TimeCodec(_write_timestamptz, _read_timestamptz),
    "interval": TimeCodec(_write_interval, _read_interval),
}


def time_codecs(server_version: int) -> Mapping[str, TimeCodec]:
    """The codecs by type, for a server of this major version."""
    if server_version < _INFINITE_INTERVALS_SINCE:
        return _CODECS
    infinite = TimeCodec(_write_interval_or_infinity, _read_interval_or_infinity)
    return {**_CODECS, "interval": infinite}
