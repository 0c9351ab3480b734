"""What a connection that listens gives."""

from __future__ import annotations

from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True)
class Notification:
    """What somebody sent by ``NOTIFY`` or ``pg_notify``, once their transaction was committed.

    Attributes:
        channel: The channel's exact name.
        payload: Empty where the sender gave none.
        process: Number of the server process of the session that sent it.
    """

    channel: str
    payload: str
    process: int
