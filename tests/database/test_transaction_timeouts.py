"""The deadline of a block, how long it waits for locks, and what the server keeps of it."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import (
    ConfigurationError,
    LockNotAvailable,
    QueryCanceled,
    TransactionAborted,
    TransactionTimeout,
)

pytestmark = pytest.mark.anyio

SHORT = timedelta(milliseconds=200)
SETTING = "SELECT current_setting($1)"


async def numbers_in(database: Database) -> list[int]:
    return [row["n"] for row in await database.fetch("SELECT n FROM numbers ORDER BY n")]


async def setting(database: Database, name: str) -> str:
    row = await database.fetch_first(SETTING, name)
    assert row is not None
    return str(row[0])


async def insert(database: Database, number: int) -> None:
    await database.execute("INSERT INTO numbers VALUES ($1)", number)


async def test_a_block_that_takes_too_long_is_interrupted_and_rolled_back(numbers: Database):
    with pytest.raises(TransactionTimeout) as caught:
        async with numbers.transaction(timeout=SHORT):
            await insert(numbers, 6)
            await numbers.execute("SELECT pg_sleep(30)")

    assert caught.value.message == "the transaction took longer than 0.2 s and was rolled back"
    running = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND query LIKE '%pg_sleep(30)' AND state = 'active'"
    )
    assert await numbers.fetch(running) == []
    assert await numbers_in(numbers) == [1, 2, 3, 4, 5]
    assert numbers.statistics().in_use == 0


async def test_the_deadline_holds_for_whatever_the_block_waits_for(numbers: Database):
    with pytest.raises(TransactionTimeout):
        async with numbers.transaction(timeout=SHORT):
            await insert(numbers, 6)
            await asyncio.sleep(30)

    assert await numbers_in(numbers) == [1, 2, 3, 4, 5]


async def test_a_deadline_that_the_block_swallowed_ends_it_all_the_same(numbers: Database):
    with pytest.raises(TransactionTimeout):
        async with numbers.transaction(timeout=SHORT):
            await insert(numbers, 6)
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(30)

    assert await numbers_in(numbers) == [1, 2, 3, 4, 5]


async def test_the_deadline_includes_the_wait_for_a_connection(numbers: Database):
    async with connect(numbers.url, name="small", max_size=1) as small, small.connection():
        with pytest.raises(TransactionTimeout):
            async with small.transaction(timeout=SHORT):
                raise AssertionError("there was no connection")

        assert small.statistics().waiting == 0


async def test_the_deadline_of_an_inner_block_leaves_the_outer_one_usable(numbers: Database):
    async with numbers.transaction():
        await insert(numbers, 6)
        with pytest.raises(TransactionTimeout) as caught:
            async with numbers.transaction(timeout=SHORT):
                await insert(numbers, 7)
                await numbers.execute("SELECT pg_sleep(30)")
        await insert(numbers, 8)

    assert caught.value.message == (
        "an inner block of a transaction took longer than 0.2 s and was rolled back"
    )
    assert await numbers_in(numbers) == [1, 2, 3, 4, 5, 6, 8]


async def test_an_error_of_the_block_is_seen_and_not_its_deadline(numbers: Database):
    with pytest.raises(ZeroDivisionError):
        async with numbers.transaction(timeout=timedelta(seconds=30)):
            raise ZeroDivisionError

    await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_cancellation_from_outside_is_no_timeout(numbers: Database):
    async def work() -> None:
        async with numbers.transaction(timeout=timedelta(seconds=30)):
            started.set()
            await asyncio.sleep(30)

    started = asyncio.Event()
    task = asyncio.create_task(work())
    await started.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert numbers.statistics().in_use == 0


async def test_the_server_ends_what_it_hears_nothing_of(numbers: Database):
    async with numbers.transaction(timeout=timedelta(seconds=5)) as opened:
        if opened.connection.server_version >= (17, 0):
            assert await setting(numbers, "transaction_timeout") == "6s"
        else:
            assert await setting(numbers, "idle_in_transaction_session_timeout") == "6s"

    assert await setting(numbers, "idle_in_transaction_session_timeout") == "0"


@pytest.mark.requires_postgres(below=17)
async def test_a_lower_bound_of_the_session_stays(numbers: Database):
    database_name = numbers.url.database if numbers.url else ""
    await numbers.execute(
        f"ALTER DATABASE \"{database_name}\" SET idle_in_transaction_session_timeout = '2s'"
    )

    async with (
        connect(numbers.url, name="bounded") as bounded,
        bounded.transaction(timeout=timedelta(seconds=5)),
    ):
        assert await setting(bounded, "idle_in_transaction_session_timeout") == "2s"


async def test_lock_timeout_bounds_the_wait_for_a_lock_and_nothing_remains(numbers: Database):
    async with connect(numbers.url, name="other", max_size=1) as other, numbers.transaction():
        await numbers.execute("LOCK TABLE numbers")

        with pytest.raises(LockNotAvailable):
            async with other.transaction(lock_timeout=SHORT):
                assert await setting(other, "lock_timeout") == "200ms"
                await insert(other, 6)

        assert await setting(other, "lock_timeout") == "0"


async def test_an_inner_lock_timeout_ends_with_its_block(numbers: Database):
    async with numbers.transaction(lock_timeout=timedelta(seconds=7)):
        await numbers.execute("SET LOCAL lock_timeout = '5s'")
        async with numbers.transaction(lock_timeout=SHORT):
            assert await setting(numbers, "lock_timeout") == "200ms"
        assert await setting(numbers, "lock_timeout") == "5s"
        with pytest.raises(ZeroDivisionError):
            async with numbers.transaction(lock_timeout=SHORT):
                raise ZeroDivisionError
        assert await setting(numbers, "lock_timeout") == "5s"

    assert await setting(numbers, "lock_timeout") == "0"


@pytest.mark.parametrize("name", ["timeout", "lock_timeout", "resolve_within"])
async def test_no_time_at_all_is_refused(numbers: Database, name: str):
    with pytest.raises(ConfigurationError) as caught:
        numbers.transaction(**{name: timedelta(0)})  # type: ignore[arg-type]

    assert caught.value.message == f"{name} of a transaction must be a millisecond at least"


async def test_options_that_contradict_each_other_are_refused(numbers: Database):
    with pytest.raises(ConfigurationError, match="has no outcome to resolve"):
        numbers.transaction(read_only=True, resolve_within=SHORT)
    with pytest.raises(ConfigurationError, match='no isolation level "chaos"'):
        numbers.transaction(isolation="chaos")  # type: ignore[arg-type]


async def test_a_deadline_of_a_statement_marks_the_block_as_failed_at_once(numbers: Database):
    async with connect(numbers.url, name="hasty", statement_within=SHORT) as hasty:
        with pytest.raises(TransactionAborted) as caught:
            async with hasty.transaction():
                await insert(hasty, 6)
                with pytest.raises(QueryCanceled):
                    await hasty.execute("SELECT pg_sleep(30)")
                with pytest.raises(TransactionAborted) as second:
                    await insert(hasty, 7)

    assert isinstance(caught.value.__cause__, QueryCanceled)
    assert second.value.message == "a statement failed in this block, so nothing more can run in it"
    assert isinstance(second.value.__cause__, QueryCanceled)
    assert await numbers_in(numbers) == [1, 2, 3, 4, 5]


async def test_a_swallowed_cancellation_of_a_statement_marks_it_too(numbers: Database):
    with pytest.raises(TransactionAborted) as caught:
        async with numbers.transaction():
            await insert(numbers, 6)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await numbers.execute("SELECT pg_sleep(30)")

    assert isinstance(caught.value.__cause__, asyncio.CancelledError)
    assert await numbers_in(numbers) == [1, 2, 3, 4, 5]


async def test_a_failure_in_an_inner_block_can_be_recovered_from(numbers: Database):
    hasty = connect(numbers.url, name="hasty", statement_within=SHORT)
    async with hasty, hasty.transaction():
        await insert(hasty, 6)
        with pytest.raises(QueryCanceled):
            async with hasty.transaction():
                await insert(hasty, 7)
                await hasty.execute("SELECT pg_sleep(30)")
        await insert(hasty, 8)

    assert await numbers_in(numbers) == [1, 2, 3, 4, 5, 6, 8]
