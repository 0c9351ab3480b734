"""URLs that name several servers."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ferrule_core.database import connect
from ferrule_core.errors import ConnectFailed, UnknownDatabase
from ferrule_core.plugins.contracts import DatabaseUrl, HostAddress
from ferrule_core.plugins.manager import Plugins

pytestmark = pytest.mark.anyio


def behind(url: DatabaseUrl, host: str, **options: str) -> DatabaseUrl:
    """The same database, behind a server that cannot be used."""
    return replace(url, host=host, port=1, alternatives=url.hosts, options=options)


async def test_the_next_one_is_tried(database_url: DatabaseUrl, plugins: Plugins, tmp_path: Path):
    async with connect(behind(database_url, str(tmp_path)), plugins=plugins) as database:
        assert await database.fetch("SELECT 1")


async def test_one_that_is_silent_leaves_time_for_the_next(
    database_url: DatabaseUrl, plugins: Plugins
):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and says nothing
        url = replace(behind(database_url, "127.0.0.1"), port=silent.getsockname()[1])
        begun = time.monotonic()
        async with connect(url, plugins=plugins, connect_within=timedelta(seconds=4)) as database:
            assert await database.fetch("SELECT 1")

    assert 1.5 < time.monotonic() - begun < 4


async def test_all_that_were_tried_are_named(tmp_path: Path, plugins: Plugins):
    folders = [tmp_path / "one", tmp_path / "two"]
    url = DatabaseUrl(
        host=str(folders[0]), port=1, alternatives=(HostAddress(host=str(folders[1]), port=2),)
    )

    with pytest.raises(ConnectFailed) as caught:
        await connect(url, plugins=plugins)

    assert caught.value.message.startswith("none of the servers can be used: ")
    for number, folder in enumerate(folders, start=1):
        assert f'socket folder "{folder}" port {number}' in caught.value.message


async def test_what_a_server_refuses_ends_it(
    database_url: DatabaseUrl, plugins: Plugins, tmp_path: Path
):
    first = replace(database_url, database="no such")
    url = replace(first, alternatives=(HostAddress(host=str(tmp_path), port=1),))

    with pytest.raises(UnknownDatabase):
        await connect(url, plugins=plugins)


async def test_one_of_another_kind_is_passed_over(database_url: DatabaseUrl, plugins: Plugins):
    wanted = replace(database_url, options={"target_session_attrs": "standby"})
    preferred = replace(database_url, options={"target_session_attrs": "prefer-standby"})

    with pytest.raises(ConnectFailed, match="is not of the kind that target_session_attrs"):
        await connect(wanted, plugins=plugins)
    async with connect(preferred, plugins=plugins) as database:
        assert await database.fetch("SELECT 1")
