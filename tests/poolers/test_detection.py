"""What stands before the server is found out when a database is opened, and a fault is named."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest

from ferrule_core.database import connect
from ferrule_core.database.poolers.detection import TEST_WITHIN, guessed
from ferrule_core.database.target import find_target, single_connection
from ferrule_core.errors import ConfigurationError, ConnectFailed
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.profiles import Pooler, PoolOptions, Profile
from ferrule_testing.pgbouncer import PgBouncer
from ferrule_testing.pytest_plugin import StartPgBouncer

pytestmark = pytest.mark.anyio

SLACK = timedelta(seconds=2)
"""How much longer a loaded machine may take."""


async def pooler_of(url: DatabaseUrl, plugins: Plugins, **options: object) -> str | None:
    async with connect(url, plugins=plugins, name="tried", **options) as database:  # type: ignore[arg-type]
        row = await database.fetch_first("SELECT 7")
        assert row is not None
        assert row[0] == 7
        assert database.statistics().pooler == database.pooler
        return database.pooler


@pytest.mark.parametrize("declared", ["auto", "none", "session"])
async def test_a_server_is_known_as_one(
    database_url: DatabaseUrl, plugins: Plugins, declared: Pooler, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG, "ferrule.pooler"):
        assert await pooler_of(database_url, plugins, pooler=declared) == "none"

    assert [record.levelname for record in caplog.records] == ["DEBUG"]
    assert caplog.messages[0].endswith(": pooler none")


async def test_what_is_declared_for_a_pooler_holds_without_one(
    database_url: DatabaseUrl, plugins: Plugins
):
    assert await pooler_of(database_url, plugins, pooler="transaction") == "transaction"


@pytest.mark.parametrize("by_socket", [False, True])
async def test_transaction_mode_is_found_out(
    bouncer: PgBouncer, plugins: Plugins, by_socket: bool, caplog: pytest.LogCaptureFixture
):
    url = bouncer.socket_url if by_socket else bouncer.url

    assert await pooler_of(url, plugins) == "transaction"

    [record] = [one for one in caplog.records if one.name == "ferrule.pooler"]
    assert record.levelname == "WARNING"
    assert "the statement cache is off" in record.getMessage()
    assert 'say pooler = "session"' in record.getMessage()


async def test_every_connection_of_a_pool_is_made_for_it(bouncer: PgBouncer, plugins: Plugins):
    async with connect(bouncer.url, plugins=plugins, name="tried", min_size=0) as database:
        known = [database.pooler]
        await database.fetch("SELECT 1")
        known.append(database.pooler)
        assert known == [None, "transaction"]

    async with connect(bouncer.url, plugins=plugins, name="tried", min_size=4) as database:
        assert database.statistics().idle == 4
        assert database.pooler == "transaction"


async def test_it_is_not_asked_what_is_said(
    bouncer: PgBouncer, plugins: Plugins, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO, "ferrule.pooler"):
        assert await pooler_of(bouncer.url, plugins, pooler="transaction") == "transaction"

    assert "pooler in transaction mode; statement cache off" in caplog.messages[0]


async def test_session_mode_is_taken_for_transaction_mode_unless_it_is_said(
    pgbouncer: StartPgBouncer, plugins: Plugins
):
    running = pgbouncer("session")

    assert await pooler_of(running.url, plugins) == "transaction"
    assert await pooler_of(running.url, plugins, pooler="session") == "session"
    assert await pooler_of(running.url, plugins, pooler="none") == "session"


@pytest.mark.parametrize("declared", ["none", "session"])
@pytest.mark.parametrize("size", [1, 2, 20])
async def test_transaction_mode_is_refused_where_a_session_was_declared(
    pgbouncer: StartPgBouncer, plugins: Plugins, declared: Pooler, size: int
):
    running = pgbouncer("transaction", default_pool_size=size)
    started = monotonic()

    with pytest.raises(ConfigurationError) as caught:
        await pooler_of(running.url, plugins, pooler=declared)

    assert timedelta(seconds=monotonic() - started) < TEST_WITHIN + SLACK
    assert caught.value.message == (
        f'host "127.0.0.1" port {running.url.port} is a pooler in transaction mode, '
        f'but pooler = "{declared}"'
    )
    assert caught.value.hint == (
        'say pooler = "transaction", or leave it out, or set pool_mode of the pooler'
    )


async def test_transaction_mode_is_seen_while_others_use_the_pooler(
    pgbouncer: StartPgBouncer, plugins: Plugins
):
    running = pgbouncer("transaction", default_pool_size=5)
    async with connect(running.url, plugins=plugins, name="busy", max_size=10) as busy:
        done = asyncio.Event()

        async def work() -> None:
            while not done.is_set():
                await busy.fetch("SELECT pg_sleep(random() / 200)")

        workers = [asyncio.create_task(work()) for _ in range(10)]
        try:
            seen = 0
            for _ in range(5):  # on a loaded machine the time may be too short now and then
                try:
                    await pooler_of(running.url, plugins, pooler="session")
                except ConfigurationError as error:
                    seen += "in transaction mode, but" in error.message
            assert seen
        finally:
            done.set()
            await asyncio.gather(*workers)


async def test_what_cannot_be_found_out_in_time_is_not_claimed(
    pgbouncer: StartPgBouncer, plugins: Plugins
):
    running = pgbouncer("session", default_pool_size=1)
    started = monotonic()

    assert await pooler_of(running.url, plugins, pooler="session") == "session"

    assert timedelta(seconds=monotonic() - started) < TEST_WITHIN + SLACK


@pytest.mark.parametrize("declared", ["auto", "none", "session", "transaction"])
async def test_statement_mode_is_refused(
    pgbouncer: StartPgBouncer, plugins: Plugins, declared: Pooler
):
    running = pgbouncer("statement")

    with pytest.raises(ConfigurationError) as caught:
        await pooler_of(running.url, plugins, pooler=declared)

    assert caught.value.message == (
        f'the pooler at host "127.0.0.1" port {running.url.port} is in statement mode, '
        "which allows no transactions"
    )
    assert caught.value.hint == "set pool_mode of the pooler to transaction or session"


async def test_a_pooler_without_a_free_session_is_named(
    pgbouncer: StartPgBouncer, plugins: Plugins
):
    running = pgbouncer("transaction", default_pool_size=1)
    async with (
        connect(running.url, plugins=plugins, name="greedy") as greedy,
        greedy.transaction(),
    ):
        await greedy.fetch("SELECT 1")
        with pytest.raises(ConnectFailed) as caught:
            await pooler_of(running.url, plugins, connect_within=timedelta(seconds=1))

    assert caught.value.message == (
        f'no answer to the first statement at host "127.0.0.1" port {running.url.port} in time'
    )


async def test_a_statement_cache_is_refused_where_the_pooler_loses_statements(
    bouncer: PgBouncer, plugins: Plugins
):
    with pytest.raises(ConfigurationError) as caught:
        await pooler_of(bouncer.url, plugins, statement_cache=True)

    assert caught.value.message == (
        f'statement_cache is on, and the pooler at host "127.0.0.1" port {bouncer.url.port} '
        "does not keep prepared statements"
    )
    assert "from 1.21 on" in str(caught.value.hint)


async def test_settings_of_the_url_and_the_pool_hold_in_each_transaction(
    bouncer: PgBouncer, plugins: Plugins
):
    url = replace(
        bouncer.url,
        options={
            "search_path": 'a, "B c", pg_catalog',
            "TimeZone": "Asia/Tokyo",
            "options": r"-c work_mem=77MB --statement-timeout=5000 -c app.note=it's\ so",
            "application_name": "shop",
        },
    )
    names = ("search_path", "TimeZone", "work_mem", "statement_timeout", "app.note")
    asked = ", ".join(f"current_setting('{name}')" for name in (*names, "lock_timeout"))
    wanted = ('a, "B c", pg_catalog', "Asia/Tokyo", "77MB", "5s", "it's so", "4s")
    async with connect(
        url, plugins=plugins, name="tried", lock_within=timedelta(seconds=4), max_size=5
    ) as database:
        assert database.pooler == "transaction"
        row = await database.fetch_first(f"SELECT {asked}")
        assert row is not None
        assert tuple(row) == wanted
        async with database.transaction(read_only=True), database.transaction():
            row = await database.fetch_first(f"SELECT {asked}")
            assert row is not None
            assert tuple(row) == wanted
        async for rows in database.stream(f"SELECT {asked}"):
            assert [tuple(row) for row in rows] == [wanted]
        async with database.connection() as connection:
            await connection.execute("BEGIN")
            row = await connection.fetch_first(f"SELECT {asked}")
            assert row is not None
            assert tuple(row) == wanted
            await connection.execute("COMMIT")


async def test_settings_that_a_pooler_in_session_mode_refuses_are_named(
    pgbouncer: StartPgBouncer, plugins: Plugins
):
    running = pgbouncer("session")

    with pytest.raises(ConfigurationError) as caught:
        await pooler_of(running.url, plugins, pooler="session", lock_within=timedelta(seconds=4))

    assert "unsupported startup parameter: lock_timeout" in caught.value.message
    assert "ALTER ROLE" in str(caught.value.hint)


async def test_options_that_are_no_settings_are_refused(bouncer: PgBouncer, plugins: Plugins):
    url = replace(bouncer.url, options={"options": "-B 10"})

    with pytest.raises(ConfigurationError, match="options in the URL has more than settings"):
        await pooler_of(url, plugins)


async def test_a_single_connection_finds_it_out_too(bouncer: PgBouncer, plugins: Plugins):
    target = find_target(Profile(name="one", url=bouncer.url), plugins, None)

    async with single_connection(target) as connection:
        for number in range(3):
            row = await connection.fetch_first("SELECT $1::int", [number])
            assert row is not None
            assert row[0] == number


@pytest.mark.parametrize(
    ("host", "port", "guess"),
    [
        ("db.example", None, "none"),
        ("db.example", 5432, "none"),
        ("db.example", 6432, "transaction"),
        ("db.abc.supabase.co", 5432, "none"),
        ("db.abc.supabase.co", 6543, "transaction"),
        ("aws-0-eu-west-1.pooler.supabase.com", 6543, "transaction"),
        ("aws-0-eu-west-1.pooler.supabase.com", 5432, "session"),
        ("aws-0-eu-west-1.pooler.supabase.com", None, "session"),
        (None, None, "none"),
    ],
)
def test_the_place_says_what_is_tried_first(host: str | None, port: int | None, guess: str):
    url = DatabaseUrl(host=host, port=port)

    assert guessed(url, "auto") == guess
    assert guessed(url, "session") == "session"


def test_no_other_pooler_can_be_declared():
    with pytest.raises(ConfigurationError) as caught:
        PoolOptions(pooler="pgpool")  # type: ignore[arg-type]

    assert caught.value.message == (
        'pooler of a pool is one of auto, none, session, transaction, not "pgpool"'
    )
