"""The ends of ranges, in the server's binary format: a range is one value to asyncpg."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from ferrule_asyncpg.wire import write_numeric
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ValueRefused

_FIRST_DAY = date(2000, 1, 1)
_FIRST_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - of timestamps without a zone
_FIRST_MOMENT_UTC = datetime(2000, 1, 1, tzinfo=UTC)
"""What the server counts days and microseconds from."""

_MICROSECOND = timedelta(microseconds=1)
_LAST_DAY, _LAST_MOMENT = 2**31 - 1, 2**63 - 1
"""What stands for infinity; one less than its negative stands for the other one."""

_DAY = timedelta(days=1) // _MICROSECOND

_NAN, _INFINITY, _MINUS_INFINITY = 0xC000, 0xD000, 0xF000
_MINUS = 0x4000


@dataclass(frozen=True, slots=True)
class Ends:
    """How the ends of one type of ranges are written and read."""

    write: Callable[[Any], bytes]
    read: Callable[[bytes], Any]


def _integers(form: str) -> Ends:
    packer = struct.Struct(form)

    def write(value: object) -> bytes:
        if type(value) is not int:
            raise ValueRefused(f"an integer cannot be made of a value of type {_kind(value)}")
        return packer.pack(value)

    return Ends(write, lambda received: packer.unpack(received)[0])


def _floats(form: str) -> Ends:
    packer = struct.Struct(form)

    def write(value: object) -> bytes:
        if not isinstance(value, float):
            raise ValueRefused(f"a float cannot be made of a value of type {_kind(value)}")
        return packer.pack(value)

    return Ends(write, lambda received: packer.unpack(received)[0])


def _write_numeric(value: object) -> bytes:
    if type(value) is int or isinstance(value, Decimal):
        return write_numeric(value)
    raise ValueRefused(f"a number cannot be made of a value of type {_kind(value)}")


def read_numeric(received: bytes) -> Decimal:
    """A number as ``numeric_send`` of the server's source writes it: groups of four digits."""
    count, weight, sign, scale = struct.unpack_from(">HhHh", received)
    if sign in (_NAN, _INFINITY, _MINUS_INFINITY):
        return Decimal({_NAN: "NaN", _INFINITY: "Infinity"}.get(sign, "-Infinity"))
    groups: tuple[int, ...] = struct.unpack_from(f">{count}H", received, 8)
    digits = "".join(f"{group:04d}" for group in groups)
    # The last digit that is there has the place 4 * (weight + 1 - count) before the point.
    exponent = 4 * (weight + 1 - count)
    if exponent < -scale:  # zeros that fill the last group
        digits = digits[: exponent + scale]
    else:
        digits += "0" * (exponent + scale)
    number = (0 if sign != _MINUS else 1, tuple(map(int, digits.lstrip("0") or "0")), -scale)
    return Decimal(cast("Any", number))


def _write_date(value: object) -> bytes:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueRefused(f"a date cannot be made of a value of type {_kind(value)}")
    return struct.pack(">i", (value - _FIRST_DAY).days)


def _read_date(received: bytes) -> date:
    (days,) = struct.unpack(">i", received)
    if days in (_LAST_DAY, -_LAST_DAY - 1):
        raise _infinite()
    return _FIRST_DAY + timedelta(days=days)


def _moments(first: datetime, *, aware: bool) -> Ends:
    def write(value: object) -> bytes:
        if not isinstance(value, datetime):
            raise ValueRefused(f"a point in time cannot be made of a value of type {_kind(value)}")
        if (value.utcoffset() is not None) != aware:
            raise ValueRefused(
                f"the ends of the range need {'a' if aware else 'to have no'} time zone"
            )
        return struct.pack(">q", (value - first) // _MICROSECOND)

    def read(received: bytes) -> datetime:
        (microseconds,) = struct.unpack(">q", received)
        if microseconds in (_LAST_MOMENT, -_LAST_MOMENT - 1):
            raise _infinite()
        return first + timedelta(microseconds=microseconds)

    return Ends(write, read)


def _write_time(value: object) -> bytes:
    if not isinstance(value, time) or value.tzinfo is not None:
        raise ValueRefused("the ends of the range need to be times without a zone")
    since = timedelta(
        hours=value.hour,
        minutes=value.minute,
        seconds=value.second,
        microseconds=value.microsecond,
    )
    return struct.pack(">q", since // _MICROSECOND)


def _read_time(received: bytes) -> time:
    (microseconds,) = struct.unpack(">q", received)
    if microseconds >= _DAY:
        raise ValueRefused("a range ends at 24:00, which is no time in Python")
    return (_FIRST_MOMENT + timedelta(microseconds=microseconds)).time()


def _infinite() -> ValueRefused:
    return ValueRefused(
        "a range ends at infinity, which is no date and no moment in Python",
        hint="ranges without an end have none; read infinity as text",
    )


def _kind(value: object) -> str:
    return type(value).__name__


ENDS: Mapping[int, Ends] = {
    20: _integers(">q"),
    21: _integers(">h"),
    23: _integers(">i"),
    700: _floats(">f"),
    701: _floats(">d"),
    1082: Ends(_write_date, _read_date),
    1083: Ends(_write_time, _read_time),
    1114: _moments(_FIRST_MOMENT, aware=False),
    1184: _moments(_FIRST_MOMENT_UTC, aware=True),
    1700: Ends(_write_numeric, read_numeric),
}
"""By the OID of the subtype: bigint, smallint, integer, real, double, date, time, timestamp,
timestamptz, numeric. Python has no other type in the order of the server: text has a collation."""
