"""The schema changes while connections hold prepared statements."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import (
    DatabaseError,
    DataError,
    SchemaChanged,
    StatementError,
    UndefinedObject,
    UndefinedTable,
    ValueRefused,
)
from ferrule_core.plugins.manager import Plugins
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

pytestmark = pytest.mark.anyio


def generated(text: str, *parameters: object) -> CompiledQuery:
    return CompiledQuery(text, parameters, origin="generated")


@pytest.fixture
async def pooled(database: Database, plugins: Plugins) -> AsyncIterator[Database]:
    """A pool beside the one that changes the schema, with several warm connections."""
    async with connect(database.url, plugins=plugins, name="pooled", min_size=3) as pooled:
        yield pooled


@dataclass(frozen=True)
class Change:
    """A change of the schema, and a statement that was prepared before it.

    Attributes:
        before: The schema.
        text: The statement.
        given: What its parameters are before, and after.
        change: What happens meanwhile.
    """

    before: str
    text: str
    given: tuple[object, object]
    change: str


CHANGES = {
    "parameter type, compared": Change(
        "CREATE TABLE t (n int)",
        "SELECT * FROM t WHERE n = $1",
        (1, "one"),
        "ALTER TABLE t ALTER n TYPE text",
    ),
    "parameter type, compared, value fits the old type": Change(
        "CREATE TABLE t (n int)",
        "SELECT * FROM t WHERE n = $1",
        (1, 2),
        "ALTER TABLE t ALTER n TYPE numeric[] USING NULL",
    ),
    "parameter type, inserted": Change(
        "CREATE TABLE t (n int)",
        "INSERT INTO t VALUES ($1)",
        (1, "one"),
        "ALTER TABLE t ALTER n TYPE text",
    ),
    "parameter type, inserted, no cast": Change(
        "CREATE TABLE t (n text)",
        "INSERT INTO t VALUES ($1)",
        ("1", [1, 2]),
        "ALTER TABLE t ALTER n TYPE int[] USING NULL",
    ),
    "enum re-created": Change(
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood)",
        "INSERT INTO t VALUES ($1)",
        ("sad", "ok"),
        "DROP TYPE mood CASCADE; CREATE TYPE mood AS ENUM ('ok', 'new'); ALTER TABLE t ADD m mood",
    ),
    "enum re-created, compared": Change(
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood)",
        "SELECT m FROM t WHERE m = $1",
        ("sad", "ok"),
        "DROP TYPE mood CASCADE; CREATE TYPE mood AS ENUM ('ok', 'new'); ALTER TABLE t ADD m mood",
    ),
    "domain re-created on another type": Change(
        "CREATE DOMAIN d AS int; CREATE TABLE t (n int)",
        "SELECT ($1::d)::text AS d",
        (1, "one"),
        "DROP DOMAIN d; CREATE DOMAIN d AS text",
    ),
    "domain re-created, value fits the old type": Change(
        "CREATE DOMAIN d AS int; CREATE TABLE t (n int)",
        "SELECT ($1::d)::text AS d",
        (1, 2),
        "DROP DOMAIN d; CREATE DOMAIN d AS bigint",
    ),
    "composite changed, sent": Change(
        "CREATE TYPE pair AS (a int, b int); CREATE TABLE t (p pair)",
        "INSERT INTO t VALUES ($1)",
        ((1, 2), (2, "one", 3)),
        "ALTER TYPE pair DROP ATTRIBUTE a; ALTER TYPE pair ADD ATTRIBUTE a text; "
        "ALTER TYPE pair ADD ATTRIBUTE c int",
    ),
    "function re-created": Change(
        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (n int)",
        "SELECT f($1)",
        (1, "one"),
        "DROP FUNCTION f(int); CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 2'",
    ),
    "column added, all columns": Change(
        "CREATE TABLE t (n int); INSERT INTO t VALUES (1)",
        "SELECT * FROM t WHERE n = $1",
        (1, 1),
        "ALTER TABLE t ADD m int",
    ),
    "column type, of what is read": Change(
        "CREATE TABLE t (n int, m int); INSERT INTO t VALUES (1, 2)",
        "SELECT m FROM t WHERE n = $1",
        (1, 1),
        "ALTER TABLE t ALTER m TYPE text",
    ),
}
IN_PLACE = {
    "parameter type, compared",
    "parameter type, inserted",
    "parameter type, inserted, no cast",
    "domain re-created on another type",
    "composite changed, sent",
    "function re-created",
}
"""What the client refuses to send, so that it can be prepared again inside of a transaction."""

changes = pytest.mark.parametrize("name", CHANGES)


async def on_all(pooled: Database, query: CompiledQuery) -> None:
    """Prepare a statement on each of the three connections."""

    async def run() -> None:
        async with pooled.transaction():
            await ready.wait()
            await pooled.fetch(query)

    ready = asyncio.Event()
    running = [asyncio.create_task(run()) for _ in range(3)]
    async with asyncio.timeout(10):
        while pooled.statistics().in_use < 3:  # noqa: ASYNC110 - it does not tell
            await asyncio.sleep(0.001)
    ready.set()
    await asyncio.gather(*running)


async def sessions(database: Database) -> set[int]:
    """The process numbers of all sessions but the asking one."""
    rows = await database.fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    return {row["pid"] for row in rows}


@changes
async def test_outside_of_transactions_nobody_notices(
    database: Database, pooled: Database, name: str
):
    case = CHANGES[name]
    async with database.connection() as connection:
        await connection.execute_script(case.before)
    await on_all(pooled, generated(case.text, case.given[0]))

    async with database.connection() as connection:
        await connection.execute_script(case.change)

    if name == "parameter type, compared, value fits the old type":
        with pytest.raises((ValueRefused, StatementError)):  # a real mistake stays one
            await pooled.fetch(generated(case.text, case.given[1]))
        return
    for _ in range(6):
        await pooled.fetch(generated(case.text, case.given[1]))
    await asyncio.gather(*(pooled.fetch(generated(case.text, case.given[1])) for _ in range(6)))
    assert pooled.statistics().size <= 10


@changes
async def test_inside_of_one_it_works_or_the_whole_can_be_run_again(
    database: Database, pooled: Database, name: str
):
    case = CHANGES[name]
    async with database.connection() as connection:
        await connection.execute_script(case.before)
        await connection.execute_script("CREATE TABLE done (n int)")
    await on_all(pooled, generated(case.text, case.given[0]))
    async with database.connection() as connection:
        await connection.execute_script(case.change)

    async def attempt() -> None:
        async with pooled.transaction():
            await pooled.execute(generated("INSERT INTO done VALUES (1)"))
            await pooled.fetch(generated(case.text, case.given[1]))

    if name == "parameter type, compared, value fits the old type":
        with pytest.raises(DatabaseError):
            await attempt()
        return
    if name not in IN_PLACE:
        with pytest.raises(SchemaChanged, match="changed under a prepared statement") as caught:
            await attempt()
        assert caught.value.retryable
    await attempt()

    assert len(await database.fetch("SELECT * FROM done")) == 1
    for _ in range(4):  # no other connection has an old statement
        await attempt()


async def test_a_composite_that_changed_is_read_again(database: Database, pooled: Database):
    async with database.connection() as connection:
        await connection.execute_script(
            "CREATE TYPE pair AS (a int, b int); CREATE TABLE t (p pair);"
            "INSERT INTO t VALUES (ROW(1, 2))"
        )
    from ferrule_core.sql.nodes import ColumnRef, Projection, Select, SelectItem, TableRef

    select = Select(Projection((SelectItem(ColumnRef("t", "p")),)), TableRef("t", "t"))
    read = CompiledQuery("SELECT p FROM t", (), select)
    await on_all(pooled, read)
    await database.execute("ALTER TYPE pair ADD ATTRIBUTE c int")

    (row,) = await pooled.fetch(read)

    assert tuple(row["p"]) == (1, 2, None)


async def test_a_write_whose_result_cannot_be_read_is_not_run_twice(
    database: Database, pooled: Database
):
    async with database.connection() as connection:
        await connection.execute_script(
            "CREATE TYPE pair AS (a int, b int); CREATE TABLE t (p pair)"
        )
    write = generated("INSERT INTO t VALUES (ROW(1, 2)) RETURNING p")
    await on_all(pooled, write)
    await database.execute("ALTER TYPE pair ADD ATTRIBUTE c int")
    async with database.connection() as connection:
        await connection.execute_script("DELETE FROM t")

    changed = generated("INSERT INTO t VALUES (ROW(1, 2)) RETURNING p")
    with pytest.raises(DataError) as caught:
        await pooled.fetch(changed)

    assert not caught.value.retryable
    assert caught.value.message.startswith("the statement was done, but a type changed")
    assert isinstance(caught.value.__cause__, SchemaChanged)
    assert len(await database.fetch("SELECT 1 FROM t")) == 1


async def test_a_batch_is_sent_with_the_types_of_now(database: Database, pooled: Database):
    await database.execute("CREATE TABLE t (n int)")
    for _ in range(3):
        await pooled.fetch_batch(CompiledBatch("INSERT INTO t VALUES ($1)", [(1,), (2,)], "ours"))
    await database.execute("ALTER TABLE t ALTER n TYPE text")

    await pooled.fetch_batch(CompiledBatch("INSERT INTO t VALUES ($1)", [("a",), ("b",)], "ours"))

    rows = await database.fetch("SELECT n FROM t ORDER BY n")
    assert [row["n"] for row in rows] == ["1", "1", "1", "2", "2", "2", "a", "b"]


async def test_the_callers_statement_is_run_again_where_it_was_not_sent(
    database: Database, pooled: Database
):
    await database.execute("CREATE TABLE t (n int)")
    async with pooled.connection() as connection:
        await connection.execute("INSERT INTO t VALUES ($1)", (1,))
        await database.execute("ALTER TABLE t ALTER n TYPE text")

        await connection.execute("INSERT INTO t VALUES ($1)", ("a",))

    assert len(await database.fetch("SELECT * FROM t")) == 2


async def test_a_temporary_table_may_change_between_two_uses(pooled: Database):
    async with pooled.transaction():
        for kind, given in (("int", 1), ("text", "one"), ("int", 2)):
            await pooled.execute(f"CREATE TEMP TABLE scratch (n {kind})")
            await pooled.execute("INSERT INTO scratch VALUES ($1)", given)
            (row,) = await pooled.fetch(f"SELECT n AS {kind} FROM scratch")
            assert row[0] == given
            await pooled.execute("DROP TABLE scratch")


async def test_a_wrong_value_is_refused_and_costs_no_connection(
    database: Database, pooled: Database
):
    await database.execute("CREATE TABLE t (n int)")
    await on_all(pooled, generated("INSERT INTO t VALUES ($1)", 1))
    before = await sessions(database)

    for _ in range(3):
        with pytest.raises(ValueRefused):
            await pooled.execute(generated("INSERT INTO t VALUES ($1)", "one"))
        async with pooled.transaction():
            with pytest.raises(ValueRefused):
                async with pooled.transaction():
                    await pooled.execute(generated("INSERT INTO t VALUES ($1)", 2**40))
            await pooled.execute(generated("INSERT INTO t VALUES ($1)", 2))

    assert pooled.statistics().size == 3
    assert await sessions(database) == before


async def test_a_mistake_in_a_function_is_no_change_of_the_schema(
    database: Database, pooled: Database
):
    await database.execute(
        "CREATE FUNCTION wrong(int) RETURNS TABLE (n int) LANGUAGE plpgsql AS $$ "
        "BEGIN IF $1 > 1 THEN RETURN QUERY SELECT 'one'::text; END IF; END $$"
    )
    await on_all(pooled, generated("SELECT * FROM wrong($1)", 1))
    before = await sessions(database)

    for _ in range(2):
        with pytest.raises(StatementError):
            await pooled.fetch(generated("SELECT * FROM wrong($1)", 2))
        with pytest.raises(StatementError):
            async with pooled.transaction():
                await pooled.fetch(generated("SELECT * FROM wrong($1)", 2))

    assert await sessions(database) == before


@pytest.mark.parametrize(
    ("change", "kind"),
    [("DROP TABLE t", UndefinedTable), ("ALTER TABLE t RENAME n TO m", StatementError)],
)
async def test_what_is_gone_is_said_to_be_gone(
    database: Database, pooled: Database, change: str, kind: type[DatabaseError]
):
    await database.execute("CREATE TABLE t (n int)")
    await on_all(pooled, generated("SELECT n FROM t WHERE n = $1", 1))
    await database.execute(change)

    with pytest.raises(kind):
        await pooled.fetch(generated("SELECT n FROM t WHERE n = $1", 1))


async def test_a_dropped_function_is_said_to_be_gone(database: Database, pooled: Database):
    await database.execute("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    await on_all(pooled, generated("SELECT f($1)", 1))
    await database.execute("DROP FUNCTION f(int)")

    with pytest.raises(UndefinedObject):
        await pooled.fetch(generated("SELECT f($1)", 1))


async def test_a_change_seen_by_one_connection_renews_all(database: Database, pooled: Database):
    await database.execute("CREATE TYPE mood AS ENUM ('sad', 'ok')")
    await on_all(pooled, generated("SELECT $1::mood", "ok"))
    old = await sessions(database)
    await database.execute("DROP TYPE mood")
    await database.execute("CREATE TYPE mood AS ENUM ('ok')")

    await pooled.fetch(generated("SELECT $1::mood", "ok"))
    pids = await asyncio.gather(
        *(pooled.fetch(generated("SELECT pg_backend_pid() AS pid")) for _ in range(9))
    )

    assert {rows[0]["pid"] for rows in pids}.isdisjoint(old)


@pytest.mark.requires_extension("vector")
async def test_a_re_created_extension_gets_new_connections(database: Database, pooled: Database):
    await database.execute("CREATE EXTENSION vector")
    await on_all(pooled, generated("SELECT $1::text::vector::text AS v, $2::vector", "[1]", "[1]"))
    await database.execute("DROP EXTENSION vector")
    await database.execute("CREATE EXTENSION vector")

    (row,) = await pooled.fetch(
        generated("SELECT $1::text::vector::text AS v, $2::vector", "[1]", "[1]")
    )

    assert row["v"] == "[1]"
