"""Places in an ordered query as text: opaque, bound to the order that they were made for."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID

from ferrule_core.errors import InvalidCursor, QueryError
from ferrule_core.mapping.intervals import Interval, Span
from ferrule_core.mapping.moments import Beyond, Infinite

_VERSION = 1
_CHECK_BYTES = 6

_WRITE: dict[type, tuple[str, Callable[[Any], Any]]] = {
    int: ("i", str),
    str: ("s", str),
    bool: ("b", int),
    float: ("f", float.hex),
    Decimal: ("n", str),
    datetime: ("t", datetime.isoformat),
    date: ("d", date.isoformat),
    time: ("c", time.isoformat),
    timedelta: ("p", lambda span: [span.days, span.seconds, span.microseconds]),
    Span: ("q", lambda span: span.parts),
    Interval: ("v", lambda one: [one.months, one.days, one.microseconds]),
    Infinite: ("y", str),
    Beyond: ("z", lambda one: [one.type, one.count, one.offset]),
    UUID: ("u", str),
    bytes: ("x", bytes.hex),
}
_READ: dict[str, Callable[[Any], Any]] = {
    "i": int,
    "s": str,
    "b": bool,
    "f": float.fromhex,
    "n": Decimal,
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "c": time.fromisoformat,
    "p": lambda parts: timedelta(days=parts[0], seconds=parts[1], microseconds=parts[2]),
    "q": lambda parts: Span(*parts),
    "v": lambda parts: Interval(*parts),
    "y": Infinite,
    "z": lambda parts: Beyond(*parts),
    "u": UUID,
    "x": bytes.fromhex,
}


def write_cursor(order: str, values: Sequence[object]) -> str:
    """The text of a place.

    Args:
        order: What the rows are ordered by; equal texts mean the same.
        values: What the row at the place has of it, as the driver gets it.

    Raises:
        QueryError: A value is of a type that has no text here.
    """
    document = json.dumps([_VERSION, *map(_written, values)], separators=(",", ":"))
    payload = document.encode()
    return base64.urlsafe_b64encode(_check(order, payload) + payload).decode().rstrip("=")


def read_cursor(order: str, text: str, count: int) -> list[Any]:
    """The values of a place.

    Raises:
        InvalidCursor: The text was made for another order, or was changed on its way.
    """
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        check, payload = raw[:_CHECK_BYTES], raw[_CHECK_BYTES:]
        if check != _check(order, payload):
            raise _refused()
        version, *parts = json.loads(payload)
        values = [None if part is None else _READ[part[0]](part[1]) for part in parts]
    except (binascii.Error, ValueError, KeyError, IndexError, TypeError, ArithmeticError) as error:
        raise _refused() from error
    if version != _VERSION or len(values) != count:
        raise _refused()
    return values


def _check(order: str, payload: bytes) -> bytes:
    """Tells cursors of other queries, and mistakes, from those of this one. It is no signature."""
    return blake2b(payload, digest_size=_CHECK_BYTES, key=blake2b(order.encode()).digest()).digest()


def _written(value: object) -> list[Any] | None:
    if value is None:
        return None
    for kind in type(value).__mro__:
        found = _WRITE.get(kind)
        if found is not None:
            return [found[0], found[1](value)]
    raise QueryError(
        f"rows cannot be paged by values of type {type(value).__name__}",
        hint="order by other columns, or use paginate()",
    )


def _refused() -> InvalidCursor:
    return InvalidCursor(
        "the cursor does not belong to this query",
        hint="give a cursor of a page of the same query in the same order; begin without one",
    )
