"""Others change the schema while it is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ferrule_core.catalog import QualifiedName
from ferrule_core.errors import DatabaseError, SchemaChanged
from ferrule_introspect.queries import query_text

pytestmark = pytest.mark.anyio

LIBRARY = """
    CREATE TYPE mood AS ENUM ('ok');
    CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
    CREATE TABLE author (id int PRIMARY KEY, name text DEFAULT 'x' CHECK (name <> ''));
    CREATE TABLE book (
        id int DEFAULT f(1) CHECK (f(id) > 0), author int REFERENCES author, mood mood DEFAULT 'ok'
    );
    CREATE INDEX ON book (f(id));
    CREATE VIEW titles AS SELECT id, f(id) AS twice FROM book
"""


def changing(database, script: str, *, before: str, times: int) -> Callable[[str], object]:
    """Runs ``script`` before the query of that name is sent, that many times."""
    runs = 0

    async def change(text: str) -> None:
        nonlocal runs
        if text == query_text(before) and runs < times:
            runs += 1
            await database.run(script.format(n=runs))

    return change


@pytest.mark.parametrize(
    "script",
    [
        "DROP TABLE book CASCADE",
        "ALTER TABLE book RENAME TO volume",
        "ALTER TABLE book RENAME id TO number",
        "ALTER FUNCTION f(int) RENAME TO g",
        "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
        "DROP FUNCTION f(int) CASCADE",
        "ALTER SCHEMA public RENAME TO library",
        "CREATE TABLE more (a int)",
    ],
)
@pytest.mark.parametrize("before", ["columns", "index_elements"])
async def test_what_changes_during_the_reading_is_read_again(
    database, recorder, script: str, before: str
):
    await database.run(LIBRARY)
    change = changing(database, script, before=before, times=1)
    connection = recorder(await database.connect(), change)

    reading = await database.read(connection=connection)

    assert reading == await database.read()


BESIDE = """
    CREATE FUNCTION is_less(int, int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 < $2';
    CREATE OPERATOR <<< (LEFTARG = int, RIGHTARG = int, FUNCTION = is_less);
    CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = simple);
    CREATE TEXT SEARCH CONFIGURATION docs (COPY = simple);
    ALTER TEXT SEARCH CONFIGURATION docs ALTER MAPPING FOR word WITH words;
    CREATE TYPE pair AS (a int, b int);
    CREATE FUNCTION first(pair) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT ($1).a';
    CREATE CAST (pair AS int) WITH FUNCTION first(pair);
    CREATE COLLATION plain (locale = 'C'); CREATE TYPE span AS RANGE (subtype = float8);
    CREATE OPERATOR FAMILY fam USING btree;
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;
    CREATE FOREIGN TABLE ft (a int) SERVER far; CREATE PUBLICATION news FOR TABLE author
"""


@pytest.mark.parametrize(
    "script",
    [
        "DROP FUNCTION is_less CASCADE",
        "ALTER FUNCTION is_less RENAME TO less",
        "DROP TEXT SEARCH DICTIONARY words CASCADE",
        "ALTER TEXT SEARCH DICTIONARY words RENAME TO terms",
        "DROP TYPE pair CASCADE; DROP TYPE span; DROP COLLATION plain; DROP PUBLICATION news",
        "ALTER OPERATOR FAMILY fam USING btree RENAME TO family",
        "DROP SERVER far CASCADE",
        "ALTER SERVER far RENAME TO near",
    ],
)
@pytest.mark.parametrize("before", ["relations", "columns"])
async def test_what_stands_beside_tables_may_change_too(
    database, recorder, script: str, before: str
):
    await database.run(LIBRARY + ";" + BESIDE)
    change = changing(database, script, before=before, times=1)
    connection = recorder(await database.connect(), change)

    reading = await database.read(connection=connection)

    assert reading == await database.read()


async def test_a_schema_that_never_rests_is_refused(database, recorder):
    await database.run(LIBRARY)
    change = changing(database, "CREATE TABLE t{n} ()", before="columns", times=9)
    connection = recorder(await database.connect(), change)

    with pytest.raises(SchemaChanged) as caught:
        await database.read(connection=connection)

    assert caught.value.message == "the schema changed while it was read, 3 times"
    assert caught.value.retryable
    assert not connection.in_transaction


async def test_changes_in_schemas_that_are_not_read_do_not_matter(database, recorder):
    await database.run(f"{LIBRARY}; CREATE SCHEMA other")
    script = "CREATE TABLE other.t{n} (); CREATE TEMP TABLE t{n} (); TRUNCATE book; ANALYZE book"
    change = changing(database, script, before="columns", times=9)
    connection = recorder(await database.connect(), change)

    catalog = (await database.read("public", connection=connection)).catalog

    assert QualifiedName("public", "book") in catalog.relations


async def test_an_error_of_the_server_leaves_no_transaction_open(database, recorder):
    await database.run(LIBRARY)
    plain = await database.connect()
    pid = await plain.fetch_first("SELECT pg_backend_pid()")

    async def cancel(text: str) -> None:
        if text == query_text("types"):
            await plain.execute_script("SET LOCAL statement_timeout = 1")

    with pytest.raises(DatabaseError, match=r"timeout|statement"):
        await database.read(connection=recorder(plain, cancel))

    assert not plain.in_transaction
    assert await plain.fetch_first("SELECT pg_backend_pid()") == pid


async def test_a_lost_connection_is_told_as_such(database, recorder):
    plain = await database.connect()
    row = await plain.fetch_first("SELECT pg_backend_pid()")

    async def kill(text: str) -> None:
        if text == query_text("types"):
            await database.value("SELECT pg_terminate_backend($1, 5000)", row[0])

    with pytest.raises(DatabaseError) as caught:
        await database.read(connection=recorder(plain, kill))

    assert type(caught.value).__name__ == "ConnectionLost"
    assert plain.closed
