"""Windows: over which rows a window function looks."""

from __future__ import annotations

from enum import Enum

from ferrule_core.sql.nodes.expressions import Expression, Param
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.nodes.ordering import Ordering
from ferrule_core.sql.values import value


class FrameUnit(Enum):
    """What the offsets of a frame count."""

    ROWS = "ROWS"
    RANGE = "RANGE"
    GROUPS = "GROUPS"

    __hash__ = object.__hash__


class FrameEdge(Enum):
    """Where a frame begins or ends; ``PRECEDING`` and ``FOLLOWING`` need an offset."""

    UNBOUNDED_PRECEDING = "UNBOUNDED PRECEDING"
    PRECEDING = "PRECEDING"
    CURRENT_ROW = "CURRENT ROW"
    FOLLOWING = "FOLLOWING"
    UNBOUNDED_FOLLOWING = "UNBOUNDED FOLLOWING"

    __hash__ = object.__hash__


class FrameExclusion(Enum):
    """Rows around the current one that a frame leaves out."""

    NO_OTHERS = ""
    CURRENT_ROW = " EXCLUDE CURRENT ROW"
    GROUP = " EXCLUDE GROUP"
    TIES = " EXCLUDE TIES"

    __hash__ = object.__hash__


@value
class FrameBound(Node):
    """One end of a frame: ``CURRENT ROW``, ``$1 PRECEDING``."""

    edge: FrameEdge
    offset: Expression | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.edge, self.offset is None)
        if self.offset is not None:
            self.offset.shape(key, params)


@value
class Frame(Node):
    """``ROWS BETWEEN start AND end``.

    Attributes:
        end: ``None`` means the current row.
    """

    unit: FrameUnit
    start: FrameBound
    end: FrameBound | None = None
    exclude: FrameExclusion = FrameExclusion.NO_OTHERS

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.unit, self.end is None, self.exclude)
        self.start.shape(key, params)
        if self.end is not None:
            self.end.shape(key, params)


@value
class Window(Node):
    """``(base PARTITION BY … ORDER BY … frame)``, as it stands behind ``OVER``.

    Attributes:
        base: Name of a window of the statement that this one takes its partition and order from.
    """

    partition_by: tuple[Expression, ...] = ()
    order_by: tuple[Ordering, ...] = ()
    frame: Frame | None = None
    base: str | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (
            Window,
            self.base,
            len(self.partition_by),
            len(self.order_by),
            self.frame is None,
        )
        for part in (*self.partition_by, *self.order_by):
            part.shape(key, params)
        if self.frame is not None:
            self.frame.shape(key, params)


@value
class NamedWindow(Node):
    """``WINDOW name AS (…)``: a window that several functions of a statement share."""

    name: str
    window: Window

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(self.name)
        self.window.shape(key, params)
