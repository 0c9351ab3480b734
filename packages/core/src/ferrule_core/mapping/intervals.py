"""Intervals as PostgreSQL has them: months, days and microseconds, each for itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Self, overload

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ValueRefused

_DAY = 86_400_000_000
_INT4 = 2**31
_INT8 = 2**63


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval: ``billed: Column[Interval]``.

    A month is no number of days, and a day no number of hours where clocks are changed, so two
    intervals are equal where all three parts are. (PostgreSQL's ``=`` takes 30 days for a month and
    24 hours for a day.) ``moment + interval`` does what PostgreSQL does, in the moment's own zone.

    Raises:
        ValueRefused: A part is beyond what PostgreSQL holds, or is no integer.
    """

    months: int = 0
    days: int = 0
    microseconds: int = 0

    def __post_init__(self) -> None:
        for part, limit in ((self.months, _INT4), (self.days, _INT4), (self.microseconds, _INT8)):
            if type(part) is not int:
                kind = type(part).__name__
                raise ValueRefused(
                    f"a part of an interval is an integer, not a value of type {kind}"
                )
            if not -limit <= part < limit:
                raise ValueRefused("a part of the interval is beyond what PostgreSQL holds")

    @classmethod
    def of(
        cls, *, years: int = 0, months: int = 0, days: int = 0, time: timedelta = timedelta(0)
    ) -> Interval:
        """An interval of years, months, days, and a time, whose days are taken as 24 hours."""
        return cls(12 * years + months, days, _microseconds(time))

    @classmethod
    def from_timedelta(cls, value: timedelta) -> Interval:
        """The interval as which a ``timedelta`` is stored: its days, and the rest."""
        return cls(0, *parts_of(value))

    def to_timedelta(self) -> timedelta:
        """The same as a ``timedelta``, which takes a day for 24 hours.

        Raises:
            ValueRefused: It has months, or is longer than Python's longest.
        """
        if self.months:
            raise ValueRefused(
                f"the interval {self} has months, which have no length of their own",
                hint="add it to a moment, or ask for its parts",
            )
        try:
            return timedelta(self.days, 0, self.microseconds)
        except OverflowError:
            raise ValueRefused(f"the interval {self} is too long for a timedelta") from None

    def __str__(self) -> str:
        """By ISO 8601, as PostgreSQL reads it: ``P1Y2M-3DT4H5M6.5S``."""
        years, months = _towards_zero(self.months, 12)
        seconds, fraction = _towards_zero(self.microseconds, 1_000_000)
        minutes, seconds = _towards_zero(seconds, 60)
        hours, minutes = _towards_zero(minutes, 60)
        second = str(seconds)
        if fraction:
            sign = "-" if fraction < 0 else ""
            second = f"{sign}{abs(seconds)}.{abs(fraction):06}".rstrip("0")
        day = _written((years, "Y"), (months, "M"), (self.days, "D"))
        time = _written((hours, "H"), (minutes, "M")) + (f"{second}S" if second != "0" else "")
        return f"P{day}T{time}" if time else f"P{day or '0D'}"

    def __neg__(self) -> Interval:
        return Interval(-self.months, -self.days, -self.microseconds)

    def __mul__(self, times: int) -> Interval:
        if type(times) is not int:
            return NotImplemented
        return Interval(self.months * times, self.days * times, self.microseconds * times)

    __rmul__ = __mul__

    @overload
    def __add__(self, other: Interval | timedelta) -> Interval: ...
    @overload
    def __add__(self, other: datetime) -> datetime: ...
    def __add__(self, other: object) -> Interval | datetime:
        if isinstance(other, datetime):
            return self._after(other)
        if isinstance(other, timedelta):
            other = Interval.from_timedelta(other)
        if not isinstance(other, Interval):
            return NotImplemented
        return Interval(
            self.months + other.months,
            self.days + other.days,
            self.microseconds + other.microseconds,
        )

    __radd__ = __add__

    def __sub__(self, other: Interval | timedelta) -> Interval:
        return self + -other

    @overload
    def __rsub__(self, other: timedelta) -> Interval: ...
    @overload
    def __rsub__(self, other: datetime) -> datetime: ...
    def __rsub__(self, other: timedelta | datetime) -> Interval | datetime:
        return -self + other

    def __bool__(self) -> bool:
        return bool(self.months or self.days or self.microseconds)

    def _after(self, moment: datetime) -> datetime:
        """Months, of which the last day may be an earlier one, then days, then the time."""
        from calendar import monthrange  # few programs need it

        count = moment.year * 12 + moment.month - 1 + self.months
        year, month = count // 12, count % 12 + 1
        try:
            day = min(moment.day, monthrange(year, month)[1])
            moved = moment.replace(year=year, month=month, day=day) + timedelta(self.days)
            time = timedelta(0, 0, self.microseconds)
            if moved.tzinfo is None:
                return moved + time
            return (moved.astimezone(UTC) + time).astimezone(moved.tzinfo)
        except (ValueError, OverflowError):
            raise ValueRefused("the sum is beyond the years 1 to 9999") from None


class Span(timedelta):
    """A ``timedelta`` that remembers how PostgreSQL split it: 24 hours are not a day there.

    It is equal to any other of its length, and is written again as it was read. What is calculated
    of it is a plain ``timedelta``.
    """

    __slots__ = ("parts",)

    parts: tuple[int, int]

    def __new__(cls, days: int, microseconds: int) -> Self:
        """One of so many days, and so many microseconds besides."""
        made = super().__new__(cls, days, 0, microseconds)
        made.parts = (days, microseconds)
        return made

    def __reduce__(self) -> tuple[type[Span], tuple[int, int]]:
        return Span, self.parts

    def __repr__(self) -> str:
        days, microseconds = self.parts
        return f"Span(days={days}, microseconds={microseconds})"


def parts_of(value: timedelta) -> tuple[int, int]:
    """Days and microseconds of an interval, as a ``timedelta`` is stored."""
    if type(value) is Span:
        return value.parts
    return value.days, value.seconds * 1_000_000 + value.microseconds


def span(days: int, microseconds: int) -> timedelta:
    """The ``timedelta`` that is written as this interval without months.

    Raises:
        OverflowError: It is too long.
    """
    if 0 <= microseconds < _DAY:
        return timedelta(days, 0, microseconds)
    return Span(days, microseconds)


def _microseconds(time: timedelta) -> int:
    return time // timedelta(0, 0, 1)


def _towards_zero(number: int, by: int) -> tuple[int, int]:
    whole, rest = divmod(abs(number), by)
    return (whole, rest) if number >= 0 else (-whole, -rest)


def _written(*parts: tuple[int, str]) -> str:
    return "".join(f"{number}{letter}" for number, letter in parts if number)
