"""The proxy between a client and a server, which breaks links on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import CommitUnknown, ConnectFailed, ConnectionLost
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_testing.fault_proxy import BOTH, Direction, FaultProxy

pytestmark = pytest.mark.anyio


class Echo:
    """A server that answers each line with itself in capitals."""

    def __init__(self) -> None:
        self.received = b""
        self.ended = asyncio.Event()
        self.url = DatabaseUrl()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(100):
                self.received += piece
                writer.write(piece.upper())
        except ConnectionResetError:
            pass
        finally:
            writer.close()
            self.ended.set()


@pytest.fixture(params=["tcp", "unix"])
async def echo(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Echo]:
    echo = Echo()
    if request.param == "tcp":
        server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
        echo.url = DatabaseUrl(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    else:
        server = await asyncio.start_unix_server(echo.serve, tmp_path / ".s.PGSQL.5432")
        echo.url = DatabaseUrl(host=str(tmp_path))
    async with server:
        yield echo
    await asyncio.sleep(0)


@asynccontextmanager
async def link(
    proxy: FaultProxy,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(proxy.url.host, proxy.url.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def silent(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(0.1):
            await reader.read(1)
    except TimeoutError:
        return True
    return False


async def test_what_passes_is_not_changed(echo: Echo):
    async with FaultProxy(echo.url) as proxy, link(proxy) as (reader, writer):
        writer.write(b"hello")

        assert await reader.readexactly(5) == b"HELLO"
        assert proxy.passed == {"to_server": 5, "to_client": 5}
        assert proxy.links == 1


async def test_the_end_of_the_client_reaches_the_server(echo: Echo):
    async with FaultProxy(echo.url) as proxy:
        async with link(proxy) as (_, writer):
            writer.write(b"bye")
        async with asyncio.timeout(5):
            await echo.ended.wait()
            while proxy.links:  # noqa: ASYNC110 - a proxy has no event for it
                await asyncio.sleep(0.01)

    assert echo.received == b"bye"


async def test_a_frozen_link_holds_everything_back_until_the_thaw(echo: Echo):
    async with FaultProxy(echo.url) as proxy, link(proxy) as (reader, writer):
        writer.write(b"a")
        await reader.readexactly(1)

        proxy.freeze()
        writer.write(b"hello")
        assert await silent(reader)
        assert echo.received == b"a"

        proxy.thaw()
        assert await reader.readexactly(5) == b"HELLO"


async def test_a_link_can_be_frozen_in_one_direction(echo: Echo):
    async with FaultProxy(echo.url) as proxy, link(proxy) as (reader, writer):
        proxy.freeze("to_client")
        writer.write(b"hello")

        assert await silent(reader)
        assert echo.received == b"hello"

        proxy.thaw()
        assert await reader.readexactly(5) == b"HELLO"


async def test_a_frozen_link_does_not_tell_that_an_end_closed(echo: Echo):
    async with FaultProxy(echo.url) as proxy:
        async with link(proxy) as (reader, writer):
            writer.write(b"a")
            await reader.readexactly(1)
            proxy.freeze()
        await asyncio.sleep(0.1)
        assert not echo.ended.is_set()

        proxy.thaw()
        async with asyncio.timeout(5):
            await echo.ended.wait()


async def test_a_reset_reaches_the_client_as_one(echo: Echo):
    async with FaultProxy(echo.url) as proxy, link(proxy) as (reader, writer):
        writer.write(b"a")
        await reader.readexactly(1)

        proxy.reset()

        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        async with asyncio.timeout(5):
            await echo.ended.wait()


@pytest.mark.parametrize("way", BOTH)
async def test_a_link_is_cut_after_exactly_so_many_bytes(echo: Echo, way: Direction):
    async with FaultProxy(echo.url) as proxy, link(proxy) as (reader, writer):
        proxy.after(7, way)
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"HELLO"
        writer.write(b"world")

        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(5)
        async with asyncio.timeout(5):
            await echo.ended.wait()

    assert proxy.passed[way] == 7
    assert echo.received == (b"hellowo" if way == "to_server" else b"helloworld")


async def test_a_link_is_frozen_after_so_many_bytes_and_goes_on_where_it_was(echo: Echo):
    async with FaultProxy(echo.url) as proxy, link(proxy) as (reader, writer):
        proxy.after(3, "to_client", "freeze")
        writer.write(b"hello")

        assert await reader.readexactly(3) == b"HEL"
        assert await silent(reader)

        proxy.thaw()
        assert await reader.readexactly(2) == b"LO"


async def test_a_delay_holds_each_piece_back(echo: Echo):
    async with FaultProxy(echo.url) as proxy, link(proxy) as (reader, writer):
        proxy.delay = timedelta(seconds=0.1)
        began = monotonic()
        writer.write(b"a")
        await reader.readexactly(1)

        assert monotonic() - began >= 0.2


async def test_new_links_can_be_refused(echo: Echo):
    async with FaultProxy(echo.url) as proxy:
        proxy.refusing = True
        async with link(proxy) as (reader, _):
            with pytest.raises(ConnectionResetError):
                await reader.read(1)

        proxy.refusing = False
        async with link(proxy) as (reader, writer):
            writer.write(b"a")
            assert await reader.readexactly(1) == b"A"


def far(proxy: FaultProxy, connect_within: timedelta = timedelta(seconds=10)) -> Database:
    return connect(proxy.url, name="far", max_size=1, connect_within=connect_within)


async def test_a_database_works_through_it(fault_proxy: FaultProxy):
    async with far(fault_proxy) as database:
        row = await database.fetch_first("SELECT repeat('x', 300000)")

    assert row is not None
    assert len(row[0]) == 300_000


async def others_end(database: Database) -> None:
    """Wait until the server has noticed that all other clients of the database are gone."""
    others = (
        "SELECT 1 FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with asyncio.timeout(10):
        while await database.fetch(others):  # noqa: ASYNC110 - only the server knows
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_commit_can_be_cut_off(
    database: Database, fault_proxy: FaultProxy, *, arrives: bool
):
    await database.execute("CREATE TABLE numbers (n int)")

    async with far(fault_proxy) as distant:
        fault_proxy.at(b"COMMIT", "cut", arrives=arrives)
        with pytest.raises((CommitUnknown, ConnectionLost)):
            async with distant.transaction():
                await distant.execute("INSERT INTO numbers VALUES (1)")

    await others_end(database)
    rows = await database.fetch("SELECT n FROM numbers")
    assert len(rows) == (1 if arrives else 0)


async def test_a_frozen_link_cannot_be_made(fault_proxy: FaultProxy):
    fault_proxy.freeze()

    with pytest.raises(ConnectFailed):
        await far(fault_proxy, connect_within=timedelta(seconds=0.2))
