"""LISTEN and NOTIFY: what is sent arrives, or a gap says that it may not have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from ferrule_core.database import Database, Gap, Notifications, connect
from ferrule_core.database.sessions.inbox import Inbox
from ferrule_core.errors import (
    ConfigurationError,
    ConnectFailed,
    ConnectionLost,
    NameRefused,
    PoolClosed,
    ValueRefused,
)
from ferrule_core.plugins.contracts import DatabaseUrl, Notification
from ferrule_core.plugins.manager import Plugins
from ferrule_testing.fault_proxy import FaultProxy

pytestmark = pytest.mark.anyio

QUICK = timedelta(seconds=0.2)
LISTENERS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND query LIKE '%ferrule_heartbeat_%'"
)


async def following(notifications: Notifications, count: int) -> list[Notification | Gap]:
    found: list[Notification | Gap] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            found.append(await anext(notifications))
    return found


def said(items: list[Notification | Gap]) -> list[str]:
    return [
        f"gap: {i.reason}" if isinstance(i, Gap) else f"{i.channel}: {i.payload}" for i in items
    ]


async def kill_listeners(database: Database) -> int:
    rows = await database.fetch(f"SELECT pg_terminate_backend(pid) FROM ({LISTENERS}) AS listening")
    return len(rows)


async def no_listener_is_left(database: Database) -> None:
    async with asyncio.timeout(10):
        while await database.fetch(LISTENERS):  # noqa: ASYNC110 - the server has no event
            await asyncio.sleep(0.02)


@asynccontextmanager
async def through(url: DatabaseUrl, plugins: Plugins) -> AsyncIterator[tuple[Database, FaultProxy]]:
    """A database whose only way to the server is a proxy."""
    async with (
        FaultProxy(url) as proxy,
        connect(proxy.url, plugins=plugins, name="proxied") as database,
    ):
        yield database, proxy


async def test_gives_what_is_sent_in_order_by_channel(database: Database):
    async with database.listen("books", "authors") as notifications:
        await database.notify("books", "1")
        await database.notify("others", "2")
        await database.notify("authors")
        await database.notify("books", "3")

        items = await following(notifications, 3)

    assert said(items) == ["books: 1", "authors: ", "books: 3"]
    assert isinstance(items[0], Notification)
    assert items[0].process > 0


@pytest.mark.parametrize(
    "channel", ["Books", 'quo"ted', "with space; DROP TABLE x", "bücher", "x" * 63, "select"]
)
async def test_a_channel_is_its_exact_name(database: Database, channel: str):
    async with database.listen(channel) as notifications:
        await database.notify(channel, "yes")

        assert said(await following(notifications, 1)) == [f"{channel}: yes"]


@pytest.mark.parametrize("channel", ["", "x" * 64, "a\0b"])
async def test_a_channel_that_cannot_be_is_refused(database: Database, channel: str):
    with pytest.raises(NameRefused):
        database.listen(channel)
    with pytest.raises(NameRefused):
        await database.notify(channel)


async def test_channels_are_added_and_removed_while_it_listens(database: Database):
    async with database.listen("first") as notifications:
        await notifications.add("second", "third")
        await database.notify("second", "a")
        assert said(await following(notifications, 1)) == ["second: a"]

        await notifications.remove("second", "never")
        await database.notify("second", "b")
        await database.notify("third", "c")
        assert said(await following(notifications, 1)) == ["third: c"]
        assert notifications.channels == {"first", "third"}


async def test_a_transaction_notifies_by_its_commit_only(database: Database):
    async with database.listen("news") as notifications:
        with pytest.raises(ZeroDivisionError):
            async with database.transaction():
                await database.notify("news", "rolled back")
                raise ZeroDivisionError
        async with database.transaction():
            await database.notify("news", "same")
            await database.notify("news", "same")
            await database.notify("news", "other")
        await database.notify("news", "last")

        assert said(await following(notifications, 3)) == [
            "news: same",
            "news: other",
            "news: last",
        ]


async def test_a_payload_that_is_too_long_leaves_the_transaction_whole(database: Database):
    async with database.listen("news") as notifications:
        async with database.transaction():
            with pytest.raises(ValueRefused) as caught:
                await database.notify("news", "é" * 4000)
            await database.notify("news", "x" * 7999)

        (item,) = await following(notifications, 1)

    assert caught.value.message == (
        'the payload for channel "news" has 8000 bytes, and a notification holds 7999'
    )
    assert isinstance(item, Notification)
    assert len(item.payload) == 7999


async def test_a_notification_leaves_the_session_clean(database: Database):
    await database.notify("news")

    assert database.statistics().idle == 1
    assert database.statistics().resetting == 0


async def test_a_killed_connection_comes_back_with_a_gap(database: Database):
    async with database.listen("news") as notifications:
        await database.notify("news", "before")
        assert said(await following(notifications, 1)) == ["news: before"]
        killed = datetime.now(UTC)

        assert await kill_listeners(database) == 1
        (gap,) = await following(notifications, 1)
        await database.notify("news", "after")

        assert isinstance(gap, Gap)
        assert gap.reason == "connection lost"
        assert gap.since <= killed <= gap.until <= datetime.now(UTC)
        assert said(await following(notifications, 1)) == ["news: after"]


async def test_nothing_is_lost_without_a_gap(database: Database):
    """Numbers that a gap does not stand for are all there, in order."""
    got: list[int | None] = []

    async def read(notifications: Notifications) -> None:
        async for item in notifications:
            got.append(None if isinstance(item, Gap) else int(item.payload))
            if got[-1] == 299:
                return

    async with database.listen("numbers") as notifications:
        reader = asyncio.create_task(read(notifications))
        for number in range(299):
            await database.notify("numbers", str(number))
            if number % 60 == 30:
                await kill_listeners(database)
                await asyncio.sleep(0.05)
        async with asyncio.timeout(30):
            while not reader.done():
                await database.notify("numbers", "299")
                await asyncio.sleep(0.05)
        await reader

    assert None in got
    for earlier, later in pairwise(got):
        if earlier is not None and later is not None:
            assert later == earlier + 1


async def test_a_frozen_link_is_noticed_and_made_again(database_url: DatabaseUrl, plugins: Plugins):
    async with (
        through(database_url, plugins) as (database, proxy),
        connect(database_url, plugins=plugins, name="straight") as straight,
        database.listen(
            "news", heartbeat=QUICK, answer_within=timedelta(seconds=1)
        ) as notifications,
    ):
        proxy.freeze()
        await straight.notify("news", "into the void")
        async with asyncio.timeout(15):
            while notifications.connected:  # noqa: ASYNC110 - it tells whoever iterates, later
                await asyncio.sleep(0.05)
        proxy.thaw()
        (gap,) = await following(notifications, 1)
        await straight.notify("news", "after")

        assert isinstance(gap, Gap)
        assert gap.until - gap.since > timedelta(seconds=1)
        assert said(await following(notifications, 1)) == ["news: after"]


async def test_keeps_trying_while_the_server_is_away(database_url: DatabaseUrl, plugins: Plugins):
    async with (
        through(database_url, plugins) as (database, proxy),
        database.listen("news", heartbeat=QUICK) as notifications,
    ):
        proxy.refusing = True
        proxy.reset()
        adding = asyncio.create_task(notifications.add("more"))
        await asyncio.sleep(0.5)
        assert not adding.done()
        proxy.refusing = False

        await asyncio.wait_for(adding, 15)
        await database.notify("more", "here")

        assert said(await following(notifications, 2)) == ["gap: connection lost", "more: here"]


async def test_a_slow_reader_gets_one_gap_instead_of_what_found_no_room(database: Database):
    async with database.listen("news", buffer=5) as notifications:
        for number in range(12):
            await database.notify("news", str(number))
        await notifications.add("sign")  # its answer came after all notifications
        items = await following(notifications, 6)
        await database.notify("news", "12")

        assert said(items) == [*(f"news: {number}" for number in range(5)), "gap: overflow"]
        assert said(await following(notifications, 1)) == ["news: 12"]


async def test_closing_leaves_no_connection_and_ends_the_iteration(database: Database):
    async with database.listen("news") as notifications:
        reader = asyncio.create_task(_all(notifications))
        await asyncio.sleep(0)

    assert await asyncio.wait_for(reader, 5) == []
    await no_listener_is_left(database)
    with pytest.raises(ConfigurationError):
        await notifications.add("more")
    with pytest.raises(ConfigurationError):
        async with notifications:
            pass


async def test_a_database_that_closes_tells_whoever_listens(
    database_url: DatabaseUrl, plugins: Plugins
):
    async with connect(database_url, plugins=plugins, name="other") as database:
        notifications = database.listen("news")
        await notifications.__aenter__()
        reader = asyncio.create_task(_all(notifications))

    with pytest.raises(PoolClosed) as caught:
        await asyncio.wait_for(reader, 5)
    assert caught.value.message == (
        'database "other" was closed while notifications of it were listened to'
    )


async def test_listening_where_nobody_answers_fails_at_once(
    database_url: DatabaseUrl, plugins: Plugins
):
    async with through(database_url, plugins) as (database, proxy):
        proxy.refusing = True
        with pytest.raises((ConnectFailed, ConnectionLost)):
            async with database.listen("news"):
                pass


@pytest.mark.parametrize("after", [0, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08])
async def test_cancelled_at_any_moment_it_leaks_nothing(database: Database, after: float):
    async def listen() -> None:
        async with database.listen("news") as notifications, aclosing(_each(notifications)) as each:
            async for _ in each:
                pass

    for _ in range(3):
        task = asyncio.create_task(listen())
        await asyncio.sleep(after)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await no_listener_is_left(database)


async def test_it_is_nobodys_transaction(database: Database):
    async with database.transaction(), database.listen("news") as notifications:
        await kill_listeners(database)
        assert said(await following(notifications, 1)) == ["gap: connection lost"]


@pytest.mark.parametrize(
    "options",
    [{"heartbeat": timedelta(0)}, {"answer_within": timedelta(seconds=-1)}, {"buffer": 0}],
)
async def test_options_without_meaning_are_refused(database: Database, options: dict[str, object]):
    with pytest.raises(ConfigurationError):
        database.listen("news", **options)  # type: ignore[arg-type]


async def test_gaps_that_nothing_separates_are_one():
    inbox = Inbox(1)
    then = datetime(2026, 1, 1, tzinfo=UTC)

    for hour in range(100):
        inbox.put_gap(then + timedelta(hours=hour), then + timedelta(hours=hour + 1))
    inbox.put(Notification("news", "", 1))

    assert await inbox.get() == Gap(
        since=then, until=then + timedelta(hours=100), reason="connection lost"
    )


async def _all(notifications: Notifications) -> list[Notification | Gap]:
    return [item async for item in notifications]


async def _each(notifications: Notifications) -> AsyncGenerator[Notification | Gap]:
    async for item in notifications:
        yield item
