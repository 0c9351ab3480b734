"""The same without an event loop: what ``.sync`` runs, where, and for whom."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from datetime import timedelta

import pytest

from ferrule import Column, Manager, Model, column, run_sync
from ferrule_core.database import connect, transaction
from ferrule_core.database.sync.facade import SyncDatabase
from ferrule_core.errors import (
    CallbackFailed,
    ConfigurationError,
    NotFound,
    SerializationFailure,
    SyncError,
    TransactionError,
    TransactionTimeout,
)
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins

OF_ANOTHER = "a transaction was used from another thread or event loop than the one that began it"


class Number(Model, table="numbers"):
    n: Column[int] = column(primary_key=True)


class NumberManager(Manager[Number, int]):
    model = Number


@pytest.fixture
def db(database_url: DatabaseUrl, plugins: Plugins) -> Iterator[SyncDatabase]:
    with connect(database_url, plugins=plugins).sync as database:
        database.execute("CREATE TABLE numbers (n int PRIMARY KEY)")
        database.execute("INSERT INTO numbers SELECT generate_series(1, 5)")
        yield database


def count(db: SyncDatabase) -> int:
    row = db.fetch_first("SELECT count(*) FROM numbers")
    assert row is not None
    return int(row[0])


def test_statements_run(db: SyncDatabase):
    assert [tuple(row) for row in db.fetch("SELECT n FROM numbers WHERE n < $1", 3)] == [(1,), (2,)]
    assert db.execute("DELETE FROM numbers WHERE n > 3") == 2
    assert [len(rows) for rows in db.stream("SELECT n FROM numbers", chunk_rows=2)] == [2, 1]
    with db.connection() as connection:
        assert connection.execute("SELECT 1") == 1


@pytest.mark.usefixtures("db")
def test_models_queries_and_managers_run():
    six = Number.sync.create(n=6)
    six.n = 7
    six.sync.save()
    assert Number.filter(n__gt=5).sync.all() == [six]
    assert Number.sync.get(n=7) == six
    six.sync.delete()
    with pytest.raises(NotFound):
        NumberManager().sync.load_by_id(7)

    assert [number.n for number in Number.filter().order_by("n").sync] == [1, 2, 3, 4, 5]
    streamed = Number.filter().order_by("-n").sync.stream(chunk_rows=2)
    assert [number.n for number in streamed] == [5, 4, 3, 2, 1]
    assert Number.filter(n__lt=3).sync.values_list(Number.n, flat=True) == [1, 2]
    assert Number.filter(n__lt=3).sync.delete() == 2
    assert NumberManager().sync.count() == 3


def test_a_stream_that_is_left_gives_its_connection_back(db: SyncDatabase):
    for number in Number.filter().sync.stream(chunk_rows=1):
        assert number.n
        break

    assert db.database.statistics().in_use == 0


def test_a_transaction_is_of_the_thread_that_opened_it(db: SyncDatabase):
    seen: list[int] = []

    with db.transaction():
        db.execute("DELETE FROM numbers")
        with ThreadPoolExecutor(1) as other:
            seen.append(other.submit(count, db).result())
        seen.append(count(db))

    assert seen == [5, 0]
    assert count(db) == 0


def test_a_block_that_raises_is_rolled_back(db: SyncDatabase):
    with pytest.raises(ZeroDivisionError), transaction().sync as outer:
        outer.execute("DELETE FROM numbers WHERE n = 1")
        with pytest.raises(KeyError), transaction().sync:
            db.execute("DELETE FROM numbers")
            raise KeyError
        assert count(db) == 4
        raise ZeroDivisionError

    assert count(db) == 5


def test_threads_work_side_by_side(db: SyncDatabase):
    db.execute("CREATE TABLE work (thread int, step int)")

    def work(thread: int) -> None:
        for step in range(50):
            with transaction().sync:
                db.execute("INSERT INTO work VALUES ($1, $2)", thread, step)
            row = db.fetch_first("SELECT count(*) FROM work WHERE thread = $1", thread)
            assert row is not None
            assert row[0] == step + 1

    with ThreadPoolExecutor(32) as threads:
        list(threads.map(work, range(32)))

    row = db.fetch_first("SELECT count(*), count(DISTINCT thread) FROM work")
    assert row is not None
    assert tuple(row) == (1600, 32)


def test_inside_of_a_running_loop_it_blocks_that_loop_and_works(db: SyncDatabase):
    async def main() -> tuple[int, int]:
        with transaction().sync:
            db.execute("DELETE FROM numbers WHERE n = 1")
            inner = count(db)
        return inner, len(await db.database.fetch("SELECT n FROM numbers"))

    assert asyncio.run(main()) == (4, 4)


def test_tasks_of_a_loop_have_transactions_of_their_own(db: SyncDatabase):
    async def other() -> int:
        return count(db)

    async def main() -> int:
        task = asyncio.create_task(other())  # before the block: it inherits nothing
        with db.transaction():
            db.execute("DELETE FROM numbers")
            return await task

    assert asyncio.run(main()) == 5


def test_a_transaction_that_awaits_is_not_joined(db: SyncDatabase):
    async def main() -> None:
        async with transaction():
            with pytest.raises(TransactionError) as caught:
                count(db)
            assert caught.value.message == OF_ANOTHER
            assert caught.value.hint == (
                "await inside of `async with transaction()`, use .sync inside of "
                "`with transaction().sync`, and leave the block for what does not belong to it"
            )
            with pytest.raises(TransactionError):  # it has a copy of the context
                await asyncio.to_thread(count, db)

    asyncio.run(main())


def test_a_transaction_of_a_thread_is_not_joined_by_a_loop(db: SyncDatabase):
    async def main() -> object:
        return await db.database.fetch("SELECT 1")

    with transaction().sync, pytest.raises(TransactionError, match="another thread or event loop"):
        asyncio.run(main())


def test_the_thread_that_does_the_work_cannot_wait_for_itself(db: SyncDatabase):
    async def within() -> None:
        db.fetch("SELECT 1")

    with pytest.raises(SyncError) as caught:
        run_sync(within())

    assert str(caught.value) == (
        "[FER-C004] .sync was called in the thread that does its work, which would wait for itself"
        "\nhint: await the method without .sync: what calls you there is a coroutine"
    )


@pytest.mark.usefixtures("db")
def test_the_callers_context_variables_are_seen():
    tenant: ContextVar[str] = ContextVar("tenant")
    tenant.set("acme")

    async def seen() -> str:
        return tenant.get()

    assert run_sync(seen()) == "acme"


def test_a_deadline_interrupts_the_block_where_it_next_calls(db: SyncDatabase):
    ran: list[str] = []

    with (
        pytest.raises(TransactionTimeout),
        transaction(timeout=timedelta(seconds=0.2)).sync,
    ):
        db.execute("DELETE FROM numbers")
        threading.Event().wait(0.6)
        ran.append("waited")
        db.execute("SELECT 1")
        ran.append("went on")

    assert ran == ["waited"]
    assert count(db) == 5


@pytest.mark.parametrize("statement", ["SELECT pg_sleep(30)", None])
def test_a_deadline_ends_the_block_whatever_it_does(db: SyncDatabase, statement: str | None):
    with (
        pytest.raises(TransactionTimeout),
        transaction(timeout=timedelta(seconds=0.3)).sync,
    ):
        db.execute("DELETE FROM numbers")
        if statement is None:
            threading.Event().wait(0.6)
        else:
            db.execute(statement)

    assert count(db) == 5


def test_callbacks_run_in_the_thread_of_the_block(db: SyncDatabase):
    called: list[tuple[str, int]] = []

    def call() -> None:
        called.append((threading.current_thread().name, count(db)))

    with db.transaction() as outer:
        db.execute("DELETE FROM numbers WHERE n = 1")
        db.on_commit(call)
        outer.on_commit(call)
        with pytest.raises(KeyError), db.transaction():
            db.on_commit(call)
            db.on_rollback(lambda: called.append(("rolled back", 0)))
            raise KeyError
        assert called == []

    name = threading.current_thread().name
    assert called == [(name, 4), (name, 4), ("rolled back", 0)]
    db.on_commit(call)
    assert called[3:] == [(name, 4)]


def test_a_callback_that_fails_is_told(db: SyncDatabase):
    with pytest.raises(CallbackFailed) as caught, db.transaction():
        db.execute("DELETE FROM numbers")
        db.on_commit(lambda: 1 // 0)

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert count(db) == 0


def test_a_transaction_is_attempted_again(db: SyncDatabase):
    numbers: list[int] = []

    for attempt in db.attempts(3):
        with attempt:
            numbers.append(attempt.attempt.number)
            db.execute("DELETE FROM numbers WHERE n = $1", len(numbers))
            if len(numbers) < 2:
                raise SerializationFailure("again")

    assert numbers == [1, 2]
    assert count(db) == 4


def test_notifications_and_locks_work(db: SyncDatabase):
    with db.listen("news") as news, db.advisory_lock("k"):
        db.notify("news", "hello")
        notification = next(news)
        with db.transaction():
            db.transaction_lock("other")

    assert notification.payload == "hello"  # type: ignore[union-attr]


def test_without_a_database_nothing_runs():
    with pytest.raises(ConfigurationError, match="no database is connected"):
        Number.filter().sync.all()


def test_rows_are_copied_in_and_out(db: SyncDatabase):
    assert db.copy_in(Number, [(6,), (7,)], columns=("n",)) == 2
    with db.transaction():
        copied = db.copy_out(Number.filter(n__gt=5).order_by("n"), format="csv", header=True)
        assert b"".join(copied).split() == [b"n", b"6", b"7"]
