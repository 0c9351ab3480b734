"""The commands that the command line itself brings."""

from __future__ import annotations
