"""LISTEN as an async iterator that comes back after every failure, and says what it missed."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from contextvars import Context
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self
from uuid import uuid4

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.database.sessions.inbox import Gap, Inbox
from ferrule_core.database.sync.sessions import SyncNotifications
from ferrule_core.deferred import dataclass
from ferrule_core.errors import (
    ConfigurationError,
    ConnectFailed,
    ConnectionLost,
    DatabaseError,
    PoolClosed,
)
from ferrule_core.plugins.contracts import Connection, Notification

logger = logging.getLogger("ferrule.listening")

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenOptions:
    """How a listener stays alive.

    Attributes:
        heartbeat: How often it sends a notification to itself.
        answer_within: How long the server may take to answer.
        buffer: Notifications that wait to be read, at most.
    """

    heartbeat: timedelta = timedelta(seconds=5)
    answer_within: timedelta = timedelta(seconds=5)
    buffer: int = 10_000

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if min(self.heartbeat, self.answer_within) <= timedelta(0):
            raise ConfigurationError(
                "heartbeat and answer_within of listen() must be longer than nothing"
            )
        if self.buffer < 1:
            raise ConfigurationError("buffer of listen() must be at least 1")


class Notifications:
    """What arrives on some channels: iterate over it, from one task.

    ``Database.listen`` makes it. Besides each ``Notification`` it gives a ``Gap`` wherever some may
    be missing. It has a connection of its own, which it makes again when it broke; the first one
    is made by ``async with``, whose errors are those of that.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        channels: Iterable[str],
        options: ListenOptions,
        *,
        among: set[Notifications],
    ) -> None:
        self._connect = connect
        self._wanted = _checked(channels)
        self._options = options
        self._among = among
        self._inbox = Inbox(options.buffer)
        self._link: _Link | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._progress = asyncio.Event()

    @property
    def sync(self) -> SyncNotifications:
        """The same without ``async``: ``with database.listen("books").sync as news:``."""
        return SyncNotifications(self)

    @property
    def channels(self) -> frozenset[str]:
        """The channels that it listens on, or will as soon as it can."""
        return frozenset(self._wanted)

    @property
    def connected(self) -> bool:
        """Whether the link was sound when it was last looked at. Asks nobody."""
        return self._link is not None and self._link.sound

    async def __aenter__(self) -> Self:
        """Connect and listen.

        Raises:
            ConnectFailed: No connection could be made.
        """
        if self._keeper is not None or self._inbox.ended:
            raise ConfigurationError("these notifications were listened to already")
        self._among.add(self)
        try:
            await self._begin()
        except BaseException:
            self._among.discard(self)
            raise
        return self

    async def _begin(self) -> None:
        within = self._options.answer_within
        try:
            await self._join(since=None)
        except TimeoutError as error:
            raise ConnectFailed(
                f"no answer to LISTEN and NOTIFY within {within.total_seconds():g} s",
                hint="behind a pooler in transaction mode, give the profile a direct_url",
            ) from error
        if self._inbox.ended:
            self._drop_link()
            raise ConfigurationError("these notifications were closed before they were open")
        # An empty context: it must not inherit the transaction of whoever listens.
        self._keeper = asyncio.get_running_loop().create_task(
            self._keep(), name="ferrule: listen", context=Context()
        )
        self._keeper.add_done_callback(self._ended)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self, error: BaseException | None = None) -> None:
        """Stop listening; iterations end, by ``error`` if there is one."""
        self._among.discard(self)
        self._inbox.end(error)
        self._drop_link()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait((self._keeper,))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Notification | Gap:
        return await self._inbox.get()

    async def add(self, *channels: str) -> None:
        """Listen on more channels; comes back when the server does.

        While there is no connection it waits for the next one. What is sent before it comes back
        may be missed.
        """
        added = _checked(channels)
        self._wanted |= added
        await self._until(lambda listened: added <= listened)

    async def remove(self, *channels: str) -> None:
        """Listen no more on these; what came before is still given."""
        self._wanted -= frozenset(channels)
        await self._until(lambda listened: listened.isdisjoint(channels))

    async def _until(self, settled: Callable[[set[str]], bool]) -> None:
        while self._link is None or not settled(self._link.listened):
            if self._inbox.ended:
                raise ConfigurationError("these notifications are not listened to any more")
            if self._link is not None:
                self._link.wake.set()
            self._progress.clear()
            await self._progress.wait()

    async def _keep(self) -> None:
        """Serve one link after the other."""
        while True:
            link = self._link
            if link is None:
                return
            try:
                await link.serve(self._options, self._wanted, self._progress)
            except (DatabaseError, TimeoutError) as error:
                self._drop_link()
                logger.warning("a connection that listens is lost (%r); connecting again", error)
            await self._rejoin(link.whole_until)

    async def _rejoin(self, since: datetime) -> None:
        attempts = 0
        while True:
            longest = min(_FIRST_PAUSE_SECONDS * 2**attempts, _LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - spreads many listeners
            try:
                await self._join(since=since)
            except (DatabaseError, TimeoutError) as error:
                attempts = min(attempts + 1, 10)
                logger.warning("no connection to listen on yet: %r", error)
            else:
                return

    async def _join(self, *, since: datetime | None) -> None:
        """Connect, and listen on all channels."""
        connection = await self._connect()
        link = _Link(connection, self._inbox, since)
        try:
            async with _deadline(self._options.answer_within):
                await link.listen(self._wanted)
                await link.beat()
        except BaseException:
            connection.terminate()
            raise
        self._link = link
        self._progress.set()

    def _drop_link(self) -> None:
        if self._link is not None:
            self._link.connection.terminate()
            self._link = None

    def _ended(self, keeper: asyncio.Task[None]) -> None:
        """Nobody awaits the keeper while it works, so its failure goes to whoever iterates."""
        self._drop_link()
        self._progress.set()
        if not keeper.cancelled():
            self._inbox.end(keeper.exception())


class _Link:
    """One connection that listens.

    Attributes:
        listened: The channels, without that of the heartbeat.
        wake: Set when there is something to do before the next heartbeat.
        whole_until: Whatever was committed before has been received.
    """

    def __init__(self, connection: Connection, inbox: Inbox, since: datetime | None) -> None:
        self.connection = connection
        self.listened: set[str] = set()
        self.wake = asyncio.Event()
        self.whole_until = datetime.now(UTC)
        self._inbox = inbox
        self._gap_since = since
        self._heart = f"ferrule_heartbeat_{uuid4().hex}"
        self._echo = asyncio.Event()
        connection.subscribe(self._receive, self.wake.set)

    @property
    def sound(self) -> bool:
        """Whether the connection is open, as far as the client knows."""
        return not self.connection.closed

    def _receive(self, notification: Notification) -> None:
        if notification.channel == self._heart:
            self._echo.set()
            return
        self._tell_gap()
        self._inbox.put(notification)

    def _tell_gap(self) -> None:
        """Say from when to when nobody listened, before the first thing that comes after it."""
        if self._gap_since is not None:
            self._inbox.put_gap(self._gap_since, datetime.now(UTC))
            self._gap_since = None

    async def listen(self, wanted: set[str]) -> None:
        """Listen on what is wanted and on nothing else."""
        missing, superfluous = wanted - self.listened, self.listened - wanted
        texts = [f"LISTEN {quote_identifier(channel)}" for channel in sorted(missing)]
        texts += [f"UNLISTEN {quote_identifier(channel)}" for channel in sorted(superfluous)]
        if texts:
            await self.connection.execute_script("; ".join(texts))
        self.listened = (self.listened | missing) - superfluous

    async def beat(self) -> None:
        """Send a notification to itself and wait for it: proof that all before it has come.

        The first one of a connection ends the gap before it.
        """
        sent = datetime.now(UTC)
        if not self._echo.is_set():
            await self.connection.execute_script(f'LISTEN "{self._heart}"')
            self._tell_gap()
        self._echo.clear()
        await self.connection.execute_script(f'NOTIFY "{self._heart}"')
        await self._echo.wait()
        self.whole_until = sent

    async def serve(
        self, options: ListenOptions, wanted: set[str], progress: asyncio.Event
    ) -> None:
        """Listen on what is wanted, and prove now and then that the link is sound.

        Raises:
            DatabaseError: The link broke, or the server refused.
            TimeoutError: The server did not answer in time.
        """
        while True:
            self.wake.clear()
            if self.connection.closed:
                raise ConnectionLost("the connection to the server broke")
            async with _deadline(options.answer_within):
                await self.listen(wanted)
            progress.set()
            try:
                async with _deadline(options.heartbeat):
                    await self.wake.wait()
            except TimeoutError:
                async with _deadline(options.answer_within):
                    await self.beat()


def database_closed(name: str) -> PoolClosed:
    """Why an iteration ends, where the database was closed under it."""
    return PoolClosed(f'database "{name}" was closed while notifications of it were listened to')


def _deadline(within: timedelta) -> asyncio.Timeout:
    return asyncio.timeout(within.total_seconds())


def _checked(channels: Iterable[str]) -> set[str]:
    """The channels, each of which PostgreSQL can hold as it is.

    Raises:
        NameRefused: One is empty, too long, or has a NUL character.
    """
    found = set(channels)
    for channel in found:
        quote_identifier(channel)
    return found
