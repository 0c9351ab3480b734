"""A link to a server that can be frozen, cut and slowed down, as real networks do it."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from types import TracebackType
from typing import Literal, Self

from ferrule_core.plugins.contracts import DatabaseUrl

Direction = Literal["to_server", "to_client"]
Fault = Literal["freeze", "cut"]

BOTH: tuple[Direction, Direction] = ("to_server", "to_client")

_CHUNK_BYTES = 65536
_NO_LINGER = struct.pack("ii", 1, 0)
"""``struct linger``: to close the socket is to reset the connection."""


class FaultProxy:
    """Stands between clients and a server, and breaks the link when it is told to.

    ::

        async with FaultProxy(database_url) as proxy, connect(proxy.url) as database:
            proxy.freeze()
            ...
            proxy.thaw()

    It listens on a port of this machine, whatever the server listens on, and lives in the event
    loop that entered it. What it does holds for all its links, those to come included.

    Attributes:
        url: What clients connect to: the server's URL with another host and port.
        delay: How long each piece of data is held back, in both directions.
        refusing: Whether new links are reset as soon as they are made.
        passed: Bytes that went through, by direction.
    """

    def __init__(self, server: DatabaseUrl) -> None:
        self.url = server
        self.delay = timedelta(0)
        self.refusing = False
        self.passed: dict[Direction, int] = {"to_server": 0, "to_client": 0}
        self._server = server
        self._listener: asyncio.Server | None = None
        self._links: dict[asyncio.Task[None], _Link] = {}
        self._open: dict[Direction, asyncio.Event] = {way: asyncio.Event() for way in BOTH}
        self._budgets: dict[Direction, _Budget] = {}
        self._watches: list[_Watch] = []

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self.thaw()
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._listener.sockets[0].getsockname()[1]
        self.url = replace(self._server, host="127.0.0.1", port=port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening, and cut what is left."""
        if self._listener is not None:
            self._listener.close()
        self.reset()
        await asyncio.gather(*self._links)

    @property
    def links(self) -> int:
        """How many clients are connected now, those of cancel requests included."""
        return len(self._links)

    def freeze(self, *ways: Direction) -> None:
        """Let nothing through any more, not even the news that an end closed its socket.

        Args:
            *ways: The directions; both where left out.
        """
        for way in ways or BOTH:
            self._open[way].clear()

    def thaw(self) -> None:
        """Let everything through again, beginning with what was held back.

        Faults that were planned and did not happen are forgotten.
        """
        self._budgets.clear()
        self._watches.clear()
        for gate in self._open.values():
            gate.set()

    def reset(self) -> None:
        """Cut all links: clients get an RST, the server an end of file."""
        for link in self._links.values():
            link.cut()

    def after(self, passed: int, way: Direction, fault: Fault = "cut") -> None:
        """Break the link as soon as so many bytes more went through it in one direction.

        Exactly so many reach the other end. With 0 it breaks at once.
        """
        if passed == 0:
            self.break_by(fault)
        else:
            self._budgets[way] = _Budget(passed, fault)

    def at(
        self, text: bytes, fault: Fault, *, way: Direction = "to_server", arrives: bool = False
    ) -> None:
        """Break the link the next time that ``text`` goes through it.

        Args:
            text: For example ``b"COMMIT"``. It is looked for in each piece of data by itself.
            fault: What to do.
            way: In which direction to look.
            arrives: Whether the other end still gets it.
        """
        self._watches.append(_Watch(text, fault, way, arrives))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(self, reader, writer)
        task = asyncio.get_running_loop().create_task(link.run(), name="ferrule: fault proxy")
        self._links[task] = link
        task.add_done_callback(self._links.pop)

    async def dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection with the server itself."""
        host, port = self._server.host or "localhost", self._server.port or 5432
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    async def hold(self, way: Direction) -> None:
        """Wait for as long as this direction is frozen."""
        await self._open[way].wait()

    def admit(self, piece: bytes, way: Direction) -> tuple[bytes, bytes, Fault | None]:
        """What of a piece may pass, what may not yet, and what happens between the two."""
        for watch in self._watches:
            if watch.way == way and watch.text in piece:
                self._watches.remove(watch)
                return (piece, b"", watch.fault) if watch.arrives else (b"", piece, watch.fault)
        budget = self._budgets.get(way)
        if budget is None:
            return piece, b"", None
        if len(piece) < budget.left:
            budget.left -= len(piece)
            return piece, b"", None
        del self._budgets[way]
        return piece[: budget.left], piece[budget.left :], budget.fault

    def break_by(self, fault: Fault) -> None:
        """Break the link."""
        if fault == "cut":
            self.reset()
        else:
            self.freeze()


@dataclass(slots=True)
class _Budget:
    left: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class _Watch:
    text: bytes
    fault: Fault
    way: Direction
    arrives: bool


class _Link:
    """One client, and its connection with the server."""

    def __init__(
        self, proxy: FaultProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._proxy = proxy
        self._reader = reader
        self._writer = writer
        self._cut = asyncio.Event()
        self._breaking: Direction | None = None

    def cut(self) -> None:
        """Break both connections, after what was let through has left."""
        self._cut.set()

    async def run(self) -> None:
        """Copy in both directions until an end closes, or the link is cut."""
        if self._proxy.refusing:
            _reset(self._writer)
            return
        copying = asyncio.ensure_future(self._copy_both())
        cutting = asyncio.ensure_future(self._cut.wait())
        await asyncio.wait((copying, cutting), return_when=asyncio.FIRST_COMPLETED)
        cutting.cancel()
        copying.cancel()
        with suppress(asyncio.CancelledError, OSError):  # an end broke the link, as it may
            await copying
        if self._cut.is_set():
            _reset(self._writer)
        else:
            self._writer.close()

    async def _copy_both(self) -> None:
        await self._proxy.hold("to_server")
        reader, writer = await self._proxy.dial()
        try:
            # An end that closed gets no more answers: PostgreSQL knows no half-closed link.
            ways = (
                asyncio.ensure_future(self._copy(self._reader, writer, "to_server")),
                asyncio.ensure_future(self._copy(reader, self._writer, "to_client")),
            )
            try:
                done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in done:
                    way.result()
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.wait(ways)
                for way in ways:
                    _ = way.cancelled() or way.exception()
        finally:
            writer.close()

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Direction
    ) -> None:
        proxy = self._proxy
        writer.transport.set_write_buffer_limits(high=0)  # drain() waits until all has left
        while piece := await reader.read(_CHUNK_BYTES):
            if proxy.delay:
                await asyncio.sleep(proxy.delay.total_seconds())
            await proxy.hold(way)
            while self._breaking not in (None, way):  # noqa: ASYNC110 - a step or two
                await asyncio.sleep(0)  # so that no answer is quicker than the fault
            await proxy.hold(way)
            while piece:
                passing, piece, fault = proxy.admit(piece, way)
                if fault is not None:
                    self._breaking = way
                if passing:
                    proxy.passed[way] += len(passing)
                    writer.write(passing)
                    await writer.drain()
                if fault is not None:
                    proxy.break_by(fault)
                    if not self._cut.is_set():
                        self._breaking = None
                if self._cut.is_set():
                    return
                await proxy.hold(way)
        await proxy.hold(way)


def _reset(writer: asyncio.StreamWriter) -> None:
    connection: socket.socket | None = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort()
