"""The pools of one database: one for each event loop that uses it.

A connection lives in the loop that opened it. So a second loop, be it in another thread, after
another ``asyncio.run``, or behind ``.sync``, gets a pool of its own with its first statement.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import weakref
from collections.abc import Awaitable, Callable
from datetime import timedelta

from ferrule_core.database.pooling.pool import Pool
from ferrule_core.plugins.contracts import Connection
from ferrule_core.settings.profiles import PoolOptions

ELSEWHERE_WITHIN = timedelta(seconds=1)
"""How much longer than its own loop a pool of another loop may take to close."""


class Pools:
    """Gives each event loop a pool of its own.

    Attributes:
        current: The pool that was used last. Whoever runs a statement compares its loop with the
            running one and asks ``here`` only where they differ.
    """

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], options: PoolOptions, *, name: str
    ) -> None:
        self._connect = connect
        self._options = options
        self._name = name
        self._open = False
        self._lock = threading.Lock()
        self._by_loop: dict[asyncio.AbstractEventLoop, Pool] = {}
        self.current = self._make()
        _ALL.add(self)

    def here(self) -> Pool:
        """The pool of the running loop; made where there is none yet."""
        loop = asyncio.get_running_loop()
        pool = self._by_loop.get(loop)
        if pool is None:
            pool = self._make()
            if not self._open:
                return pool  # closed: it says so itself
            with self._lock:
                self._abandon_dead()
                self._by_loop[loop] = pool
            pool.start()
        self.current = pool
        return pool

    def current_or_here(self) -> Pool:
        """The pool of the running loop where it has one, else the one that was used last."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self.current
        return self._by_loop.get(loop, self.current)

    async def open(self) -> None:
        """Open the pool of the running loop."""
        self._open = True
        try:
            await self.here().open()
        except BaseException:
            self._open = False
            self._by_loop.clear()
            raise

    async def close(self, *, within: timedelta | None = None) -> None:
        """Close the pools of all loops; see ``Pool.close``."""
        self._open = False
        with self._lock:
            self._abandon_dead()
            pools = dict(self._by_loop)
            self._by_loop.clear()
        own = pools.pop(asyncio.get_running_loop(), None)
        closing = [_begin_closing(loop, pool, within) for loop, pool in pools.items()]
        try:
            if own is not None:
                await own.close(within=within)
        finally:
            patience = (self._options.close_within if within is None else within) + ELSEWHERE_WITHIN
            await _wait_for([one for one in closing if one is not None], patience)

    def renew(self) -> None:
        """Use new connections in all loops; see ``Pool.renew``."""
        here = self.current_or_here()
        for loop, pool in tuple(self._by_loop.items()):
            if pool is here or not loop.is_running():
                pool.renew()
            else:
                loop.call_soon_threadsafe(pool.renew)

    async def end_here(self, *, within: timedelta) -> bool:
        """Close the pool of the running loop without waiting for those who use it.

        Returns:
            Whether there was one.
        """
        pool = self._by_loop.pop(asyncio.get_running_loop(), None)
        if pool is None:
            return False
        pool.evict()
        await pool.close(within=within)
        return True

    def forget_parent(self) -> None:
        """In a forked process: leave the connections to the parent, and begin anew."""
        self._lock = threading.Lock()
        for pool in self._by_loop.values():
            pool.drop(_abandon)
        self._by_loop.clear()
        self.current = self._make()

    def abandon_dead(self) -> None:
        """Drop the connections whose loop was closed under them."""
        with self._lock:
            self._abandon_dead()

    def _abandon_dead(self) -> None:
        for loop in [loop for loop in self._by_loop if loop.is_closed()]:
            self._by_loop.pop(loop).drop(_abandon)

    def _make(self) -> Pool:
        pool = Pool(self._connect, self._options, name=self._name)
        pool.family = self
        return pool


def _begin_closing(
    loop: asyncio.AbstractEventLoop, pool: Pool, within: timedelta | None
) -> asyncio.Future[None] | None:
    """Have a pool closed in its own loop; at once, where that loop does not run now."""
    if not loop.is_running():
        pool.drop(_terminate)
        return None
    return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(pool.close(within=within), loop))


async def _wait_for(closing: list[asyncio.Future[None]], patience: timedelta) -> None:
    """A loop that is blocked meanwhile closes its pool when it gets to it."""
    if not closing:
        return
    done, _ = await asyncio.wait(closing, timeout=patience.total_seconds())
    for one in done:
        one.result()


def _abandon(connection: Connection) -> None:
    connection.abandon()


def _terminate(connection: Connection) -> None:
    connection.terminate()


_ALL: weakref.WeakSet[Pools] = weakref.WeakSet()


def _forget_parent() -> None:
    for pools in tuple(_ALL):
        pools.forget_parent()


def abandon_dead_pools() -> None:
    """Drop all connections whose loop was closed under them."""
    for pools in tuple(_ALL):
        pools.abandon_dead()


atexit.register(abandon_dead_pools)
if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_forget_parent)
