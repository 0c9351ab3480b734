"""Transactions that several tasks use on purpose: in turn, and never in a mess."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import pytest

from ferrule_core.database import Database, connect, on_commit, on_rollback, transaction
from ferrule_core.errors import (
    QueryCanceled,
    TransactionAborted,
    TransactionError,
    TransactionTimeout,
    UniqueViolation,
)

pytestmark = pytest.mark.anyio


async def insert(database: Database, number: int) -> None:
    await database.execute("INSERT INTO numbers VALUES ($1)", number)


async def added(database: Database) -> list[int]:
    rows = await database.fetch("SELECT n FROM numbers WHERE n > 5 ORDER BY n")
    return [row["n"] for row in rows]


async def test_gathered_statements_run_one_after_the_other(numbers: Database):
    async with transaction(shared=True):
        await asyncio.gather(*(insert(numbers, number) for number in range(6, 26)))
        assert numbers.statistics().in_use == 1

    assert await added(numbers) == list(range(6, 26))


async def test_all_of_them_are_rolled_back_together(numbers: Database):
    with pytest.raises(ExceptionGroup) as caught:
        async with transaction(shared=True), asyncio.TaskGroup() as group:
            group.create_task(insert(numbers, 6))
            group.create_task(insert(numbers, 1))
            group.create_task(insert(numbers, 7))

    assert caught.group_contains(UniqueViolation)
    assert await added(numbers) == []


async def test_blocks_of_different_tasks_do_not_interleave(numbers: Database):
    async def work(number: int, *, fails: bool) -> None:
        with contextlib.suppress(ZeroDivisionError):
            async with transaction():
                await insert(numbers, number)
                await asyncio.sleep(0.005)
                await insert(numbers, number + 100)
                if fails:
                    raise ZeroDivisionError

    async with transaction(shared=True):
        await asyncio.gather(*(work(number, fails=number % 2 == 0) for number in range(6, 16)))

    assert await added(numbers) == [7, 9, 11, 13, 15, 107, 109, 111, 113, 115]


async def test_statements_outside_of_a_block_wait_for_its_end(numbers: Database):
    async def outside() -> None:
        await inside.wait()
        await insert(numbers, 7)

    inside = asyncio.Event()
    async with transaction(shared=True):
        task = asyncio.create_task(outside())
        with pytest.raises(ZeroDivisionError):
            async with transaction():
                inside.set()
                await insert(numbers, 6)
                await asyncio.sleep(0.05)
                assert not task.done()
                raise ZeroDivisionError
        await task

    assert await added(numbers) == [7]


async def test_tasks_started_in_a_block_belong_to_it(numbers: Database):
    async with transaction(shared=True):
        with pytest.raises(ZeroDivisionError):
            async with transaction():
                await asyncio.gather(insert(numbers, 6), insert(numbers, 7))
                raise ZeroDivisionError
        async with transaction(), transaction():
            await asyncio.gather(insert(numbers, 8), insert(numbers, 9))

    assert await added(numbers) == [8, 9]


async def test_to_wait_in_a_block_for_a_task_outside_of_it_ends_in_an_error(numbers: Database):
    async with (
        connect(numbers.url, name="patient", acquire_within=timedelta(seconds=0.2)) as patient,
        patient.transaction(shared=True),
    ):
        outside = asyncio.create_task(later(patient, started := asyncio.Event()))
        async with patient.transaction():
            started.set()
            with pytest.raises(TransactionError) as caught:
                await outside
            await insert(patient, 6)

    assert "waited 0.2 s for the end of a block that task" in caught.value.message
    assert caught.value.hint == (
        "do not wait inside of a nested block for a task that was started outside"
    )
    assert await added(numbers) == [6]


async def later(database: Database, started: asyncio.Event) -> None:
    await started.wait()
    await insert(database, 7)


async def test_a_task_that_outlives_its_block_is_refused(numbers: Database):
    ended = asyncio.Event()
    async with transaction(shared=True):
        async with transaction():
            task = asyncio.create_task(later(numbers, ended))
        ended.set()
        with pytest.raises(TransactionError, match="has ended in which this task was started"):
            await task
        await insert(numbers, 6)

    assert await added(numbers) == [6]


async def test_a_task_that_outlives_the_transaction_is_refused_where_it_used_it(numbers: Database):
    async def half() -> None:
        await insert(numbers, 6)
        done.set()
        await ended.wait()
        await insert(numbers, 7)

    done, ended = asyncio.Event(), asyncio.Event()
    async with transaction(shared=True):
        used = asyncio.create_task(half(), name="half")
        unused = asyncio.create_task(later(numbers, ended))
        await done.wait()
    ended.set()

    with pytest.raises(TransactionError, match='ended before task "half", which used it') as caught:
        await used
    assert caught.value.hint == "await all tasks that use it before its block ends"
    await unused  # on its own
    assert await added(numbers) == [6, 7]


async def test_a_block_of_a_task_that_is_open_at_the_end_rolls_all_back(numbers: Database):
    async def linger() -> None:
        async with transaction():
            await insert(numbers, 7)
            inside.set()
            await asyncio.sleep(0.2)
            await insert(numbers, 8)

    inside = asyncio.Event()
    with pytest.raises(TransactionError, match="has a block open inside of the shared"):
        async with transaction(shared=True):
            await insert(numbers, 6)
            task = asyncio.create_task(linger())
            await inside.wait()

    with pytest.raises(TransactionError, match="which used it"):
        await task
    assert await added(numbers) == []
    assert numbers.statistics().in_use == 0


async def test_the_end_waits_for_the_statement_that_runs(numbers: Database):
    async def slow() -> None:
        started.set()
        await numbers.execute("INSERT INTO numbers SELECT 6 FROM pg_sleep(0.2)")

    started = asyncio.Event()
    async with transaction(shared=True):
        task = asyncio.create_task(slow())
        await started.wait()
        await asyncio.sleep(0.05)

    await task
    assert await added(numbers) == [6]


async def test_a_cancelled_statement_fails_the_transaction_for_all(numbers: Database):
    with pytest.raises(TransactionAborted) as caught:
        async with transaction(shared=True):
            await insert(numbers, 6)
            sleeper = asyncio.create_task(numbers.execute("SELECT pg_sleep(30)"))
            await asyncio.sleep(0.05)
            sleeper.cancel()
            with pytest.raises(TransactionAborted):
                await insert(numbers, 7)
            await asyncio.wait((sleeper,))

    assert isinstance(caught.value.__cause__, asyncio.CancelledError | QueryCanceled)
    assert await added(numbers) == []


async def test_a_cancelled_block_is_undone_and_the_others_go_on(numbers: Database):
    async def work() -> None:
        async with transaction():
            await insert(numbers, 6)
            await numbers.execute("SELECT pg_sleep(30)")

    async with transaction(shared=True):
        task = asyncio.create_task(work())
        await asyncio.sleep(0.05)
        task.cancel()
        await insert(numbers, 7)
        await asyncio.wait((task,))

    assert task.cancelled()
    assert await added(numbers) == [7]


async def test_a_deadline_ends_all_tasks_of_a_group(numbers: Database):
    with pytest.raises(TransactionTimeout):
        async with (
            transaction(shared=True, timeout=timedelta(seconds=0.2)),
            asyncio.TaskGroup() as group,
        ):
            group.create_task(insert(numbers, 6))
            group.create_task(numbers.execute("SELECT pg_sleep(30)"))
            group.create_task(insert(numbers, 7))

    assert await added(numbers) == []
    assert numbers.statistics().in_use == 0


async def test_callbacks_belong_to_the_block_of_their_task(numbers: Database):
    async def work(number: int) -> None:
        with contextlib.suppress(ZeroDivisionError):
            async with transaction():
                await insert(numbers, number)
                on_commit(lambda: done.append(number))
                on_rollback(lambda: done.append(-number))
                if number % 2:
                    raise ZeroDivisionError

    done: list[int] = []
    async with transaction(shared=True):
        await asyncio.gather(*(work(number) for number in range(6, 12)))
        on_commit(lambda: done.append(0))

    assert done == [6, -7, 8, -9, 10, -11, 0]


async def test_streams_share_it_too(numbers: Database):
    async def read() -> int:
        return sum([len(rows) async for rows in numbers.stream("TABLE numbers", chunk_rows=1)])

    async with transaction(shared=True):
        counts = await asyncio.gather(*(read() for _ in range(3)))

    assert counts == [5, 5, 5]


async def test_its_connection_is_given_to_nobody(numbers: Database):
    async with transaction(shared=True):
        with pytest.raises(TransactionError, match="gives nobody its connection"):
            async with numbers.connection():
                pass
