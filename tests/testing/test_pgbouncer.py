"""A PgBouncer for the time of a test."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ferrule_core.plugins.contracts import ConnectOptions, DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_testing.pgbouncer import (
    NO_PGBOUNCER,
    PROGRAM_VARIABLE,
    PoolMode,
    find_pgbouncer,
    run_pgbouncer,
)
from ferrule_testing.pytest_plugin import StartPgBouncer

pytestmark = pytest.mark.anyio

UNPREPARED = ConnectOptions(statement_cache=False)


async def pid_of_the_session(url: DatabaseUrl) -> object:
    connection = await Plugins.load().backend(url.scheme).connect(url, UNPREPARED)
    try:
        row = await connection.fetch_first("SELECT pg_backend_pid()")
        assert row is not None
        return row[0]
    finally:
        await connection.close(within=timedelta(seconds=5))


@pytest.mark.parametrize("mode", ["session", "transaction", "statement"])
async def test_clients_reach_the_database_through_it(pgbouncer: StartPgBouncer, mode: PoolMode):
    running = pgbouncer(mode, default_pool_size=1)

    by_tcp = await pid_of_the_session(running.url)

    assert await pid_of_the_session(running.socket_url) == by_tcp


@pytest.mark.usefixtures("pgbouncer")
def test_it_ends_with_its_block(database_url: DatabaseUrl):
    with run_pgbouncer(database_url) as running:
        folder = Path(str(running.socket_url.host))
        assert folder.is_dir()

    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)


@pytest.mark.usefixtures("pgbouncer")
def test_one_that_does_not_start_says_why(database_url: DatabaseUrl):
    with (
        pytest.raises(RuntimeError, match=r"invalid value .*pool_mode"),
        run_pgbouncer(database_url, settings={"pool_mode": "none"}),
    ):
        pass


def test_one_that_is_not_here_is_said_to_be_absent(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(PROGRAM_VARIABLE, "/nowhere/pgbouncer")

    assert find_pgbouncer() is None
    with pytest.raises(RuntimeError, match=NO_PGBOUNCER), run_pgbouncer(DatabaseUrl()):
        pass


@pytest.mark.parametrize(("ci", "outcome"), [("", {"skipped": 1}), ("true", {"errors": 1})])
def test_without_it_tests_are_skipped_and_fail_on_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: dict[str, int]
):
    monkeypatch.setenv(PROGRAM_VARIABLE, "/nowhere/pgbouncer")
    monkeypatch.setenv("CI", ci)
    pytester.makepyfile("def test_pooled(pgbouncer): ...")

    result = pytester.runpytest_subprocess("--ferrule-server=embedded", "-rs", "-p", "no:randomly")

    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines([f"*{NO_PGBOUNCER}*"])


async def test_it_leads_to_every_database_of_the_server(pgbouncer: StartPgBouncer):
    running = pgbouncer()

    await pid_of_the_session(replace(running.url, database="postgres"))
