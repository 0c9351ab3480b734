"""Giving connections out and taking them back."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import (
    ConfigurationError,
    PoolClosed,
    PoolTimeout,
    UniqueViolation,
    UnknownDatabase,
)
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.sql.compiled import CompiledQuery

pytestmark = pytest.mark.anyio

PID = CompiledQuery("SELECT pg_backend_pid() AS pid", (), origin="generated")


async def pid(database: Database) -> int:
    row = await database.fetch_first(PID)
    assert row is not None
    return int(row["pid"])


async def settled(database: Database) -> None:
    """Wait until no connection is being reset."""
    async with asyncio.timeout(5):
        while database.statistics().resetting or database.statistics().in_use:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@pytest.fixture
async def small(database_url: DatabaseUrl, plugins: Plugins) -> AsyncIterator[Database]:
    """At most two connections, and little patience."""
    async with connect(
        database_url,
        plugins=plugins,
        name="small",
        max_size=2,
        acquire_within=timedelta(seconds=0.2),
    ) as database:
        yield database


@pytest.fixture
async def patient(database_url: DatabaseUrl, plugins: Plugins) -> AsyncIterator[Database]:
    """At most two connections; who waits for one does not give up by itself."""
    async with connect(database_url, plugins=plugins, name="patient", max_size=2) as database:
        yield database


@asynccontextmanager
async def held(database: Database, name: str) -> AsyncIterator[None]:
    """Hold a connection in another task."""
    taken, done = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with database.connection():
            taken.set()
            await done.wait()

    task = asyncio.create_task(hold(), name=name)
    await taken.wait()
    yield
    done.set()
    await task


async def test_the_last_connection_back_is_the_first_out(small: Database):
    first = await pid(small)
    async with held(small, "holder"):
        second = await pid(small)

    assert second != first
    assert await pid(small) == second


async def test_a_clean_release_asks_the_server_nothing(small: Database):
    activity = CompiledQuery(
        "SELECT query FROM pg_stat_activity WHERE pid = $1", (await pid(small),), origin="generated"
    )
    async with connect(small.url, name="watcher") as watcher:
        row = await watcher.fetch_first(activity)

    assert row is not None
    assert row["query"] == PID.text


async def test_says_who_holds_what_when_it_is_exhausted(small: Database):
    async with held(small, "report"), held(small, "import"):
        waiting = asyncio.create_task(pid(small))
        with pytest.raises(PoolTimeout) as caught:
            await pid(small)
        with pytest.raises(PoolTimeout):
            await waiting

    assert caught.value.message.startswith(
        'no connection of database "small" became free within 0.2 s: '
        "size 2 of 2, 2 in use, 0 idle, "
    )
    assert caught.value.message.endswith('s by "report"')
    assert caught.value.hint == ("raise max_size of the pool, or hold connections for less time")


async def test_who_waits_first_is_served_first(database_url: DatabaseUrl, plugins: Plugins):
    served: list[int] = []

    async with connect(database_url, plugins=plugins, name="patient", max_size=2) as patient:

        async def use(number: int) -> None:
            await patient.fetch(CompiledQuery("SELECT pg_sleep(0.005)", (), origin="generated"))
            served.append(number)

        await asyncio.gather(*(use(number) for number in range(20)))

    assert sorted(served) == list(range(20))
    assert all(abs(number - place) < 4 for place, number in enumerate(served))


async def test_statistics_count_what_is_there(small: Database):
    async with held(small, "holder"):
        now = small.statistics()

    assert (now.size, now.max_size, now.in_use, now.idle, now.waiting) == (1, 2, 1, 0, 0)
    assert now.holder == "holder"
    assert now.longest_held is not None


async def test_a_waiter_that_gives_up_loses_no_connection(patient: Database):
    async with held(patient, "one"), held(patient, "two"):
        waiting = [asyncio.create_task(pid(patient)) for _ in range(3)]
        await asyncio.sleep(0.01)
        waiting[1].cancel()

    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    await settled(patient)

    assert [isinstance(outcome, int) for outcome in outcomes] == [True, False, True]
    assert patient.statistics().size == patient.statistics().idle <= 2


async def test_a_closed_idle_connection_is_replaced(small: Database):
    first = await pid(small)
    async with connect(small.url, name="killer") as killer:
        await killer.execute("SELECT pg_terminate_backend($1, 2000)", first)
    await asyncio.sleep(0.05)

    assert await pid(small) != first
    assert small.statistics().size == 1


async def test_a_server_error_leaves_the_connection_in_the_pool(small: Database):
    await small.execute("CREATE TABLE keys (n int PRIMARY KEY)")
    await settled(small)
    before = await pid(small)

    with pytest.raises(UniqueViolation):
        await small.fetch(CompiledQuery("INSERT INTO keys VALUES (1), (1)", (), origin="generated"))
    await settled(small)

    assert await pid(small) == before


async def test_closing_waits_for_connections_in_use(database_url: DatabaseUrl, plugins: Plugins):
    database = await connect(database_url, plugins=plugins, name="closing")
    slow = asyncio.create_task(database.fetch("SELECT pg_sleep(0.2), 7 AS n"))
    await asyncio.sleep(0.05)

    await database.close()

    assert slow.done()
    assert (await slow)[0]["n"] == 7
    with pytest.raises(PoolClosed, match='"closing" is not open'):
        await database.fetch("SELECT 1")


async def test_closing_drops_what_does_not_come_back(
    database_url: DatabaseUrl, plugins: Plugins, caplog: pytest.LogCaptureFixture
):
    database = connect(
        database_url, plugins=plugins, name="closing", close_within=timedelta(seconds=0.1)
    )
    await database.open()
    async with held(database, "sleeper"):
        with caplog.at_level(logging.WARNING, logger="ferrule.pool"):
            await database.close()

        assert 'held longest for 0.1 s by "sleeper"' in caplog.text
        assert database.statistics().size == 0


async def test_closing_tells_those_who_wait(small: Database):
    async with held(small, "one"), held(small, "two"):
        waiting = asyncio.create_task(pid(small))
        await asyncio.sleep(0.01)
        closing = asyncio.create_task(small.close())

        with pytest.raises(PoolClosed):
            await waiting
    await closing


async def test_a_failed_opening_leaves_nothing_open(database_url: DatabaseUrl, plugins: Plugins):
    from dataclasses import replace

    database = connect(replace(database_url, database="nowhere"), plugins=plugins, name="failing")

    with pytest.raises(UnknownDatabase):
        await database.open()

    assert database.statistics().size == 0
    async with connect(database_url, plugins=plugins, name="failing"):
        pass  # the name is free again


async def test_two_open_databases_cannot_share_a_name(small: Database, plugins: Plugins):
    with pytest.raises(ConfigurationError) as caught:
        await connect(small.url, plugins=plugins, name="small")

    assert caught.value.message == 'a database "small" is open already'


async def test_opening_twice_is_refused(small: Database):
    with pytest.raises(ConfigurationError, match="is open already"):
        await small.open()


async def test_a_database_can_be_opened_again(database_url: DatabaseUrl, plugins: Plugins):
    database = connect(database_url, plugins=plugins, name="again")

    for _ in range(2):
        async with database:
            assert await pid(database)


async def test_many_tasks_share_few_connections(database_url: DatabaseUrl, plugins: Plugins):
    async with connect(database_url, plugins=plugins, name="many", max_size=4) as database:
        pids = await asyncio.gather(*(pid(database) for _ in range(500)))

        assert len(set(pids)) <= 4
        assert database.statistics().size <= 4
        assert database.statistics().idle == database.statistics().size


async def test_options_that_cannot_work_are_refused(database_url: DatabaseUrl, plugins: Plugins):
    with pytest.raises(ConfigurationError, match="min_size of a pool must be between 0 and"):
        connect(database_url, plugins=plugins, min_size=3, max_size=2)
    with pytest.raises(ConfigurationError, match="acquire_within of a pool must be longer"):
        connect(database_url, plugins=plugins, acquire_within=timedelta(0))


async def test_random_use_and_cancellation_loses_no_connection(
    database_url: DatabaseUrl, plugins: Plugins
):
    random_numbers = random.Random(7)  # noqa: S311 - the same each time
    async with connect(database_url, plugins=plugins, name="storm", max_size=3) as database:

        async def use() -> None:
            async with database.transaction():
                await database.fetch(
                    CompiledQuery("SELECT pg_sleep(0.003)", (), origin="generated")
                )

        tasks = [asyncio.create_task(use()) for _ in range(120)]
        for task in random_numbers.sample(tasks, 80):
            await asyncio.sleep(0.002)
            task.cancel()
            if random_numbers.random() < 0.3:
                await asyncio.sleep(0)
                task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        await settled(database)
        now = database.statistics()
        left = await database.fetch(
            "SELECT state FROM pg_stat_activity WHERE datname = current_database() "
            "AND state <> 'idle' AND pid <> pg_backend_pid()"
        )

    assert {type(outcome) for outcome in outcomes} <= {type(None), asyncio.CancelledError}
    assert (now.size, now.in_use, now.waiting) == (now.idle, 0, 0)
    assert left == []
