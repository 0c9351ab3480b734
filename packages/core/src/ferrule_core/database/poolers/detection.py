"""What stands between us and the server: nothing, or a pooler in one of its modes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from ferrule_core.errors import ConfigurationError, DatabaseError, LinkError
from ferrule_core.plugins.contracts import Connection, DatabaseUrl
from ferrule_core.settings.profiles import Pooler, PoolerFound

TEST_WITHIN = timedelta(seconds=2)
"""How long the search for a fault may take; past it, nothing is claimed."""

ROUNDS = 5
"""Others who use the pooler meanwhile can hide what one round would show."""

_CLOSE_WITHIN = timedelta(seconds=1)
_SUPABASE = ".pooler.supabase.com"
_TRANSACTION_PORTS = frozenset({6432, 6543})
"""Where PgBouncer and Supavisor listen for transaction mode, unless they are told otherwise."""

_PID = "SELECT pg_catalog.pg_backend_pid()"
_NO_SUCH_STATEMENT = "26000"
_SAME_NAME = "42P05"

logger = logging.getLogger("ferrule.pooler")

Open = Callable[[], Awaitable[Connection]]


def guessed(url: DatabaseUrl, declared: Pooler) -> PoolerFound:
    """What to begin with, before anybody was asked: a wrong guess costs one more connection."""
    if declared != "auto":
        return declared
    if (url.host or "").endswith(_SUPABASE) and url.port not in _TRANSACTION_PORTS:
        return "session"
    return "transaction" if url.port in _TRANSACTION_PORTS else "none"


async def talks_to_server(connection: Connection) -> bool:
    """Whether nobody stands in between who answers in the server's stead.

    A pooler must tell each client a number of its own for cancel requests; so the process that
    serves us is not the one that was named at the start. One round trip, by the simple protocol,
    whose tag has the answer: what it says holds in any mode.
    """
    named = connection.process_id
    if named is None:
        return True
    tag = await connection.execute_script(
        f"SELECT WHERE pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) ({named})"
    )
    return tag == "SELECT 1"


async def refuse_statement_mode(connection: Connection, place: str) -> None:
    """Refuse a pooler that allows no transactions.

    Raises:
        ConfigurationError: It is in statement mode.
    """
    try:
        await connection.execute_script("BEGIN")
        await connection.execute_script("COMMIT")
    except LinkError as error:
        if "statement pooling" not in f"{error} {error.__cause__}":
            raise
        raise ConfigurationError(
            f"the pooler at {place} is in statement mode, which allows no transactions",
            hint="set pool_mode of the pooler to transaction or session",
        ) from error


async def shares_sessions(open_probe: Open) -> bool | None:
    """Whether the pooler is seen to give one session to several clients in turn.

    While one client has a transaction open, another is served by a session that the first one had
    before, or by another one than before. In session mode neither can be.

    Args:
        open_probe: Opens a connection that prepares nothing.

    Returns:
        ``None`` where that could not be found out in time.
    """
    try:
        async with (
            asyncio.timeout(TEST_WITHIN.total_seconds()),
            _probes(open_probe) as (first, second),
        ):
            for _ in range(ROUNDS):
                before = await _pid(first)
                await second.execute_script("BEGIN")
                if await _pid(second) == before or await _pid(first) != before:
                    return True
                await second.execute_script("ROLLBACK")
    except (TimeoutError, DatabaseError):
        logger.debug("how the pooler works was not found out", exc_info=True)
        return None
    return False


async def refuse_lost_statements(connection: Connection, open_probe: Open, place: str) -> None:
    """Refuse a statement cache where the pooler does not keep prepared statements.

    Args:
        connection: One that prepares what it runs.
        open_probe: Opens a connection that prepares nothing.
        place: The pooler, for people.

    Raises:
        ConfigurationError: A statement that one session prepared was missing in another.
    """
    try:
        async with (
            asyncio.timeout(TEST_WITHIN.total_seconds()),
            _probe(open_probe) as other,
        ):
            await _pid(connection)
            await other.execute_script("BEGIN")
            await _pid(other)
            await _pid(connection)
    except TimeoutError:
        logger.warning("whether the pooler keeps prepared statements was not found out in time")
        connection.terminate()
    except DatabaseError as error:
        if error.sqlstate not in (_NO_SUCH_STATEMENT, _SAME_NAME):
            raise
        raise ConfigurationError(
            f"statement_cache is on, and the pooler at {place} does not keep prepared statements",
            hint="leave statement_cache out; PgBouncer keeps them from 1.21 on, "
            "where its max_prepared_statements is not 0",
        ) from error


async def _pid(connection: Connection) -> object:
    row = await connection.fetch_first(_PID)
    return None if row is None else row[0]


@asynccontextmanager
async def _probe(open_probe: Open) -> AsyncGenerator[Connection]:
    connection = await open_probe()
    try:
        yield connection
        await connection.close(within=_CLOSE_WITHIN)
    finally:
        connection.terminate()


@asynccontextmanager
async def _probes(open_probe: Open) -> AsyncGenerator[tuple[Connection, Connection]]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(_probe(open_probe))
        second = await stack.enter_async_context(_probe(open_probe))
        yield first, second
