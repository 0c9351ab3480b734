"""Points, lines and figures of the plane: the values of ``point``, ``box`` and their kin."""

from __future__ import annotations

from ferrule_core.mapping.kinds.geometry import (
    Box,
    Circle,
    Line,
    LineSegment,
    Path,
    Point,
    Polygon,
)

__all__ = ["Box", "Circle", "Line", "LineSegment", "Path", "Point", "Polygon"]
