"""What a pool does with one connection before anyone gets it: reset it, or see that it lives."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from ferrule_core.errors import FerruleError, LinkError
from ferrule_core.plugins.contracts import Connection

RESET_WITHIN = timedelta(seconds=5)
"""How long a connection may take to become clean again before it is dropped."""

logger = logging.getLogger("ferrule.pool")


async def check_alive(connection: Connection, *, within: float) -> None:
    """Ask for a sign of life; close the connection where none comes within so many seconds."""
    alive = False
    try:
        async with asyncio.timeout(within):
            await connection.execute_script("SELECT 1")
        alive = True
    except (FerruleError, TimeoutError):
        pass  # it is replaced, so nobody needs to hear of it
    finally:
        if not alive:
            connection.terminate()


async def reset_or_drop(connection: Connection) -> None:
    """Bring a session back to its defaults; close the connection where that fails."""
    clean = False
    try:
        async with asyncio.timeout(RESET_WITHIN.total_seconds()):
            if connection.in_transaction:
                await connection.execute_script("ROLLBACK")
            await connection.reset(within=RESET_WITHIN)
        clean = True
    except LinkError:
        pass  # it broke before, and whoever used it was told
    except (FerruleError, TimeoutError):
        logger.warning("a connection could not be reset and is dropped", exc_info=True)
    finally:
        if not clean:
            connection.terminate()
