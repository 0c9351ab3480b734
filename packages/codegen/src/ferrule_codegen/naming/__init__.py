"""Python names for what a database holds: pure, and the same again at the next pull."""

from __future__ import annotations
