"""Points, lines and figures of the plane, as PostgreSQL has them. None of them changes."""

from __future__ import annotations

from collections.abc import Iterable

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ValueRefused


@dataclass(frozen=True, slots=True)
class Point:
    """``point``."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """``line``: all points where ``a * x + b * y + c`` is 0."""

    a: float
    b: float
    c: float

    def __post_init__(self) -> None:
        """Refuse what is no line."""
        if self.a == 0 and self.b == 0:
            raise ValueRefused("a and b of a line cannot both be 0")


@dataclass(frozen=True, slots=True)
class LineSegment:
    """``lseg``: what lies between two points."""

    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Box:
    """``box``: two opposite corners, kept as the upper right and the lower left one."""

    high: Point
    low: Point

    def __post_init__(self) -> None:
        """Sort the corners, as the server does."""
        one, other = self.high, self.low
        if one.x < other.x or one.y < other.y:
            high = Point(max(one.x, other.x), max(one.y, other.y))
            low = Point(min(one.x, other.x), min(one.y, other.y))
            object.__setattr__(self, "high", high)
            object.__setattr__(self, "low", low)


@dataclass(frozen=True, slots=True)
class Path:
    """``path``: points that are joined in turn; a closed one leads back to the first."""

    points: tuple[Point, ...]
    closed: bool = False

    def __post_init__(self) -> None:
        """Take the points of any iterable, and refuse none at all."""
        object.__setattr__(self, "points", _some(self.points, "path"))


@dataclass(frozen=True, slots=True)
class Polygon:
    """``polygon``: the points at its corners."""

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        """Take the points of any iterable, and refuse none at all."""
        object.__setattr__(self, "points", _some(self.points, "polygon"))


@dataclass(frozen=True, slots=True)
class Circle:
    """``circle``."""

    center: Point
    radius: float

    def __post_init__(self) -> None:
        """Refuse what is no circle."""
        if self.radius < 0:
            raise ValueRefused("the radius of a circle is not negative")


def _some(points: Iterable[Point], what: str) -> tuple[Point, ...]:
    found = tuple(points)
    if not found:
        raise ValueRefused(f"a {what} has at least one point")
    return found
