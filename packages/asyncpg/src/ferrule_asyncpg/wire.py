"""Values in the server's binary format, of types whose codecs here are textual.

COPY in binary format takes nothing else. asyncpg sends the bytes as it would those of a bytea.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from decimal import Decimal
from typing import cast

from ferrule_core.errors import ValueRefused

Encode = Callable[[object], object]

_NAN, _INFINITY, _MINUS_INFINITY = 0xC000, 0xD000, 0xF000
_MINUS = 0x4000
_MOST_DIGITS_BEFORE, _MOST_DIGITS_AFTER = 131_072, 16_383
"""Limits of numeric: PostgreSQL's manual, table 8.2."""


def write_numeric(value: object) -> bytes:
    """A number as ``numeric_recv`` of the server's source reads it: groups of four digits.

    Raises:
        ValueRefused: The number has more digits than numeric holds.
    """
    number = value if isinstance(value, Decimal) else Decimal(value)  # type: ignore[arg-type]
    if not number.is_finite():
        sign = _NAN if number.is_nan() else _MINUS_INFINITY if number < 0 else _INFINITY
        return struct.pack(">hhHh", 0, 0, sign, 0)
    exponent = cast("int", number.as_tuple().exponent)
    if -exponent > _MOST_DIGITS_AFTER or number.adjusted() >= _MOST_DIGITS_BEFORE:
        raise ValueRefused("a number has more digits than numeric can hold")
    whole, _, fraction = f"{number.copy_abs():f}".partition(".")
    text = "0" * (-len(whole) % 4) + whole + fraction + "0" * (-len(fraction) % 4)
    weight = (len(whole) + 3) // 4 - 1
    groups = [int(text[place : place + 4]) for place in range(0, len(text), 4)]
    while groups and groups[-1] == 0:
        groups.pop()
    first = next((place for place, group in enumerate(groups) if group), 0)
    sign = _MINUS if groups and number.is_signed() else 0
    header = len(groups) - first, weight - first if groups else 0, sign, len(fraction)
    return struct.pack(f">HhHh{header[0]}h", *header, *groups[first:])


def write_text(value: object) -> bytes:
    """Text as it is, which many types of extensions take.

    Raises:
        ValueRefused: It is no text.
    """
    if not isinstance(value, str):
        raise ValueRefused(f"text cannot be made of a value of type {type(value).__name__}")
    return value.encode()


def write_versioned_text(value: object) -> bytes:
    """Text after the number of its format, which is 1."""
    return b"\x01" + write_text(value)


def check_integer(value: object) -> object:
    """The value, which must be an integer: asyncpg would cut off what follows the point.

    Raises:
        ValueRefused: It is another number.
    """
    if isinstance(value, int):
        return value
    raise ValueRefused(f"an integer cannot be made of a value of type {type(value).__name__}")


NUMERIC, NUMERIC_ARRAY = 1700, 1231
CHECKED: dict[int, Encode] = dict.fromkeys((20, 21, 23, 26), check_integer)
"""By OID: what stands before asyncpg's own codec. Integers, and oid."""

BY_NAME: dict[str, Encode] = {
    "citext": write_text,
    "lquery": write_versioned_text,
    "ltree": write_versioned_text,
    "ltxtquery": write_versioned_text,
}
"""Types of extensions, which have no fixed OID and whose binary format is text."""
