"""Databases and transactions without an event loop: the twins behind ``.sync``.

Each has the methods of its asynchronous twin, with the same parameters and without ``await``. What
they do runs in the one thread that the process has for it; see ``portal.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from random import random
from types import TracebackType
from typing import TYPE_CHECKING

from ferrule_core.database.observing.watching import HEALTH_WITHIN
from ferrule_core.database.registry import open_databases
from ferrule_core.database.sessions.listening import ListenOptions
from ferrule_core.database.sessions.lock_keys import LockKey
from ferrule_core.database.sync.blocks import (
    SyncAttempts,
    SyncTransactionBlock,
    call_now,
    once_due,
)
from ferrule_core.database.sync.connection import SyncConnectionBlock
from ferrule_core.database.sync.copying import SyncCopyVerbs
from ferrule_core.database.sync.portal import before_exit
from ferrule_core.database.sync.sessions import SyncAdvisoryLock, SyncNotifications
from ferrule_core.database.transactions.callbacks import Callback
from ferrule_core.query.blocking import SyncBlock, run_sync

if TYPE_CHECKING:
    from typing import Self, Unpack

    from ferrule_core.database.database import Database
    from ferrule_core.database.observing.health import Health
    from ferrule_core.database.observing.query_log import QueryLog
    from ferrule_core.database.routines.calling import Functions
    from ferrule_core.database.transactions.beginning import TransactionKeywords
    from ferrule_core.mapping.to_catalog import Declared

_LISTENING = ListenOptions()

FAREWELL = timedelta(seconds=2)
"""How long a database that is open when the process ends may take to close its connections."""


class SyncDatabase(SyncCopyVerbs):
    """A database and its pool of connections, for threads without an event loop.

    Attributes:
        database: Its asynchronous twin.
    """

    __slots__ = ("_block", "database")

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.database = database
        self._block = SyncBlock(database)

    def __repr__(self) -> str:
        return f"{self.database!r}.sync"

    def open(self) -> Self:
        """Make the first connections; see ``Database.open``.

        What is still open when the process ends is closed then.
        """
        run_sync(self.database.open())
        return self

    def close(self) -> None:
        """Wait for connections in use, within ``close_within``, then close all."""
        run_sync(self.database.close())

    def __enter__(self) -> Self:
        self._block.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def fn(self) -> Functions:
        """The stored functions: ``database.fn.search_books("x").sync.result()``."""
        return self.database.fn

    def transaction(self, **options: Unpack[TransactionKeywords]) -> SyncTransactionBlock:
        """A block that commits at its end and rolls back if anything raises.

        Everything that this thread runs through ``.sync`` in the block belongs to it; see
        ``Database.transaction``.

        Args:
            **options: See ``TransactionKeywords``.
        """
        return self.database.transaction(**options).sync

    def attempts(
        self,
        most: int,
        *,
        jitter: Callable[[], float] = random,
        **options: Unpack[TransactionKeywords],
    ) -> SyncAttempts:
        """Run a transaction again after a serialization failure, a deadlock or a changed schema.

        ``for attempt in database.attempts(3): with attempt: ...``; see ``Database.attempts``.
        """
        return self.database.attempts(most, jitter=jitter, **options).sync

    def on_commit(self, callback: Callback) -> None:
        """Call it, in this thread, once its outermost transaction has committed.

        Where no transaction is open, it is called at once; see ``Database.on_commit``.
        """
        if not run_sync(_is_in_transaction(self.database)):
            call_now(callback)
            return
        run_sync(_register(self.database.on_commit, callback))

    def on_rollback(self, callback: Callback) -> None:
        """Call it, in this thread, once its outermost transaction has ended.

        That is so where the block around this call was rolled back; see ``Database.on_rollback``.
        """
        run_sync(_register(self.database.on_rollback, callback))

    def listen(
        self,
        *channels: str,
        heartbeat: timedelta = _LISTENING.heartbeat,
        answer_within: timedelta = _LISTENING.answer_within,
        buffer: int = _LISTENING.buffer,
    ) -> SyncNotifications:
        """Listen on channels: ``with``, and then ``for`` over what arrives; see ``Database``."""
        return self.database.listen(
            *channels, heartbeat=heartbeat, answer_within=answer_within, buffer=buffer
        ).sync

    def notify(self, channel: str, payload: str = "") -> None:
        """Send a notification: at once, or with the commit of this thread's open transaction."""
        run_sync(self.database.notify(channel, payload))

    def advisory_lock(
        self,
        key: LockKey,
        *,
        shared: bool = False,
        wait: bool = True,
        within: timedelta | None = None,
        heartbeat: timedelta = _LISTENING.heartbeat,
        answer_within: timedelta = _LISTENING.answer_within,
    ) -> SyncAdvisoryLock:
        """A lock that the application gives a meaning to: ``with`` holds it for the block.

        See ``Database.advisory_lock``. A block whose lock was lost is interrupted where it next
        calls something under ``.sync``.
        """
        return self.database.advisory_lock(
            key,
            shared=shared,
            wait=wait,
            within=within,
            heartbeat=heartbeat,
            answer_within=answer_within,
        ).sync

    def transaction_lock(
        self,
        key: LockKey,
        *,
        shared: bool = False,
        wait: bool = True,
        within: timedelta | None = None,
    ) -> None:
        """Take an advisory lock that this thread's open transaction holds until its end."""
        run_sync(self.database.transaction_lock(key, shared=shared, wait=wait, within=within))

    def session_connection(self, purpose: str = "this") -> SyncConnectionBlock:
        """A connection outside of the pool; see ``Database.session_connection``."""
        return SyncConnectionBlock(self.database.session_connection(purpose))

    def create_all(self, declared: Iterable[Declared], *, schema: str = "public") -> None:
        """Make the tables of models in one transaction; see ``Database.create_all``."""
        run_sync(self.database.create_all(declared, schema=schema))

    def connection(self) -> SyncConnectionBlock:
        """A connection of the pool for the time of the block; see ``Database.connection``."""
        return SyncConnectionBlock(self.database.connection())

    def health(
        self, *, within: timedelta = HEALTH_WITHIN, max_lag: timedelta | None = None
    ) -> Health:
        """Ask the server whether it can be used now; see ``Database.health``."""
        return run_sync(self.database.health(within=within, max_lag=max_lag))

    def log_queries(
        self, *, level: int = logging.INFO, show_parameters: bool = False
    ) -> AbstractContextManager[QueryLog]:
        """Write down the statements of the block; see ``Database.log_queries``."""
        return self.database.log_queries(level=level, show_parameters=show_parameters)


async def _is_in_transaction(database: Database) -> bool:
    return database.in_transaction()


async def _register(register: Callable[[Callback], Awaitable[object]], callback: Callback) -> None:
    await register(once_due(callback))


async def _close_what_is_open() -> None:
    for database in reversed(open_databases()):
        await database.end_with_process(within=FAREWELL)


before_exit(_close_what_is_open)
