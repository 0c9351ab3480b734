"""Transactions, savepoints, and who may use them."""

from __future__ import annotations

import asyncio
import contextlib

import anyio
import pytest

from ferrule_core.database import Database, connect, transaction
from ferrule_core.errors import (
    CommitUnknown,
    ConfigurationError,
    ConnectionLost,
    ForeignKeyViolation,
    QueryCanceled,
    QueryError,
    ReadOnlyTransaction,
    SchemaChanged,
    SerializationFailure,
    TransactionAborted,
    TransactionError,
    UniqueViolation,
)
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.sql.compiled import CompiledQuery

pytestmark = pytest.mark.anyio

COUNT = "SELECT count(*)::int AS n FROM numbers"


async def count(database: Database) -> int:
    row = await database.fetch_first(COUNT)
    assert row is not None
    return int(row["n"])


async def insert(database: Database, number: int) -> None:
    await database.execute("INSERT INTO numbers VALUES ($1)", number)


async def test_commits_at_the_end_of_the_block(numbers: Database):
    async with numbers.transaction():
        await insert(numbers, 6)

    assert await count(numbers) == 6


async def test_rolls_back_when_the_block_raises(numbers: Database):
    with pytest.raises(UniqueViolation) as caught:
        async with numbers.transaction():
            await insert(numbers, 6)
            await insert(numbers, 6)

    assert caught.value.constraint == "numbers_pkey"
    assert await count(numbers) == 5
    assert numbers.statistics().in_use == 0


async def test_a_nested_block_is_a_savepoint(numbers: Database):
    async with numbers.transaction():
        await insert(numbers, 6)
        with pytest.raises(UniqueViolation):
            async with numbers.transaction():
                await insert(numbers, 7)
                await insert(numbers, 1)
        await insert(numbers, 8)

    rows = await numbers.fetch("SELECT n FROM numbers WHERE n > 5 ORDER BY n")
    assert [row["n"] for row in rows] == [6, 8]


async def test_the_inner_block_does_not_commit(numbers: Database):
    with pytest.raises(ZeroDivisionError):
        async with numbers.transaction():
            async with numbers.transaction():
                await insert(numbers, 6)
            raise ZeroDivisionError

    assert await count(numbers) == 5


async def test_a_swallowed_error_ends_in_transaction_aborted(numbers: Database):
    with pytest.raises(TransactionAborted) as caught:
        async with numbers.transaction():
            await insert(numbers, 6)
            with contextlib.suppress(UniqueViolation):
                await insert(numbers, 1)

    assert caught.value.message == (
        "a statement failed inside the transaction and its error was swallowed, "
        "so everything was rolled back"
    )
    assert isinstance(caught.value.__cause__, UniqueViolation)
    assert await count(numbers) == 5


async def test_an_error_swallowed_in_an_inner_block_aborts_that_block_only(numbers: Database):
    async with numbers.transaction():
        await insert(numbers, 6)
        with pytest.raises(TransactionAborted) as caught:
            async with numbers.transaction():
                await insert(numbers, 7)
                with contextlib.suppress(UniqueViolation):
                    await insert(numbers, 1)

    assert isinstance(caught.value.__cause__, UniqueViolation)
    rows = await numbers.fetch("SELECT n FROM numbers WHERE n > 5")
    assert [row["n"] for row in rows] == [6]


async def test_a_deferred_constraint_fails_at_commit_and_leaves_nothing(numbers: Database):
    await numbers.execute(
        "CREATE TABLE uses (n int REFERENCES numbers DEFERRABLE INITIALLY DEFERRED)"
    )

    with pytest.raises(ForeignKeyViolation) as caught:
        async with numbers.transaction():
            await numbers.execute("INSERT INTO uses VALUES (99)")

    assert caught.value.table == "uses"
    assert await numbers.fetch("SELECT * FROM uses") == []


async def test_isolation_and_access_mode_reach_the_server(numbers: Database):
    async with numbers.transaction(isolation="serializable", read_only=True, deferrable=True):
        row = await numbers.fetch_first(
            "SELECT current_setting('transaction_isolation'), "
            "current_setting('transaction_read_only'), "
            "current_setting('transaction_deferrable')"
        )

    assert row is not None
    assert tuple(row) == ("serializable", "on", "on")


async def test_a_read_only_transaction_refuses_writes(numbers: Database):
    with pytest.raises(ReadOnlyTransaction):
        async with numbers.transaction(read_only=True):
            await insert(numbers, 6)


async def test_isolation_inside_a_transaction_is_refused(numbers: Database):
    with pytest.raises(ConfigurationError) as caught:
        async with numbers.transaction(), numbers.transaction(isolation="serializable"):
            pass

    assert caught.value.message == (
        "isolation, read_only, deferrable, shared and resolve_within belong to the outermost "
        "transaction"
    )


async def test_a_task_started_in_the_block_is_refused(numbers: Database):
    async with numbers.transaction():
        task = asyncio.create_task(count(numbers), name="stranger")
        with pytest.raises(TransactionError, match='was used by task "stranger"') as caught:
            await task

    assert caught.value.hint is not None
    assert "in its own task" in caught.value.hint


async def test_gathered_statements_of_one_transaction_are_refused_before_they_are_sent(
    numbers: Database,
):
    async with numbers.transaction():
        await insert(numbers, 6)
        outcomes = await asyncio.gather(count(numbers), count(numbers), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [TransactionError, TransactionError]
    assert await count(numbers) == 6


async def test_a_task_that_outlives_the_block_works_on_its_own(numbers: Database):
    async def later() -> int:
        await left.wait()
        return await count(numbers)

    left = asyncio.Event()
    async with numbers.transaction():
        await insert(numbers, 6)
        task = asyncio.create_task(later())
    left.set()

    assert await task == 6


async def test_two_databases_have_two_transactions(
    numbers: Database, database_url: DatabaseUrl, plugins: Plugins
):
    async with connect(database_url, plugins=plugins, name="second") as second:
        with pytest.raises(ZeroDivisionError):
            async with transaction():
                await insert(numbers, 6)
                async with transaction("second"):
                    await second.execute("INSERT INTO numbers VALUES (7)")
                raise ZeroDivisionError

        rows = await second.fetch("SELECT n FROM numbers WHERE n > 5")

    assert [row["n"] for row in rows] == [7]


async def test_the_transaction_itself_runs_statements(numbers: Database):
    async with numbers.transaction() as opened:
        assert await opened.execute("DELETE FROM numbers WHERE n > 3") == 2
        chunks = [rows async for rows in opened.stream("SELECT n FROM numbers", chunk_rows=2)]

    assert [len(rows) for rows in chunks] == [2, 1]
    with pytest.raises(TransactionError, match="the transaction has ended"):
        await opened.fetch(COUNT)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("COMMIT", "COMMIT"),
        ("  begin isolation level serializable", "BEGIN"),
        ("-- why\n /* not */ Rollback to savepoint x", "ROLLBACK"),
        ("prepare\ttransaction 'x'", "PREPARE TRANSACTION"),
        ("end", "END"),
        ("savepoint x", "SAVEPOINT"),
    ],
)
async def test_statements_that_begin_or_end_are_refused_before_they_are_sent(
    numbers: Database, text: str, word: str
):
    async with numbers.transaction():
        await insert(numbers, 6)
        with pytest.raises(QueryError) as caught:
            await numbers.execute(text)
        with pytest.raises(QueryError):
            [rows async for rows in numbers.stream(text)]
        await insert(numbers, 7)

    assert caught.value.message == (
        f"{word} was not sent: transactions are begun and ended by blocks alone"
    )
    assert await count(numbers) == 7


async def test_words_that_only_begin_like_them_are_sent(numbers: Database):
    async with numbers.transaction():
        await numbers.execute("PREPARE begin_again AS SELECT 1")
        await numbers.execute("SELECT 1 AS commit")
        await numbers.execute("DEALLOCATE begin_again")


async def test_a_commit_that_was_not_recognised_is_noticed_and_blocks_the_rest(numbers: Database):
    with pytest.raises(TransactionError) as caught:
        async with numbers.transaction():
            with contextlib.suppress(TransactionError):
                await numbers.execute("/* /* nested */ */ COMMIT")
            await insert(numbers, 6)

    assert caught.value.message == "a statement of the caller ended the transaction"
    assert await count(numbers) == 5


async def test_a_commit_in_an_inner_block_is_said_by_the_outer_one_too(numbers: Database):
    with pytest.raises(TransactionError) as caught:
        async with numbers.transaction():
            with contextlib.suppress(TransactionError):
                async with numbers.transaction():
                    await numbers.execute("/* /* nested */ */ COMMIT")

    assert caught.value.message == "a statement of the caller ended the transaction"


async def test_a_commit_through_the_raw_connection_is_noticed_at_the_end(numbers: Database):
    with pytest.raises(TransactionError, match="ended the transaction"):
        async with numbers.transaction(), numbers.connection() as connection:
            await connection.execute_script("COMMIT")


async def test_a_link_lost_in_the_block_says_that_nothing_was_committed(numbers: Database):
    with pytest.raises(ConnectionLost) as caught:
        async with numbers.transaction() as opened:
            await insert(numbers, 6)
            opened.connection.terminate()

    assert caught.value.message == (
        "the connection broke inside the transaction; nothing was committed"
    )
    assert await count(numbers) == 5


async def test_a_link_lost_during_commit_is_commit_unknown(numbers: Database):
    await numbers.execute(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
    )
    await numbers.execute(
        "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON numbers DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION die()"
    )

    with pytest.raises(CommitUnknown) as caught:
        async with numbers.transaction():
            await insert(numbers, 6)

    assert isinstance(caught.value.__cause__, ConnectionLost)
    assert await count(numbers) == 5


async def test_a_deadline_that_ends_commit_is_commit_unknown(
    numbers: Database, database_url: DatabaseUrl, plugins: Plugins
):
    from datetime import timedelta

    await numbers.execute(
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_sleep(5); RETURN NULL; END $$"
    )
    await numbers.execute(
        "CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON numbers DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION wait()"
    )
    hasty = connect(
        database_url, plugins=plugins, name="hasty", statement_within=timedelta(seconds=0.2)
    )

    async with hasty:
        with pytest.raises(CommitUnknown) as caught:
            async with hasty.transaction():
                await hasty.execute("INSERT INTO numbers VALUES (6)")

    assert isinstance(caught.value.__cause__, QueryCanceled)


async def test_a_deadline_around_an_inner_block_leaves_the_outer_one_usable(numbers: Database):
    async with numbers.transaction():
        await insert(numbers, 6)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1), numbers.transaction():
                await insert(numbers, 7)
                await numbers.execute("SELECT pg_sleep(10)")
        await insert(numbers, 8)

    rows = await numbers.fetch("SELECT n FROM numbers WHERE n > 5 ORDER BY n")
    assert [row["n"] for row in rows] == [6, 8]


async def test_a_cancelled_scope_of_anyio_leaves_the_outer_block_usable(numbers: Database):
    async with numbers.transaction():
        await insert(numbers, 6)
        with anyio.move_on_after(0.1):
            async with numbers.transaction():
                await insert(numbers, 7)
                await numbers.execute("SELECT pg_sleep(10)")
        await insert(numbers, 8)

    rows = await numbers.fetch("SELECT n FROM numbers WHERE n > 5 ORDER BY n")
    assert [row["n"] for row in rows] == [6, 8]


async def test_a_block_cannot_be_entered_twice(numbers: Database):
    block = numbers.transaction()

    with pytest.raises(TransactionError, match="entered already"):
        async with block, block:
            pass


async def test_a_block_can_be_used_again_in_another_place(numbers: Database):
    block = numbers.transaction()
    async with numbers.transaction(), block:
        await insert(numbers, 6)

    with pytest.raises(ZeroDivisionError):
        async with block:
            await insert(numbers, 7)
            raise ZeroDivisionError

    assert await count(numbers) == 6


async def test_a_schema_that_changes_under_a_prepared_statement_is_said(numbers: Database):
    text = CompiledQuery("SELECT * FROM numbers WHERE n = 1", (), origin="generated")
    other = await connect(numbers.url, name="other")
    async with numbers.transaction():
        assert len(await numbers.fetch(text)) == 1

    await other.execute("ALTER TABLE numbers ADD COLUMN word text")
    await other.close()

    with pytest.raises(SchemaChanged) as caught:
        async with numbers.transaction():
            await numbers.fetch(text)
    assert caught.value.retryable
    async with numbers.transaction():  # as a whole it runs again
        rows = await numbers.fetch(text)
    assert len(rows[0]) == 2


async def test_deadlocks_and_serialization_failures_are_retryable(numbers: Database):
    async def change(other: Database, number: int) -> None:
        await other.execute("UPDATE numbers SET n = n + 100 WHERE n = $1", number)

    async with connect(numbers.url, name="other") as other:
        with pytest.raises(SerializationFailure) as caught:
            async with numbers.transaction(isolation="repeatable read"):
                await count(numbers)
                await change(other, 1)
                await numbers.execute("UPDATE numbers SET n = n + 200 WHERE n = 1")

    assert caught.value.retryable
    assert caught.value.sqlstate == "40001"
