"""A table with a column of each family of types, in a database of each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from packages.core.tests.integration.expressions.things import ROWS

from ferrule_core.database import Database, connect
from ferrule_core.plugins.contracts import DatabaseUrl

THINGS = """
CREATE TABLE thing (
    id integer PRIMARY KEY,
    name text,
    number integer,
    price numeric,
    weight double precision,
    day date,
    moment timestamptz,
    clock time,
    numbers integer[],
    words text[],
    document jsonb,
    plain json,
    profile jsonb,
    span int4range,
    days daterange,
    spans int4multirange,
    address inet,
    vector tsvector,
    truth boolean,
    parent_id integer REFERENCES thing
);
CREATE TABLE label (
    id integer PRIMARY KEY,
    thing_id integer NOT NULL REFERENCES thing,
    text text NOT NULL
);
"""


@pytest.fixture
def ferrule_template() -> list[str]:
    return [THINGS]


@pytest.fixture
async def db(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    async with connect(database_url) as database:
        yield database


@pytest.fixture
async def things(db: Database) -> Database:
    """The database with the rows that most tests ask."""
    async with db.connection() as connection:
        await connection.execute_script(ROWS)
    return db
