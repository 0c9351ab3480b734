"""A link that freezes: the caller is back within its deadline plus one second, and so is the pool.

The deadline of every operation is ``statement_within``; ROLLBACK and reset, which nobody waits for
with a deadline of his own, have the pool's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from time import monotonic

import anyio
import pytest

from ferrule_core.database import Database, PoolStatistics, connect
from ferrule_core.errors import (
    CommitUnknown,
    ConnectFailed,
    ConnectionLost,
    FerruleError,
    PoolTimeout,
    QueryCanceled,
)
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_testing.fault_proxy import FaultProxy

pytestmark = pytest.mark.anyio

WITHIN = timedelta(seconds=0.4)
SLACK = 1.5
"""How long after its deadline a caller may be back: a second, and more on a busy machine."""

Use = Callable[[Database], Awaitable[object]]


def generated(text: str, *parameters: object) -> CompiledQuery:
    return CompiledQuery(text, parameters, origin="generated")


@pytest.fixture
async def far(fault_proxy: FaultProxy, plugins: Plugins) -> AsyncIterator[Database]:
    """A pool of one connection that goes through a link which can be frozen."""
    async with connect(
        fault_proxy.url,
        plugins=plugins,
        name="far",
        max_size=1,
        statement_within=WITHIN,
        connect_within=timedelta(seconds=1),
        acquire_within=timedelta(seconds=5),
        close_within=timedelta(seconds=1),
    ) as database:
        await database.execute(generated("CREATE TABLE IF NOT EXISTS numbers (n int)"))
        yield database
        fault_proxy.thaw()


@asynccontextmanager
async def in_time(deadline: timedelta = WITHIN) -> AsyncIterator[None]:
    began = monotonic()
    yield
    assert monotonic() - began < deadline.total_seconds() + SLACK


async def is_whole(database: Database) -> bool:
    """All its connections can be had soon, they work, and nothing is left to do."""
    most = database.statistics().max_size
    async with asyncio.timeout(SLACK):
        rows = await asyncio.gather(
            *(database.fetch_first(generated("SELECT 1")) for _ in range(most))
        )
        while at_work(database.statistics()):  # noqa: ASYNC110 - a pool has no event for it
            await asyncio.sleep(0.01)
    return None not in rows


def at_work(now: PoolStatistics) -> bool:
    return now.in_use > 0 or now.resetting > 0 or now.idle < now.size


async def fetch(database: Database) -> None:
    await database.fetch(generated("SELECT 1"))


async def fetch_first(database: Database) -> None:
    await database.fetch_first(generated("SELECT 1"))


async def fetch_what_was_not_prepared(database: Database) -> None:
    await database.fetch(generated(f"SELECT {monotonic()}::numeric[] AS new"))


async def execute(database: Database) -> None:
    await database.execute(generated("INSERT INTO numbers VALUES (1)"))


async def fetch_batch(database: Database) -> None:
    rows = [(n,) for n in range(3)]
    await database.fetch_batch(CompiledBatch("INSERT INTO numbers VALUES ($1)", rows))


async def fetch_great_batch(database: Database) -> None:
    """So much that the link takes it in pieces."""
    rows = [("x" * 100_000,) for _ in range(300)]
    await database.fetch_batch(CompiledBatch("SELECT length($1::text)", rows))


async def stream(database: Database) -> None:
    async for _ in database.stream(generated("SELECT 1"), chunk_rows=10):
        pass


async def begin(database: Database) -> None:
    async with database.transaction():
        pass


async def run_script(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute_script("SELECT 1; SELECT 2")


USES: tuple[Use, ...] = (
    fetch,
    fetch_first,
    fetch_what_was_not_prepared,
    execute,
    fetch_batch,
    fetch_great_batch,
    stream,
    begin,
    run_script,
)


@pytest.fixture
async def many(fault_proxy: FaultProxy, plugins: Plugins) -> AsyncIterator[Database]:
    """A pool of one idle connection for each use."""
    async with connect(
        fault_proxy.url,
        plugins=plugins,
        name="many",
        min_size=len(USES),
        max_size=len(USES),
        statement_within=WITHIN,
        close_within=timedelta(seconds=1),
    ) as database:
        await database.execute(generated("CREATE TABLE IF NOT EXISTS numbers (n int)"))
        yield database
        fault_proxy.thaw()


async def test_idle_links_that_froze(many: Database, fault_proxy: FaultProxy):
    async def meet_the_deadline(use: Use) -> None:
        async with in_time():
            with pytest.raises(QueryCanceled) as caught:
                await use(many)
        assert caught.value.fields is None

    fault_proxy.freeze()

    async with asyncio.TaskGroup() as tasks:
        for use in USES:
            tasks.create_task(meet_the_deadline(use))

    fault_proxy.thaw()
    assert await is_whole(many)


@pytest.mark.parametrize("way", ["to_server", "to_client"])
async def test_a_link_that_froze_in_one_direction(far: Database, fault_proxy: FaultProxy, way: str):
    fault_proxy.freeze(way)  # type: ignore[arg-type]

    async with in_time():
        with pytest.raises(QueryCanceled):
            await fetch(far)

    fault_proxy.thaw()
    assert await is_whole(far)


async def test_a_link_that_froze_in_a_query(far: Database, fault_proxy: FaultProxy):
    async def freeze_soon() -> None:
        await asyncio.sleep(0.1)
        fault_proxy.freeze()

    async with in_time(), asyncio.TaskGroup() as tasks:
        tasks.create_task(freeze_soon())
        with pytest.raises(QueryCanceled):
            await far.fetch(generated("SELECT pg_sleep(30)"))

    fault_proxy.thaw()
    assert await is_whole(far)


async def test_a_link_that_froze_in_a_transaction(
    far: Database, fault_proxy: FaultProxy, database: Database
):
    async with in_time():
        with pytest.raises(QueryCanceled):
            async with far.transaction():
                await execute(far)
                fault_proxy.freeze()
                await execute(far)

    fault_proxy.thaw()
    assert await is_whole(far)
    assert await database.fetch("SELECT n FROM numbers") == []


async def test_a_link_that_froze_before_the_rollback(
    far: Database, fault_proxy: FaultProxy, database: Database
):
    async with in_time():
        with pytest.raises(ZeroDivisionError):
            async with far.transaction():
                await execute(far)
                fault_proxy.freeze()
                raise ZeroDivisionError

    fault_proxy.thaw()
    assert await is_whole(far)
    assert await database.fetch("SELECT n FROM numbers") == []


@pytest.mark.parametrize("ends", ["kept", "undone"])
async def test_a_link_that_froze_at_the_end_of_a_savepoint(
    far: Database, fault_proxy: FaultProxy, ends: str
):
    async with in_time(2 * WITHIN):
        with pytest.raises((QueryCanceled, ConnectionLost, ZeroDivisionError)):
            async with far.transaction():
                await execute(far)
                async with far.transaction():
                    fault_proxy.freeze()
                    if ends == "undone":
                        raise ZeroDivisionError

    fault_proxy.thaw()
    assert await is_whole(far)


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_link_that_froze_in_commit(
    far: Database, fault_proxy: FaultProxy, database: Database, *, arrives: bool
):
    fault_proxy.at(b"COMMIT", "freeze", arrives=arrives)

    async with in_time():
        with pytest.raises(CommitUnknown):
            async with far.transaction():
                await execute(far)

    if arrives:
        await rows_come(database, 1)
    fault_proxy.thaw()
    assert await is_whole(far)


async def rows_come(database: Database, count: int) -> None:
    async with asyncio.timeout(5):
        while len(await database.fetch("SELECT n FROM numbers")) != count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_link_that_freezes_while_it_is_made(fault_proxy: FaultProxy, plugins: Plugins):
    within = timedelta(seconds=0.3)
    for passed in (0, 8, 40):  # nothing, the question for TLS, half of the start-up
        fault_proxy.after(passed, "to_server", "freeze")
        async with in_time(within):
            with pytest.raises(ConnectFailed) as caught:
                await connect(fault_proxy.url, plugins=plugins, name="late", connect_within=within)

        assert caught.value.message == (
            f'no answer from host "127.0.0.1" port {fault_proxy.url.port} in time'
        )
        fault_proxy.thaw()


@pytest.mark.parametrize("how", ["once", "three times", "by a scope of anyio"])
async def test_tasks_that_are_cancelled_on_frozen_links_end(
    many: Database, fault_proxy: FaultProxy, how: str
):
    async def be_cancelled(use: Use) -> None:
        if how == "by a scope of anyio":
            with anyio.move_on_after(0.1) as scope:
                await use(many)
            assert scope.cancelled_caught
            return
        task = asyncio.ensure_future(use(many))
        await asyncio.sleep(0.1)
        for _ in range(1 if how == "once" else 3):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task

    fault_proxy.freeze()

    async with in_time(timedelta(seconds=0.1)), asyncio.TaskGroup() as tasks:
        for use in USES:
            tasks.create_task(be_cancelled(use))

    fault_proxy.thaw()
    assert await is_whole(many)


async def test_closing_a_frozen_pool_ends(fault_proxy: FaultProxy, plugins: Plugins):
    within = timedelta(seconds=0.3)
    async with connect(fault_proxy.url, plugins=plugins, name="far", close_within=within) as far:
        await fetch(far)
        fault_proxy.freeze()
        began = monotonic()

    assert monotonic() - began < within.total_seconds() + SLACK


async def test_without_a_deadline_of_statements_clean_up_has_one(
    fault_proxy: FaultProxy, plugins: Plugins, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ferrule_core.database.pooling.pool.RESET_WITHIN", WITHIN)
    async with connect(
        fault_proxy.url, plugins=plugins, name="far", max_size=1, close_within=WITHIN
    ) as far:
        async with in_time():
            with pytest.raises(ZeroDivisionError):
                async with far.transaction():
                    fault_proxy.freeze()
                    raise ZeroDivisionError

        fault_proxy.thaw()
        assert await is_whole(far)


async def test_those_who_wait_for_a_frozen_pool_are_told(fault_proxy: FaultProxy, plugins: Plugins):
    async with connect(
        fault_proxy.url,
        plugins=plugins,
        name="far",
        max_size=1,
        acquire_within=WITHIN,
        close_within=WITHIN,
        statement_within=timedelta(seconds=2),
    ) as far:
        fault_proxy.freeze()
        holding = asyncio.ensure_future(fetch(far))
        await asyncio.sleep(0)
        async with in_time():
            with pytest.raises(PoolTimeout):
                await fetch(far)
        fault_proxy.thaw()
        with suppress(FerruleError):
            await holding
        assert await is_whole(far)


async def test_nobody_elses_statement_is_cancelled(
    fault_proxy: FaultProxy, plugins: Plugins, database_url: DatabaseUrl
):
    """Cancel requests that were on their way when the link froze arrive after the thaw."""
    async with (
        connect(fault_proxy.url, plugins=plugins, name="far", max_size=4) as far,
        connect(database_url, plugins=plugins, name="near") as near,
    ):
        for _ in range(5):
            sleepers = [
                asyncio.ensure_future(far.fetch(generated("SELECT pg_sleep(20)"))) for _ in range(4)
            ]
            await asyncio.sleep(0.05)
            fault_proxy.freeze()
            for sleeper in sleepers:
                sleeper.cancel()
            await asyncio.wait(sleepers)
            fault_proxy.thaw()
            async with asyncio.timeout(10):
                done = await asyncio.gather(
                    *(far.fetch_first(generated("SELECT 7, pg_sleep(0.05)")) for _ in range(8))
                )
            assert [row[0] for row in done if row is not None] == [7] * 8
        await nothing_runs(near)


async def nothing_runs(database: Database) -> None:
    running = (
        "SELECT query FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    async with asyncio.timeout(5):
        while await database.fetch(running):  # noqa: ASYNC110 - only the server knows
            await asyncio.sleep(0.02)
