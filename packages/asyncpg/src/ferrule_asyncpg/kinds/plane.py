"""Figures of the plane: the ``*_send`` functions of ``geo_ops.c`` in the server's source."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import chain
from typing import TypeVar

from ferrule_asyncpg.kinds.ranges import Codec
from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.kinds.geometry import (
    Box,
    Circle,
    Line,
    LineSegment,
    Path,
    Point,
    Polygon,
)

F = TypeVar("F")


def _of(kind: type[F], write: Callable[[F], bytes], read: Callable[[bytes], F]) -> Codec:
    def checked(value: object) -> bytes:
        if isinstance(value, kind):
            return write(value)
        raise ValueRefused(
            f"a {kind.__name__} cannot be made of a value of type {type(value).__name__}"
        )

    return Codec(checked, read)


def _written(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}d", *numbers)


def _read(received: bytes) -> tuple[float, ...]:
    return struct.unpack(f">{len(received) // 8}d", received)


def _read_points(received: bytes) -> tuple[Point, ...]:
    numbers = iter(_read(received))
    return tuple(Point(x, y) for x, y in zip(numbers, numbers, strict=True))


def _write_points(points: tuple[Point, ...]) -> bytes:
    numbers = chain.from_iterable((point.x, point.y) for point in points)
    return struct.pack(">i", len(points)) + _written(*numbers)


def _read_circle(received: bytes) -> Circle:
    x, y, radius = _read(received)
    return Circle(Point(x, y), radius)


def _read_line(received: bytes) -> Line:
    a, b, c = _read(received)
    return Line(a, b, c)


def _read_pair(kind: Callable[[Point, Point], F]) -> Callable[[bytes], F]:
    def read(received: bytes) -> F:
        one, other = _read_points(received)
        return kind(one, other)

    return read


PLANE: dict[int, tuple[str, Codec]] = {
    600: ("point", _of(Point, lambda v: _written(v.x, v.y), lambda r: Point(*_read(r)))),
    601: (
        "lseg",
        _of(
            LineSegment,
            lambda v: _written(v.start.x, v.start.y, v.end.x, v.end.y),
            _read_pair(LineSegment),
        ),
    ),
    602: (
        "path",
        _of(
            Path,
            lambda v: bytes((v.closed,)) + _write_points(v.points),
            lambda r: Path(_read_points(r[5:]), bool(r[0])),
        ),
    ),
    603: (
        "box",
        _of(Box, lambda v: _written(v.high.x, v.high.y, v.low.x, v.low.y), _read_pair(Box)),
    ),
    604: (
        "polygon",
        _of(Polygon, lambda v: _write_points(v.points), lambda r: Polygon(_read_points(r[4:]))),
    ),
    628: ("line", _of(Line, lambda v: _written(v.a, v.b, v.c), _read_line)),
    718: (
        "circle",
        _of(Circle, lambda v: _written(v.center.x, v.center.y, v.radius), _read_circle),
    ),
}
"""By OID: name and codec."""
