"""Database, code, database: what a pull does not name as beyond models comes back as it was."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from ferrule_core.catalog import Catalog, load_catalog
from ferrule_core.ddl import SETTINGS, create_catalog
from ferrule_core.errors import DatabaseError
from ferrule_core.plugins.contracts import (
    Connection,
    ConnectOptions,
    DatabaseUrl,
    SchemaRequest,
    Scope,
)
from ferrule_core.plugins.manager import Plugins

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

CORPUS = [
    "adventureworks",
    "airflow",
    "chinook",
    "graphile_worker",
    "indico",
    "kea",
    "logto",
    "mlflow",
    "pagila",
    "pgboss",
    "phoenix",
    "prefect",
    "procrastinate",
    "supabase",
]
NEWER = re.compile(r"^(SET transaction_timeout|\\(un)?restrict).*$", re.MULTILINE)
DUMPED_BY = (18, 0)
DECLARED = """
import asyncio
from pathlib import Path
from ferrule_core.catalog import dump_catalog
from ferrule_core.plugins.contracts import SchemaRequest, Scope
from ferrule_core.plugins.manager import Plugins
source = Plugins.load().schema_source("models")
request = SchemaRequest(scope=Scope(), root=Path.cwd(), connect=None)
reading = asyncio.run(source.read(request))
assert not reading.unmodelled, reading.unmodelled
print(dump_catalog(reading.catalog))
"""
PLUGINS = Plugins.load()
BESIDE = ("schemas", "extensions", "composites", "routines", "aggregates")
"""Kinds of objects that no class says, each of which a pull names."""


@asynccontextmanager
async def database_of(project, catalog: Catalog, name: str) -> AsyncIterator[DatabaseUrl]:
    """A database on the server of the project that holds all of a catalog and nothing else."""
    url = replace(project.url, database=f"{name}_{project.url.database}"[:63])
    await project.run(f'CREATE DATABASE "{url.database}" TEMPLATE template0')
    try:
        async with connected(url) as connection:
            for setting, value in SETTINGS.items():
                await connection.execute_script(f"SET {setting} = '{value}'")
            for statement in create_catalog(catalog):
                await connection.execute_script(statement)
        yield url
    finally:
        await project.run(f'DROP DATABASE "{url.database}" WITH (FORCE)')


@asynccontextmanager
async def connected(url: DatabaseUrl) -> AsyncIterator[Connection]:
    connection = await PLUGINS.backend(url.scheme).connect(url, ConnectOptions())
    try:
        yield connection
    finally:
        await connection.close(within=timedelta(seconds=5))


async def read(url: DatabaseUrl) -> Catalog:
    request = SchemaRequest(scope=Scope(), root=Path(), connect=lambda: connected(url))
    return (await PLUGINS.schema_source("database").read(request)).catalog


async def read_again(project, catalog: Catalog, name: str) -> Catalog:
    """The catalog as a server prints it that loaded it."""
    async with database_of(project, catalog, name) as url:
        return await read(url)


def completed(said: Catalog, first: Catalog) -> Catalog:
    """What models say, and from the database only what no class can say."""
    triggers = {relation.name: relation.triggers for relation in (*first.tables, *first.views)}
    return replace(
        said,
        **{kind: getattr(first, kind) for kind in BESIDE},
        tables=tuple(replace(t, triggers=triggers.get(t.name, ())) for t in said.tables),
        views=tuple(replace(v, triggers=triggers.get(v.name, ())) for v in said.views),
    )


def assert_equal(one: Catalog, other: Catalog) -> None:
    """The same as ``==``, with a message that shows the object that differs."""
    for field in fields(Catalog):
        by_name = (
            {item.name: item for item in getattr(one, field.name)}
            if field.name not in ("routines", "aggregates")
            else {}
        )
        for item in getattr(other, field.name) if by_name else ():
            assert by_name.get(item.name) == item
    assert one == other


async def load(project, sql: str) -> None:
    async with project.context.connection() as connection:
        try:
            await connection.execute_script(NEWER.sub("", sql))
        except DatabaseError as error:
            old = connection.server_version < DUMPED_BY and "syntax error" in error.message
            if old or "extension" in error.message:
                pytest.skip(f"this server cannot load it: {error.message}")
            raise


async def assert_round_trip(project) -> None:
    """Pull, import, load what the models declare, and compare."""
    first = await read(project.url)
    assert await project.pull(schema=[], output=Path("models")) == 0
    said = load_catalog(project.python(DECLARED))

    expected = await read_again(project, first, "first")
    found = await read_again(project, completed(said, first), "second")

    assert_equal(found, expected)


@pytest.mark.parametrize("name", CORPUS)
async def test_a_real_schema_survives_the_way_through_its_models(project, shared, name):
    await load(project, (shared / "corpus" / f"{name}.sql").read_text(encoding="utf-8"))

    await assert_round_trip(project)
