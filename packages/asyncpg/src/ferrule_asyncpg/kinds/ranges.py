"""Ranges and multiranges: ``range_send`` and ``multirange_send`` of the server's source."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, cast

from ferrule_asyncpg.kinds.ends import Ends
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.kinds.spans import Bounds, Multirange, Range

_half_open: Callable[[Any, Any], Range[Any]] = cast("Any", Range).half_open
_EMPTY, _LOWER_INC, _UPPER_INC, _LOWER_INF, _UPPER_INF = 1, 2, 4, 8, 16


@dataclass(frozen=True, slots=True)
class Codec:
    """How the values of one type are written and read; ``format`` is asyncpg's word for it."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    format: str = "binary"


def range_codec(ends: Ends) -> Codec:
    """Of ranges with these ends."""
    return Codec(_writer(ends), _reader(ends))


def _writer(ends: Ends) -> Callable[[Any], bytes]:
    def write(value: object) -> bytes:
        if not isinstance(value, Range):
            raise ValueRefused(f"a range cannot be made of a value of type {type(value).__name__}")
        one: Range[Any] = cast("Any", value)
        if one.is_empty:
            return bytes((_EMPTY,))
        flags = (
            (_LOWER_INC if one.lower_inc else 0)
            | (_UPPER_INC if one.upper_inc else 0)
            | (_LOWER_INF if one.lower_inf else 0)
            | (_UPPER_INF if one.upper_inf else 0)
        )
        parts = [bytes((flags,))]
        for end in (one.lower, one.upper):
            if end is not None:
                written = ends.write(end)
                parts += [struct.pack(">i", len(written)), written]
        return b"".join(parts)

    return write


def _reader(ends: Ends) -> Callable[[bytes], Range[Any]]:
    unpack = struct.Struct(">i").unpack_from

    def read(received: bytes) -> Range[Any]:
        flags, place = received[0], 1
        if flags & _EMPTY:
            return Range.empty()
        lower = upper = None
        if not flags & _LOWER_INF:
            (length,) = unpack(received, 1)
            place = 5 + length
            lower = ends.read(received[5:place])
        if not flags & _UPPER_INF:
            upper = ends.read(received[place + 4 :])
        if not flags & _UPPER_INC and (lower is None or flags & _LOWER_INC):
            return _half_open(lower, upper)
        text = f"{'[' if flags & _LOWER_INC else '('}{']' if flags & _UPPER_INC else ')'}"
        return Range(lower, upper, cast("Bounds", text))

    return read


def multirange_codec(of: Codec) -> Codec:
    """Of multiranges that are made of these ranges."""

    def write(value: object) -> bytes:
        if not isinstance(value, Multirange):
            raise ValueRefused(
                f"a multirange cannot be made of a value of type {type(value).__name__}"
            )
        ranges: tuple[Range[Any], ...] = cast("Any", value).ranges
        parts = [struct.pack(">i", len(ranges))]
        for one in ranges:
            written = of.write(one)
            parts += [struct.pack(">i", len(written)), written]
        return b"".join(parts)

    def read(received: bytes) -> Multirange[Any]:
        (count,) = struct.unpack_from(">i", received)
        ranges: list[Range[Any]] = []
        place = 4
        for _ in range(count):
            (length,) = struct.unpack_from(">i", received, place)
            ranges.append(of.read(received[place + 4 : place + 4 + length]))
            place += 4 + length
        return Multirange(*ranges)

    return Codec(write, read)
