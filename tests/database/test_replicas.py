"""Replicas: what may be asked of them, when, and what happens when they are late or gone."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from tests.database.replication import Node, found_binaries, replicated

from ferrule import Column, Model, column, on_commit, transaction, using
from ferrule_core.database import Database, connect
from ferrule_core.errors import ConfigurationError, ReadOnlyTransaction
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings import Profile
from ferrule_core.sql.effects import locks_rows
from ferrule_embedded.binaries import Binaries

pytestmark = pytest.mark.anyio

Pair = tuple[Node, Node]


class Number(Model, table="numbers"):
    n: Column[int] = column(primary_key=True)


class Server(Model, table="server"):
    """A view: which server answers."""

    id: Column[int] = column(primary_key=True)
    standby: Column[bool]


class Counting(Model, table="counting"):
    """A view that writes."""

    id: Column[int] = column(primary_key=True)


SCHEMA = """
CREATE TABLE numbers (n int PRIMARY KEY);
CREATE SEQUENCE counter;
CREATE VIEW server AS SELECT 1 AS id, pg_is_in_recovery() AS standby;
CREATE VIEW counting AS SELECT nextval('counter')::int AS id;
"""


def _versions() -> list[ParameterSet]:
    """The newest always, the oldest with what is heavy: a pair takes seconds to make."""
    *older, newest = map(_parameter, found_binaries())
    return [pytest.param(*one.values, id=one.id, marks=pytest.mark.storm) for one in older] + [
        newest
    ]


def _parameter(binaries: Binaries) -> ParameterSet:
    return pytest.param(binaries, id=f"pg{binaries.version[0]}")


@pytest.fixture(scope="module", params=_versions())
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    with replicated(request.param) as nodes:
        asyncio.run(_load(nodes[0]))
        yield nodes


async def _load(primary: Node) -> None:
    async with connect(primary.url, plugins=Plugins.load()) as database, database.connection() as c:
        await c.execute_script(SCHEMA)


Open = Callable[..., Database]


@pytest.fixture
def opened(pair: Pair, plugins: Plugins) -> Open:
    def opened(**changes: Any) -> Database:
        profile = Profile(name="p", url=pair[0].url, replicas=(pair[1].url,))
        return connect(replace(profile, **changes), plugins=plugins, max_size=4)

    return opened


@pytest.fixture
async def empty(opened: Open) -> AsyncIterator[Database]:
    """With a replica that is well and has no rows."""
    async with opened(reads="replica") as database:
        await database.execute("TRUNCATE numbers")
        await Number.filter().count()
        yield database


async def standby() -> bool:
    return (await Server.get(id=1)).standby


async def soon(wanted: Callable[[], Any], within: float = 20.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if await wanted():
            return True
        await asyncio.sleep(0.05)
    return False


async def told(node: Node, text: str, plugins: Plugins) -> None:
    async with connect(node.url, plugins=plugins, name="aside") as database:
        await database.execute(text)


# Which server is asked.


async def test_reads_go_to_the_primary_unless_something_says_otherwise(opened: Open):
    async with opened():
        assert not await standby()
        assert (await Server.filter().using("replica").get(id=1)).standby
        with using("replica"):
            assert await standby()
            assert not (await Server.filter().using("primary").get(id=1)).standby
            with using("primary"):
                assert not await standby()
            assert await standby()
        assert not await standby()


@pytest.mark.usefixtures("empty")
async def test_a_policy_sends_reads_to_replicas():
    assert await standby()
    assert [one.standby async for one in Server.filter().stream()] == [True]
    assert not (await Server.filter().using("primary").get(id=1)).standby


async def test_only_what_surely_reads_goes_to_a_replica(empty: Database):
    row = await empty.fetch_first("SELECT pg_is_in_recovery()")
    assert row is not None
    assert row[0] is False
    assert locks_rows(Number.filter().select_for_update().sql().origin)
    assert not locks_rows(Number.filter(n=1).sql().origin)
    assert await Number.filter().select_for_update().all() == []


@pytest.mark.usefixtures("empty")
async def test_a_view_that_writes_is_run_by_the_primary():
    first = await Counting.filter().get()
    second = await Counting.filter().get()

    assert second.id > first.id


async def test_a_transaction_stays_where_it_is(empty: Database):
    async with transaction():
        assert not await standby()
        with using("replica"):
            assert not await standby()
    async with transaction("replica"):
        assert await standby()
        row = await empty.fetch_first("SELECT pg_is_in_recovery()")
        assert row is not None
        assert row[0] is True
        assert not (await Server.filter().using("primary").get(id=1)).standby
    assert not empty.in_transaction()


@pytest.mark.usefixtures("empty")
async def test_a_write_on_a_replica_is_refused_and_explained():
    with pytest.raises(ReadOnlyTransaction) as caught:
        async with transaction("replica"):
            await Number.create(n=1)

    assert caught.value.hint == (
        "the statement ran on a replica, which can only be read: leave using(...) or "
        'transaction("replica") before you write'
    )


async def test_blocks_inside_one_on_a_replica_are_savepoints_of_it(empty: Database):
    called: list[str] = []
    async with transaction("replica"):
        async with transaction(), transaction("replica"):
            assert await standby()
        async with empty.connection() as connection:
            row = await connection.fetch_first("SELECT pg_is_in_recovery()")
            assert row is not None
            assert row[0] is True
        on_commit(lambda: called.append("committed"))
        assert called == []
    assert called == ["committed"]


@pytest.mark.usefixtures("empty")
async def test_a_block_inside_one_that_writes_cannot_be_on_a_replica():
    async with transaction():
        with pytest.raises(ConfigurationError, match="read_only"):
            async with transaction("replica"):
                pass


# Read your writes.


@pytest.mark.usefixtures("empty")
async def test_who_wrote_sees_it_on_a_replica():
    answered: list[bool] = []
    for number in range(60):
        await Number.create(n=number)
        assert await Number.filter(n=number).exists()
        answered.append(await standby())

    assert any(answered)


@pytest.mark.usefixtures("empty")
async def test_a_transaction_counts_as_a_write_when_it_ends():
    for number in range(20):
        async with transaction():
            await Number.create(n=number)
            assert await Number.filter(n=number).exists()
        assert await Number.filter(n=number).exists()


async def test_a_late_replica_is_waited_for_and_then_passed_over(
    opened: Open, pair: Pair, plugins: Plugins
):
    async with opened(reads="replica", fence_within=timedelta(milliseconds=100)) as database:
        await database.execute("TRUNCATE numbers")
        assert await soon(standby)
        await told(pair[1], "SELECT pg_wal_replay_pause()", plugins)
        try:
            await Number.create(n=1)
            begun = time.monotonic()
            assert await Number.filter(n=1).exists()
            assert time.monotonic() - begun >= 0.1
            assert not await standby()
        finally:
            await told(pair[1], "SELECT pg_wal_replay_resume()", plugins)
        assert await soon(standby)
        assert await Number.filter(n=1).exists()


async def test_a_write_of_a_child_is_seen_by_its_parent_and_not_waited_for_by_others(
    opened: Open, pair: Pair, plugins: Plugins
):
    async with opened(reads="replica") as database:
        await database.execute("TRUNCATE numbers")
        assert await soon(standby)
        stranger = asyncio.create_task(_when_told(event := asyncio.Event()))
        await asyncio.sleep(0)
        await told(pair[1], "SELECT pg_wal_replay_pause()", plugins)
        try:
            await asyncio.create_task(_create(1))
            assert await Number.filter(n=1).exists()
            event.set()
            await stranger
        finally:
            await told(pair[1], "SELECT pg_wal_replay_resume()", plugins)


async def _create(number: int) -> None:
    await Number.create(n=number)


async def _when_told(event: asyncio.Event) -> None:
    await event.wait()
    assert await Number.filter(n=1).exists()  # started in the context of the writer: it sees it


@pytest.mark.parametrize(
    ("wanted", "is_standby"),
    [("standby", True), ("prefer-standby", True), ("primary", False), ("read-write", False)],
)
async def test_a_url_of_both_leads_to_the_kind_that_it_demands(
    pair: Pair, plugins: Plugins, wanted: str, is_standby: bool
):
    for first, second in (pair, pair[::-1]):
        url = replace(
            first.url,
            alternatives=second.url.hosts,
            options={"target_session_attrs": wanted},
        )
        async with connect(url, plugins=plugins) as database:
            rows = await database.fetch("SELECT pg_is_in_recovery()")
        assert rows[0][0] == is_standby


async def test_without_a_loop_too(opened: Open):
    statement = "SELECT pg_is_in_recovery()"

    def work() -> list[bool]:
        with opened(reads="replica").sync as database:
            database.execute("TRUNCATE numbers")
            outside = database.fetch_first(statement)
            assert outside is not None
            with transaction("replica").sync as reading:
                inside = reading.fetch_first(statement)
                assert inside is not None
            return [outside[0], inside[0]]

    assert await asyncio.to_thread(work) == [False, True]


# Replicas that are ill.


async def test_a_replica_that_is_down_is_left_out_and_comes_back(
    opened: Open, pair: Pair, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, logger="ferrule.routing")
    async with opened(reads="replica") as database:
        assert await soon(standby)
        pair[1].stop("immediate")
        try:
            for _ in range(20):
                assert not await standby()
            await database.execute("TRUNCATE numbers")
            await Number.create(n=1)
            assert await Number.filter(n=1).exists()
        finally:
            pair[1].start()
        assert await soon(standby)
        assert await Number.filter(n=1).exists()

    said = [record.getMessage() for record in caplog.records]
    assert any(one.startswith("default.replica1 is left out: ") for one in said)
    assert "default.replica1 is used again" in said


async def test_a_replica_may_be_down_from_the_start(opened: Open, pair: Pair):
    pair[1].stop("immediate")
    try:
        async with opened(reads="replica"):
            assert not await standby()
            pair[1].start()
            assert await soon(standby)
    finally:
        if not (pair[1].folder / "postmaster.pid").exists():
            pair[1].start()


async def test_a_replica_that_is_far_behind_is_left_out(opened: Open, pair: Pair, plugins: Plugins):
    async with opened(reads="replica", lag_within=timedelta(seconds=0.3)):
        assert await soon(standby)
        await told(pair[1], "SELECT pg_wal_replay_pause()", plugins)
        try:
            await told(
                pair[0], "INSERT INTO numbers SELECT coalesce(max(n), 0) + 1 FROM numbers", plugins
            )

            async def left_out() -> bool:
                return not await standby()

            assert await soon(left_out)
        finally:
            await told(pair[1], "SELECT pg_wal_replay_resume()", plugins)
        assert await soon(standby)


async def test_a_server_that_replicates_nothing_is_no_replica(
    opened: Open, pair: Pair, caplog: pytest.LogCaptureFixture
):
    async with opened(reads="replica", replicas=(pair[0].url,)):
        assert not await standby()

    assert "default.replica1 is left out: it replicates nothing: it is no standby, or was " in (
        caplog.text
    )


async def test_everything_is_closed(opened: Open, pair: Pair, plugins: Plugins):
    async with opened(reads="replica"):
        assert await soon(standby)

    async with connect(pair[1].url, plugins=plugins) as database:
        row = await database.fetch_first(
            "SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend'"
        )
        assert row is not None
        assert row[0] == 1


# What observers and health see of them.


async def test_reads_go_to_the_replica_also_before_the_eyes_of_observers(empty: Database):
    assert await soon(standby)
    with empty.log_queries() as log:
        assert await standby()
        rows = [row async for rows in empty.stream("SELECT 1") for row in rows]

    assert [record.kind for record in log] == ["statement", "stream"]
    assert len(rows) == 1


async def test_health_asks_the_primary_and_each_replica(empty: Database):
    assert await soon(standby)
    health = await empty.health()

    assert health.healthy
    assert health.in_recovery is False
    [known] = health.standbys
    assert known.state == "streaming"
    [replica] = health.replicas
    assert replica.healthy
    assert replica.in_recovery is True
    assert replica.lag is not None
    assert replica.database == "default.replica1"
    assert replica.standbys == ()


async def test_a_replica_that_is_too_far_behind_is_not_healthy(
    empty: Database, pair: Pair, plugins: Plugins
):
    await told(pair[1], "SELECT pg_wal_replay_pause()", plugins)
    try:
        await empty.execute("INSERT INTO numbers VALUES (1000)")

        async def behind() -> bool:
            [replica] = (await empty.health(max_lag=timedelta(seconds=0.5))).replicas
            return not replica.healthy and "behind" in str(replica.problem)

        assert await soon(behind)
        assert (await empty.health()).healthy
    finally:
        await told(pair[1], "SELECT pg_wal_replay_resume()", plugins)


async def test_asking_for_health_keeps_no_read_from_the_replica(empty: Database):
    assert await soon(standby)
    for _ in range(3):
        await empty.health()
        assert await standby()
