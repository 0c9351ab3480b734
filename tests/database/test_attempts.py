"""Attempts: what is run again, what is not, and what is said in the end."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from ferrule_core.database import Database, attempts, connect, on_commit, on_rollback
from ferrule_core.database.transactions.attempts import longest_pause
from ferrule_core.errors import (
    ConfigurationError,
    SerializationFailure,
    TransactionAborted,
    TransactionError,
    UniqueViolation,
)
from ferrule_core.sql.compiled import CompiledQuery

pytestmark = pytest.mark.anyio


@pytest.fixture
async def other(numbers: Database):
    async with connect(numbers.url, name="other") as other:
        yield other


async def clash(database: Database, other: Database) -> None:
    """Read, let somebody else write, and write: what repeatable read refuses."""
    await database.fetch("SELECT * FROM numbers")
    await other.execute("UPDATE numbers SET n = n + 100 WHERE n = (SELECT max(n) FROM numbers)")
    await database.execute("UPDATE numbers SET n = n + 1 WHERE n >= 5")


async def test_the_first_success_ends_them(numbers: Database):
    numbers_of_attempts: list[int] = []

    async for attempt in attempts(3):
        async with attempt:
            numbers_of_attempts.append(attempt.number)
            await numbers.execute("INSERT INTO numbers VALUES (6)")

    assert numbers_of_attempts == [1]
    assert len(await numbers.fetch("SELECT 1 FROM numbers")) == 6


async def test_a_serialization_failure_runs_the_block_again(numbers: Database, other: Database):
    undone: list[int] = []
    committed: list[int] = []

    async for attempt in numbers.attempts(3, isolation="repeatable read", jitter=lambda: 0.0):
        async with attempt:
            on_rollback(partial(undone.append, attempt.number))
            on_commit(partial(committed.append, attempt.number))
            await numbers.execute("INSERT INTO numbers VALUES (50)")
            if attempt.number < 3:
                await clash(numbers, other)

    assert (undone, committed) == ([1, 2], [3])
    rows = await numbers.fetch("SELECT 1 FROM numbers WHERE n = 50")
    assert len(rows) == 1


async def test_the_last_error_is_raised_with_a_note(numbers: Database, other: Database):
    with pytest.raises(SerializationFailure) as caught:
        async for attempt in numbers.attempts(2, isolation="repeatable read", jitter=lambda: 0.0):
            async with attempt:
                await clash(numbers, other)

    assert caught.value.__notes__ == ["in attempt 2 of 2"]
    assert numbers.statistics().in_use == 0


async def test_a_serialization_failure_at_commit_is_retried(numbers: Database, other: Database):
    await numbers.execute("CREATE TABLE notes (of_whom text)")
    runs = 0

    async for attempt in numbers.attempts(3, isolation="serializable", jitter=lambda: 0.0):
        async with attempt:
            runs += 1
            await numbers.fetch("SELECT * FROM notes")
            await numbers.execute("INSERT INTO notes VALUES ('me')")
            if attempt.number == 1:  # write skew: each reads what the other writes
                async with other.transaction(isolation="serializable"):
                    await other.fetch("SELECT * FROM notes")
                    await other.execute("INSERT INTO notes VALUES ('other')")

    assert runs == 2
    rows = await numbers.fetch("SELECT of_whom FROM notes ORDER BY 1")
    assert [row[0] for row in rows] == ["me", "other"]


async def test_a_deadlock_is_retried(numbers: Database, other: Database):
    async def swap(database: Database, first: int, second: int) -> int:
        async for attempt in database.attempts(5):
            async with attempt:
                await database.execute("UPDATE numbers SET n = n WHERE n = $1", first)
                if attempt.number == 1:
                    await meet.wait()
                await database.execute("UPDATE numbers SET n = n WHERE n = $1", second)
        return attempt.number

    meet = asyncio.Barrier(2)
    runs = await asyncio.gather(swap(numbers, 1, 2), swap(other, 2, 1))

    assert sorted(runs) == [1, 2]


async def test_a_changed_schema_is_retried(numbers: Database, other: Database):
    query = CompiledQuery("SELECT * FROM numbers WHERE n = 1", (), "generated")
    async with numbers.transaction():
        await numbers.fetch(query)
    await other.execute("ALTER TABLE numbers ADD COLUMN word text")

    widths: list[int] = []
    async for attempt in attempts(2):
        async with attempt:
            widths.extend(map(len, await numbers.fetch(query)))

    assert widths == [2]


async def test_nothing_else_is_retried(numbers: Database):
    runs = 0

    with pytest.raises(UniqueViolation) as caught:
        async for attempt in attempts(3):
            async with attempt:
                runs += 1
                await numbers.execute("INSERT INTO numbers VALUES (1)")

    assert runs == 1
    assert not hasattr(caught.value, "__notes__")


async def test_a_swallowed_failure_is_not_retried(numbers: Database, other: Database):
    with pytest.raises(TransactionAborted) as caught:
        async for attempt in numbers.attempts(3, isolation="repeatable read"):
            async with attempt:
                with pytest.raises(SerializationFailure):
                    await clash(numbers, other)

    assert isinstance(caught.value.__cause__, SerializationFailure)


async def test_a_group_of_what_can_be_retried_is_retried(numbers: Database, other: Database):
    runs = 0

    async for attempt in numbers.attempts(
        3, isolation="repeatable read", shared=True, jitter=lambda: 0.0
    ):
        async with attempt, asyncio.TaskGroup() as group:
            runs += 1
            if attempt.number == 1:
                group.create_task(clash(numbers, other))
            group.create_task(numbers.execute("DELETE FROM numbers WHERE n = 1"))

    assert runs == 2
    assert await numbers.fetch("SELECT 1 FROM numbers WHERE n = 1") == []


@pytest.mark.parametrize("leave", ["break", "return"])
async def test_leaving_early_commits_and_leaks_nothing(numbers: Database, leave: str):
    async def work() -> str:
        async for attempt in attempts(3):
            async with attempt:
                await numbers.execute("INSERT INTO numbers VALUES (6)")
                if leave == "return":
                    return "returned"
                break
        return "broke"

    assert await work() in ("broke", "returned")
    assert len(await numbers.fetch("SELECT 1 FROM numbers")) == 6
    assert numbers.statistics().in_use == 0


async def test_inside_of_a_transaction_they_are_refused(numbers: Database):
    with pytest.raises(TransactionError) as caught:
        async with numbers.transaction():
            async for attempt in attempts(3):
                async with attempt:
                    pass

    assert caught.value.message == (
        "attempts() cannot run inside of an open transaction, which only fails as a whole"
    )
    assert caught.value.hint == "put attempts() around the outermost transaction"


async def test_an_attempt_that_is_not_used_is_an_error(numbers: Database):
    with pytest.raises(TransactionError, match="an attempt was not used"):
        async for _ in numbers.attempts(3):
            pass


async def test_none_at_all_is_refused(numbers: Database):
    with pytest.raises(ConfigurationError, match="must be one at least"):
        numbers.attempts(0)


async def test_pauses_grow_and_are_bounded():
    pauses = [longest_pause(number) for number in range(1, 9)]

    assert pauses == [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.0, 1.0]
