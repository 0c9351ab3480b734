"""A PostgreSQL server without an installation, for development, demos and scratch databases."""

from __future__ import annotations
