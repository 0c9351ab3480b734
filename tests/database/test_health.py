"""Whether a database can be used, asked without ever failing."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ferrule_cli.main import run
from ferrule_core.database import Database, connect
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.urls import url_text
from ferrule_testing.fault_proxy import FaultProxy

pytestmark = pytest.mark.anyio


async def test_a_server_that_answers_is_healthy_and_says_what_it_is(database: Database):
    health = await database.health()

    row = await database.fetch_first("SHOW server_version_num")
    assert row is not None
    assert health.healthy
    assert health.problem is None
    assert health.database == "default"
    assert health.server_version == divmod(int(row[0]), 10_000)
    assert health.in_recovery is False
    assert health.lag is None
    assert health.standbys == ()
    assert health.latency is not None
    assert timedelta(0) < health.latency < timedelta(seconds=5)
    assert health.pool is not None
    assert health.pool.size == 1
    assert json.loads(json.dumps(health.as_json()))["healthy"] is True


async def test_a_closed_database_is_not_healthy(database_url: DatabaseUrl):
    database = connect(database_url, name="closed")

    health = await database.health()

    assert not health.healthy
    assert health.problem == 'database "closed" is not open'
    assert health.code == "FER-L003"


async def test_an_exhausted_pool_is_told_with_its_figures(database_url: DatabaseUrl):
    async with connect(database_url, max_size=1) as database, database.connection():
        health = await asyncio.create_task(database.health(within=timedelta(seconds=0.3)))

    assert not health.healthy
    assert health.problem is not None
    assert health.problem.startswith("no answer within 0.3 s; the pool: size 1 of 1, 1 in use")


async def test_a_check_has_nothing_to_do_with_the_transaction_around_it(database: Database):
    async with database.transaction() as opened:
        await opened.execute("SET LOCAL application_name = 'mine'")
        assert (await database.health()).healthy
        row = await opened.fetch_first("SHOW application_name")

    assert row is not None
    assert row[0] == "mine"


async def test_a_failed_transaction_around_it_does_not_matter(database: Database):
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as opened:
            with pytest.raises(Exception, match="nowhere"):
                await opened.fetch("SELECT * FROM nowhere")
            assert (await database.health()).healthy
            raise ZeroDivisionError


async def test_a_frozen_link_is_told_in_time(fault_proxy: FaultProxy):
    async with connect(fault_proxy.url, close_within=timedelta(seconds=0.2)) as database:
        assert (await database.health()).healthy
        fault_proxy.freeze()
        began = asyncio.get_running_loop().time()
        health = await database.health(within=timedelta(seconds=0.5))
        took = asyncio.get_running_loop().time() - began
        fault_proxy.thaw()

    assert not health.healthy
    assert health.problem is not None
    assert health.problem.startswith("no answer within 0.5 s")
    assert took < 5


async def test_cancelling_a_check_cancels_its_question(database: Database):
    check = asyncio.create_task(database.health())
    await asyncio.sleep(0)
    check.cancel()
    with pytest.raises(asyncio.CancelledError):
        await check

    assert (await database.health()).healthy


def test_the_command_tells_a_person_and_a_program(
    database_url: DatabaseUrl, capsys: pytest.CaptureFixture[str]
):
    assert run(["health", "--url", url_text(database_url)]) == 0
    shown = capsys.readouterr().out
    assert "the database is healthy" in shown
    assert "primary" in shown

    assert run(["health", "--url", url_text(database_url), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["in_recovery"] is False


def test_the_command_fails_where_nobody_answers(
    database_url: DatabaseUrl, capsys: pytest.CaptureFixture[str]
):
    nowhere = url_text(replace(database_url, host="localhost", port=1, password="sesame"))

    code = run(["health", "--url", nowhere, "--json"])

    said = capsys.readouterr()
    health = json.loads(said.out)
    assert code == 1
    assert health["healthy"] is False
    assert health["code"] == "FER-D101"
    assert "sesame" not in said.out + said.err


def test_the_command_fails_where_the_database_is_missing(
    database_url: DatabaseUrl, capsys: pytest.CaptureFixture[str]
):
    missing = url_text(replace(database_url, database="no_such_database"))

    assert run(["health", "--url", missing, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "FER-D103"
