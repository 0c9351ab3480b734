"""The asyncpg backend of Ferrule."""

from __future__ import annotations
