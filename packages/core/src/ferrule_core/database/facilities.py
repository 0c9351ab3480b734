"""What a database can do beyond statements: notifications, advisory locks, COPY."""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta

from ferrule_core.database.listening import ListenOptions, Notifications, database_closed
from ferrule_core.database.notifying import notify_query
from ferrule_core.database.statements import Statements
from ferrule_core.plugins.contracts import Connection

_LISTENING = ListenOptions()


class Facilities(Statements):
    """Methods of ``Database`` whose work is done in modules of their own."""

    name: str
    _listeners: set[Notifications]

    @abstractmethod
    async def _open_direct(self, purpose: str) -> Connection:
        """A session outside of the pool, around a pooler if there is one."""

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

    async def _end_listeners(self) -> None:
        for listener in tuple(self._listeners):
            await listener.aclose(database_closed(self.name))
