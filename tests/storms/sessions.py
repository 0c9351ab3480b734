"""Users who leave a session in every state that there is; the next one must see the defaults."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

from ferrule_core.database import Database
from ferrule_core.errors import FerruleError
from ferrule_core.sql.compiled import CompiledQuery

SETUP = "CREATE TABLE used (n int PRIMARY KEY)"

SESSION = CompiledQuery(
    "SELECT current_user::text AS user, session_user::text AS session, "
    "current_setting('work_mem') AS work_mem, current_setting('search_path') AS search_path, "
    "current_setting('statement_timeout') AS timeout, "
    "current_setting('default_transaction_read_only') AS read_only, "
    "current_setting('TimeZone') AS zone, "
    "coalesce(current_setting('app.tenant', true), '') AS tenant, "
    "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) "
    "AS locks, (SELECT count(*) FROM pg_listening_channels()) AS channels, "
    "(SELECT count(*) FROM pg_class WHERE relpersistence = 't' "
    "AND relnamespace = pg_my_temp_schema()) AS temporaries, "
    "(SELECT count(*) FROM pg_cursors WHERE is_holdable) AS cursors, "
    "(SELECT count(*) FROM pg_prepared_statements WHERE from_sql) AS statements",
    (),
    origin="generated",
)

STAINS = (
    "SET work_mem = '77MB'",
    "SET search_path = pg_catalog",
    "SET statement_timeout = '3s'",
    "SET TimeZone = 'Asia/Tokyo'",
    "SET default_transaction_read_only = on",
    "SET app.tenant = 'acme'",
    "SELECT set_config('app.tenant', 'acme', false)",
    "SET ROLE pg_monitor",
    "SET SESSION AUTHORIZATION pg_monitor",
    "CREATE TEMP TABLE scratch (n int)",
    "CREATE TEMP VIEW seen AS SELECT 1 AS one",
    "PREPARE mine AS SELECT 1",
    "DEALLOCATE ALL",
    "SELECT pg_advisory_lock(7)",
    "SELECT pg_advisory_lock_shared(8)",
    "LISTEN news",
    "DECLARE held CURSOR WITH HOLD FOR SELECT 1",
)


async def session(database: Database) -> tuple[object, ...]:
    """What the next user of a connection sees."""
    row = await database.fetch_first(SESSION)
    assert row is not None
    return tuple(row)


async def _run_statement(database: Database, chance: random.Random) -> None:
    await database.execute(chance.choice(STAINS))


async def _use_connection(database: Database, chance: random.Random) -> None:
    async with database.connection() as connection:
        for stain in chance.sample(STAINS, 3):
            await connection.execute(stain)
        if chance.random() < 0.3:
            await connection.execute_script("BEGIN; SELECT 1 / 0")
        if chance.random() < 0.5:
            await connection.execute("SELECT pg_sleep(0.01)")


async def _use_transaction(database: Database, chance: random.Random) -> None:
    async with database.transaction():
        for stain in chance.sample(STAINS, 3):
            if "advisory" not in stain:  # others would wait for it until the end
                await database.execute(stain)
        if chance.random() < 0.5:
            raise ZeroDivisionError


async def _fail_in_transaction(database: Database, _: random.Random) -> None:
    async with database.transaction():
        await database.execute("SELECT set_config('app.tenant', 'acme', true)")
        await database.execute("INSERT INTO used VALUES (1), (1)")


WAYS = (_run_statement, _use_connection, _use_transaction, _fail_in_transaction)


async def storm(database: Database, *, uses: int, tasks: int = 20, seed: int = 0) -> int:
    """Use a database so often, in one of many ways, and look at the session before each.

    ``SETUP`` has to be there.

    Returns:
        How many sessions were looked at; each was as a new one is.
    """
    chance = random.Random(seed)  # noqa: S311 - the same each time
    expected = await session(database)
    left = iter(range(uses))
    looked = 0

    async def user() -> None:
        nonlocal looked
        for _ in left:
            assert await session(database) == expected
            looked += 1
            with suppress(TimeoutError, ZeroDivisionError, FerruleError):
                async with asyncio.timeout(chance.choice((0.002, 0.01, 10))):
                    await chance.choice(WAYS)(database, chance)

    await asyncio.gather(*(user() for _ in range(tasks)))
    return looked
