"""What dates and times of PostgreSQL are that Python's are not: infinite, or out of their range."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Literal

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ValueRefused

_EPOCH = date(2000, 1, 1).toordinal()
_DAYS_OF_400_YEARS = 146_097
_DAY = 86_400_000_000
_LAST_DAY = date.max.toordinal()
_LONGEST_OFFSET = 16 * 3600


class Infinite(Enum):
    """A date, a timestamp or an interval without an end: ``until: Column[date | Infinite]``.

    ``PAST`` is before all others and ``FUTURE`` after them, as in PostgreSQL.
    """

    PAST = "-infinity"
    FUTURE = "infinity"

    def __str__(self) -> str:
        return str(self.value)

    def __lt__(self, other: object) -> bool:
        return self is Infinite.PAST and other is not self

    def __gt__(self, other: object) -> bool:
        return self is Infinite.FUTURE and other is not self

    def __le__(self, other: object) -> bool:
        return not self > other

    def __ge__(self, other: object) -> bool:
        return not self < other


@dataclass(frozen=True, slots=True)
class Beyond:
    """A date or a time that Python has not: before year 1, after 9999, or 24:00:00.

    It is read where the annotation allows it, ``Column[date | Beyond]``, and can be written again.

    Attributes:
        type: Its type in PostgreSQL.
        count: Days of a ``date`` and microseconds of a timestamp, from the first of January 2000;
            microseconds of a ``time`` from midnight.
        offset: Of a ``timetz``: seconds east of UTC.

    Raises:
        ValueRefused: Python has it.
    """

    type: Literal["date", "time", "timetz", "timestamp", "timestamptz"]
    count: int
    offset: int = 0

    def __post_init__(self) -> None:
        if self.type in ("time", "timetz"):
            fits = 0 <= self.count < _DAY
        else:
            fits = 0 < self._day + _EPOCH <= _LAST_DAY
        if fits:
            raise ValueRefused(f"the {self} can be a value of Python's own class")

    @property
    def _day(self) -> int:
        return self.count if self.type == "date" else self.count // _DAY

    @property
    def year(self) -> int | None:
        """Its year, where year 0 is 1 BC; ``None`` of a time."""
        return None if self.type in ("time", "timetz") else _calendar(self._day)[0]

    def __str__(self) -> str:
        """As PostgreSQL writes it, in UTC: ``date 0044-03-15 BC``."""
        if self.type == "time":
            return f"time {_clock(self.count)}"
        if self.type == "timetz":
            return f"timetz {_clock(self.count)}{shown_offset(self.offset)}"
        year, rest = _calendar(self._day)
        era = " BC" if year < 1 else ""
        clock = "" if self.type == "date" else f" {_clock(self.count % _DAY)}"
        zone = "+00" if self.type == "timestamptz" else ""
        return f"{self.type} {year if year > 0 else 1 - year:04}{rest}{clock}{zone}{era}"


def _calendar(day: int) -> tuple[int, str]:
    """Year, and month and day as text, of a day that is counted from the first of January 2000."""
    cycles, within = divmod(day, _DAYS_OF_400_YEARS)
    found = date.fromordinal(within + _EPOCH)
    return found.year + 400 * cycles, f"-{found.month:02}-{found.day:02}"


def day_of(year: int, month: int, day: int) -> int:
    """A day as it is counted from the first of January 2000; year 0 is 1 BC.

    Raises:
        ValueError: There is no such day.
    """
    cycles, within = divmod(year - 2000, 400)
    return date(2000 + within, month, day).toordinal() - _EPOCH + cycles * _DAYS_OF_400_YEARS


def _clock(microseconds: int) -> str:
    seconds, fraction = divmod(microseconds, 1_000_000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{fraction:06}".rstrip("0") if fraction else text


def shown_offset(seconds: int) -> str:
    """An offset from UTC: ``+05:45:30``."""
    hours, rest = divmod(abs(seconds), 3600)
    parts = [f"{hours:02}", f"{rest // 60:02}", f"{rest % 60:02}"]
    while len(parts) > 1 and parts[-1] == "00":
        parts.pop()
    return ("-" if seconds < 0 else "+") + ":".join(parts)


def is_offset(seconds: float) -> bool:
    """Whether a ``timetz`` can hold this offset from UTC."""
    return seconds == int(seconds) and abs(seconds) < _LONGEST_OFFSET
