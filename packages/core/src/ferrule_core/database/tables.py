"""Making what a catalog holds in a database that is open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ferrule_core.ddl import SETTINGS, create_catalog

if TYPE_CHECKING:
    from ferrule_core.catalog.catalog import Catalog
    from ferrule_core.database.database import Database

_SCHEMAS = "SELECT nspname::text FROM pg_catalog.pg_namespace"
_CURRENT = "SELECT pg_catalog.current_setting($1)"
_SET = "SELECT pg_catalog.set_config($1, $2, true)"


async def make_catalog(database: Database, catalog: Catalog) -> None:
    """Make all of a catalog in one transaction; schemas may be there already, nothing else.

    Raises:
        DatabaseError: Something of a name is there, or an expression is wrong; nothing was made.
    """
    async with database.transaction(), database.connection() as connection:
        there = {row[0] for row in await connection.fetch(_SCHEMAS)}
        schemas = tuple(schema for schema in catalog.schemas if schema.name not in there)
        before: dict[str, object] = {}
        for setting, value in SETTINGS.items():
            row = await connection.fetch_first(_CURRENT, [setting])
            before[setting] = None if row is None else row[0]
            await connection.execute(_SET, [setting, value])
        for statement in create_catalog(replace(catalog, schemas=schemas)):
            await connection.execute_script(statement)
        for setting, former in before.items():  # the transaction around this one goes on
            await connection.execute(_SET, [setting, former])
