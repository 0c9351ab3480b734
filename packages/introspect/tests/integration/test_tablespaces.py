"""Tablespaces, which belong to the server: noted, and asked for again."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

pytestmark = [pytest.mark.anyio, pytest.mark.requires_postgres(min=15)]


@asynccontextmanager
async def a_tablespace(database) -> AsyncGenerator[str]:
    """One inside of the data directory; everything in it must go before it does."""
    name = f"space of {database.name}"[:63]
    await database.run("SET allow_in_place_tablespaces = on")
    await database.run(f"CREATE TABLESPACE \"{name}\" LOCATION ''")
    try:
        yield name
    finally:
        await database.run("DROP SCHEMA public CASCADE")
        await database.run(f'DROP TABLESPACE "{name}"')


async def test_where_tables_and_indexes_lie_is_kept(database):
    async with a_tablespace(database) as space:
        await database.run(
            f"""
            CREATE TABLE t (
                a int PRIMARY KEY USING INDEX TABLESPACE "{space}", b int,
                EXCLUDE USING gist (int4range(a, b) WITH &&) USING INDEX TABLESPACE "{space}"
            ) TABLESPACE "{space}";
            CREATE INDEX i ON t (b) TABLESPACE "{space}";
            CREATE TABLE p (a int) PARTITION BY LIST (a) TABLESPACE "{space}";
            CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) TABLESPACE pg_default;
            CREATE MATERIALIZED VIEW m TABLESPACE "{space}" AS SELECT 1 AS a;
            """
        )
        catalog = (await database.read()).catalog
        table = {table.name.name: table for table in catalog.tables}["t"]

        async with database.copy(catalog) as copy:
            again = (await copy.read()).catalog
            dumps = await copy.dump(), await database.dump()

    assert table.tablespace == table.primary_key.tablespace == table.indexes[0].tablespace == space
    assert again == catalog
    assert dumps[0] == dumps[1]
