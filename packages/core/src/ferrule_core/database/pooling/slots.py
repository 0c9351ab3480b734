"""A connection of a pool, and what the pool knows of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from math import inf

from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts import Connection
from ferrule_core.settings.profiles import PoolerFound


class Slot:
    """A connection of the pool, and who has it.

    Times are those of ``time.monotonic``.

    Attributes:
        holder: The task that has it; ``None`` while the pool has it.
        taken_at: When it was given out last, or opened.
        tainted: Whether the session may differ from a new one.
        worn: Whether it is closed as soon as it comes back: too old, or from before a change of
            the schema, or its pool is closing.
        doubted_at: From when on it is checked before it is given out.
        retire_at: When it has reached its age.
        idle_mark: ``taken_at`` when upkeep first saw it idle, and when that was.
    """

    __slots__ = (
        "connection",
        "doubted_at",
        "holder",
        "idle_mark",
        "retire_at",
        "tainted",
        "taken_at",
        "worn",
    )

    def __init__(self, connection: Connection, *, now: float) -> None:
        self.connection = connection
        self.holder: asyncio.Task[object] | None = None
        self.taken_at = now
        self.tainted = False
        self.worn = False
        self.doubted_at = inf
        self.retire_at = inf
        self.idle_mark = (now, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStatistics:
    """A moment of a pool.

    Attributes:
        size: Connections that are open or being opened.
        in_use: Connections that tasks have now.
        idle: Connections that are free.
        resetting: Connections that are being cleaned, checked or closed.
        waiting: Tasks that wait for a connection.
        longest_held: For how long the longest user has had its connection.
        holder: Name of that task.
        pooler: What stands before the server; ``None`` while that is not known.
    """

    size: int
    max_size: int
    in_use: int
    idle: int
    resetting: int
    waiting: int
    longest_held: timedelta | None
    holder: str | None
    pooler: PoolerFound | None = None

    def __str__(self) -> str:
        text = (
            f"size {self.size} of {self.max_size}, {self.in_use} in use, {self.idle} idle, "
            f"{self.resetting} being reset, {self.waiting} waiting"
        )
        if self.longest_held is not None:
            text += (
                f', held longest for {self.longest_held.total_seconds():.1f} s by "{self.holder}"'
            )
        return text
