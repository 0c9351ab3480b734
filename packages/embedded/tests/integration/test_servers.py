"""Servers as a program uses them: opened for a while, started for good, joined."""

from __future__ import annotations

from pathlib import Path

import pytest

from ferrule_embedded.servers import LocalServer

pytestmark = pytest.mark.anyio


async def test_a_temporary_server_leaves_no_file(server: LocalServer, ask):
    async with server.open() as url:
        folder = Path(str(url.host)).parent
        version = await ask(url, "SHOW server_version_num")

    offer = server.offer()
    assert offer is not None
    assert int(str(version)) // 10000 == offer.version[0]
    assert not folder.exists()


async def test_a_folder_keeps_its_data(server: LocalServer, ask, tmp_path: Path):
    async with server.open(tmp_path / "dev") as url:
        await ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")

    async with server.open(tmp_path / "dev") as url:
        answer = await ask(url, "SELECT answer FROM kept")

    assert answer == 42


async def test_the_last_to_leave_stops_the_server(server: LocalServer, tmp_path: Path):
    async with server.open(tmp_path / "dev") as first:
        async with server.open(tmp_path / "dev") as second:
            assert second == first
        inside = await server.status(tmp_path / "dev")
    outside = await server.status(tmp_path / "dev")

    assert inside.running
    assert inside.url == first
    assert not outside.running


async def test_a_started_server_stays_until_it_is_stopped(server: LocalServer, tmp_path: Path):
    started = await server.start(tmp_path / "dev")
    async with server.open(tmp_path / "dev") as url:
        pass
    still = await server.status(tmp_path / "dev")

    stopped = await server.stop(tmp_path / "dev")

    assert started.running
    assert still == started
    assert started.url == url
    assert stopped
    assert not (await server.status(tmp_path / "dev")).running
    assert not await server.stop(tmp_path / "dev")


async def test_takes_no_tcp_connections(server: LocalServer, ask):
    async with server.open() as url:
        assert await ask(url, "SHOW listen_addresses") == ""


async def test_knows_letters_beyond_ascii(server: LocalServer, ask):
    async with server.open() as url:
        assert await ask(url, "SHOW server_encoding") == "UTF8"
        assert await ask(url, "SELECT lower('ÄÖÜ')") == "äöü"
