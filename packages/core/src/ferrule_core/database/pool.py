"""The pool: plain connections of a backend, last in, first out.

A connection that was used by statements of the library alone, and without an error, goes back
without a word to the server. Every other one is reset by a task of the pool before anyone gets it,
and is dropped where that fails.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

from ferrule_core.errors import FerruleError, LinkError, PoolClosed, PoolTimeout
from ferrule_core.plugins.contracts import Connection
from ferrule_core.settings.profiles import PoolOptions

RESET_WITHIN = timedelta(seconds=5)
"""How long a connection may take to become clean again before it is dropped."""

logger = logging.getLogger("ferrule.pool")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStatistics:
    """A moment of a pool.

    Attributes:
        size: Connections that are open or being opened.
        in_use: Connections that tasks have now.
        idle: Connections that are free.
        resetting: Connections that are being cleaned or closed.
        waiting: Tasks that wait for a connection.
        longest_held: For how long the longest user has had its connection.
        holder: Name of that task.
    """

    size: int
    max_size: int
    in_use: int
    idle: int
    resetting: int
    waiting: int
    longest_held: timedelta | None
    holder: str | None


class Slot:
    """A connection of the pool, and who has it."""

    __slots__ = ("connection", "holder", "tainted", "taken_at")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.holder: asyncio.Task[object] | None = None
        self.taken_at = 0.0
        self.tainted = False


class Pool:
    """Gives each connection to one task at a time.

    Attributes:
        loop: The event loop that opened the pool, and to which it belongs.
    """

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], options: PoolOptions, *, name: str
    ) -> None:
        self._connect = connect
        self._options = options
        self._name = name
        self._size = 0
        self._slots: set[Slot] = set()
        self._idle: deque[Slot] = deque()
        # A waiter is given a slot, or None: leave to open one, already counted in _size.
        self._waiters: deque[asyncio.Future[Slot | None]] = deque()
        self._resetting: set[asyncio.Task[None]] = set()
        self._closed = True
        self.loop: asyncio.AbstractEventLoop | None = None
        self._emptied: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Make the first connections; where one cannot be made, close all."""
        self._closed = False
        self.loop = asyncio.get_running_loop()
        try:
            for _ in range(self._options.min_size):
                self._size += 1
                self._idle.append(await self._open_slot())
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the pool: wait for connections in use, within ``close_within``, then drop them."""
        self._closed = True
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(self._closed_error())
        while self._idle:
            self._dismiss(self._idle.pop())
        if not self._slots:
            return
        self._emptied = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._options.close_within.total_seconds()):
                await self._emptied
        except TimeoutError:
            logger.warning("closing: %s", self._figures())
        finally:
            for slot in tuple(self._slots):
                slot.connection.terminate()
                self._forget(slot)

    def take(self) -> Slot | None:
        """A free connection, without waiting; ``None`` where ``acquire`` must be awaited."""
        while self._idle:
            slot = self._idle.pop()
            if not slot.connection.closed:
                return self._given(slot)
            self._forget(slot)
        return None

    async def acquire(self) -> Slot:
        """A connection, once one is free. First come, first served.

        Raises:
            PoolTimeout: None was free within ``acquire_within``.
            PoolClosed: The pool is closed, or was while waiting.
            ConnectFailed: A new connection could not be made.
        """
        slot = self.take()
        if slot is not None:
            return slot
        if self._closed:
            raise self._closed_error()
        if self._size < self._options.max_size:
            self._size += 1
            return self._given(await self._open_slot())
        return self._given(await self._wait())

    def release(self, slot: Slot, *, tainted: bool = False) -> asyncio.Task[None] | None:
        """Give a connection back. Never waits.

        Args:
            slot: What ``take`` or ``acquire`` gave.
            tainted: Whether the session may differ from a new one.

        Returns:
            The task that makes the connection clean again, where that is needed. The pool
            finishes it in any case; whoever wants to see it done may wait for it.
        """
        slot.holder = None
        connection = slot.connection
        if tainted or slot.tainted or connection.in_transaction:
            if not self._closed and not connection.closed:
                return self._start(self._restore(slot), "reset")
        elif not self._waiters and not self._closed:
            self._idle.append(slot)  # where its link is down, take() finds that out
            return None
        if connection.closed:
            self._forget(slot)
        elif self._closed:
            return self._dismiss(slot)
        elif not self._hand_over(slot):
            self._idle.append(slot)
        return None

    def statistics(self) -> PoolStatistics:
        """How the pool is used now."""
        held = [slot for slot in self._slots if slot.holder is not None]
        longest = min(held, key=lambda slot: slot.taken_at, default=None)
        return PoolStatistics(
            size=self._size,
            max_size=self._options.max_size,
            in_use=len(held),
            idle=len(self._idle),
            resetting=len(self._resetting),
            waiting=sum(not waiter.done() for waiter in self._waiters),
            longest_held=None
            if longest is None
            else timedelta(seconds=monotonic() - longest.taken_at),
            holder=None if longest is None or longest.holder is None else longest.holder.get_name(),
        )

    def _given(self, slot: Slot) -> Slot:
        slot.taken_at = monotonic()
        slot.holder = asyncio.current_task(self.loop)  # half the price of asking without it
        return slot

    async def _wait(self) -> Slot:
        waiter: asyncio.Future[Slot | None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        within = self._options.acquire_within.total_seconds()
        try:
            async with asyncio.timeout(within):
                slot = await waiter
        except TimeoutError:
            self._decline(waiter)
            raise PoolTimeout(
                f'no connection of database "{self._name}" became free within {within:g} s: '
                f"{self._figures()}",
                hint="raise max_size of the pool, or hold connections for less time",
            ) from None
        except BaseException:
            self._decline(waiter)
            raise
        return slot or await self._open_slot()

    def _decline(self, waiter: asyncio.Future[Slot | None]) -> None:
        """Pass on what came to a waiter that has just given up."""
        if waiter.cancelled() or not waiter.done() or waiter.exception() is not None:
            return
        slot = waiter.result()
        if slot is not None:
            self.release(slot)
        else:
            self._size -= 1
            self._offer_room()

    async def _open_slot(self) -> Slot:
        """Make the connection that ``_size`` counts already."""
        try:
            connection = await self._connect()
        except BaseException:
            self._size -= 1
            self._offer_room()
            raise
        slot = Slot(connection)
        self._slots.add(slot)
        if self._closed:
            connection.terminate()
            self._forget(slot)
            raise self._closed_error()
        return slot

    def _hand_over(self, slot: Slot | None) -> bool:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(slot)
                return True
        return False

    def _offer_room(self) -> None:
        if self._size < self._options.max_size and not self._closed and self._hand_over(None):
            self._size += 1

    def _forget(self, slot: Slot) -> None:
        if slot not in self._slots:
            return
        self._slots.remove(slot)
        self._size -= 1
        self._offer_room()
        if self._emptied is not None and not self._slots and not self._emptied.done():
            self._emptied.set_result(None)

    async def _restore(self, slot: Slot) -> None:
        """Bring a tainted connection back to its defaults, or drop it."""
        connection = slot.connection
        try:
            async with asyncio.timeout(RESET_WITHIN.total_seconds()):
                if connection.in_transaction:
                    await connection.execute_script("ROLLBACK")
                await connection.reset(within=RESET_WITHIN)
        except LinkError:  # it broke before, and whoever used it was told
            connection.terminate()
        except (FerruleError, TimeoutError):
            logger.warning("a connection could not be reset and is dropped", exc_info=True)
            connection.terminate()
        except BaseException:  # the loop is going down
            connection.terminate()
            raise
        finally:
            if connection.closed:
                self._forget(slot)
        slot.tainted = False
        if not connection.closed:
            self.release(slot)

    def _dismiss(self, slot: Slot) -> asyncio.Task[None]:
        async def close() -> None:
            try:
                await slot.connection.close(within=RESET_WITHIN)
            finally:
                slot.connection.terminate()
                self._forget(slot)

        return self._start(close(), "close")

    def _start(self, work: Coroutine[Any, Any, None], what: str) -> asyncio.Task[None]:
        # An empty context: the task must not inherit the transaction of whoever released.
        task = asyncio.get_running_loop().create_task(
            work, name=f"ferrule: {what} a connection of {self._name}", context=Context()
        )
        self._resetting.add(task)
        task.add_done_callback(self._resetting.discard)
        return task

    def _figures(self) -> str:
        now = self.statistics()
        text = (
            f"size {now.size} of {now.max_size}, {now.in_use} in use, {now.idle} idle, "
            f"{now.resetting} being reset, {now.waiting} waiting"
        )
        if now.longest_held is not None:
            text += f', held longest for {now.longest_held.total_seconds():.1f} s by "{now.holder}"'
        return text

    def _closed_error(self) -> PoolClosed:
        return PoolClosed(
            f'database "{self._name}" is not open',
            hint="use it inside `async with connect(...)`, or call open() first",
        )
