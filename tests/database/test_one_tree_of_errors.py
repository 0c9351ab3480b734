"""Whatever breaks, in whatever method: an error of ours is raised, with the driver's as cause."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from ferrule_core.errors import (
    AuthenticationFailed,
    ConnectFailed,
    ConnectionLost,
    DatabaseError,
    FerruleError,
    QueryCanceled,
    ServerNotReady,
    TooManyConnections,
    TransactionError,
)
from ferrule_core.plugins.contracts import Connection, ConnectOptions, DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_testing.fault_proxy import FaultProxy

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)

Use = Callable[[Connection], Awaitable[object]]
Break = Callable[[Connection, FaultProxy], Awaitable[object]]


async def open_connection(
    url: DatabaseUrl, plugins: Plugins, within: timedelta = timedelta(seconds=5)
) -> Connection:
    backend = plugins.backend("postgresql", None)
    return await backend.connect(url, ConnectOptions(connect_within=within))


@pytest.fixture
async def far(fault_proxy: FaultProxy, plugins: Plugins) -> AsyncIterator[Connection]:
    connection = await open_connection(fault_proxy.url, plugins)
    yield connection
    connection.terminate()


# Every method, and what may break under it.


async def fetch(connection: Connection) -> None:
    await connection.fetch("SELECT pg_sleep(5)")


async def fetch_first(connection: Connection) -> None:
    await connection.fetch_first("SELECT pg_sleep(5)")


async def execute(connection: Connection) -> None:
    await connection.execute("SELECT pg_sleep(5)")


async def execute_script(connection: Connection) -> None:
    await connection.execute_script("SELECT 1; SELECT pg_sleep(5)")


async def fetch_batch(connection: Connection) -> None:
    await connection.fetch_batch("SELECT pg_sleep($1)", [(0,), (5,)])


async def stream(connection: Connection) -> None:
    await connection.execute_script("BEGIN")
    text = "SELECT n, pg_sleep(n - 1) FROM generate_series(1, 9) n"
    async for _ in connection.stream(text, chunk_rows=1):
        pass


async def reset(connection: Connection) -> None:
    await connection.execute_script("BEGIN; SELECT pg_sleep(5)")
    await connection.reset(within=SECOND)


USES: tuple[Use, ...] = (
    fetch,
    fetch_first,
    execute,
    execute_script,
    fetch_batch,
    stream,
    reset,
)


async def cut_off(_: Connection, proxy: FaultProxy) -> None:
    proxy.reset()


async def terminate(connection: Connection, _: FaultProxy) -> None:
    connection.terminate()


async def close(connection: Connection, _: FaultProxy) -> None:
    await connection.close(within=SECOND)


@pytest.mark.parametrize("broken", [cut_off, terminate, close])
@pytest.mark.parametrize("use", USES)
async def test_what_breaks_under_a_method_is_a_lost_connection(
    far: Connection, fault_proxy: FaultProxy, use: Use, broken: Break
):
    using = asyncio.ensure_future(use(far))
    await asyncio.sleep(0.1)
    await broken(far, fault_proxy)

    with pytest.raises((ConnectionLost, QueryCanceled)) as caught:  # close() stops the statement
        async with asyncio.timeout(4):
            await using

    assert isinstance(caught.value.__cause__, Exception)
    if broken is not close:
        assert caught.value.message.startswith("the connection to the server broke")
    assert far.closed


@pytest.mark.parametrize("use", USES)
async def test_every_method_of_a_closed_connection_says_so(far: Connection, use: Use):
    far.terminate()

    with pytest.raises(ConnectionLost) as caught:
        await use(far)

    assert caught.value.message == "the connection to the server is closed"


@pytest.mark.parametrize("use", USES)
async def test_two_tasks_on_one_connection_are_told(far: Connection, use: Use):
    using = asyncio.ensure_future(far.fetch("SELECT pg_sleep(0.3)"))
    await asyncio.sleep(0.05)

    with pytest.raises(DatabaseError) as caught:
        await use(far)

    assert caught.value.message == "the connection is running another statement"
    assert caught.value.hint == "use a connection from one task at a time"
    assert len(await using) == 1


async def test_the_servers_last_words_are_kept(
    far: Connection, plugins: Plugins, database_url: DatabaseUrl
):
    pid = (await far.fetch("SELECT pg_backend_pid()"))[0][0]
    other = await open_connection(database_url, plugins)
    using = asyncio.ensure_future(fetch(far))
    await asyncio.sleep(0.1)
    await other.execute("SELECT pg_terminate_backend($1)", (pid,))
    await other.close(within=SECOND)

    with pytest.raises(ConnectionLost) as caught:
        await using

    assert caught.value.sqlstate == "57P01"
    assert "terminating connection due to administrator command" in caught.value.message
    assert isinstance(caught.value.__cause__, asyncpg.PostgresError)


async def test_a_session_that_was_idle_in_transaction_too_long(far: Connection):
    await far.execute_script("SET idle_in_transaction_session_timeout = 50; BEGIN")
    await asyncio.sleep(0.3)

    with pytest.raises((ConnectionLost, TransactionError)):
        await far.fetch("SELECT 1")

    assert far.closed


async def test_closing_what_is_broken_raises_nothing(far: Connection, fault_proxy: FaultProxy):
    fault_proxy.freeze()
    await far.close(within=timedelta(seconds=0.2))
    await far.close(within=timedelta(seconds=0.2))
    far.terminate()

    assert far.closed


# All that may stop a connection from being made.

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def error_response(sqlstate: str, text: str) -> bytes:
    fields = b"".join(
        kind + value.encode() + b"\0"
        for kind, value in [(b"S", "FATAL"), (b"V", "FATAL"), (b"C", sqlstate), (b"M", text)]
    )
    return b"E" + struct.pack("!I", len(fields) + 5) + fields + b"\0"


def refuses(sqlstate: str, text: str) -> Serve:
    """A server that listens, and says no; it asks nobody for TLS."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readexactly(8) == struct.pack("!ii", 8, 80877103):
            writer.write(b"N")
            await reader.read(1000)
        writer.write(error_response(sqlstate, text))

    return serve


async def speaks_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(8)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


async def hangs_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read(8)


async def hangs_up_later(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(8)
    writer.write(b"N")
    await reader.read(1000)


async def says_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        await reader.read(-1)


async def breaks_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(8)
    writer.write(b"S")
    await reader.read(1000)
    writer.write(b"this is no handshake")


async def wants_kerberos(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(8)
    writer.write(b"N")
    await reader.read(1000)
    writer.write(b"R" + struct.pack("!II", 8, 2))


async def wants_what_nobody_knows(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await reader.readexactly(8)
    writer.write(b"N")
    await reader.read(1000)
    writer.write(b"R" + struct.pack("!I", 24) + b"\0\0\0\x0aSCRAM-SHA-9999\0\0")


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[DatabaseUrl]:
    writers: list[asyncio.StreamWriter] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            await serve(reader, writer)
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield DatabaseUrl(
            host="127.0.0.1", port=port, user="ann", password="hunter2", database="shop"
        )
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0.01)  # the handlers end


@pytest.mark.parametrize(
    ("serve", "kind", "message"),
    [
        (
            refuses("57P03", "the database system is starting up"),
            ServerNotReady,
            "{place}: the database system is starting up (SQLSTATE 57P03)",
        ),
        (
            refuses("53300", "sorry, too many clients already"),
            TooManyConnections,
            "{place}: sorry, too many clients already (SQLSTATE 53300)",
        ),
        (
            refuses("28P01", 'password authentication failed for user "ann"'),
            AuthenticationFailed,
            '{place}: password authentication failed for user "ann" (SQLSTATE 28P01)',
        ),
        (
            refuses("28000", "no pg_hba.conf entry"),
            AuthenticationFailed,
            "{place}: no pg_hba.conf entry (SQLSTATE 28000)",
        ),
        (
            refuses("XX000", "a pooler's own words"),
            ConnectFailed,
            "{place}: a pooler's own words (SQLSTATE XX000)",
        ),
        (
            speaks_http,
            ConnectFailed,
            "no TLS connection with {place}: it speaks no TLS, or is no PostgreSQL server",
        ),
        (hangs_up, ConnectFailed, "{place} broke the connection off before it was ready"),
        (hangs_up_later, ConnectFailed, "{place} broke the connection off before it was ready"),
        (says_nothing, ConnectFailed, "no answer from {place} in time"),
        (
            breaks_tls,  # so that asyncpg tries without
            ConnectFailed,
            "{place} broke the connection off before it was ready: WRONG_VERSION_NUMBER",
        ),
        (
            wants_kerberos,
            ConnectFailed,
            "no connection with {place}: unsupported authentication method requested by the server",
        ),
        (
            wants_what_nobody_knows,
            ConnectFailed,
            "no connection with {place}: unsupported SASL Authentication methods requested by the",
        ),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_what_stops_a_connection_is_said(
    plugins: Plugins, serve: Serve, kind: type[FerruleError], message: str
):
    async with serving(serve) as url:
        with pytest.raises(FerruleError) as caught:
            await open_connection(url, plugins, within=timedelta(seconds=0.5))

    assert type(caught.value) is kind
    place = f'host "127.0.0.1" port {url.port}'
    assert caught.value.message.startswith(message.format(place=place))
    assert "not permitted" not in caught.value.message  # which errno 1 would be, were it no TLS's
    assert caught.value.__cause__ is not None
    assert "hunter2" not in str(caught.value)


async def test_a_web_server_that_is_asked_without_tls(plugins: Plugins):
    async with serving(speaks_http) as url:
        plain = replace(url, options={"sslmode": "disable"})
        with pytest.raises(ConnectFailed) as caught:
            await open_connection(plain, plugins, within=timedelta(seconds=0.5))

    place = f'host "127.0.0.1" port {url.port}'
    assert place in caught.value.message
    assert caught.value.hint is not None


async def test_a_name_that_leads_nowhere(plugins: Plugins):
    with pytest.raises(ConnectFailed) as caught:
        await open_connection(DatabaseUrl(host="nowhere.invalid", database="shop"), plugins)

    assert caught.value.message.startswith(
        'no server answers at host "nowhere.invalid" port 5432: '
    )


async def test_a_folder_without_a_socket(plugins: Plugins, tmp_path: os.PathLike[str]):
    with pytest.raises(ConnectFailed) as caught:
        await open_connection(DatabaseUrl(host=str(tmp_path), database="shop"), plugins)

    assert caught.value.message == (
        f'no server answers at socket folder "{tmp_path}" port 5432: no such file or directory'
    )
