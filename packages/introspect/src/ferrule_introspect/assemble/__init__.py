"""From rows to a catalog: pure, one file per kind of object. Start with ``catalog.py``."""

from __future__ import annotations
