"""Advisory locks: held by one at a time, given back by every end, never believed in when lost."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.database.sessions.lock_keys import LockKey, lock_numbers
from ferrule_core.errors import (
    AdvisoryLockLost,
    ConfigurationError,
    LockNotAvailable,
    TransactionError,
    ValueRefused,
)
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.urls import url_text
from ferrule_testing.fault_proxy import FaultProxy

pytestmark = pytest.mark.anyio

KEYS: list[LockKey] = [0, 7, -(2**63), 2**63 - 1, (1, 2), (-1, -(2**31)), "nightly", "é" * 99, ""]
LOCKS = (
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
SOON = timedelta(seconds=0.1)


async def is_free(database: Database, key: LockKey, *, shared: bool = False) -> bool:
    try:
        async with database.advisory_lock(key, wait=False, shared=shared):
            return True
    except LockNotAvailable:
        return False


async def becomes_free(database: Database, key: LockKey) -> None:
    async with asyncio.timeout(10):
        while not await is_free(database, key):  # noqa: ASYNC110 - the server has no event
            await asyncio.sleep(0.02)


async def kill_holder(database: Database) -> None:
    await database.execute(f"SELECT pg_terminate_backend(pid) FROM ({LOCKS}) AS held")


@pytest.mark.parametrize("key", KEYS, ids=repr)
async def test_one_at_a_time_holds_a_lock(database: Database, key: LockKey):
    async with database.advisory_lock(key) as lock:
        was_held = lock.held
        (row,) = await database.fetch(LOCKS)
        with pytest.raises(LockNotAvailable) as caught:
            async with database.advisory_lock(key, wait=False):
                pass

    assert (was_held, lock.held) == (True, False)
    assert caught.value.holders == (row["pid"],)
    assert caught.value.message == (
        f"{lock_numbers(key).shown} is held by the server process {row['pid']}"
    )
    assert await is_free(database, key)


async def test_text_is_the_same_number_everywhere(database: Database):
    assert lock_numbers("nightly").values == (-739703913764862044,)

    async with database.transaction():
        await database.fetch("SELECT pg_advisory_xact_lock($1)", -739703913764862044)
        assert not await is_free(database, "nightly")


@pytest.mark.parametrize(
    "key", [2**63, -(2**63) - 1, (1, 2**31), (1,) * 3, (), True, 1.5, None, (1, "a")], ids=repr
)
async def test_a_key_that_cannot_be_is_refused(database: Database, key: object):
    with pytest.raises(ValueRefused, match="64 bits, two of 32 bits, or text"):
        database.advisory_lock(key)  # type: ignore[arg-type]


async def test_shared_locks_are_held_together(database: Database):
    async with database.advisory_lock("k", shared=True), database.advisory_lock("k", shared=True):
        assert await is_free(database, "k", shared=True)
        with pytest.raises(LockNotAvailable) as caught:
            async with database.advisory_lock("k", within=SOON):
                pass

    assert len(caught.value.holders) == 2
    assert "is held by the server processes" in caught.value.message
    assert await is_free(database, "k")


async def test_whoever_waits_gets_it_next(database: Database):
    order: list[str] = []

    async def hold(name: str) -> None:
        async with database.advisory_lock("k"):
            order.append(name)
            await asyncio.sleep(0.05)
            order.append(name)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(hold(name))

    assert order[0::2] == order[1::2]
    assert sorted(order[0::2]) == ["a", "b", "c"]


async def test_waits_no_longer_than_it_may(database: Database):
    async with database.advisory_lock("k"):
        loop = asyncio.get_running_loop()
        started = loop.time()
        with pytest.raises(LockNotAvailable):
            async with database.advisory_lock("k", within=timedelta(seconds=0.3)):
                pass

    assert 0.29 <= loop.time() - started < 10


async def test_the_block_may_use_a_pool_of_one(database_url: DatabaseUrl, plugins: Plugins):
    async with (
        connect(database_url, plugins=plugins, name="one", max_size=1) as database,
        database.advisory_lock("k"),
    ):
        assert (await database.fetch("SELECT 1"))[0][0] == 1


async def test_an_error_gives_the_lock_back(database: Database):
    with pytest.raises(ZeroDivisionError):
        async with database.advisory_lock("k"):
            raise ZeroDivisionError

    assert await is_free(database, "k")


@pytest.mark.parametrize("after", [0, 0.002, 0.005, 0.01, 0.02, 0.05])
async def test_cancelled_at_any_moment_it_gives_the_lock_back(database: Database, after: float):
    async def hold() -> None:
        async with database.advisory_lock("k"):
            await asyncio.sleep(0.01)

    for _ in range(3):
        tasks = [asyncio.create_task(hold()) for _ in range(3)]
        await asyncio.sleep(after)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    await becomes_free(database, "k")


async def test_a_killed_process_gives_the_lock_back(database: Database, database_url: DatabaseUrl):
    program = (
        "import asyncio, sys\n"
        "from ferrule_core.database import connect\n"
        "async def main():\n"
        "    async with connect(sys.argv[1]) as database, database.advisory_lock('k'):\n"
        "        print('held', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    arguments = [sys.executable, "-c", program, url_text(database_url)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert not await is_free(database, "k")
        process.kill()

    await becomes_free(database, "k")


async def test_whoever_loses_the_lock_is_told(database: Database):
    steps: list[str] = []

    with pytest.raises(AdvisoryLockLost) as caught:
        async with asyncio.timeout(20), database.advisory_lock("k") as lock:
            try:
                await kill_holder(database)
                await asyncio.sleep(30)
            finally:
                steps.append(f"held: {lock.held}")
            steps.append("went on")

    assert steps == ["held: False"]
    assert caught.value.message == (
        'advisory lock "k" was lost with its connection; another may hold it'
    )
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)


async def test_a_block_that_ends_without_its_lock_says_so(database: Database):
    with pytest.raises(AdvisoryLockLost):
        async with database.advisory_lock("k"):
            await kill_holder(database)


async def test_an_error_of_the_block_is_not_hidden_by_the_loss(database: Database):
    with pytest.raises(ZeroDivisionError):
        async with database.advisory_lock("k"):
            try:
                await kill_holder(database)
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                raise ZeroDivisionError from None


async def test_a_frozen_link_is_noticed(database_url: DatabaseUrl, plugins: Plugins):
    async with FaultProxy(database_url) as proxy:
        database = connect(proxy.url, plugins=plugins, name="proxied")
        quick = timedelta(seconds=0.2)
        async with database:
            lock = database.advisory_lock("k", heartbeat=quick, answer_within=quick)
            with pytest.raises(AdvisoryLockLost):
                async with asyncio.timeout(20), lock:
                    proxy.freeze()
                    await asyncio.sleep(30)
            proxy.thaw()


async def test_a_cancellation_from_outside_stays_one(database: Database):
    async def hold() -> None:
        async with database.advisory_lock("k"):
            await asyncio.sleep(30)

    task = asyncio.create_task(hold())
    async with asyncio.timeout(10):
        while await is_free(database, "k"):  # noqa: ASYNC110 - the server has no event
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_lock_is_for_one_block(database: Database):
    lock = database.advisory_lock("k")
    async with lock:
        pass

    with pytest.raises(ConfigurationError):
        async with lock:
            pass


@pytest.mark.parametrize(
    "options", [{"wait": False, "within": SOON}, {"within": timedelta(0)}, {"heartbeat": -SOON}]
)
async def test_options_that_contradict_are_refused(database: Database, options: dict[str, object]):
    with pytest.raises(ConfigurationError):
        database.advisory_lock("k", **options)  # type: ignore[arg-type]


async def test_a_transaction_holds_its_lock_to_its_end(database: Database):
    async with database.transaction():
        await database.transaction_lock("k")
        assert not await is_free(database, "k")

    assert await is_free(database, "k")


async def test_a_transaction_lock_needs_a_transaction(database: Database):
    with pytest.raises(TransactionError) as caught:
        await database.transaction_lock((1, 2))

    assert caught.value.message == (
        "advisory lock (1, 2) was asked for a transaction, and none is open"
    )


@pytest.mark.parametrize("options", [{"wait": False}, {"within": SOON}])
async def test_a_lock_that_is_not_to_be_had_leaves_the_transaction_whole(
    database: Database, options: dict[str, object]
):
    async with database.advisory_lock("k"), database.transaction():
        before = await database.fetch("SELECT current_setting('lock_timeout'), txid_current()")
        with pytest.raises(LockNotAvailable) as caught:
            await database.transaction_lock("k", **options)  # type: ignore[arg-type]
        await database.transaction_lock("other", **options)  # type: ignore[arg-type]
        after = await database.fetch("SELECT current_setting('lock_timeout'), txid_current()")

        assert tuple(before[0]) == tuple(after[0])
        assert not await is_free(database, "other")
    assert len(caught.value.holders) == 1
