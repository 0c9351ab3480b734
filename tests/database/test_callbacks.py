"""What runs after a transaction: when, in which order, and what becomes of its errors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest

from ferrule_core.database import Database, connect, on_commit, on_rollback, transaction
from ferrule_core.errors import (
    CallbackFailed,
    CommitUnknown,
    ForeignKeyViolation,
    TransactionError,
    UniqueViolation,
)

pytestmark = pytest.mark.anyio


class Log(list[str]):
    """Callbacks that write down that they ran."""

    def says(self, word: str) -> Callable[[], None]:
        return lambda: self.append(word)


@pytest.fixture
def log() -> Log:
    return Log()


async def test_they_run_in_order_after_the_connection_was_given_back(numbers: Database, log: Log):
    async def later() -> None:
        await asyncio.sleep(0)
        rows = await numbers.fetch("SELECT 1 FROM numbers WHERE n = 6")
        log.append(f"async, {len(rows)} row, in {asyncio.current_task() is task}")

    task = asyncio.current_task()
    async with transaction() as opened:
        await numbers.execute("INSERT INTO numbers VALUES (6)")
        on_commit(lambda: log.append(f"in use: {numbers.statistics().in_use}"))
        await on_commit(later)
        opened.on_commit(log.says("last"))
        on_rollback(log.says("never"))
        assert log == []

    assert log == ["in use: 0", "async, 1 row, in True", "last"]


async def test_outside_of_a_transaction_they_run_at_once(numbers: Database, log: Log):
    async def later() -> None:
        log.append("async")

    await on_commit(log.says("sync"))
    numbers.on_commit(log.says("without await"))
    await on_commit(later)
    on_rollback(log.says("never"))

    assert log == ["sync", "without await", "async"]


async def test_after_a_rollback_only_those_for_it_run(numbers: Database, log: Log):
    with pytest.raises(ZeroDivisionError):
        async with numbers.transaction():
            on_commit(log.says("never"))
            on_rollback(log.says("undone"))
            raise ZeroDivisionError

    assert log == ["undone"]


async def test_a_savepoint_that_is_rolled_back_takes_its_callbacks_along(
    numbers: Database, log: Log
):
    async with numbers.transaction():
        on_commit(log.says("outer"))
        with pytest.raises(ZeroDivisionError):
            async with numbers.transaction():
                on_commit(log.says("never"))
                on_rollback(log.says("inner undone"))
                async with numbers.transaction():
                    on_commit(log.says("never, for its outer block is undone"))
                    on_rollback(log.says("innermost undone"))
                raise ZeroDivisionError
        async with numbers.transaction():
            on_commit(log.says("second inner"))
            on_rollback(log.says("never"))
        on_commit(log.says("end"))
        assert log == []

    assert log == ["outer", "inner undone", "innermost undone", "second inner", "end"]


async def test_a_deferred_constraint_that_fails_at_commit_keeps_them_from_running(
    numbers: Database, log: Log
):
    await numbers.execute(
        "CREATE TABLE uses (n int REFERENCES numbers DEFERRABLE INITIALLY DEFERRED)"
    )

    with pytest.raises(ForeignKeyViolation):
        async with numbers.transaction():
            on_commit(log.says("never"))
            on_rollback(log.says("undone"))
            await numbers.execute("INSERT INTO uses VALUES (99)")

    assert log == ["undone"]


async def test_none_runs_where_the_outcome_is_unknown(numbers: Database, log: Log):
    await numbers.execute(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
    )
    await numbers.execute(
        "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON numbers DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION die()"
    )

    with pytest.raises(CommitUnknown):
        async with numbers.transaction():
            on_commit(log.says("never"))
            on_rollback(log.says("never"))
            await numbers.execute("INSERT INTO numbers VALUES (6)")

    assert log == []


async def test_an_error_of_one_is_raised_after_all_have_run(numbers: Database, log: Log):
    def fail() -> None:
        raise UniqueViolation("from a callback")

    with pytest.raises(CallbackFailed) as caught:
        async with numbers.transaction():
            await numbers.execute("INSERT INTO numbers VALUES (6)")
            on_commit(fail)
            on_commit(log.says("ran"))

    assert caught.value.message == (
        "the transaction is committed, but a callback of on_commit and on_rollback failed"
    )
    assert caught.value.hint == "do not run the transaction again: it is done"
    assert caught.value.errors == (caught.value.__cause__,)
    assert isinstance(caught.value.__cause__, UniqueViolation)
    assert log == ["ran"]
    assert len(await numbers.fetch("SELECT 1 FROM numbers")) == 6


async def test_errors_of_several_are_a_group(numbers: Database):
    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(CallbackFailed, match="but 2 callbacks") as caught:
        async with numbers.transaction():
            on_commit(fail)
            on_commit(fail)

    assert isinstance(caught.value.__cause__, ExceptionGroup)
    assert caught.value.__cause__.exceptions == caught.value.errors


async def test_after_a_rollback_the_first_error_stays_and_theirs_are_noted_and_logged(
    numbers: Database, caplog: pytest.LogCaptureFixture, log: Log
):
    def fail() -> None:
        raise KeyError("secret")

    with (
        caplog.at_level(logging.ERROR, "ferrule.transaction"),
        pytest.raises(ZeroDivisionError) as caught,
    ):
        async with numbers.transaction():
            on_rollback(fail)
            on_rollback(log.says("ran"))
            raise ZeroDivisionError

    assert caught.value.__notes__ == [
        "after the rollback a callback of on_rollback failed: KeyError"
    ]
    assert [record.message for record in caplog.records] == ["a callback of a transaction failed"]
    assert caplog.records[0].exc_info is not None
    assert log == ["ran"]


async def test_a_cancellation_lets_the_rest_run_and_goes_on(numbers: Database, log: Log):
    async def wait() -> None:
        waiting.set()
        await asyncio.sleep(30)

    async def work() -> None:
        async with numbers.transaction():
            on_commit(wait)
            on_commit(log.says("ran"))

    waiting = asyncio.Event()
    task = asyncio.create_task(work())
    await waiting.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert caught.value.__notes__ == [
        "the transaction is committed; its callbacks were interrupted"
    ]
    assert log == ["ran"]


async def test_after_a_cancellation_those_for_rollback_run(numbers: Database, log: Log):
    async def later() -> None:
        await asyncio.sleep(0)
        log.append("undone")

    async def work() -> None:
        async with numbers.transaction():
            on_rollback(later)
            started.set()
            await numbers.execute("SELECT pg_sleep(30)")

    started = asyncio.Event()
    task = asyncio.create_task(work())
    await started.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["undone"]


async def test_each_database_has_its_own(numbers: Database, log: Log):
    async with connect(numbers.url, name="second"), transaction():
        async with transaction("second"):
            on_commit(log.says("first"))
            on_commit(log.says("second"), "second")
        assert log == ["second"]

    assert log == ["second", "first"]


async def test_another_task_cannot_register(numbers: Database):
    async def register() -> None:
        on_commit(lambda: None)

    async with numbers.transaction():
        with pytest.raises(TransactionError, match="was used by task"):
            await asyncio.create_task(register())


async def test_a_callback_of_a_callback_runs_at_once(numbers: Database, log: Log):
    async with numbers.transaction():
        on_commit(lambda: on_commit(log.says("inner")))

    assert log == ["inner"]
