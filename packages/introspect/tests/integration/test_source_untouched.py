"""The database that is read is not changed, and cannot change how it is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ferrule_core.errors import ReadOnlyTransaction
from ferrule_introspect.fetch import read_snapshot
from ferrule_introspect.queries import query_text

pytestmark = pytest.mark.anyio

LIBRARY = """
    CREATE TYPE mood AS ENUM ('ok', 'sad');
    CREATE TABLE author (id serial PRIMARY KEY, name text DEFAULT 'x' CHECK (name <> ''));
    CREATE TABLE book (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, author int REFERENCES author,
        tags int[] DEFAULT '{1,2}', twice int GENERATED ALWAYS AS (author * 2) STORED, mood mood,
        EXCLUDE USING btree (author WITH =)
    );
    CREATE INDEX ON book (abs(author), tags) WHERE author > 0;
    CREATE VIEW titles AS SELECT id || '' AS id FROM book WHERE tags <@ ARRAY[1, 2];
    CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE TYPE span AS RANGE (subtype = float8); CREATE COLLATION plain (locale = 'C');
    CREATE OPERATOR FAMILY fam USING btree;
    CREATE OPERATOR CLASS down FOR TYPE int USING btree FAMILY fam AS
        OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(int, int);
    CREATE TEXT SEARCH CONFIGURATION docs (COPY = simple);
    CREATE CAST (point AS text) WITH INOUT;
    CREATE FOREIGN DATA WRAPPER w OPTIONS (a 'b'); CREATE SERVER far FOREIGN DATA WRAPPER w;
    CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (name 'x');
    CREATE FOREIGN TABLE ft (a int OPTIONS (b 'c')) SERVER far;
    CREATE PUBLICATION news FOR TABLE author
"""
MORE = LIBRARY[: LIBRARY.index("CREATE CAST")]
HOSTILE = """
    CREATE FUNCTION public.format_type(oid, integer) RETURNS text LANGUAGE sql AS
        $$SELECT 'hostile'::text$$;
    CREATE FUNCTION public.pg_get_expr(pg_node_tree, oid) RETURNS text LANGUAGE sql AS
        $$SELECT 'hostile'::text$$;
    CREATE FUNCTION public.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS
        $$SELECT 'hostile'::text$$;
    CREATE FUNCTION public.never(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE FUNCTION public.never("char", "char") RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE FUNCTION public.never(int[], int[]) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE FUNCTION public.never(oid[], oid[]) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE FUNCTION public.never(int2, int4) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE FUNCTION public.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE FUNCTION public.joined(text, text) RETURNS text LANGUAGE sql AS
        $$SELECT 'hostile'::pg_catalog.text$$;
    CREATE FUNCTION public.format(text, VARIADIC "any") RETURNS text LANGUAGE internal AS
        'text_format';
    CREATE FUNCTION public.quote_ident(text) RETURNS text LANGUAGE sql AS
        $$SELECT 'hostile'::text$$;
    CREATE OPERATOR public.|| (leftarg = text, rightarg = text, function = public.joined);
    CREATE OPERATOR public.!~* (leftarg = text, rightarg = text, function = public.never);
    CREATE OPERATOR public.= (leftarg = oid, rightarg = oid, function = public.never);
    CREATE OPERATOR public.= (leftarg = "char", rightarg = "char", function = public.never);
    CREATE OPERATOR public.<> (leftarg = "char", rightarg = "char", function = public.never);
    CREATE OPERATOR public.> (leftarg = int2, rightarg = int4, function = public.never);
    CREATE OPERATOR public.&& (leftarg = int[], rightarg = int[], function = public.never);
    CREATE OPERATOR public.&& (leftarg = oid[], rightarg = oid[], function = public.never);
    CREATE VIEW public.pg_class AS SELECT 1 AS oid WHERE false;
    CREATE VIEW public.pg_attribute AS SELECT 1 AS oid WHERE false;
    CREATE TYPE public.text AS ENUM ('hostile');
"""


async def state(database) -> dict[str, object]:
    """Every row of every catalog of the database, with its place and its transactions."""
    maker = await database.maker()
    if maker.server_version >= (15, 0):  # or what was made counts as written a second later
        await maker.execute_script("SELECT pg_stat_force_next_flush()")
    catalogs = await (await database.maker()).fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relisshared"
        " AND relnamespace = 'pg_catalog'::regnamespace AND relname <> 'pg_statistic'"
    )
    row = "concat(t.ctid, t.xmin, t.xmax)"
    rows = {
        name: await database.value(
            f"SELECT md5(string_agg({row}, ' ' ORDER BY t.ctid)) FROM pg_catalog.{name} AS t"
        )
        for (name,) in catalogs
    }
    written = await database.value(
        "SELECT ARRAY[sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del)] FROM pg_stat_all_tables"
        " WHERE relid <> 'pg_statistic'::regclass"
        " AND relid NOT IN (SELECT oid FROM pg_class WHERE relisshared)"
    )
    return {"rows": rows, "written": written}


async def test_reading_leaves_no_trace_in_the_catalogs(database):
    await database.run(LIBRARY)
    before = await state(database)

    await database.read()

    assert await state(database) == before


async def test_reading_takes_no_number_of_a_transaction(database, recorder):
    await database.run(LIBRARY)
    plain = await database.connect()
    taken = []

    async def ask(text: str) -> None:
        if text == "COMMIT":
            row = await plain.fetch_first("SELECT pg_current_xact_id_if_assigned()::text")
            taken.append(row and row[0])

    await database.read(connection=recorder(plain, ask))

    assert taken == [None, None]


async def test_reading_locks_nothing_but_what_views_read_and_that_at_the_end(database, recorder):
    await database.run(LIBRARY)
    plain = await database.connect()
    locks = {}

    async def look(text: str) -> None:
        rows = await plain.fetch(
            "SELECT relation::regclass::text, mode FROM pg_locks"
            " WHERE pid = pg_backend_pid() AND relation >= 16384"
        )
        locks[text] = {tuple(row) for row in rows}

    await database.read(connection=recorder(plain, look))

    after = locks.pop(query_text("descriptions")) | locks.pop("COMMIT")
    assert after - {("public.titles", "AccessShareLock")} == {("public.book", "AccessShareLock")}
    assert set().union(*locks.values()) == set()


async def test_the_session_is_as_it_was_after_a_reading(database):
    await database.run(LIBRARY)
    connection = await database.connect(search_path="public, pg_catalog")
    settings = "SELECT string_agg(name || setting, ' ' ORDER BY name) FROM pg_settings"
    before = await connection.fetch(settings)

    await database.read(connection=connection)

    assert await connection.fetch(settings) == before
    assert not connection.in_transaction


async def test_the_transaction_cannot_write(database):
    connection = await database.connect()

    with pytest.raises(ReadOnlyTransaction):
        async with read_snapshot(connection):
            await connection.execute("CREATE TABLE t ()")

    assert not connection.in_transaction


async def test_shadowing_functions_operators_and_relations_change_nothing(database):
    await database.run(LIBRARY)
    plain = await database.read(exclude=("public.text", "public.pg_*", "public.*never*"))

    await database.run(HOSTILE)
    await database.run(f"ALTER DATABASE {database.name} SET search_path = public, pg_catalog")
    reading = await database.read(exclude=("public.text", "public.pg_*", "public.*never*"))

    own = replace(
        reading.catalog, routines=plain.catalog.routines, verbatims=plain.catalog.verbatims
    )
    assert own == plain.catalog
    assert set(plain.catalog.routines) < set(reading.catalog.routines)
    more = set(reading.catalog.verbatims) - set(plain.catalog.verbatims)
    assert {"operator"} == {each.kind for each in more}
    assert plain.unmodelled == reading.unmodelled


@pytest.mark.requires_extension("intarray")
async def test_operators_of_intarray_change_nothing(database):
    await database.run(LIBRARY)
    plain = await database.read()

    await database.run("CREATE EXTENSION intarray")

    assert replace((await database.read()).catalog, extensions=()) == plain.catalog


async def test_the_number_of_statements_does_not_grow_with_the_schema(database, recorder):
    await database.run(LIBRARY)
    connection = recorder(await database.connect())
    await database.read(connection=connection)
    few = len(connection.statements)
    await database.run(f"CREATE SCHEMA more; SET search_path = more; {MORE}")
    connection.statements.clear()

    await database.read(connection=connection)

    assert len(connection.statements) == few
