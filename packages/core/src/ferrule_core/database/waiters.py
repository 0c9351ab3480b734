"""Tasks that wait for a connection: first come, first served."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from math import inf

from ferrule_core.database.slots import Slot


class Waiters(OrderedDict["asyncio.Future[Slot]", float]):
    """Who waits, and since when: a queue that one can leave from the middle at no cost.

    One that was cancelled may still stand in it until its task runs again, so nothing is given to
    a future that is done.
    """

    async def stand_in(
        self, give_back: Callable[[Slot], object], *, since: float, first: bool = False
    ) -> Slot:
        """Wait for one's turn.

        Args:
            since: When the waiter came, by ``time.monotonic``.
            give_back: Is given what came to a waiter that had just given up.
            first: Stand before all others.
        """
        waiter: asyncio.Future[Slot] = asyncio.get_running_loop().create_future()
        self[waiter] = since
        if first:
            self.move_to_end(waiter, last=False)
        try:
            return await waiter
        except BaseException:
            self.pop(waiter, None)
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                give_back(waiter.result())
            raise

    def serve(self, slot: Slot) -> bool:
        """Give to the first who still waits, and say whether there was one."""
        waiter = self._next()
        if waiter is None:
            return False
        del self[waiter]
        waiter.set_result(slot)
        return True

    def fail(self, error: BaseException, *, before: float = inf) -> bool:
        """Send the first who still waits away, if it came before that time, and say whether."""
        waiter = self._next()
        if waiter is None:
            return False
        since = self[waiter]
        if since <= before:
            del self[waiter]
            waiter.set_exception(error)
        return since <= before

    def count(self) -> int:
        """How many still wait."""
        return sum(not waiter.done() for waiter in self)

    def _next(self) -> asyncio.Future[Slot] | None:
        while self:
            waiter = next(iter(self))
            if not waiter.done():
                return waiter
            del self[waiter]
        return None
