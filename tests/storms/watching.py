"""What must be true after every storm."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ferrule_core.database import Database


@asynccontextmanager
async def nothing_unheard() -> AsyncIterator[None]:
    """Fail if the event loop is told of an exception that nobody retrieved, or the like."""
    loop = asyncio.get_running_loop()
    heard: list[dict[str, Any]] = []
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: heard.append(context))
    try:
        yield
        await asyncio.sleep(0.05)
        gc.collect()
        await asyncio.sleep(0.05)
    finally:
        loop.set_exception_handler(before)
    assert heard == []


async def calm(database: Database, *, seconds: float = 30) -> None:
    """Wait until the pool is whole: nobody has, cleans or awaits a connection."""
    async with asyncio.timeout(seconds):
        while True:
            now = database.statistics()
            if not (now.in_use or now.resetting or now.waiting) and now.size == now.idle:
                return
            await asyncio.sleep(0.02)


async def nothing_left_running(watcher: Database, *, seconds: float = 10) -> None:
    """Fail if another session still runs a statement, or is in a transaction.

    Args:
        watcher: Another database of the same server, not through a pooler.
        seconds: For how long what was cancelled may go on.
    """
    async with asyncio.timeout(seconds):
        while rows := await watcher.fetch(
            "SELECT pid, state, query FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
        ):
            del rows
            await asyncio.sleep(0.02)
