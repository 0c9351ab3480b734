"""Which part is read, and by whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ferrule_core.catalog import QualifiedName
from ferrule_core.errors import ConfigurationError, UnknownObject
from ferrule_core.plugins.contracts import Unmodelled
from ferrule_introspect.fetch import check_version

pytestmark = pytest.mark.anyio

SHOP = """
    CREATE SCHEMA shop; CREATE SCHEMA log;
    CREATE TYPE shop.status AS ENUM ('new'); CREATE DOMAIN log.line AS text;
    CREATE SEQUENCE log.counter;
    CREATE TABLE shop.author (id serial PRIMARY KEY);
    CREATE TABLE shop.book (id int PRIMARY KEY, author int REFERENCES shop.author, s shop.status);
    CREATE TABLE log.sale (book int REFERENCES shop.book (id), line log.line, s shop.status);
    CREATE INDEX ON log.sale (book);
    CREATE FUNCTION log.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE TRIGGER t BEFORE INSERT ON shop.book FOR EACH ROW EXECUTE FUNCTION log.f();
    CREATE VIEW shop.titles AS SELECT id FROM shop.book
"""


async def test_only_the_named_schemas_are_read(database):
    await database.run(SHOP)

    reading = await database.read("log")

    catalog = reading.catalog
    assert [schema.name for schema in catalog.schemas] == ["log"]
    assert [str(each.name) for each in (*catalog.tables, *catalog.domains, *catalog.sequences)] == [
        "log.sale",
        "log.line",
        "log.counter",
    ]
    assert (catalog.enums, catalog.views) == ((), ())
    assert [str(routine) for routine in catalog.routines] == ["log.f()"]
    assert reading.unmodelled == ()


async def test_what_leaves_the_scope_keeps_the_name_of_its_target(database):
    await database.run(SHOP)

    (sale,) = (await database.read("log")).catalog.tables

    assert sale.foreign_keys[0].target == QualifiedName("shop", "book")
    assert sale.foreign_keys[0].target_columns == ("id",)
    assert sale.columns[2].type.qualified == QualifiedName("shop", "status")


async def test_patterns_choose_tables_with_all_that_is_theirs(database):
    await database.run(SHOP)

    reading = await database.read(include=("shop.*",), exclude=("*.author",))

    catalog = reading.catalog
    assert list(map(str, catalog.relations)) == ["shop.book", "shop.titles"]
    assert [str(enum.name) for enum in catalog.enums] == ["shop.status"]
    assert (catalog.sequences, catalog.domains) == ((), ())
    assert [trigger.name for trigger in catalog.tables[0].triggers] == ["t"]
    assert reading.unmodelled == ()


async def test_a_renamed_object_is_known_by_what_stays(database):
    await database.run(SHOP)
    before = {each.oid: each for each in (await database.read()).identities}

    await database.run("ALTER TABLE shop.book RENAME TO volume; ALTER TABLE log.sale DROP line")
    await database.run(
        "ALTER TABLE shop.volume RENAME s TO state; ALTER TYPE shop.status RENAME TO st"
    )
    reading = await database.read()

    after = {each.oid: each for each in reading.identities}
    assert before.keys() == after.keys()
    renamed = {(before[oid].name, after[oid].name) for oid in before} - {
        (each.name, each.name) for each in before.values()
    }
    assert renamed == {("shop.book", "shop.volume"), ("shop.status", "shop.st")}
    columns = {each.name: each.columns for each in reading.identities}
    assert columns["shop.volume"] == (("id", 1), ("author", 2), ("state", 3))
    assert columns["log.sale"] == (("book", 1), ("s", 3))
    assert {each.kind for each in reading.identities} == {
        "schemas", "tables", "views", "enums", "domains", "sequences", "routines",
    }  # fmt: skip


async def test_a_scope_of_all_schemas_is_the_sum_of_its_parts(database):
    await database.run(SHOP)

    whole = (await database.read()).catalog

    assert (await database.read("log", "shop", "public")).catalog == whole
    assert (await database.read("log")).catalog == whole.only_schemas(["log"])
    assert (await database.read("shop")).catalog == whole.only_schemas(["shop"])


@pytest.mark.parametrize("name", ["shopp", "pg_catalog", "information_schema", "SHOP", "'", ""])
async def test_a_schema_that_is_not_there_is_refused(database, name: str):
    await database.run(SHOP)
    connection = await database.connect()

    with pytest.raises(UnknownObject) as caught:
        await database.read("shop", name, connection=connection)

    assert caught.value.message == f'no such schema: "{name}"'
    assert caught.value.hint in (
        'did you mean "shop"?',
        "the database has: log, public, shop",
    )
    assert not connection.in_transaction


async def test_a_role_with_few_rights_reads_all_and_is_told_what_it_may_not_read(database):
    await database.run(SHOP)
    role = f"{database.name}_role"
    await database.run(
        f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA shop TO {role};"
        f"GRANT SELECT (id) ON shop.book TO {role}; GRANT SELECT ON log.sale TO {role}"
    )
    try:
        mine = await database.read()
        theirs = await database.read(connection=await database.connect(as_role=role))
    finally:
        await database.run(f"DROP OWNED BY {role}; DROP ROLE {role}")

    assert theirs.catalog == mine.catalog
    assert set(theirs.unmodelled) - set(mine.unmodelled) == {
        Unmodelled(kind="schema", name="log", reason="unreadable"),
        Unmodelled(kind="table", name="log.sale", reason="unreadable"),
        Unmodelled(kind="table", name="shop.author", reason="unreadable"),
        Unmodelled(kind="view", name="shop.titles", reason="unreadable"),
    }


async def test_options_that_a_role_may_not_read_are_named_and_not_taken_for_none(database):
    await database.run(
        """
        CREATE FOREIGN DATA WRAPPER w OPTIONS (a 'b'); CREATE SERVER far FOREIGN DATA WRAPPER w
            OPTIONS (host 'h');
        CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (name 'everybody');
        CREATE FOREIGN TABLE ft (a int OPTIONS (b 'c')) SERVER far OPTIONS (d 'e');
        CREATE TEXT SEARCH CONFIGURATION docs (COPY = simple); CREATE CAST (point AS text)
            WITH INOUT;
        CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
        CREATE TYPE span AS RANGE (subtype = float8); CREATE PUBLICATION news
        """
    )
    role = f"{database.name[:40]}_role"
    await database.run(
        f"CREATE ROLE {role} LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC;"
        f"CREATE USER MAPPING FOR {role} SERVER far OPTIONS (name 'mine', password 'p');"
        f"GRANT USAGE ON FOREIGN SERVER far TO {role}"
    )
    try:
        mine = await database.read()
        theirs = await database.read(connection=await database.connect(as_role=role))
    finally:
        await database.run(f"DROP OWNED BY {role} CASCADE")
        await database.run(f"DROP ROLE {role}")

    unlike = set(mine.catalog.verbatims) ^ set(theirs.catalog.verbatims)
    assert {(one.kind, one.name) for one in unlike} == {("user mapping", "FOR PUBLIC SERVER far")}
    assert replace(theirs.catalog, verbatims=()) == replace(mine.catalog, verbatims=())
    assert set(theirs.unmodelled) - set(mine.unmodelled) == {
        Unmodelled(kind="schema", name="public", reason="unreadable"),
        Unmodelled(kind="foreign table", name="public.ft", reason="unreadable"),
        Unmodelled(kind="user mapping", name="FOR PUBLIC SERVER far", reason="unreadable"),
    }
    secret = Unmodelled(kind="user mapping option", name=f"password FOR {role} SERVER far")
    assert secret in set(mine.unmodelled) & set(theirs.unmodelled)
    assert "'p'" not in repr(mine.catalog)


@pytest.mark.parametrize(
    "option",
    ["password", "passfile", "sslpassword", "client_secret", "api_key", "Token", "aws_access_key"],
)
async def test_options_that_look_like_secrets_stay_where_they_are(database, option: str):
    await database.run(
        f"""
        CREATE FOREIGN DATA WRAPPER w OPTIONS ("{option}" 'hush', host 'h');
        CREATE SERVER far FOREIGN DATA WRAPPER w OPTIONS ("{option}" 'hush', host 'h');
        CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS ("{option}" 'hush', host 'h');
        CREATE FOREIGN TABLE ft (a int OPTIONS ("{option}" 'hush', b 'c')) SERVER far
            OPTIONS ("{option}" 'hush', host 'h')
        """
    )

    reading = await database.read()

    assert "hush" not in repr(reading)
    assert all("OPTIONS (host 'h')" in one.statements[0] for one in reading.catalog.verbatims)
    assert reading.unmodelled == (
        Unmodelled(kind="foreign data wrapper option", name=f"{option} w"),
        Unmodelled(kind="foreign table option", name=f"{option} public.ft"),
        Unmodelled(kind="server option", name=f"{option} far"),
        Unmodelled(kind="user mapping option", name=f"{option} FOR PUBLIC SERVER far"),
    )


def test_a_server_that_is_too_old_is_refused():
    with pytest.raises(ConfigurationError) as caught:
        check_version((12, 22))

    assert caught.value.message == "the server is PostgreSQL 12.22, too old to be read"
    assert caught.value.hint == "upgrade the server to PostgreSQL 13 or newer"


@pytest.mark.parametrize("version", [(13, 0), (18, 4), (19, 0)])
def test_newer_servers_are_not_refused(version: tuple[int, int]):
    check_version(version)
