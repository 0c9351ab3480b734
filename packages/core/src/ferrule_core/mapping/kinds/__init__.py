"""The classes of values that Python has not: ranges, bits, figures of the plane, composites."""

from __future__ import annotations
