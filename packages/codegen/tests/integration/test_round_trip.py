"""Database, code, database: what a pull does not name as beyond models comes back as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from packages.codegen.tests.integration.corpus import CORPUS, load

from ferrule_core.catalog import Catalog, load_catalog
from ferrule_core.ddl import SETTINGS, create_catalog
from ferrule_core.plugins.contracts import (
    Connection,
    ConnectOptions,
    DatabaseUrl,
    SchemaRequest,
    Scope,
)
from ferrule_core.plugins.manager import Plugins

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

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
SAID_OF_RELATION = frozenset(
    [
        "primary_key",
        "uniques",
        "foreign_keys",
        "checks",
        "not_nulls",
        "exclusions",
        "indexes",
        "definition",
        "options",
        "comment",
    ]
)
SAID_OF_COLUMN = frozenset(
    ["name", "type", "nullable", "default", "identity", "generated", "collation", "comment"]
)
"""What classes say; all else of relations and columns is named by each pull."""


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
    modelled = {name for name, one in first.relations.items() if not _is_partition(one)}
    assert set(said.relations) == modelled
    kinds = ("tables", "views", "materialized_views")
    return replace(
        first,
        **{kind: getattr(said, kind) for kind in ("enums", "domains", "sequences")},
        **{
            kind: tuple(
                one if _is_partition(one) else _over(one, said.relations[one.name])
                for one in getattr(first, kind)
            )
            for kind in kinds
        },
    )


def _is_partition(relation: object) -> bool:
    return getattr(relation, "partition_of", None) is not None


def _over(first, said):
    """What was read, with all that a class says as the class says it."""
    by_name = {column.name: column for column in first.columns}
    columns = tuple(_with(by_name[c.name], c, SAID_OF_COLUMN) for c in said.columns)
    return replace(_with(first, said, SAID_OF_RELATION), columns=columns)


def _with(first, said, names: frozenset[str]):
    own = {field.name for field in fields(said)} & names
    return replace(first, **{name: getattr(said, name) for name in own})


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


DEMO = Path(__file__).parents[4] / "packages/cli/src/ferrule_cli/demo/template/schema.sql"
RULES = """
CREATE SCHEMA shop;
CREATE SCHEMA "Odd "" schema";
CREATE TYPE "Odd "" schema"."a type" AS ENUM ('one', 'it''s', 'back\\slash', '');
CREATE TYPE shop.empty AS ENUM ();
CREATE DOMAIN shop.isbn AS text COLLATE "C" DEFAULT 'none' NOT NULL
    CONSTRAINT digits CHECK (VALUE ~ '^[0-9]*$') CHECK (length(VALUE) < 20);
CREATE DOMAIN shop.a_isbn AS shop.isbn CHECK (VALUE <> '"');
ALTER DOMAIN shop.isbn ADD CONSTRAINT later CHECK (VALUE <> 'x') NOT VALID;
COMMENT ON CONSTRAINT digits ON DOMAIN shop.isbn IS 'No "hyphens"';
CREATE SEQUENCE shop.ticket AS smallint INCREMENT BY -2 MINVALUE -100 MAXVALUE 7 START 5 CACHE 3
    CYCLE;
COMMENT ON SEQUENCE shop.ticket IS 'Counts down';
CREATE TABLE shop.counted (
    id serial PRIMARY KEY, big bigserial, ticket smallint DEFAULT nextval('shop.ticket'),
    odd bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME shop."a b" MAXVALUE 1000 CYCLE)
);
CREATE TABLE shop.shelf (
    room text COLLATE "POSIX", place integer, "class" integer DEFAULT 1,
    each shop.isbn NOT NULL, maybe shop.a_isbn, doc jsonb, docs json NOT NULL,
    odd "Odd "" schema"."a type"[] NOT NULL DEFAULT '{}',
    CONSTRAINT key PRIMARY KEY (place, room) INCLUDE ("class"),
    CONSTRAINT once UNIQUE ("class") DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT both_or_none CHECK ((room IS NULL) = (place IS NULL)) NO INHERIT,
    CHECK (place > 0), CHECK (place <> "class"), CHECK ("class" > 0), CHECK ("class" > 1)
);
ALTER TABLE shop.shelf ADD CONSTRAINT late CHECK (room <> '') NOT VALID;
COMMENT ON CONSTRAINT key ON shop.shelf IS 'The key';
COMMENT ON CONSTRAINT once ON shop.shelf IS 'Each once';
COMMENT ON CONSTRAINT late ON shop.shelf IS 'Not yet';
CREATE TABLE shop.book (
    id integer PRIMARY KEY, room text COLLATE "POSIX", place integer, number integer,
    search tsvector,
    FOREIGN KEY (place, room) REFERENCES shop.shelf (place, room) MATCH FULL ON DELETE SET NULL
        ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT again FOREIGN KEY (place, room) REFERENCES shop.shelf (place, room)
        ON DELETE SET DEFAULT
);
ALTER TABLE shop.book ADD FOREIGN KEY (number) REFERENCES shop.book NOT VALID;
COMMENT ON CONSTRAINT again ON shop.book IS 'Twice';
CREATE INDEX by_price ON shop.book (number DESC NULLS LAST, place NULLS FIRST) INCLUDE (room)
    WITH (fillfactor = 70, deduplicate_items = off) WHERE place > 1;
CREATE UNIQUE INDEX ON shop.book (lower(room) COLLATE "C" text_pattern_ops, (id + 1) DESC);
CREATE INDEX ON shop.book USING hash (room);
CREATE INDEX ON shop.book (room COLLATE "POSIX" DESC);
CREATE INDEX ON shop.book USING gist (search tsvector_ops (siglen = 100));
CREATE INDEX ON shop.book (place, room, place);
CREATE INDEX ON shop.book (room) INCLUDE (id);
COMMENT ON INDEX shop.by_price IS 'Dear ones first';
CREATE TABLE shop.stay (
    nights daterange, "class" integer, place box, other text,
    CONSTRAINT alone EXCLUDE USING gist (nights WITH &&, place WITH ~=) INCLUDE (other)
        WHERE ("class" > 1) DEFERRABLE INITIALLY DEFERRED,
    EXCLUDE USING btree ("class" WITH =),
    EXCLUDE (lower(other) COLLATE "C" text_pattern_ops WITH =)
);
COMMENT ON CONSTRAINT alone ON shop.stay IS 'No two at once';
CREATE VIEW shop.dear WITH (security_barrier, check_option = local) AS
    SELECT id, number FROM shop.book WHERE room <> E'"\"\"\\\\\\\\ \\\\n\\n';
ALTER VIEW shop.dear ALTER COLUMN number SET DEFAULT 7;
CREATE MATERIALIZED VIEW shop.kept WITH (fillfactor = 50) AS SELECT * FROM shop.dear;
CREATE UNIQUE INDEX ON shop.kept (id);
"""
SINCE_15 = """
CREATE TABLE shop.since_15 (a integer, b integer, UNIQUE NULLS NOT DISTINCT (a), UNIQUE (a, b),
    CONSTRAINT forget FOREIGN KEY (a, b) REFERENCES shop.since_15 (a, b) ON DELETE SET NULL (b));
CREATE UNIQUE INDEX since_15_b ON shop.since_15 (b) NULLS NOT DISTINCT;
"""
SINCE_18 = """
CREATE TABLE shop.since_18 (
    room int4range CONSTRAINT "has one" NOT NULL,
    first integer GENERATED ALWAYS AS (lower(room)) VIRTUAL,
    during daterange,
    CONSTRAINT apart PRIMARY KEY (room, during WITHOUT OVERLAPS),
    UNIQUE (room, during WITHOUT OVERLAPS),
    CONSTRAINT said CHECK (lower(room) > 0) NOT ENFORCED
);
CREATE TABLE shop.part_18 (
    room int4range, during daterange, late integer, other integer UNIQUE,
    CONSTRAINT within FOREIGN KEY (room, PERIOD during)
        REFERENCES shop.since_18 (room, PERIOD during),
    CONSTRAINT loose FOREIGN KEY (late) REFERENCES shop.part_18 (other) NOT ENFORCED
);
ALTER TABLE shop.part_18 ADD CONSTRAINT not_yet NOT NULL late NOT VALID;
COMMENT ON CONSTRAINT "has one" ON shop.since_18 IS 'Named';
"""


async def test_all_that_a_table_can_be_held_to_is_said_in_its_class(project):
    async with project.context.connection() as connection:
        version = connection.server_version
    script = RULES
    if version >= (15, 0):
        script += SINCE_15
    if version >= (18, 0):
        script += SINCE_18
    await project.run(script)

    await assert_round_trip(project)

    assert not project.terminal.trees  # nothing is beyond the models


async def test_the_demo_survives_the_way_through_its_models(project):
    await project.run(DEMO.read_text(encoding="utf-8"))

    await assert_round_trip(project)
