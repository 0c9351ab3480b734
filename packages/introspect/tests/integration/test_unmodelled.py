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
        ("user mapping option", "password FOR PUBLIC SERVER far"),
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


async def test_objects_of_the_whole_database_are_read_only_with_all_of_it(database):
    await database.run(
        "CREATE SCHEMA shop; CREATE PUBLICATION every FOR ALL TABLES;"
        "CREATE TEXT SEARCH CONFIGURATION shop.f (copy = simple);"
        "CREATE TEXT SEARCH CONFIGURATION f (copy = simple)"
    )

    async def kept(*schemas: str, **scope: tuple[str, ...]) -> set[str]:
        reading = await database.read(*schemas, **scope)
        assert reading.unmodelled == ()
        return {each.name for each in reading.catalog.verbatims}

    assert await kept() == {"shop.f", "every", "public.f"}
    assert await kept("shop") == {"shop.f"}
    assert await kept(include=("shop.*",)) == {"shop.f"}
    assert await kept(exclude=("public.*",)) == {"shop.f", "every"}


async def test_what_the_patterns_leave_out_is_not_named_either(database):
    await database.run(
        """
        CREATE SCHEMA shop; CREATE TABLE shop.t (a int PRIMARY KEY);
        CREATE OPERATOR shop.=== (leftarg = int, rightarg = int, function = int4eq);
        CREATE OPERATOR FAMILY shop.fam USING btree;
        CREATE OPERATOR CLASS shop.oc FOR TYPE int USING btree FAMILY shop.fam AS
            OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int);
        ALTER OPERATOR FAMILY shop.fam USING btree ADD OPERATOR 1 < (int, bigint);
        CREATE TYPE shop.span AS RANGE (subtype = float8); CREATE TYPE shop.shell;
        CREATE COLLATION shop.k (locale = 'C'); CREATE TEXT SEARCH CONFIGURATION shop.f (
            copy = simple
        );
        CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;
        CREATE FOREIGN TABLE shop.ft (a int CHECK (a > 0)) SERVER far;
        CREATE CONVERSION shop.cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        CREATE PUBLICATION news FOR TABLE shop.t
        """
    )

    assert await unmodelled(database) == set()
    assert await unmodelled(database, exclude=("shop.*",)) == set()
    assert await unmodelled(database, include=("public.*",)) == set()
    assert await unmodelled(database, include=("shop.t",)) == set()
    assert await unmodelled(database, "shop") == set()


async def test_what_was_added_to_a_family_of_the_server_is_named(database):
    await database.run(
        """
        CREATE TYPE mood AS ENUM ('ok');
        CREATE FUNCTION less(int, mood) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
        CREATE OPERATOR < (leftarg = int, rightarg = mood, function = less);
        ALTER OPERATOR FAMILY integer_ops USING btree ADD OPERATOR 1 < (int, mood)
        """
    )

    assert await unmodelled(database) == {
        (
            "operator of access method",
            "operator 1 (integer, public.mood) of pg_catalog.integer_ops USING btree",
        )
    }


async def test_security_labels_are_named(database):
    await database.run(
        """
        CREATE SCHEMA shop; CREATE FUNCTION shop.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE TABLE shop.t (a int); CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
        SET allow_system_table_mods = on;
        INSERT INTO pg_seclabel SELECT oid, 'pg_proc'::regclass, 0, 'nobody', 'secret'
            FROM pg_proc WHERE oid >= 16384;
        INSERT INTO pg_seclabel VALUES ('shop.t'::regclass, 'pg_class'::regclass, 0, 'n', 'l')
        """
    )

    shop = {("security label", "shop.f(integer)"), ("security label", "shop.t")}
    assert await unmodelled(database) == shop | {("security label", "public.g()")}
    assert await unmodelled(database, "shop") == shop
    assert await unmodelled(database, exclude=("*.f",)) == {
        ("security label", "shop.t"),
        ("security label", "public.g()"),
    }


async def test_temporary_tables_are_nobody_s_schema(database):
    connection = await database.connect()
    await connection.execute_script("CREATE TEMP TABLE t (a serial PRIMARY KEY)")

    reading = await database.read()

    assert (reading.catalog.tables, reading.catalog.sequences) == ((), ())
    assert reading.unmodelled == ()
