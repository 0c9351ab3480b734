"""A pytest plugin that gives every test a real PostgreSQL database."""

from __future__ import annotations
