"""What a database can do beyond statements: notifications, advisory locks, COPY."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from ferrule_core.database.sessions.copy_verbs import CopyVerbs
from ferrule_core.database.sessions.listening import ListenOptions, Notifications, database_closed
from ferrule_core.database.sessions.lock_keys import LockKey, lock_numbers
from ferrule_core.database.sessions.locking import AdvisoryLock, LockOptions, take_in_transaction
from ferrule_core.database.sessions.notifying import notify_query
from ferrule_core.database.transactions.transacting import Transacting
from ferrule_core.errors import TransactionError
from ferrule_core.plugins.contracts import Connection

if TYPE_CHECKING:
    from ferrule_core.database.routines.calling import Functions

_LISTENING = ListenOptions()
_CLOSE_WITHIN = timedelta(seconds=5)


class Facilities(CopyVerbs, Transacting):
    """Methods of ``Database`` whose work is done in modules of their own."""

    name: str
    _listeners: set[Notifications]

    @abstractmethod
    async def _open_direct(self, purpose: str) -> Connection:
        """A session outside of the pool, around a pooler if there is one."""

    @cached_property
    def fn(self) -> Functions:
        """The stored functions and procedures: ``await database.fn.search_books("x")``."""
        from ferrule_core.database.routines.calling import Functions  # few programs call any

        return Functions(self)

    @asynccontextmanager
    async def session_connection(self, purpose: str = "this") -> AsyncGenerator[Connection]:
        """A connection outside of the pool whose session lasts as long as the block.

        It leads around a pooler in transaction mode, by the profile's ``direct_url``.

        Args:
            purpose: What it is for; errors say that it cannot be had.

        Raises:
            ConfigurationError: There is only a pooler in transaction mode.
            ConnectFailed: No connection could be made.
        """
        connection = await self._open_direct(purpose)
        try:
            yield connection
        finally:
            await connection.close(within=_CLOSE_WITHIN)

    def listen(
        self,
        *channels: str,
        heartbeat: timedelta = _LISTENING.heartbeat,
        answer_within: timedelta = _LISTENING.answer_within,
        buffer: int = _LISTENING.buffer,
    ) -> Notifications:
        """Listen on channels: ``async with``, and then ``async for`` over what arrives.

        It has a connection of its own, outside of the pool, which it makes again when it broke:
        a dead link is noticed within ``heartbeat`` and ``answer_within`` together. Wherever
        notifications may be missing, it gives a ``Gap`` in their place.

        Args:
            *channels: Exact names: ``NOTIFY Books`` without quotes is the channel ``books``.
            heartbeat: How often the link is tried out.
            answer_within: How long the server may take to answer.
            buffer: How many notifications may wait to be read; those above are dropped, and a
                ``Gap`` says so.

        Raises:
            NameRefused: PostgreSQL cannot have such a channel.
        """
        options = ListenOptions(heartbeat=heartbeat, answer_within=answer_within, buffer=buffer)
        return Notifications(
            lambda: self._open_direct("LISTEN"), channels, options, among=self._listeners
        )

    async def notify(self, channel: str, payload: str = "") -> None:
        """Send a notification: at once, or with the commit of the task's open transaction.

        A transaction that is rolled back sends nothing. Of equal notifications in one transaction
        PostgreSQL sends one.

        Args:
            channel: The exact name.
            payload: At most 7,999 bytes of UTF-8.

        Raises:
            ValueRefused: The payload is too long; nothing was sent.
        """
        await self.execute(notify_query(channel, payload))

    def advisory_lock(
        self,
        key: LockKey,
        *,
        shared: bool = False,
        wait: bool = True,
        within: timedelta | None = None,
        heartbeat: timedelta = _LISTENING.heartbeat,
        answer_within: timedelta = _LISTENING.answer_within,
    ) -> AdvisoryLock:
        """A lock that the application gives a meaning to: ``async with`` holds it for the block.

        It has a connection of its own, outside of the pool, so that the block may use the pool as
        it likes; whatever ends the block, or the process, gives it back. Whoever waits for a
        lock has a connection too. When its connection breaks, the task of the block is cancelled
        and the block ends in ``AdvisoryLockLost``.

        Args:
            key: An integer of 64 bits, two of 32, or text, which stands for a number: see
                ``lock_numbers``.
            shared: Let others have it too that ask for it as shared.
            wait: Wait for it; otherwise ``LockNotAvailable`` comes at once.
            within: How long to wait; as long as it takes where it is left out.
            heartbeat: How often the connection is tried out.
            answer_within: How long the server may take to answer.

        Raises:
            ValueRefused: There is no such key.
        """
        options = LockOptions(
            shared=shared,
            wait=wait,
            within=within,
            heartbeat=heartbeat,
            answer_within=answer_within,
        )
        numbers = lock_numbers(key)
        return AdvisoryLock(lambda: self._open_direct("an advisory lock"), numbers, options)

    async def transaction_lock(
        self,
        key: LockKey,
        *,
        shared: bool = False,
        wait: bool = True,
        within: timedelta | None = None,
    ) -> None:
        """Take an advisory lock that the task's open transaction holds until its end.

        It needs no connection but that of the transaction, and works behind every pooler.
        ``advisory_lock`` describes the parameters; both mean the same lock by the same key.

        Raises:
            TransactionError: No transaction is open.
            LockNotAvailable: Another has it; the transaction can go on.
            ValueRefused: There is no such key.
        """
        numbers = lock_numbers(key)
        if not self.in_transaction():
            raise TransactionError(
                f"{numbers.shown} was asked for a transaction, and none is open",
                hint="use it inside `async with database.transaction()`, or use advisory_lock()",
            )
        options = LockOptions(shared=shared, wait=wait, within=within)
        await take_in_transaction(self, numbers, options)

    async def _end_listeners(self) -> None:
        for listener in tuple(self._listeners):
            await listener.aclose(database_closed(self.name))
