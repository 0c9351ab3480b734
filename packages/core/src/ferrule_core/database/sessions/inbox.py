"""What a listener has received and nobody has read yet: bounded, and nothing lost silently."""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import UTC, datetime
from typing import Literal

from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts import Notification

GapReason = Literal["connection lost", "overflow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Notifications may be missing here: forget whatever relied on seeing all of them.

    Times are of this machine's clock, in UTC. What was committed before ``since`` came before the
    gap, what is committed after ``until`` comes after it.

    Attributes:
        reason: ``connection lost``: nobody listened in between. ``overflow``: the buffer was full,
            because the notifications were not read quickly enough.
    """

    since: datetime
    until: datetime
    reason: GapReason


@dataclass(slots=True)
class _OpenGap:
    since: datetime
    until: datetime
    reason: GapReason


class Inbox:
    """Notifications and gaps in their order, for whoever iterates.

    When ``limit`` notifications wait, all that follow are dropped until the reader has read those
    that wait, and then a gap stands in their place. The reader meets one gap for all of them, and
    not one for each notification that found no room.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: deque[Notification | _OpenGap] = deque()
        self._overflow: _OpenGap | None = None
        self._filled = asyncio.Event()
        self._ended = False
        self._error: BaseException | None = None

    def put(self, notification: Notification) -> None:
        """Keep a notification, or note that there was no room for it."""
        if self._overflow is not None:
            self._overflow.until = datetime.now(UTC)
        elif len(self._items) < self._limit:
            self._items.append(notification)
            self._filled.set()
        else:
            now = datetime.now(UTC)
            self._overflow = _OpenGap(now, now, "overflow")
            self._items.append(self._overflow)

    def put_gap(self, since: datetime, until: datetime) -> None:
        """Note that the connection was lost; together with the last gap, if nothing came since."""
        last = self._items[-1] if self._items else None
        if isinstance(last, _OpenGap):
            last.since = min(last.since, since)
            last.until = until
        else:
            self._items.append(_OpenGap(since, until, "connection lost"))
        self._filled.set()

    def end(self, error: BaseException | None = None) -> None:
        """Let readers stop; with an error, once they have read what is there."""
        if not self._ended:
            self._ended = True
            self._error = error
            if error is None:
                self._items.clear()
            self._filled.set()

    @property
    def ended(self) -> bool:
        """Whether nothing will come any more."""
        return self._ended

    async def get(self) -> Notification | Gap:
        """The next one, once there is one.

        Raises:
            StopAsyncIteration: The listener was closed.
        """
        while not self._items:
            if self._ended:
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            self._filled.clear()
            await self._filled.wait()
        item = self._items.popleft()
        if isinstance(item, Notification):
            return item
        if item is self._overflow:
            self._overflow = None
            item.until = datetime.now(UTC)
        return Gap(since=item.since, until=item.until, reason=item.reason)
