"""A catalog as SQL: the statements that make its objects from nothing, in an order that works."""

from __future__ import annotations

from ferrule_core.ddl.create import SETTINGS, create_catalog

__all__ = ["SETTINGS", "create_catalog"]
