"""Which dates, times and intervals a column takes of those that Python's classes cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.moments import Beyond, Infinite

GUARDED: tuple[type, ...] = (date, datetime, time, timedelta, Interval)
"""Classes beside whose values the server has others."""

_MAY_STAND_BESIDE: dict[type, tuple[type, ...]] = {
    date: (Infinite, Beyond),
    datetime: (Infinite, Beyond),
    time: (Beyond,),
    timedelta: (Interval, Infinite),
    Interval: (Infinite,),
}
_ODD = (Infinite, Beyond, Interval)


def split_odd(members: Collection[Any]) -> tuple[type, frozenset[type]] | None:
    """Of ``date | Infinite``: the class, and what may stand in its place; of others ``None``."""
    for kind, odd in _MAY_STAND_BESIDE.items():
        if kind in members and len(members) > 1 and set(members) <= {kind, *odd}:
            return kind, frozenset(one for one in odd if one in members)
    return None


def reader_of(kind: type, allows: Collection[type]) -> Callable[[Any], Any]:
    """Gives what the driver read, and refuses what the annotation does not allow."""

    def read(value: Any) -> Any:  # noqa: ANN401 - the driver's
        if value is None or type(value) in allows or isinstance(value, kind):
            return value
        if kind is Interval and isinstance(value, timedelta):
            return Interval.from_timedelta(value)
        if isinstance(value, _ODD):
            raise refused_odd(kind, value, "the value in the database")
        return value

    return read


def refused_odd(kind: type, value: Infinite | Beyond | Interval, what: str) -> ValueRefused:
    """That a column of ``kind`` does not take a value."""
    return ValueRefused(
        f"{what} is {_said(value)}, which a {kind.__name__} cannot be",
        hint=_hint(kind, type(value)),
    )


def _said(value: Infinite | Beyond | Interval) -> str:
    if isinstance(value, Interval):
        return f"an interval of months ({value})" if value.months else f"the interval {value}"
    return str(value)


def _hint(kind: type, odd: type) -> str | None:
    if odd not in _MAY_STAND_BESIDE.get(kind, ()):
        return None
    if odd is Interval:
        return f"Column[Interval] takes it, or Column[{kind.__name__} | Interval]"
    return f"Column[{kind.__name__} | {odd.__name__}] takes it"
