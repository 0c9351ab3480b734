"""Reads a PostgreSQL database into Ferrule's catalog."""

from __future__ import annotations
