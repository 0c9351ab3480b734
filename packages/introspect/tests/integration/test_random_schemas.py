"""Random schemas are read, made again and read again: nothing of them changes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages.introspect.tests.integration.random_schemas import (
    changes,
    database as whole,
    objects,
    tables,
)
from packages.introspect.tests.integration.random_schemas.maker import Maker
from packages.introspect.tests.integration.random_schemas.words import SCHEMAS

from ferrule_core.catalog import Catalog, dump_catalog, load_catalog, quote_identifier
from ferrule_core.ddl import SETTINGS, create_catalog
from ferrule_core.errors import DatabaseError

pytestmark = pytest.mark.anyio

STATEMENTS = (
    *tables.STATEMENTS,
    *objects.STATEMENTS,
    *whole.STATEMENTS,
    *changes.STATEMENTS,
)
EVERYTHING = {"owners": True, "privileges": True}
_MADE = "; ".join(f"CREATE SCHEMA {quote_identifier(schema)}" for schema in SCHEMAS)


@pytest.fixture
async def other(database):
    """A second, empty database on the same server."""
    async with database.copy((await database.read()).catalog) as other:
        maker = await other.maker()
        for setting, value in SETTINGS.items():
            await maker.execute_script(f"SET {setting} = '{value}'")
        yield other


async def _make(database, maker: Maker, statements: int) -> int:
    """Run what the server takes of so many statements, and count that."""
    await database.run(f"{whole.EMPTY}; CREATE SCHEMA IF NOT EXISTS public; {_MADE}")
    taken = 0
    for _ in range(statements):
        with suppress(DatabaseError):
            await database.run(maker.statement())
            maker.taken()
            taken += 1
    return taken


async def _survives(database, other, seed: int, statements: int) -> int:
    random = Random(seed)  # noqa: S311 - nothing secret
    version = (await database.maker()).server_version[0]
    taken = await _make(database, Maker(random, STATEMENTS, version=version), statements)
    first = await database.read(connection=await database.maker(), **EVERYTHING)
    assert first.unmodelled == ()
    assert load_catalog(dump_catalog(first.catalog)) == first.catalog
    second = await _made_again(other, first.catalog)
    assert _named(second) == _named(first.catalog)
    assert await _made_again(other, second) == second
    return taken


async def _made_again(other, catalog: Catalog) -> Catalog:
    await other.run(whole.EMPTY)
    for statement in create_catalog(catalog):
        try:
            await other.run(statement)
        except DatabaseError as error:
            error.add_note(statement)
            raise
    return (await other.read(connection=await other.maker(), **EVERYTHING)).catalog


def _named(catalog: Catalog) -> dict[str, list[str]]:
    """What there is, without the text that a server prints in another way when it reads it."""
    return {
        kind.name: [str(one.name) for one in getattr(catalog, kind.name)]
        for kind in fields(catalog)
    }
