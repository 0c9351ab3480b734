"""Databases that are made of SQL, or of models, and read."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ferrule_core.catalog import Catalog
from ferrule_core.database import connect
from ferrule_core.mapping.to_catalog import Declared
from ferrule_core.plugins.contracts import (
    Connection,
    ConnectOptions,
    DatabaseUrl,
    SchemaRequest,
    Scope,
)
from ferrule_core.plugins.manager import Plugins

PLUGINS = Plugins.load()


class Maker:
    """Makes databases on the server of the test, and says what is in them."""

    def __init__(self, url: DatabaseUrl) -> None:
        self._url = url

    async def of_sql(self, script: str) -> Catalog:
        """What is in a new database after a script."""
        async with self._database("by_sql") as url:
            async with _connected(url) as connection:
                await connection.execute_script(script)
            return await _read(url)

    async def of_models(self, *declared: Declared) -> Catalog:
        """What is in a new database for which models were made."""
        async with self._database("by_models") as url:
            async with connect(url, name="made") as database:
                await database.create_all(declared)
            return await _read(url)

    @asynccontextmanager
    async def _database(self, name: str) -> AsyncGenerator[DatabaseUrl]:
        url = replace(self._url, database=f"{name}_{self._url.database}"[:63])
        async with _connected(self._url) as connection:
            await connection.execute_script(f'CREATE DATABASE "{url.database}"')
            try:
                yield url
            finally:
                await connection.execute_script(f'DROP DATABASE "{url.database}" WITH (FORCE)')


@asynccontextmanager
async def _connected(url: DatabaseUrl) -> AsyncGenerator[Connection]:
    connection = await PLUGINS.backend(url.scheme).connect(url, ConnectOptions())
    try:
        yield connection
    finally:
        await connection.close(within=timedelta(seconds=5))


async def _read(url: DatabaseUrl) -> Catalog:
    request = SchemaRequest(scope=Scope(), root=Path(), connect=lambda: _connected(url))
    return (await PLUGINS.schema_source("database").read(request)).catalog


@pytest.fixture
def made(database_url: DatabaseUrl) -> Maker:
    return Maker(database_url)
