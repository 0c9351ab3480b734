"""Points, lines and figures of the plane, as PostgreSQL has them. None of them changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ValueRefused

if TYPE_CHECKING:
    from ferrule_core.mapping.value_types import ValueType


class Figure:
    """What all of them are."""

    __slots__ = ()

    __type_name__: ClassVar[str]
    """In ``pg_type``."""

    @classmethod
    def __value_type__(cls) -> ValueType:
        from ferrule_core.mapping.kinds.travel import figure_type

        return figure_type(cls, cls.__type_name__)


@dataclass(frozen=True, slots=True)
class Point(Figure):
    """``point``."""

    __type_name__ = "point"

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line(Figure):
    """``line``: all points where ``a * x + b * y + c`` is 0."""

    __type_name__ = "line"

    a: float
    b: float
    c: float

    def __post_init__(self) -> None:
        """Refuse what is no line."""
        if self.a == 0 and self.b == 0:
            raise ValueRefused("a and b of a line cannot both be 0")


@dataclass(frozen=True, slots=True)
class LineSegment(Figure):
    """``lseg``: what lies between two points."""

    __type_name__ = "lseg"

    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Box(Figure):
    """``box``: two opposite corners, kept as the upper right and the lower left one."""

    __type_name__ = "box"

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
class Path(Figure):
    """``path``: points that are joined in turn; a closed one leads back to the first."""

    __type_name__ = "path"

    points: tuple[Point, ...]
    closed: bool = False

    def __post_init__(self) -> None:
        """Take the points of any iterable, and refuse none at all."""
        object.__setattr__(self, "points", _some(self.points, "path"))


@dataclass(frozen=True, slots=True)
class Polygon(Figure):
    """``polygon``: the points at its corners."""

    __type_name__ = "polygon"

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        """Take the points of any iterable, and refuse none at all."""
        object.__setattr__(self, "points", _some(self.points, "polygon"))


@dataclass(frozen=True, slots=True)
class Circle(Figure):
    """``circle``."""

    __type_name__ = "circle"

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
