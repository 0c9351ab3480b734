"""From generated files to a folder: changes are decided, then all are written, or none."""

from __future__ import annotations
