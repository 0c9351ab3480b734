"""The pool: plain connections of a backend, last in, first out.

A connection that was used by statements of the library alone, and without an error, goes back
without a word to the server. Every other one is reset by a task of the pool before anyone gets it,
and is dropped where that fails. One that was idle for long, or of whose kind another was found
dead, is asked for a sign of life before anyone gets it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

from ferrule_core.database.pooling.cleaning import RESET_WITHIN, check_alive, reset_or_drop
from ferrule_core.database.pooling.slots import PoolStatistics, Slot
from ferrule_core.database.pooling.upkeep import Upkeep
from ferrule_core.database.pooling.waiters import Wait, Waiters
from ferrule_core.errors import PoolClosed, PoolTimeout
from ferrule_core.plugins.contracts import Connection
from ferrule_core.settings.profiles import PoolOptions

__all__ = ["RESET_WITHIN", "Pool", "PoolStatistics", "Slot"]

logger = logging.getLogger("ferrule.pool")


class Pool:
    """Gives each connection to one task at a time.

    Attributes:
        loop: The event loop that opened the pool, and to which it belongs.
        family: Whatever keeps the pools of one database together; pools of other databases differ
            in it.
    """

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], options: PoolOptions, *, name: str
    ) -> None:
        self._connect = connect
        self._options = options
        self._name = name
        self._upkeep = Upkeep(options)
        self._check_after = self._upkeep.check_after  # asked for on every use
        self._size = 0  # connections that are open or being opened
        self._slots: set[Slot] = set()
        self._idle: deque[Slot] = deque()
        self._waiters = Waiters(self._too_late)
        self._queue = self._waiters.queue  # asked for on every use
        self._opening: set[asyncio.Task[Slot]] = set()
        self._cleaning: set[asyncio.Task[None]] = set()
        self._closed = True
        self._generation = 0
        self._timer: asyncio.TimerHandle | None = None
        self._emptied = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.family: object = self

    def start(self) -> asyncio.AbstractEventLoop:
        """Belong to the running loop, and make connections when they are asked for."""
        if self._closed:
            self._closed = False
            self.loop = asyncio.get_running_loop()
            self._look_later()
        return asyncio.get_running_loop()

    @property
    def acquire_within(self) -> float:
        """How long a task waits for a free connection, in seconds."""
        return self._options.acquire_within.total_seconds()

    async def open(self) -> None:
        """Make the first connections, all at once; where one cannot be made, close all."""
        loop = self.start()
        first = [loop.create_task(self._open_first()) for _ in range(self._options.min_size)]
        try:
            await asyncio.gather(*first)
        except BaseException:
            for task in first:
                task.cancel()
            try:
                if first:
                    await asyncio.wait(first)
            finally:
                await self.close()
            raise

    async def close(self, *, within: timedelta | None = None) -> None:
        """End the pool: wait for connections in use, then drop them.

        Args:
            within: How long to wait; ``close_within`` of the options where left out.
        """
        within = self._options.close_within if within is None else within
        self._closed = True
        self._generation += 1
        if self._timer is not None:
            self._timer.cancel()
        for opening in self._opening:
            opening.cancel()
        self._waiters.close(self._closed_error)
        self._wear_out_all()
        if self._size == 0:
            return
        self._emptied.clear()
        try:
            async with asyncio.timeout(within.total_seconds()):
                await self._emptied.wait()
        except TimeoutError:
            logger.warning("closing: %s", self.statistics())
        finally:
            for slot in tuple(self._slots):
                slot.connection.terminate()
                self._forget(slot)

    def renew(self) -> None:
        """Let nobody get a connection that is older than now; those in use are closed on return.

        Call it when the schema changed in a way that sessions cannot follow.
        """
        self._generation += 1
        self._wear_out_all()

    def evict(self) -> None:
        """Drop the connections that are in use, whoever has them."""
        for slot in tuple(self._slots):
            if slot.holder is not None:
                slot.connection.terminate()
                self._forget(slot)

    def drop(self, end: Callable[[Connection], None]) -> None:
        """End the pool at once, from outside of its loop, which does not run, or never again."""
        self._closed = True
        for slot in tuple(self._slots):
            end(slot.connection)
        unfinished: Any
        for unfinished in (*self._cleaning, *self._opening):  # they never will, which is no news
            unfinished._log_destroy_pending = False  # noqa: SLF001 - as asyncio's own runners do
        for parts in (self._slots, self._idle, self._cleaning, self._opening):
            parts.clear()
        self._size = 0

    def take(self) -> Slot | None:
        """A free connection, without waiting; ``None`` where ``acquire`` must be awaited."""
        if not self._idle:
            return None
        slot = self._idle[-1]
        now = monotonic()
        if now >= slot.doubted_at or slot.connection.closed:
            return None
        self._idle.pop()
        slot.taken_at = now
        slot.doubted_at = now + self._check_after
        slot.holder = asyncio.current_task(self.loop)  # half the price of asking without it
        return slot

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
        slot = await self._wait_in_line()
        slot.taken_at = monotonic()
        slot.doubted_at = slot.taken_at + self._check_after
        slot.holder = asyncio.current_task(self.loop)
        return slot

    def release(
        self, slot: Slot, *, tainted: bool = False, ended: bool = False
    ) -> asyncio.Task[None] | None:
        """Give a connection back. Never waits.

        Args:
            slot: What ``take`` or ``acquire`` gave.
            tainted: Whether the session may differ from a new one.
            ended: Whether it is known that no transaction is open.

        Returns:
            The task that makes the connection clean again, where that is needed. The pool
            finishes it in any case; whoever wants to see it done may wait for it.
        """
        slot.holder = None
        connection = slot.connection
        if tainted or slot.tainted or (not ended and connection.in_transaction):
            if connection.outdated and not slot.worn:
                self.renew()  # the others are of the same age
            if not self._closed and not connection.closed:
                return self._start(self._restore(slot), "reset")
        elif not (slot.worn or self._queue):
            self._idle.append(slot)  # where its link is down, take() finds that out
            return None
        if connection.closed:
            self._lose(slot)
        elif slot.worn:
            return self._dismiss(slot)
        elif not self._waiters.serve(slot):
            self._idle.append(slot)
        return None

    def statistics(self) -> PoolStatistics:
        """How the pool is used now."""
        slots = tuple(self._slots)  # at once: metrics are asked for from other threads
        held = [slot for slot in slots if slot.holder is not None]
        longest = min(held, key=lambda slot: slot.taken_at, default=None)
        return PoolStatistics(
            size=self._size,
            max_size=self._options.max_size,
            in_use=len(held),
            idle=len(self._idle),
            resetting=len(self._cleaning),
            waiting=self._waiters.count(),
            longest_held=None
            if longest is None
            else timedelta(seconds=monotonic() - longest.taken_at),
            holder=None if longest is None or longest.holder is None else longest.holder.get_name(),
        )

    async def _wait_in_line(self) -> Slot:
        """Wait for whatever comes first: a connection that is given back, or a new one."""
        since = monotonic()
        within = self._options.acquire_within
        if not self._check_one() and self._grow():
            within += self._options.connect_within
        wait = Wait(since, since + within.total_seconds())
        slot = await self._waiters.stand_in(wait, self.release)
        while slot.worn or slot.connection.closed:  # since it was given to this waiter
            self.release(slot)
            if self._closed:
                raise self._closed_error()
            if not self._check_one():
                self._grow()
            slot = await self._waiters.stand_in(wait, self.release, first=True)
        return slot

    def _too_late(self, wait: Wait) -> PoolTimeout:
        return PoolTimeout(
            f'no connection of database "{self._name}" became free within '
            f"{wait.until - wait.since:g} s: {self.statistics()}",
            hint="raise max_size of the pool, or hold connections for less time",
        )

    async def _open_first(self) -> None:
        self._size += 1
        self.release(await self._open_slot())

    def _grow(self) -> bool:
        """Begin to open one more connection for those who wait, where there may be more."""
        if self._closed or self._size >= self._options.max_size:
            return False
        self._size += 1
        task = asyncio.get_running_loop().create_task(
            self._open_slot(),
            name=f"ferrule: open a connection of {self._name}",
            context=Context(),
        )
        self._opening.add(task)
        task.add_done_callback(partial(self._note_opened, begun=monotonic()))
        return True

    def _note_opened(self, task: asyncio.Task[Slot], *, begun: float) -> None:
        """Give a new connection out; where none was made, tell one who has waited for it."""
        self._opening.discard(task)
        error = self._closed_error() if task.cancelled() else task.exception()
        if error is None:
            self.release(task.result())
        elif not self._waiters.fail(error, before=begun) and not (self._closed or task.cancelled()):
            logger.warning("a connection that nobody waits for was not made: %s", error)
        self._grow_for_waiters()

    async def _open_slot(self) -> Slot:
        """Make the connection that ``_size`` counts already."""
        generation = self._generation
        try:
            slot = Slot(await self._connect(), now=monotonic())
        except BaseException:
            self._shrink()
            raise
        slot.worn = generation != self._generation
        self._upkeep.begin(slot)
        self._slots.add(slot)
        if self._closed:
            slot.connection.terminate()
            self._forget(slot)
            raise self._closed_error()
        return slot

    def _grow_for_waiters(self) -> None:
        if len(self._queue) > len(self._opening):
            self._grow()

    def _shrink(self) -> None:
        self._size -= 1
        if self._size == 0:
            self._emptied.set()

    def _forget(self, slot: Slot) -> None:
        if slot not in self._slots:
            return
        self._slots.remove(slot)
        self._shrink()
        self._grow_for_waiters()

    def _lose(self, slot: Slot) -> None:
        """Forget a connection whose link broke. Where one broke, there are often more."""
        for other in self._idle:
            other.doubted_at = 0.0
        self._forget(slot)

    def _check_one(self) -> bool:
        """Begin to check the next idle connection; whoever waits gets it when it is alive."""
        while self._idle:
            slot = self._idle.pop()
            if not slot.connection.closed:
                self._start(self._check(slot), "check")
                return True
            self._lose(slot)
        return False

    async def _check(self, slot: Slot) -> None:
        """Give out a connection that lives. Where one does not, look at all idle ones at once."""
        try:
            await check_alive(slot.connection, within=self._upkeep.check_within)
        finally:
            if slot.connection.closed:
                self._lose(slot)
        if not slot.connection.closed:
            slot.doubted_at = monotonic() + self._check_after
            self.release(slot)
            return
        while self._check_one():
            pass

    async def _restore(self, slot: Slot) -> None:
        """Bring a tainted connection back to its defaults, or drop it."""
        try:
            await reset_or_drop(slot.connection)
        finally:
            if slot.connection.closed:
                self._lose(slot)
        slot.tainted = False
        if not slot.connection.closed:
            self.release(slot)

    def _wear_out_all(self) -> None:
        for slot in self._slots:
            slot.worn = True
        while self._idle:
            self._dismiss(self._idle.pop())

    def _dismiss(self, slot: Slot) -> asyncio.Task[None]:
        async def close() -> None:
            try:
                await slot.connection.close(within=RESET_WITHIN)
            finally:
                slot.connection.terminate()
                self._forget(slot)

        slot.worn = True
        return self._start(close(), "close")

    def _look_later(self) -> None:
        interval = self._upkeep.interval
        if interval is not None and self.loop is not None:
            self._timer = self.loop.call_later(interval, self._look_after, context=Context())

    def _look_after(self) -> None:
        """Close what is too old, or was idle for too long."""
        now = monotonic()
        self._upkeep.wear_out(self._slots, now)
        for slot in list(self._upkeep.superfluous(self._slots, tuple(self._idle), now)):
            self._idle.remove(slot)
            self._dismiss(slot)
        self._look_later()

    def _start(self, work: Coroutine[Any, Any, None], what: str) -> asyncio.Task[None]:
        # An empty context: the task must not inherit the transaction of whoever released.
        task = asyncio.get_running_loop().create_task(
            work, name=f"ferrule: {what} a connection of {self._name}", context=Context()
        )
        self._cleaning.add(task)
        task.add_done_callback(self._cleaning.discard)
        return task

    def _closed_error(self) -> PoolClosed:
        return PoolClosed(
            f'database "{self._name}" is not open',
            hint="use it inside `async with connect(...)`, or call open() first",
        )
