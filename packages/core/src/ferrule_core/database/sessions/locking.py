"""Advisory locks: held by a session of their own, or by a transaction."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import Context
from datetime import timedelta
from time import monotonic
from types import TracebackType
from typing import Any, Protocol, Self

from ferrule_core.database.sessions.lock_keys import LockNumbers
from ferrule_core.database.sync.sessions import SyncAdvisoryLock
from ferrule_core.deferred import dataclass
from ferrule_core.errors import (
    AdvisoryLockLost,
    ConfigurationError,
    ConnectionLost,
    DatabaseError,
    LockNotAvailable,
)
from ferrule_core.plugins.contracts import Connection, Notification
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledQuery

HOLDERS = (
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid() "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND classid = $1::int8::oid AND objid = $2::int8::oid AND objsubid = $3::int2 ORDER BY pid"
)
"""Who has a lock; its parameters are ``LockNumbers.places``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOptions:
    """How a lock is asked for.

    Attributes:
        shared: Whether others may have it too that ask for it as shared.
        wait: Whether to wait for it.
        within: How long to wait; ``None`` for as long as it takes.
        heartbeat: How often the connection that holds it is tried out.
        answer_within: How long the server may take to answer.
    """

    shared: bool = False
    wait: bool = True
    within: timedelta | None = None
    heartbeat: timedelta = timedelta(seconds=5)
    answer_within: timedelta = timedelta(seconds=5)

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.within is not None and (not self.wait or self.within <= timedelta(0)):
            raise ConfigurationError(
                "within of a lock is how long to wait for it, and must be longer than nothing",
                hint="leave it out with wait=False",
            )
        if min(self.heartbeat, self.answer_within) <= timedelta(0):
            raise ConfigurationError(
                "heartbeat and answer_within of a lock must be longer than nothing"
            )

    def call(self, verb: str, numbers: LockNumbers) -> str:
        """The call of a function of the server: ``verb`` is such as ``pg_try_advisory``."""
        kind = "_shared" if self.shared else ""
        function = f"{verb}_lock{kind}" if verb != "pg_advisory_un" else f"{verb}lock{kind}"
        return f"SELECT {function}({numbers.types})"


def not_available(numbers: LockNumbers, holders: tuple[int, ...]) -> LockNotAvailable:
    """Say who has the lock."""
    text = ", ".join(map(str, holders))
    by = f" by the server process{'es' if len(holders) > 1 else ''} {text}" if holders else ""
    return LockNotAvailable(f"{numbers.shown} is held{by}", holders=holders)


class AdvisoryLock:
    """``async with``: the block runs while the lock is held. ``Database.advisory_lock`` makes it.

    The lock belongs to a connection of its own. When that breaks, somebody else may get the lock,
    so the task of the block is cancelled, and the block ends in ``AdvisoryLockLost``.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        numbers: LockNumbers,
        options: LockOptions,
    ) -> None:
        self._connect = connect
        self._numbers = numbers
        self._options = options
        self._connection: Connection | None = None
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0
        self._lost = False
        self._leaving = False
        self._wake = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    @property
    def sync(self) -> SyncAdvisoryLock:
        """The same without ``async``: ``with database.advisory_lock("books").sync:``."""
        return SyncAdvisoryLock(self)

    @property
    def held(self) -> bool:
        """Whether the lock was held when that was last looked at. Asks nobody."""
        return self._watch is not None and not self._lost and not self._leaving

    async def __aenter__(self) -> Self:
        """Take the lock.

        Raises:
            LockNotAvailable: Another has it; ``holders`` says who.
            ConnectFailed: No connection could be made.
            ConnectionLost: The connection broke while waiting.
        """
        if self._connection is not None:
            raise ConfigurationError(f"this {self._numbers.shown} was taken already")
        self._connection = connection = await self._connect()
        connection.subscribe(_ignore, self._wake.set)
        try:
            await self._take(connection)
        except BaseException:
            connection.terminate()
            raise
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - nothing awaits outside of a task
        self._task, self._cancelling = task, task.cancelling()
        self._watch = asyncio.get_running_loop().create_task(
            self._keep_watch(connection), name=f"ferrule: {self._numbers.shown}", context=Context()
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the lock back.

        Raises:
            AdvisoryLockLost: It was not held all the time.
        """
        connection, watch, task = self._connection, self._watch, self._task
        if connection is None or watch is None or task is None:
            raise ConfigurationError(f"this {self._numbers.shown} is not held")
        interrupted = self._lost
        self._leaving = True
        if interrupted:
            task.uncancel()
        try:
            kept = await self._give_back(connection, watch)
        finally:
            connection.terminate()
            watch.cancel()
        ours = interrupted and kind is asyncio.CancelledError
        if not kept and (kind is None or (ours and task.cancelling() <= self._cancelling)):
            raise AdvisoryLockLost(
                f"{self._numbers.shown} was lost with its connection; another may hold it",
                hint="what the block did last may not have been alone",
            ) from error

    async def _take(self, connection: Connection) -> None:
        """Wait in turns, so that a dead link is noticed; each turn has a deadline."""
        options, numbers = self._options, self._numbers
        end = None if options.within is None else monotonic() + options.within.total_seconds()
        while True:
            turn = options.heartbeat.total_seconds()
            if end is not None:
                turn = min(turn, max(end - monotonic(), 0.001))
            try:
                async with asyncio.timeout(turn + options.answer_within.total_seconds()):
                    if await self._try(connection, turn):
                        return
            except TimeoutError as error:
                raise ConnectionLost(f"no answer while waiting for {numbers.shown}") from error
            if not options.wait or (end is not None and monotonic() >= end):
                async with asyncio.timeout(options.answer_within.total_seconds()):
                    holders = await connection.fetch(HOLDERS, numbers.places)
                raise not_available(numbers, tuple(row[0] for row in holders))

    async def _try(self, connection: Connection, turn_seconds: float) -> bool:
        options, numbers = self._options, self._numbers
        if not options.wait:
            text = options.call("pg_try_advisory", numbers)
            row = await connection.fetch_first(text, numbers.values)
            return row is not None and row[0] is True
        milliseconds = str(max(1, round(turn_seconds * 1000)))
        await connection.fetch("SELECT set_config('lock_timeout', $1, false)", (milliseconds,))
        try:
            await connection.fetch(options.call("pg_advisory", numbers), numbers.values)
        except LockNotAvailable:
            return False
        return True

    async def _keep_watch(self, connection: Connection) -> None:
        """Try the link now and then, until the block ends or the link is lost."""
        options = self._options
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(options.heartbeat.total_seconds()):
                    await self._wake.wait()
            if self._leaving:
                return
            try:
                async with asyncio.timeout(options.answer_within.total_seconds()):
                    await connection.execute_script("SELECT 1")
            except (DatabaseError, TimeoutError):
                connection.terminate()
                self._tell()
                return

    def _tell(self) -> None:
        """End the block: what it does from now on is not protected."""
        if self._task is not None and not self._leaving:
            self._lost = True
            self._task.cancel(f"{self._numbers.shown} was lost with its connection")

    async def _give_back(self, connection: Connection, watch: asyncio.Task[None]) -> bool:
        """Whether the lock was held until now."""
        self._wake.set()
        await asyncio.wait((watch,))
        if connection.closed:
            return False
        text = self._options.call("pg_advisory_un", self._numbers)
        try:
            async with asyncio.timeout(self._options.answer_within.total_seconds()):
                row = await connection.fetch_first(text, self._numbers.values)
        except (DatabaseError, TimeoutError):
            return False
        return row is not None and row[0] is True


class Transactional(Protocol):
    """What has transactions, and runs statements in them."""

    def transaction(self) -> AbstractAsyncContextManager[object]:
        """A savepoint, where a transaction is open."""
        ...

    def fetch(self, query: CompiledQuery, /) -> Coroutine[Any, Any, Sequence[Row]]:
        """All rows of one statement."""
        ...


async def take_in_transaction(
    database: Transactional, numbers: LockNumbers, options: LockOptions
) -> None:
    """Let the open transaction of the task take a lock.

    Raises:
        LockNotAvailable: Another has it; the transaction is as it was.
    """
    got: object = True
    if not options.wait:
        got = await _run(database, options.call("pg_try_advisory_xact", numbers), *numbers.values)
    elif options.within is None:
        await _run(database, options.call("pg_advisory_xact", numbers), *numbers.values)
    else:
        got = await _take_within(database, numbers, options, options.within)
    if got is not True:
        query = CompiledQuery(HOLDERS, numbers.places, origin="advisory lock")
        raise not_available(numbers, tuple(row[0] for row in await database.fetch(query)))


async def _take_within(
    database: Transactional, numbers: LockNumbers, options: LockOptions, within: timedelta
) -> bool:
    milliseconds = str(max(1, round(within.total_seconds() * 1000)))
    change = "SELECT set_config('lock_timeout', $1, true)"
    try:
        async with database.transaction():  # so that a failure leaves the outer one whole
            before = await _run(database, "SELECT current_setting('lock_timeout')")
            await _run(database, change, milliseconds)
            await _run(database, options.call("pg_advisory_xact", numbers), *numbers.values)
            await _run(database, change, before)
    except LockNotAvailable:
        return False
    return True


async def _run(database: Transactional, text: str, *parameters: object) -> object:
    rows = await database.fetch(CompiledQuery(text, parameters, origin="advisory lock"))
    return rows[0][0]


def _ignore(_notification: Notification) -> None:
    """A lock listens on nothing."""
