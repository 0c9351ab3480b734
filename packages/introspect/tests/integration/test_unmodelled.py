"""Nothing disappears: what the catalog does not hold is named."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import QualifiedName

pytestmark = pytest.mark.anyio


async def unmodelled(database, *schemas: str, **scope: tuple[str, ...]) -> set[tuple[str, str]]:
    found = (await database.read(*schemas, **scope)).unmodelled
    assert list(found) == sorted(found)
    return {(each.kind, each.name) for each in found if each.reason == "unmodelled"}


async def test_a_database_of_modelled_things_leaves_nothing_to_name(database):
    await database.run(
        """
        CREATE TYPE e AS ENUM ('x'); CREATE DOMAIN d AS int NOT NULL CHECK (VALUE > 0);
        CREATE TABLE t (
            a serial PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY UNIQUE, c e DEFAULT 'x',
            d d CHECK (d > 1), e int GENERATED ALWAYS AS (a + 1) STORED, f text[],
            g int REFERENCES t DEFERRABLE
        );
        CREATE INDEX ON t (d); CREATE SEQUENCE s;
        CREATE VIEW v AS SELECT a FROM t; ALTER VIEW v ALTER a SET DEFAULT 1;
        CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE INDEX ON m (a)
        """
    )

    assert await unmodelled(database) == set()


async def test_objects_of_every_other_kind_are_named(database):
    await database.run(
        """
        CREATE TYPE pair AS (a int, b text);
        CREATE TYPE span AS RANGE (subtype = float8);
        CREATE TYPE shell;
        CREATE TABLE t (a int, b int4range);
        CREATE FUNCTION f(a int, b text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE FUNCTION g(pair) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION started() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
        CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int);
        CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq);
        CREATE CAST (pair AS int) WITH FUNCTION g(pair);
        CREATE CAST (point AS text) WITH INOUT;
        CREATE TRIGGER w BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
        CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
        CREATE FOREIGN DATA WRAPPER w;
        CREATE SERVER far FOREIGN DATA WRAPPER w;
        CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'secret');
        CREATE FOREIGN TABLE ft (a int) SERVER far;
        CREATE EVENT TRIGGER et ON ddl_command_start EXECUTE FUNCTION started();
        CREATE PUBLICATION news FOR TABLE t;
        CREATE PUBLICATION every FOR ALL TABLES;
        CREATE COLLATION mine (locale = 'C');
        CREATE TEXT SEARCH CONFIGURATION tc (copy = simple);
        CREATE TEXT SEARCH DICTIONARY td (template = simple);
        CREATE OPERATOR FAMILY fam USING btree;
        CREATE ACCESS METHOD am TYPE INDEX HANDLER bthandler;
        CREATE CONVERSION cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
        CREATE LANGUAGE l HANDLER plpgsql_call_handler
        """
    )

    assert await unmodelled(database) == {
        ("range type", "public.span"),
        ("type", "public.shell"),
        ("operator", "public.===(integer,integer)"),
        ("cast", "(public.pair AS integer)"),
        ("cast", "(pg_catalog.point AS pg_catalog.text)"),
        ("foreign-data wrapper", "w"),
        ("server", "far"),
        ("user mapping", "public on server far"),
        ("foreign table", "public.ft"),
        ("event trigger", "et"),
        ("publication", "news"),
        ("publication", "every"),
        ("publication relation", "public.t in publication news"),
        ("collation", "public.mine"),
        ("text search configuration", "public.tc"),
        ("text search dictionary", "public.td"),
        ("operator family", "public.fam USING btree"),
        ("access method", "am"),
        ("conversion", "public.cv"),
        ("language", "l"),
    }


async def test_a_subscription_is_named_without_what_it_connects_to(database):
    await database.run(
        "CREATE SUBSCRIPTION sub CONNECTION 'password=secret' PUBLICATION p"
        " WITH (connect = false, slot_name = NONE, enabled = false)"
    )
    try:
        found = await unmodelled(database)
    finally:
        await database.run("DROP SUBSCRIPTION sub")  # or the database could not be dropped

    assert found == {("subscription", "sub")}


@pytest.mark.requires_postgres(min=15)
async def test_what_a_domain_says_of_its_not_null_is_named(database):
    await database.run(
        """
        CREATE DOMAIN d AS int CONSTRAINT named NOT NULL;
        CREATE DOMAIN e AS int NOT NULL
        """
    )
    named = set()
    if (await database.connect()).server_version >= (17, 0):
        await database.run("COMMENT ON CONSTRAINT e_not_null ON DOMAIN e IS 'because'")
        named = {
            ("domain constraint", "named on public.d"),
            ("domain constraint", "e_not_null on public.e"),
        }

    assert await unmodelled(database) == named


async def test_a_view_that_lost_its_query_is_named(database):
    await database.run(
        """
        CREATE TABLE t (a int);
        CREATE VIEW broken AS SELECT a FROM t;
        CREATE VIEW whole AS SELECT a FROM t;
        SET allow_system_table_mods = on;
        DELETE FROM pg_depend WHERE classid = 'pg_rewrite'::regclass AND objid IN
            (SELECT oid FROM pg_rewrite WHERE ev_class = 'broken'::regclass);
        DELETE FROM pg_rewrite WHERE ev_class = 'broken'::regclass
        """
    )

    reading = await database.read()

    assert [view.name.name for view in reading.catalog.views] == ["whole"]
    assert await unmodelled(database) == {("view", "public.broken")}


async def test_an_extension_is_modelled_and_its_objects_are_left_out(database):
    names = await database.value("SELECT array_agg(name::text) FROM pg_available_extensions")
    extension = "vector" if "vector" in names else "citext"
    await database.run(
        f"CREATE SCHEMA ext; CREATE EXTENSION {extension} SCHEMA ext;"
        f"CREATE TABLE t (a ext.{extension})"
    )

    reading = await database.read()

    assert [(each.name, each.schema) for each in reading.catalog.extensions] == [(extension, "ext")]
    assert reading.unmodelled == ()
    assert reading.catalog.tables[0].columns[0].type.qualified == QualifiedName("ext", extension)
    assert reading.catalog.domains == reading.catalog.enums == ()


async def test_objects_of_the_whole_database_are_named_only_when_all_of_it_is_read(database):
    await database.run(
        "CREATE SCHEMA shop; CREATE PUBLICATION every FOR ALL TABLES;"
        "CREATE TEXT SEARCH CONFIGURATION shop.f (copy = simple);"
        "CREATE TEXT SEARCH CONFIGURATION f (copy = simple)"
    )

    kind = "text search configuration"
    shop, every = (kind, "shop.f"), ("publication", "every")
    assert await unmodelled(database) == {shop, every, (kind, "public.f")}
    assert await unmodelled(database, "shop") == {shop}
    assert await unmodelled(database, include=("shop.*",)) == {shop}
    assert await unmodelled(database, exclude=("public.*",)) == {shop, every}


async def test_temporary_tables_are_nobody_s_schema(database):
    connection = await database.connect()
    await connection.execute_script("CREATE TEMP TABLE t (a serial PRIMARY KEY)")

    reading = await database.read()

    assert (reading.catalog.tables, reading.catalog.sequences) == ((), ())
    assert reading.unmodelled == ()
