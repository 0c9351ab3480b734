"""What one user of a connection leaves behind, the next does not see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import anyio
import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import ConnectionLost, DataError, QueryCanceled
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.sql.compiled import CompiledQuery

pytestmark = pytest.mark.anyio


def generated(text: str, *parameters: object) -> CompiledQuery:
    return CompiledQuery(text, parameters, origin="generated")


SESSION = generated(
    "SELECT pg_backend_pid() AS pid, current_user::text AS user, session_user::text AS session, "
    "current_setting('work_mem') AS work_mem, current_setting('search_path') AS search_path, "
    "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())::int "
    "AS locks, (SELECT count(*) FROM pg_listening_channels())::int AS channels, "
    "to_regclass('pg_temp.scratch')::text AS scratch, "
    "(SELECT count(*) FROM pg_cursors WHERE is_holdable)::int AS cursors, "
    "(SELECT count(*) FROM pg_prepared_statements WHERE from_sql)::int AS statements, "
    "current_setting('default_transaction_read_only') AS read_only, "
    "current_setting('idle_in_transaction_session_timeout') AS idle, "
    "current_setting('app.tenant', true) AS tenant"
)


UNDONE_BY_CLOSING = ("PREPARE mine AS SELECT 1", "DEALLOCATE ALL", "DISCARD ALL")
"""What cannot be undone without what the driver has prepared."""


@pytest.fixture
async def single(database_url: DatabaseUrl, plugins: Plugins) -> AsyncIterator[Database]:
    """A pool of one connection, so that the next user gets that of the last one."""
    async with connect(database_url, plugins=plugins, name="single", max_size=1) as database:
        yield database


async def session(database: Database) -> dict[str, object]:
    row = await database.fetch_first(SESSION)
    assert row is not None
    return {name: row[name] for name in row.keys()}  # noqa: SIM118 - a row is no mapping


@pytest.mark.parametrize(
    "text",
    [
        "SET work_mem = '77MB'",
        "SET search_path = pg_catalog",
        "SET ROLE pg_monitor",
        "SET SESSION AUTHORIZATION pg_monitor",
        "SELECT pg_advisory_lock(7)",
        "LISTEN news",
        "CREATE TEMP TABLE scratch (n int)",
        "DECLARE held CURSOR WITH HOLD FOR SELECT 1",
        "PREPARE mine AS SELECT 1",
        "DEALLOCATE ALL",
        "DISCARD ALL",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET idle_in_transaction_session_timeout = '1ms'",
    ],
)
async def test_the_callers_statements_leave_nothing_behind(single: Database, text: str):
    before = await session(single)

    await single.execute(text)
    after = await session(single)

    if text in UNDONE_BY_CLOSING:
        assert after.pop("pid") != before.pop("pid")
    assert after == before


async def test_a_raw_connection_leaves_nothing_behind(single: Database):
    before = await session(single)

    async with single.connection() as connection:
        await connection.execute_script(
            "SET work_mem = '77MB'; BEGIN; CREATE TEMP TABLE scratch (n int)"
        )

    assert await session(single) == before


async def test_the_callers_statements_in_a_transaction_leave_nothing_behind(single: Database):
    before = await session(single)

    async with single.transaction():
        await single.execute("SET work_mem = '77MB'")
        assert (await session(single))["work_mem"] == "77MB"

    assert await session(single) == before


async def test_a_failed_statement_of_the_caller_leaves_nothing_behind(single: Database):
    before = await session(single)

    async with single.transaction():
        with pytest.raises(DataError):
            async with single.transaction():
                await single.fetch("SELECT pg_advisory_lock(7), 1 / (SELECT 0)")

    assert await session(single) == before


async def test_what_is_set_for_a_transaction_ends_with_it(single: Database):
    async with single.transaction():
        await single.fetch(generated("SELECT set_config('app.tenant', $1, true)", "acme"))
        assert (await session(single))["tenant"] == "acme"

    assert (await session(single))["tenant"] in (None, "")


async def test_an_error_in_a_generated_statement_resets_the_session(single: Database):
    before = await session(single)

    with pytest.raises(ZeroDivisionError):
        async with single.transaction():
            raise ZeroDivisionError

    assert await session(single) == before


@pytest.mark.parametrize("library", ["asyncio", "anyio"])
@pytest.mark.parametrize("in_transaction", [False, True])
async def test_a_cancelled_statement_is_stopped_and_its_connection_used_again(
    single: Database, library: str, in_transaction: bool
):
    before = await session(single)

    async def sleep() -> None:
        if in_transaction:
            async with single.transaction():
                await single.fetch(generated("SELECT pg_sleep(30)"))
        else:
            await single.fetch(generated("SELECT pg_sleep(30)"))

    if library == "asyncio":
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await sleep()
    else:
        with anyio.move_on_after(0.1) as scope:
            await sleep()
        assert scope.cancelled_caught

    async with asyncio.timeout(5):
        assert await session(single) == before


async def test_a_cancelled_transaction_is_rolled_back(numbers: Database):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1), numbers.transaction():
            await numbers.execute("DELETE FROM numbers")
            await asyncio.sleep(30)

    assert len(await numbers.fetch("SELECT n FROM numbers")) == 5


async def test_a_statement_past_its_deadline_is_stopped(
    database_url: DatabaseUrl, plugins: Plugins
):
    within = timedelta(seconds=0.1)
    async with connect(
        database_url, plugins=plugins, name="hasty", max_size=1, statement_within=within
    ) as database:
        before = await session(database)
        with pytest.raises(QueryCanceled) as caught:
            await database.fetch(generated("SELECT pg_sleep(30)"))

        assert caught.value.message == "the statement took longer than it may"
        assert isinstance(caught.value.__cause__, TimeoutError)
        assert await session(database) == before


async def test_a_stream_that_is_left_early_gives_its_connection_back(single: Database):
    rows = single.stream(generated("SELECT generate_series(1, 100000)"), chunk_rows=10)
    async for chunk in rows:
        assert len(chunk) == 10
        break
    await rows.aclose()

    async with asyncio.timeout(5):
        assert await single.fetch_first(SESSION) is not None


async def test_a_connection_that_cannot_be_reset_is_dropped(single: Database):
    before = await session(single)

    async with single.connection() as connection:
        with pytest.raises(ConnectionLost):
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    after = await session(single)
    assert after["pid"] != before["pid"]
    assert single.statistics().size == 1
