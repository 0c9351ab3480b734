"""Random schemas are read, made again and read again: nothing of them changes."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from random import Random

import pytest
from packages.introspect.tests.integration.random_schemas import (
    changes,
    objects,
    tables,
    whole_database,
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
    *whole_database.STATEMENTS,
    *changes.STATEMENTS,
)
SCOPE = {"owners": True, "privileges": True}
STATEMENTS_EACH = 50
FURTHER = int(os.environ.get("FERRULE_RANDOM_SCHEMAS", "40"))
"""How many further seeds the storm tries; a thousand take a quarter of an hour for each server."""
_BEGIN = "; ".join(
    [whole_database.EMPTY, *(f"CREATE SCHEMA {quote_identifier(schema)}" for schema in SCHEMAS)]
)


@pytest.fixture
async def other(database):
    """A second database on the same server."""
    await database.run("SET client_min_messages = error")
    async with database.copy(Catalog()) as other:
        for setting, value in SETTINGS.items():
            await other.run(f"SET {setting} = '{value}'")
        await other.run("SET client_min_messages = error")
        yield other


async def _survive(database, other, seeds: range) -> int:
    """Try every seed, and compare what ``pg_dump`` says of the last; how much the server took."""
    taken = 0
    for seed in seeds:
        try:
            taken += await _make(database, seed)
            await _compare(database, other)
            if seed == seeds[-1]:
                assert _printed_alike(await other.dump()) == _printed_alike(await database.dump())
        except (AssertionError, DatabaseError) as error:
            error.add_note(f"the seed is {seed}")
            raise
    return taken


async def _make(database, seed: int) -> int:
    """Run what the server takes of so many statements, and count that."""
    version = (await database.maker()).server_version[0]
    maker = Maker(Random(seed), STATEMENTS, version=version)  # noqa: S311 - nothing secret
    await database.run(_BEGIN)
    taken = 0
    for _ in range(STATEMENTS_EACH):
        with suppress(DatabaseError):  # refused, as much of it is meant to be
            await database.run(maker.statement())
            maker.taken()
            taken += 1
    return taken


async def _compare(database, other) -> None:
    first = await database.read(connection=await database.maker(), **SCOPE)
    assert first.unmodelled == ()
    assert load_catalog(dump_catalog(first.catalog)) == first.catalog
    second = await _made_again(other, first.catalog)
    assert _lines(second) == _lines(first.catalog)
    if second != first.catalog:
        assert await _made_again(other, second) == second


async def _made_again(other, catalog: Catalog) -> Catalog:
    await other.run(whole_database.EMPTY)
    for statement in create_catalog(catalog):
        try:
            await other.run(statement)
        except DatabaseError as error:
            error.add_note(statement)
            raise
    return (await other.read(connection=await other.maker(), **SCOPE)).catalog


def _lines(catalog: Catalog) -> list[str]:
    return _one_way(dump_catalog(catalog, indent=2)).splitlines()


def _printed_alike(dump: Counter[str]) -> Counter[str]:
    return Counter(map(_one_way, dump.elements()))


def _one_way(text: str) -> str:
    """What the server prints in another way when it has read what it printed."""
    return text.replace("FROM ( VALUES", "FROM (VALUES")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("block", range(4))
async def test_random_schemas_survive(database, other, block: int):
    taken = await _survive(database, other, range(10 * block, 10 * block + 10))

    assert taken > 150  # a maker that says what no server takes would test nothing


@pytest.mark.storm
@pytest.mark.timeout(900)
@pytest.mark.parametrize("block", range(100, 100 + FURTHER // 10))
async def test_many_random_schemas_survive(database, other, block: int):
    assert await _survive(database, other, range(10 * block, 10 * block + 10)) > 150
