"""What a pool's options say to the server, as settings that each connection begins with."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from ferrule_core.settings.profiles import PoolOptions


def server_settings(options: PoolOptions) -> dict[str, str]:
    """The settings for a start-up packet; what is reset comes back to these.

    They are sent once for each connection, so they cost no round trip. A pooler in transaction
    mode refuses most of them.
    """
    wanted = {
        "lock_timeout": options.lock_within,
        "idle_in_transaction_session_timeout": options.idle_in_transaction_within,
    }
    return {name: _milliseconds(time) for name, time in wanted.items() if time is not None}


def _milliseconds(time: timedelta) -> str:
    """Rounded up, since 0 would switch the limit off; the server knows no more than 25 days."""
    return str(min(ceil(time / timedelta(milliseconds=1)), 2**31 - 1))
