"""The command line of Ferrule."""

from __future__ import annotations
