"""Which connections of a pool have had their time."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from math import inf

from ferrule_core.database.pooling.slots import Slot
from ferrule_core.settings.profiles import PoolOptions

SHORTEST_INTERVAL = 0.02
LONGEST_INTERVAL = 30.0
"""How often a pool looks after its connections, in seconds."""

CHECK_WITHIN = 2.0
"""How long a connection may take to give a sign of life, in seconds."""


class Upkeep:
    """The times of a pool's options, in seconds; what is ``None`` there is infinite here.

    Attributes:
        check_after: How long a connection may be idle until it is checked before use.
        check_within: How long a check may take: no waiter loses all its time to one.
    """

    __slots__ = ("_idle_within", "_min_size", "_recycle_after", "check_after", "check_within")

    def __init__(self, options: PoolOptions) -> None:
        self._min_size = options.min_size
        self._recycle_after = _seconds(options.recycle_after)
        self._idle_within = _seconds(options.idle_within)
        self.check_after = _seconds(options.check_after)
        self.check_within = min(CHECK_WITHIN, options.acquire_within.total_seconds() / 2)

    @property
    def interval(self) -> float | None:
        """How often to look for what is too old or idle for too long, in seconds."""
        shortest = min(self._recycle_after / 20, self._idle_within / 4)
        if shortest == inf:
            return None
        return min(max(shortest, SHORTEST_INTERVAL), LONGEST_INTERVAL)

    def begin(self, slot: Slot) -> None:
        """Say when a new connection is to be checked and replaced."""
        earlier = random.uniform(0.9, 1.0)  # noqa: S311 - so that not all go at once; no secret
        slot.retire_at = slot.taken_at + self._recycle_after * earlier
        slot.doubted_at = slot.taken_at + self.check_after

    def wear_out(self, slots: Iterable[Slot], now: float) -> None:
        """Mark the connections that have reached their age."""
        for slot in slots:
            if slot.retire_at <= now:
                slot.worn = True

    def superfluous(
        self, slots: Collection[Slot], idle: Iterable[Slot], now: float
    ) -> Iterator[Slot]:
        """Idle connections to close: worn ones, and those idle for too long above ``min_size``.

        Args:
            slots: All connections of the pool.
            idle: Those that are idle, the longest first.
            now: The time.
        """
        spare = sum(not slot.worn for slot in slots) - self._min_size
        for slot in idle:
            if slot.idle_mark[0] != slot.taken_at:
                slot.idle_mark = (slot.taken_at, now)
            if slot.worn:
                yield slot
            elif spare > 0 and now - slot.idle_mark[1] >= self._idle_within:
                spare -= 1
                yield slot


def _seconds(time: timedelta | None) -> float:
    return inf if time is None else time.total_seconds()
