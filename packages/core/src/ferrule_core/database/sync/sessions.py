"""LISTEN and advisory locks without an event loop."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from ferrule_core.query.blocking import SyncBlock, run_sync

if TYPE_CHECKING:
    from typing import Self

    from ferrule_core.database.sessions.inbox import Gap
    from ferrule_core.database.sessions.listening import Notifications
    from ferrule_core.database.sessions.locking import AdvisoryLock
    from ferrule_core.plugins.contracts import Notification


class SyncNotifications:
    """What arrives on some channels: iterate over it, from one thread.

    Attributes:
        notifications: Its asynchronous twin, which knows the channels and the state of the link.
    """

    __slots__ = ("_block", "notifications")

    def __init__(self, notifications: Notifications) -> None:
        self.notifications = notifications
        self._block = SyncBlock(notifications)

    def __enter__(self) -> Self:
        """Connect and listen; see ``Notifications``."""
        self._block.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._block.__exit__(kind, error, traceback)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Notification | Gap:
        try:
            return run_sync(self.notifications.__anext__())
        except StopAsyncIteration:
            raise StopIteration from None

    def aclose(self, error: BaseException | None = None) -> None:
        """Stop listening; iterations end, by ``error`` if there is one."""
        run_sync(self.notifications.aclose(error))

    def add(self, *channels: str) -> None:
        """Listen on more channels; comes back when the server does."""
        run_sync(self.notifications.add(*channels))

    def remove(self, *channels: str) -> None:
        """Listen no more on these; what came before is still given."""
        run_sync(self.notifications.remove(*channels))


class SyncAdvisoryLock:
    """``with`` for a lock of a session of its own.

    Attributes:
        lock: Its asynchronous twin, which knows whether it is held.
    """

    __slots__ = ("_block", "lock")

    def __init__(self, lock: AdvisoryLock) -> None:
        self.lock = lock
        self._block = SyncBlock(lock)

    def __enter__(self) -> Self:
        """Take the lock; see ``AdvisoryLock``."""
        self._block.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._block.__exit__(kind, error, traceback)
