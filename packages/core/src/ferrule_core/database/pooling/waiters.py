"""Tasks that wait for a connection: first come, first served."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextvars import Context
from math import inf
from time import monotonic
from typing import NamedTuple

from ferrule_core.database.pooling.slots import Slot

SHORTEST_PAUSE = 0.01
"""How often to look for whose time is over, at most, in seconds."""


class Wait(NamedTuple):
    """When a waiter came, and when its patience ends; by ``time.monotonic``."""

    since: float
    until: float


class Waiters:
    """A queue that one can leave from the middle at no cost.

    One that was cancelled may still stand in it until its task runs again, so nothing is given to
    a future that is done. One timer serves all: a deadline of each waiter's own would cost more
    than the rest of its waiting.

    Attributes:
        queue: Who waits.
    """

    def __init__(self, too_late: Callable[[Wait], Exception]) -> None:
        self.queue: OrderedDict[asyncio.Future[Slot], Wait] = OrderedDict()
        self._too_late = too_late
        self._due = inf
        self._timer: asyncio.TimerHandle | None = None

    async def stand_in(
        self, wait: Wait, give_back: Callable[[Slot], object], *, first: bool = False
    ) -> Slot:
        """Wait for one's turn.

        Args:
            wait: Since when, and until when.
            give_back: Is given what came to a waiter that had just given up.
            first: Stand before all others.
        """
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Slot] = loop.create_future()
        self.queue[waiter] = wait
        if first:
            self.queue.move_to_end(waiter, last=False)
        if wait.until < self._due:
            self._look_at(wait.until, loop)
        try:
            return await waiter
        except BaseException:
            self.queue.pop(waiter, None)
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                give_back(waiter.result())
            raise

    def serve(self, slot: Slot) -> bool:
        """Give to the first who still waits, and say whether there was one."""
        waiter = self._first()
        if waiter is None:
            return False
        del self.queue[waiter]
        waiter.set_result(slot)
        return True

    def fail(self, error: BaseException, *, before: float = inf) -> bool:
        """Send the first who still waits away, if it came before that time, and say whether."""
        waiter = self._first()
        if waiter is None or self.queue[waiter].since > before:
            return False
        del self.queue[waiter]
        waiter.set_exception(error)
        return True

    def close(self, error: Callable[[], Exception]) -> None:
        """Send all away."""
        while self.fail(error()):
            pass
        if self._timer is not None:
            self._timer.cancel()
        self._due = inf

    def count(self) -> int:
        """How many still wait."""
        return sum(not waiter.done() for waiter in tuple(self.queue))

    def _first(self) -> asyncio.Future[Slot] | None:
        while self.queue:
            waiter = next(iter(self.queue))
            if not waiter.done():
                return waiter
            del self.queue[waiter]
        return None

    def _look_at(self, due: float, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._due = due
        delay = max(due - monotonic(), 0)
        self._timer = loop.call_later(delay, self._expire, loop, context=Context())

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        """Send those away whose time is over."""
        now = monotonic()
        for waiter, wait in list(self.queue.items()):
            if wait.until <= now and not waiter.done():
                error = self._too_late(wait)
                del self.queue[waiter]
                waiter.set_exception(error)
        self._due = inf
        if self.queue:
            due = min(wait.until for wait in self.queue.values())
            self._look_at(max(due, now + SHORTEST_PAUSE), loop)
