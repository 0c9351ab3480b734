"""What works through a pooler in transaction mode, and what is refused with the reason."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import (
    ConfigurationError,
    DatabaseError,
    DataError,
    SessionRequired,
    TransactionAborted,
    UniqueViolation,
)
from ferrule_core.mapping.columns import Column, column
from ferrule_core.model.model import Model
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.profiles import PoolOptions, Profile
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_testing.pgbouncer import PgBouncer

pytestmark = pytest.mark.anyio

SHOP = """
CREATE TYPE binding AS ENUM ('paper', 'hard cover');
CREATE TYPE size AS (width int, price numeric);
CREATE TABLE pooled_book (
    id int PRIMARY KEY, title text NOT NULL, price numeric(10, 2) NOT NULL DEFAULT 1
);
CREATE TABLE odd (
    id int PRIMARY KEY, binding binding, size size, days daterange, price numeric, tags text[]
);
"""


class Book(Model, table="pooled_book"):
    id: Column[int] = column(primary_key=True)
    title: Column[str]
    price: Column[Decimal] = column(default=Decimal(1))


@pytest.fixture
async def shop(pooled: Database, straight: Database) -> AsyncIterator[Database]:
    """Tables; afterwards nothing of ours is left in any session of the server."""
    async with straight.connection() as connection:
        await connection.execute_script(SHOP)
    yield pooled
    for _ in range(4):
        rows = await pooled.fetch(
            CompiledQuery(
                "SELECT name FROM pg_prepared_statements UNION ALL "
                "SELECT name FROM pg_settings WHERE source = 'session' AND name = 'jit'",
                origin="test",
            )
        )
        assert [row[0] for row in rows] == []


@pytest.mark.usefixtures("shop")
async def test_models_work():
    await Book.create(id=1, title="Emma", price=Decimal("9.50"))
    await Book.bulk_create([Book(id=n, title=f"Book {n}") for n in range(2, 50)])

    book = await Book.filter(Book.price > 5).get()
    book.title = "Emma, a novel"
    await book.save()

    assert await Book.filter(title="Emma, a novel").count() == 1
    assert await Book.filter(Book.id > 40).delete() == 9
    assert len(await Book.filter().order_by("id").all()) == 40
    async for one in Book.filter().order_by("id").stream(chunk_rows=7):
        assert one.id >= 1


async def test_transactions_and_savepoints_work(shop: Database):
    async with shop.transaction(isolation="serializable"):
        await Book.create(id=1, title="kept")
        with pytest.raises(UniqueViolation):
            async with shop.transaction():
                await Book.create(id=2, title="undone")
                await Book.create(id=1, title="twice")
    with pytest.raises(TransactionAborted):
        async with shop.transaction():
            await Book.create(id=3, title="lost")
            with pytest.raises(UniqueViolation):
                await Book.create(id=1, title="twice")

    assert [book.id for book in await Book.filter().all()] == [1]


async def test_streams_work_beside_other_statements(shop: Database):
    async with shop.transaction():
        seen = 0
        async for rows in shop.stream("SELECT generate_series(1, 100)", chunk_rows=30):
            seen += len(rows)
            assert await Book.filter().count() == 0

    assert seen == 100


@pytest.mark.parametrize("in_transaction", [False, True])
async def test_types_that_are_looked_up_work(shop: Database, in_transaction: bool):
    async def write_and_read() -> None:
        await shop.execute(
            "INSERT INTO odd VALUES ($1, $2, $3, daterange($4, $5), $6, $7)",
            1,
            "hard cover",
            (3, Decimal("1.50")),
            date(2026, 1, 1),
            date(2026, 2, 1),
            Decimal("12345678901234567890.123456789"),
            ["a", "b"],
        )
        row = await shop.fetch_first("SELECT * FROM odd")
        assert row is not None
        assert row["binding"] == "hard cover"
        assert tuple(row["size"]) == (3, Decimal("1.50"))
        assert (row["days"].lower, row["days"].upper) == (date(2026, 1, 1), date(2026, 2, 1))
        assert row["price"] == Decimal("12345678901234567890.123456789")
        assert row["tags"] == ["a", "b"]

    if in_transaction:
        async with shop.transaction():
            await write_and_read()
    else:
        await write_and_read()


async def test_an_error_leaves_the_connection_as_it_was(shop: Database):
    async with shop.connection() as connection:
        for _ in range(3):
            with pytest.raises(DataError):
                await connection.fetch("SELECT 1 / (SELECT 0)")
            assert not connection.in_transaction
        row = await connection.fetch_first("SELECT 1")
        assert row is not None
        assert row[0] == 1


async def test_a_transaction_in_which_a_statement_was_cancelled_is_lost_as_a_whole(shop: Database):
    with pytest.raises(TransactionAborted):
        async with shop.transaction():
            await Book.create(id=1, title="lost")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await shop.fetch("SELECT pg_sleep(30)")
            with contextlib.suppress(DatabaseError):
                await Book.create(id=2, title="lost too")

    assert await Book.filter().count() == 0


async def test_an_error_of_the_callers_iterator_undoes_no_more_than_the_copy(shop: Database):
    def rows() -> Iterator[tuple[int, str]]:
        yield 1, "Emma"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await shop.copy_in(Book, rows(), columns=("id", "title"))
    await Book.create(id=2, title="kept")

    assert [book.id for book in await Book.filter().all()] == [2]


@pytest.mark.parametrize("in_transaction", [False, True])
async def test_copies_work(shop: Database, in_transaction: bool):
    rows = [(n, f"Book {n}", Decimal(n)) for n in range(1, 40)]

    async def copy() -> None:
        assert await shop.copy_in(Book, rows, columns=("id", "title", "price")) == 39

    if in_transaction:
        async with shop.transaction():
            await copy()
    else:
        await copy()

    assert await Book.filter().count() == 39


async def test_what_runs_in_no_transaction_works(shop: Database):
    await shop.execute("CREATE INDEX CONCURRENTLY ON pooled_book (title)")
    await shop.execute("VACUUM pooled_book")
    await shop.execute("DO $$ BEGIN COMMIT; END $$")


@pytest.mark.parametrize("in_transaction", [False, True])
@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("SET work_mem = '7MB'", "a setting of the session"),
        ("/* a */ -- b\n set ROLE pg_monitor", "a setting of the session"),
        ("RESET ALL", "a setting of the session"),
        ("DISCARD ALL", "a setting of the session"),
        ("SELECT set_config('work_mem', '7MB', false)", "a setting of the session"),
        ("LISTEN news", "LISTEN"),
        ("SELECT pg_advisory_lock(7)", "a lock of the session"),
        ("SELECT pg_catalog . pg_try_advisory_lock (7)", "a lock of the session"),
        ("CREATE TEMP TABLE scratch (n int)", "a temporary table"),
        ("CREATE TABLE pg_temp.scratch (n int)", "a temporary table"),
        ("SELECT 1 AS n INTO TEMPORARY scratch", "a temporary table"),
        ("PREPARE p AS SELECT 1", "a prepared statement"),
        ("DEALLOCATE ALL", "a prepared statement"),
        ("DECLARE c CURSOR WITH HOLD FOR SELECT 1", "a cursor that outlives its transaction"),
        ("LOAD 'auto_explain'", "a library that is loaded into the session"),
    ],
)
async def test_what_would_stay_in_the_session_is_refused(
    pooled: Database, text: str, kept: str, in_transaction: bool
):
    async def run() -> None:
        with pytest.raises(SessionRequired) as caught:
            await pooled.execute(text)
        assert caught.value.message == (
            f"{kept} does not outlive a transaction behind a pooler in transaction mode"
        )
        assert "with a direct_url in the profile" in str(caught.value.hint)

    if in_transaction:
        async with pooled.transaction():  # nothing was sent, so it goes on
            await run()
    else:
        await run()


async def test_it_is_refused_on_a_connection_and_in_a_script_too(pooled: Database):
    async with pooled.connection() as connection:
        with pytest.raises(SessionRequired):
            await connection.execute_script("BEGIN; SELECT 1; SET work_mem = '7MB'; COMMIT")
        with pytest.raises(SessionRequired):
            await connection.fetch("SELECT set_config($1, $2, $3)", ["work_mem", "7MB", False])
        await connection.execute_script("BEGIN; SET LOCAL work_mem = '7MB'; COMMIT")
        await connection.fetch("SELECT set_config($1, $2, $3)", ["work_mem", "7MB", True])


async def test_what_ends_with_the_transaction_works(pooled: Database):
    async with pooled.transaction():
        await pooled.execute("SET LOCAL work_mem = '7MB'")
        await pooled.execute("SELECT pg_advisory_xact_lock(7)")
        await pooled.execute("CREATE TEMP TABLE scratch (n serial) ON COMMIT DROP")
        await pooled.execute("INSERT INTO scratch DEFAULT VALUES")
        row = await pooled.fetch_first("SELECT lastval(), current_setting('work_mem')")
        assert row is not None
        assert tuple(row) == (1, "7MB")
    with pytest.raises(SessionRequired, match="the session's last value of a sequence"):
        await pooled.fetch("SELECT lastval()")


async def test_what_needs_a_session_is_refused_without_a_direct_url(pooled: Database):
    for waiting in (pooled.session_connection("a migration"), pooled.listen("news")):
        with pytest.raises(ConfigurationError) as caught:
            async with waiting:
                pass
        assert "needs a session that lasts, and url of the profile leads to a pooler in " in (
            caught.value.message
        )
        assert "direct_url" in str(caught.value.hint)


async def test_what_needs_a_session_uses_the_direct_url(
    bouncer: PgBouncer, database_url: DatabaseUrl, plugins: Plugins
):
    profile = Profile(
        name="shop", url=bouncer.url, direct_url=database_url, pool=PoolOptions(max_size=2)
    )
    async with connect(profile, plugins=plugins, name="both") as database:
        assert database.pooler == "transaction"
        async with database.session_connection() as connection:
            await connection.execute("SET work_mem = '7MB'")
            row = await connection.fetch_first("SELECT current_setting('work_mem')")
            assert row is not None
            assert row[0] == "7MB"
        async with database.listen("news") as news:
            await database.notify("news", "hello")
            assert (await anext(aiter(news))).payload == "hello"  # type: ignore[union-attr]


async def test_a_direct_url_that_leads_to_the_pooler_is_refused(
    bouncer: PgBouncer, plugins: Plugins
):
    profile = Profile(name="shop", url=bouncer.url, direct_url=replace(bouncer.socket_url))
    async with connect(profile, plugins=plugins, name="both") as database:
        with pytest.raises(ConfigurationError, match="direct_url of the profile leads to a pool"):
            async with database.session_connection("LISTEN"):
                pass
