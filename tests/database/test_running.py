"""The event loop of a program: asyncio's own, or uvloop's where it is asked for."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

import pytest

from ferrule_core.database import connect, run
from ferrule_core.errors import CommitUnknown, ConnectFailed, MissingPackage, QueryCanceled
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_testing.fault_proxy import FaultProxy


async def name_of_loop() -> str:
    return type(asyncio.get_running_loop()).__module__


def test_runs_on_the_loop_of_asyncio():
    assert run(name_of_loop()).startswith("asyncio")


def test_runs_on_uvloop_where_that_is_asked_for_and_nothing_else_does():
    pytest.importorskip("uvloop")
    before = asyncio.get_event_loop_policy()

    assert run(name_of_loop(), uvloop=True).startswith("uvloop")

    assert asyncio.get_event_loop_policy() is before
    assert asyncio.run(name_of_loop()).startswith("asyncio")


def test_where_uvloop_is_not_installed_it_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "uvloop", None)

    with pytest.raises(MissingPackage) as caught:
        run(name_of_loop(), uvloop=True)

    assert caught.value.message == "uvloop is not installed"
    assert caught.value.hint == "pip install 'ferrule[uvloop]'"


def test_databases_work_on_uvloop(database_url: DatabaseUrl):
    pytest.importorskip("uvloop")

    async def main() -> None:
        within = timedelta(seconds=1)
        async with (
            FaultProxy(database_url) as proxy,
            connect(
                proxy.url,
                name="far",
                max_size=1,
                statement_within=within,
                connect_within=timedelta(seconds=3),
            ) as far,
        ):
            await far.execute("CREATE TABLE numbers (n int)")
            async with far.transaction():
                await far.execute("INSERT INTO numbers VALUES (1)")
            with pytest.raises(QueryCanceled):
                await far.fetch("SELECT pg_sleep(9)")

            proxy.freeze()
            with pytest.raises((QueryCanceled, ConnectFailed)):
                await far.fetch("SELECT n FROM numbers")
            proxy.thaw()

            proxy.at(b"COMMIT", "cut", arrives=True)
            with pytest.raises(CommitUnknown):
                async with far.transaction():
                    await far.execute("INSERT INTO numbers VALUES (2)")
            assert (await far.fetch("SELECT n FROM numbers"))[0][0] == 1

            proxy.refusing = True
            with pytest.raises(ConnectFailed):
                await connect(proxy.url, name="refused")

    run(main(), uvloop=True)
