"""Sending notifications."""

from __future__ import annotations

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.errors import ValueRefused
from ferrule_core.sql.compiled import CompiledQuery

MOST_PAYLOAD_BYTES = 7999
"""What PostgreSQL takes, in its default build (``NOTIFY_PAYLOAD_MAX_LENGTH`` in its source)."""


def notify_query(channel: str, payload: str) -> CompiledQuery:
    """The statement that sends a notification.

    Raises:
        NameRefused: PostgreSQL cannot have such a channel.
        ValueRefused: The payload is too long, or has a NUL character. The server would refuse it
            as well, but roll back all that the transaction has done.
    """
    quote_identifier(channel)
    size = len(payload.encode())
    if size > MOST_PAYLOAD_BYTES:
        raise ValueRefused(
            f'the payload for channel "{channel}" has {size} bytes, and a notification holds '
            f"{MOST_PAYLOAD_BYTES}",
            hint="store what is to be said in a table, and notify of its key",
        )
    if "\0" in payload:
        raise ValueRefused(f'the payload for channel "{channel}" has a NUL character')
    return CompiledQuery("SELECT pg_notify($1, $2)", (channel, payload), origin="notify")
