"""Links that break: reads do not notice, and no statement is ever run twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from ferrule import Column, Model
from ferrule_core.database import Database, connect
from ferrule_core.database.pooling.recovery import may_run_again
from ferrule_core.errors import CommitUnknown, ConnectionLost
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_testing.fault_proxy import FaultProxy

pytestmark = pytest.mark.anyio


class Item(Model, table="item", database="lossy"):
    id: Column[int]
    name: Column[str]


@pytest.fixture
async def lossy(database: Database, plugins: Plugins) -> AsyncIterator[Database]:
    """A pool whose connections the test ends through ``database``."""
    await database.execute("CREATE TABLE item (id int PRIMARY KEY, name text)")
    await database.execute("INSERT INTO item SELECT n, 'item' FROM generate_series(1, 50) n")
    async with connect(database.url, plugins=plugins, name="lossy", max_size=6) as lossy:
        yield lossy


async def fill(database: Database, number: int) -> None:
    """Make a pool have so many idle connections."""
    async with AsyncExitStack() as stack:
        for _ in range(number):
            await stack.enter_async_context(database.connection())
    async with asyncio.timeout(5):
        while database.statistics().idle < number:  # noqa: ASYNC110 - it does not tell
            await asyncio.sleep(0.005)


async def kill_all(database: Database) -> None:
    """End all other sessions, and block the event loop until they are gone.

    So the pool had no chance to hear of it: the next statement goes into a dead link.
    """
    await database.fetch(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )


async def read() -> int:
    """Ask through the pool that is named ``lossy``."""
    return await Item.filter(Item.id > 10).count()


async def test_reads_after_all_idle_connections_were_killed_do_not_fail(
    database: Database, lossy: Database
):
    for _ in range(5):
        await fill(lossy, 6)
        await kill_all(database)

        outcomes = await asyncio.gather(*(read() for _ in range(40)))

        assert outcomes == [40] * 40
        assert lossy.statistics().size <= 6


@pytest.mark.usefixtures("lossy")
async def test_reads_that_are_killed_while_they_run_are_run_again(database: Database):
    reading = [asyncio.create_task(read()) for _ in range(200)]
    for _ in range(3):
        await asyncio.sleep(0.01)
        await kill_all(database)

    outcomes = await asyncio.gather(*reading, return_exceptions=True)

    lost = [outcome for outcome in outcomes if outcome != 40]
    assert len(lost) < 100  # killed twice
    assert {type(outcome) for outcome in lost} <= {ConnectionLost}


async def test_writes_that_are_killed_are_done_once_or_not_at_all_or_unknown(
    database: Database, lossy: Database
):
    await database.execute("CREATE TABLE log (n int)")

    async def write(number: int) -> None:
        await lossy.execute(CompiledQuery("INSERT INTO log VALUES ($1)", (number,), "generated"))

    writing = [asyncio.create_task(write(number)) for number in range(300)]
    for _ in range(4):
        await asyncio.sleep(0.01)
        await kill_all(database)
    outcomes = await asyncio.gather(*writing, return_exceptions=True)

    rows = await database.fetch("SELECT n, count(*) AS times FROM log GROUP BY n")
    done = {row["n"]: row["times"] for row in rows}
    assert set(done.values()) <= {1}
    assert {type(outcome) for outcome in outcomes} <= {type(None), CommitUnknown}
    for number, outcome in enumerate(outcomes):
        assert outcome is not None or number in done


async def test_a_write_whose_link_broke_says_that_it_is_unknown(
    database: Database, lossy: Database
):
    async def kill_soon() -> None:
        await asyncio.sleep(0.2)
        await kill_all(database)

    killing = asyncio.create_task(kill_soon())
    slow = CompiledQuery("INSERT INTO item SELECT 99, pg_sleep(30)::text", (), "generated")

    with pytest.raises(CommitUnknown) as caught:
        await lossy.execute(slow)
    await killing

    assert caught.value.message == (
        "the connection broke while a statement ran that was its own transaction: it is done or not"
    )
    assert caught.value.hint == "look whether its rows are there before you run it again"
    assert isinstance(caught.value.__cause__, ConnectionLost)


async def test_the_callers_own_question_is_only_lost(database: Database, lossy: Database):
    asking = asyncio.create_task(lossy.fetch("SELECT pg_sleep(30)"))
    await asyncio.sleep(0.2)
    await kill_all(database)

    with pytest.raises(ConnectionLost):
        await asking


async def test_links_cut_in_the_middle_cost_reads_nothing(
    database_url: DatabaseUrl, plugins: Plugins, lossy: Database
):
    await lossy.close()
    async with (
        FaultProxy(database_url) as proxy,
        connect(proxy.url, plugins=plugins, name="lossy", max_size=4) as through,
    ):
        await fill(through, 4)
        for _ in range(3):
            proxy.reset()
            assert await asyncio.gather(*(read() for _ in range(10))) == [40] * 10


async def test_frozen_idle_links_are_found_out_before_they_are_used(
    database_url: DatabaseUrl, plugins: Plugins, lossy: Database
):
    await lossy.close()
    async with (
        FaultProxy(database_url) as proxy,
        connect(
            proxy.url,
            plugins=plugins,
            name="lossy",
            max_size=4,
            acquire_within=timedelta(seconds=1),
            check_after=timedelta(milliseconds=1),
        ) as through,
    ):
        await fill(through, 4)
        await asyncio.sleep(0.01)
        proxy.freeze()
        reading = [asyncio.create_task(read()) for _ in range(4)]
        await asyncio.sleep(0.7)  # longer than a check may take
        proxy.thaw()

        assert await asyncio.gather(*reading) == [40] * 4


def test_only_what_certainly_reads_is_run_twice():
    lost = ConnectionLost("the connection to the server broke")
    reads = Item.filter(Item.name.icontains("a")).order_by(Item.id).limit(3).sql()

    assert may_run_again(lost, reads)
    assert not may_run_again(lost, CompiledQuery("SELECT 1"))
    assert not may_run_again(lost, CompiledQuery("SELECT 1", (), "generated"))
