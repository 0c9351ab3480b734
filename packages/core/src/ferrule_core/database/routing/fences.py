"""What a replica must have replayed before it may answer: the writes of whoever asks.

A write costs nothing: that there was one is noted. The first read after it that could go to a
replica asks the primary how far its log goes by now, which is at least as far as the write.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar

from ferrule_core.deferred import dataclass
from ferrule_core.errors import LinkError


@dataclass(slots=True)
class Fence:
    """The writes of one context.

    Attributes:
        writes: How many there were.
        known: For how many of them ``position`` stands.
        position: Where the log was after these, in bytes.
    """

    writes: int = 0
    known: int = 0
    position: int = 0


class Fences:
    """The writes to one database.

    A task has the fence of the task that started it, if that one had used the database before;
    where a task has none, all writes of this process count as its own once.
    """

    def __init__(self, log_position: Callable[[], Awaitable[int]]) -> None:
        self._log_position = log_position
        self._own: ContextVar[Fence | None] = ContextVar("ferrule_fence", default=None)
        self._all = Fence()

    def note_write(self) -> None:
        """Remember that something may have been written."""
        fence = self._own.get()
        if fence is None:
            fence = Fence(position=self._all.position)
            self._own.set(fence)
        fence.writes += 1
        self._all.writes += 1

    async def position(self) -> int:
        """How far a replica must be to show what was written here.

        Raises:
            LinkError: There were writes, and the primary cannot be asked.
        """
        fence = self._own.get()
        if fence is not None:
            return await self._resolved(fence)
        try:
            position = await self._resolved(self._all)
        except LinkError:  # others wrote, and the primary is down: what a replica has will do
            return self._all.position
        self._own.set(Fence(position=position))
        return position

    async def _resolved(self, fence: Fence) -> int:
        if fence.writes != fence.known:
            writes = fence.writes
            position = await self._log_position()
            fence.position = max(fence.position, position)
            fence.known = max(fence.known, writes)
        return fence.position
