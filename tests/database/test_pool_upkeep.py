"""Connections that are too old, idle for too long, or no longer trusted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.database.poolers.connecting import connect_options
from ferrule_core.database.pooling.slots import Slot
from ferrule_core.database.pooling.upkeep import Upkeep
from ferrule_core.errors import (
    ConfigurationError,
    ConnectFailed,
    ConnectionLost,
    LockNotAvailable,
    PoolClosed,
    PoolTimeout,
)
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.profiles import PoolOptions
from ferrule_core.sql.compiled import CompiledQuery

pytestmark = pytest.mark.anyio

PID = CompiledQuery("SELECT pg_backend_pid() AS pid", (), origin="generated")


async def pid(database: Database) -> int:
    row = await database.fetch_first(PID)
    assert row is not None
    return int(row["pid"])


async def until(what: Any) -> None:
    async with asyncio.timeout(10):
        while not what():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


@asynccontextmanager
async def several(database: Database, number: int) -> AsyncIterator[list[int]]:
    """Make a pool open so many connections, and hold them for the block."""
    async with AsyncExitStack() as stack:
        pids: list[int] = []
        for _ in range(number):
            connection = await stack.enter_async_context(database.connection())
            (row,) = await connection.fetch(PID.text)
            pids.append(row["pid"])
        yield pids


async def backends(watcher: Database, name: str) -> set[int]:
    rows = await watcher.fetch(
        CompiledQuery(
            "SELECT pid FROM pg_stat_activity WHERE application_name = $1 "
            "AND datname = current_database()",
            (name,),
            "generated",
        )
    )
    return {row["pid"] for row in rows}


async def gone(watcher: Database, name: str) -> None:
    async with asyncio.timeout(10):
        while await backends(watcher, name):  # noqa: ASYNC110 - the server does not tell
            await asyncio.sleep(0.01)


@asynccontextmanager
async def opened(
    url: DatabaseUrl, plugins: Plugins, name: str = "kept", **options: Any
) -> AsyncIterator[Database]:
    url = replace(url, options={**url.options, "application_name": name})
    async with connect(url, plugins=plugins, name=name, **options) as database:
        yield database


async def test_a_connection_is_replaced_at_its_age(database_url: DatabaseUrl, plugins: Plugins):
    async with opened(database_url, plugins, recycle_after=timedelta(seconds=0.3)) as database:
        first = await pid(database)
        await until(lambda: database.statistics().size == 0)

        assert await pid(database) != first


async def test_a_connection_that_is_in_use_is_replaced_at_its_return(
    database_url: DatabaseUrl, plugins: Plugins
):
    async with opened(database_url, plugins, recycle_after=timedelta(seconds=0.1)) as database:
        async with database.transaction():
            first = await pid(database)
            await asyncio.sleep(0.3)
            assert await pid(database) == first

        assert await pid(database) != first


def test_ages_are_spread_so_that_not_all_end_at_once():
    upkeep = Upkeep(PoolOptions(recycle_after=timedelta(seconds=100)))
    connection: Any = None
    slots = [Slot(connection, now=1000.0) for _ in range(200)]

    for slot in slots:
        upkeep.begin(slot)

    ages = sorted(slot.retire_at - 1000.0 for slot in slots)
    assert 90 <= ages[0] < 92
    assert 98 < ages[-1] <= 100


async def test_idle_connections_are_closed_down_to_min_size(
    database_url: DatabaseUrl, plugins: Plugins
):
    async with (
        connect(database_url, plugins=plugins, name="watcher") as watcher,
        opened(database_url, plugins, min_size=2, idle_within=timedelta(seconds=0.3)) as database,
    ):
        async with several(database, 5):
            await asyncio.sleep(0.5)
            assert database.statistics().size == 5
        await until(lambda: database.statistics().size == 2)
        await asyncio.sleep(0.5)

        assert database.statistics().size == 2
        assert len(await backends(watcher, "kept")) == 2


async def test_without_limits_nothing_is_closed(database_url: DatabaseUrl, plugins: Plugins):
    async with opened(
        database_url, plugins, recycle_after=None, idle_within=None, check_after=None
    ) as database:
        async with several(database, 3):
            pass
        await asyncio.sleep(0.3)

        assert database.statistics().size == 3


async def kill(watcher: Database, pids: set[int] | list[int]) -> None:
    """End sessions, and wait until they are gone."""
    await watcher.fetch("SELECT pg_terminate_backend(pid, 5000) FROM unnest($1::int[]) pid", pids)


async def test_an_idle_connection_is_checked_before_use(
    database_url: DatabaseUrl, plugins: Plugins
):
    asked = CompiledQuery(
        "SELECT query FROM pg_stat_activity WHERE application_name = 'kept' "
        "AND datname = current_database()",
        (),
        "generated",
    )
    async with (
        connect(database_url, plugins=plugins, name="watcher") as watcher,
        opened(database_url, plugins, check_after=timedelta(seconds=0.2)) as database,
    ):
        first = await pid(database)
        await asyncio.sleep(0.3)
        async with database.connection():
            row = await watcher.fetch_first(asked)

        assert row is not None
        assert row["query"] == "SELECT 1"
        assert await pid(database) == first


async def test_where_one_link_is_broken_the_others_are_checked(
    database_url: DatabaseUrl, plugins: Plugins
):
    async with (
        connect(database_url, plugins=plugins, name="watcher") as watcher,
        opened(database_url, plugins) as database,
    ):
        async with several(database, 4) as pids:
            pass
        await until(lambda: database.statistics().idle == 4)
        await kill(watcher, pids[:2])
        await asyncio.sleep(0.1)

        seen = {await pid(database) for _ in range(5)}
        await until(lambda: not database.statistics().resetting)

        assert seen.isdisjoint(pids[:2])
        assert await backends(watcher, "kept") >= set(pids[2:])


async def test_renewing_replaces_every_connection(database_url: DatabaseUrl, plugins: Plugins):
    async with (
        connect(database_url, plugins=plugins, name="watcher") as watcher,
        opened(database_url, plugins) as database,
    ):
        async with several(database, 3) as pids:
            async with database.connection():  # a fourth
                pass
            await until(lambda: database.statistics().idle == 1)
            before = await backends(watcher, "kept")
            database.renew()
            await until(lambda: database.statistics().size == 3)
            assert await pid(database) not in before  # used while the others are still held
        await until(lambda: database.statistics().size == 1)

        assert await pid(database) not in before
        assert (await backends(watcher, "kept")).isdisjoint(pids)


async def test_limits_of_the_server_hold_for_each_connection_and_survive_a_reset(
    database_url: DatabaseUrl, plugins: Plugins
):
    async with opened(
        database_url,
        plugins,
        max_size=1,
        lock_within=timedelta(seconds=0.2),
        idle_in_transaction_within=timedelta(seconds=0.3),
    ) as database:
        await database.execute("SET lock_timeout = 0")
        await database.execute("SET idle_in_transaction_session_timeout = 0")
        async with connect(database_url, plugins=plugins, name="other") as other:
            await other.execute("CREATE TABLE locked (n int)")
            async with other.transaction():
                await other.execute("LOCK TABLE locked")
                with pytest.raises(LockNotAvailable):
                    await database.execute("SELECT * FROM locked")
        with pytest.raises(ConnectionLost):
            async with database.transaction():
                await asyncio.sleep(1)
                await database.fetch(PID)

        assert await pid(database)


def test_a_limit_of_the_server_is_never_rounded_to_none():
    options = PoolOptions(
        lock_within=timedelta(microseconds=1),
        idle_in_transaction_within=timedelta(days=99),
    )

    assert connect_options(options).server_settings == {
        "lock_timeout": "1",
        "idle_in_transaction_session_timeout": "2147483647",
    }
    assert connect_options(PoolOptions()).server_settings == {}


@pytest.mark.parametrize(
    "name", ["lock_within", "idle_in_transaction_within", "recycle_after", "idle_within"]
)
def test_a_limit_must_be_longer_than_nothing(name: str):
    limits: dict[str, Any] = {name: timedelta(0)}

    with pytest.raises(ConfigurationError) as caught:
        PoolOptions(**limits)

    assert caught.value.message == f"{name} of a pool must be longer than nothing"


async def test_a_new_connection_that_takes_long_holds_up_nobody(
    database_url: DatabaseUrl, plugins: Plugins, monkeypatch: pytest.MonkeyPatch
):
    async with opened(database_url, plugins, max_size=2) as database:
        real, go_on = database._connect, asyncio.Event()

        async def slowly() -> Any:
            await go_on.wait()
            return await real()

        monkeypatch.setattr(database._pools.current, "_connect", slowly)
        async with database.connection():
            waiting = asyncio.create_task(pid(database))
            await asyncio.sleep(0.05)
            assert not waiting.done()
        await asyncio.wait_for(waiting, 5)  # by the one that came back
        go_on.set()
        await until(lambda: database.statistics().size == database.statistics().idle == 2)


async def test_who_waits_is_told_why_no_connection_can_be_made(
    database_url: DatabaseUrl, plugins: Plugins, caplog: pytest.LogCaptureFixture
):
    async with opened(database_url, plugins, min_size=0, max_size=2) as database:
        lost = replace(database_url, port=1)
        database.url = lost
        outcomes = await asyncio.gather(*(pid(database) for _ in range(6)), return_exceptions=True)
        now = database.statistics()
        database.url = database_url

        assert [type(outcome) for outcome in outcomes] == [ConnectFailed] * 6
        assert (now.size, now.waiting) == (0, 0)
        assert await pid(database)
    assert caplog.records == []


async def test_a_connection_that_cannot_be_made_for_nobody_is_logged(
    database_url: DatabaseUrl, plugins: Plugins, caplog: pytest.LogCaptureFixture
):
    async with opened(database_url, plugins, min_size=0) as database:
        database.url = replace(database_url, port=1)
        task = asyncio.create_task(pid(database))
        await asyncio.sleep(0)
        task.cancel()
        with caplog.at_level(logging.WARNING, logger="ferrule.pool"):
            await until(lambda: database.statistics().size == 0)
            await asyncio.sleep(0)

        assert "a connection that nobody waits for was not made" in caplog.text


async def test_a_waiter_stays_within_its_time_when_nothing_answers(
    database_url: DatabaseUrl, plugins: Plugins, monkeypatch: pytest.MonkeyPatch
):
    async with opened(
        database_url,
        plugins,
        max_size=1,
        acquire_within=timedelta(seconds=0.2),
        connect_within=timedelta(seconds=0.2),
        min_size=0,
    ) as database:
        monkeypatch.setattr(database._pools.current, "_connect", asyncio.Event().wait)

        with pytest.raises(PoolTimeout, match=r"within 0\.4 s: size 1 of 1, 0 in use"):
            await pid(database)


async def test_closing_twice_at_once_waits_twice(database_url: DatabaseUrl, plugins: Plugins):
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(opened(database_url, plugins))
        busy = asyncio.create_task(database.fetch("SELECT pg_sleep(0.2), 7 AS n"))
        await asyncio.sleep(0.05)

        closing = [asyncio.create_task(database.close()) for _ in range(3)]
        closing[0].cancel()
        await asyncio.wait(closing)

        assert database.statistics().size == 0
        assert busy.done() or (await asyncio.wait((busy,), timeout=5))[0]
        assert closing[1].exception() is None
        assert closing[2].exception() is None
        await asyncio.gather(busy, return_exceptions=True)


async def test_closing_while_it_opens_leaves_nothing_open(
    database_url: DatabaseUrl, plugins: Plugins
):
    async with connect(database_url, plugins=plugins, name="watcher") as watcher:
        url = replace(database_url, options={**database_url.options, "application_name": "brief"})
        for delay in (0, 0.001, 0.003, 0.01):
            database = connect(url, plugins=plugins, name="brief", min_size=4)
            opening = asyncio.create_task(database.open())
            await asyncio.sleep(delay)
            await database.close()
            await asyncio.wait((opening,))
            failure = opening.exception()
            if failure is None:
                await database.close()
            else:
                assert isinstance(failure, PoolClosed)
            assert database.statistics().size == 0
        await gone(watcher, "brief")


async def test_opening_at_once_a_second_time_is_refused(
    database_url: DatabaseUrl, plugins: Plugins
):
    database = connect(database_url, plugins=plugins, name="twice")

    outcomes = await asyncio.gather(database.open(), database.open(), return_exceptions=True)
    await database.close()

    assert {type(outcome) for outcome in outcomes} == {Database, ConfigurationError}


async def test_an_opening_that_is_cancelled_leaves_nothing_open(
    database_url: DatabaseUrl, plugins: Plugins
):
    async with connect(database_url, plugins=plugins, name="watcher") as watcher:
        url = replace(database_url, options={**database_url.options, "application_name": "brief"})
        for delay in (0, 0.002, 0.005, 0.01):
            database = connect(url, plugins=plugins, name="brief", min_size=3)
            opening = asyncio.create_task(database.open())
            await asyncio.sleep(delay)
            opening.cancel()
            await asyncio.wait((opening,))
            if not opening.cancelled():
                await database.close()
            assert database.statistics().size == 0
        await gone(watcher, "brief")
