"""What is left when somebody is killed: an owner, the server, its supervisor, all of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from ferrule_embedded.errors import FolderRefused
from ferrule_embedded.folders import ServerFolder
from ferrule_embedded.servers import LocalServer

pytestmark = pytest.mark.anyio

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc, or needs Linux")


def test_a_server_ends_with_a_killed_owner(server: LocalServer, own, soon, tmp_path: Path):
    owner = own(tmp_path / "dev")
    owner.host()
    assert server.status_blocking(tmp_path / "dev").running

    owner.kill()

    assert soon(lambda: not server.status_blocking(tmp_path / "dev").running)


def test_a_temporary_folder_is_removed_after_a_killed_owner(own, soon):
    owner = own(None)
    folder = owner.host().parent
    assert folder.exists()

    owner.kill()

    assert soon(lambda: not folder.exists())


def test_a_server_outlives_a_killed_owner_while_another_has_it(
    server: LocalServer, own, tmp_path: Path
):
    first, second = own(tmp_path / "dev"), own(tmp_path / "dev")
    first.host(), second.host()
    pid = server.status_blocking(tmp_path / "dev").pid

    first.kill()
    third = own(tmp_path / "dev")
    third.host()
    second.leave()

    assert server.status_blocking(tmp_path / "dev").pid == pid
    third.leave()
    assert not server.status_blocking(tmp_path / "dev").running


async def test_a_killed_server_is_started_again_with_its_data(
    server: LocalServer, ask, tmp_path: Path
):
    folder = tmp_path / "dev"
    async with server.open(folder) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        killed = (await server.status(folder)).pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)

        async with server.open(folder) as again:
            answer = await ask(again, "SELECT answer FROM kept")
            pid = (await server.status(folder)).pid

    assert answer == 42
    assert pid != killed
    assert not (await server.status(folder)).running


@pytest.mark.storm  # the server waits five seconds for its processes
async def test_a_busy_process_of_a_killed_server_is_ended(
    server: LocalServer, ask, processes_in, tmp_path: Path
):
    folder = tmp_path / "dev"
    async with server.open(folder) as url:
        forever = asyncio.create_task(ask(url, "DO $$ BEGIN LOOP END LOOP; END $$"))
        busy = 0
        while not busy:
            busy = await ask(url, "SELECT max(pid) FROM pg_stat_activity WHERE query ~ '^DO'") or 0
        killed = (await server.status(folder)).pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)

        async with server.open(folder) as again:
            assert await ask(again, "SELECT 1") == 1
            assert busy not in processes_in(folder)

        with pytest.raises(asyncpg.PostgresConnectionError):
            await forever


async def test_a_server_of_somebody_else_is_left_alone(server: LocalServer, ask, open_folder: Path):
    folder = open_folder / "dev"
    async with server.open(folder) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    folder.chmod(0o755)
    owner = (folder / "data").stat()
    account = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    postgres = server._find()[0].postgres
    options = ["-c", "listen_addresses=", "-c", "unix_socket_directories=."]
    with subprocess.Popen(
        [postgres, "-D", folder / "data", *options], cwd="/", stderr=subprocess.PIPE, **account
    ) as foreign:
        assert foreign.stderr is not None
        while b"ready to accept connections" not in foreign.stderr.readline():
            assert foreign.poll() is None

        with pytest.raises(FolderRefused) as refused:
            async with server.open(folder):
                pass

        assert foreign.poll() is None
        assert (folder / "data" / "postmaster.pid").exists()
        foreign.terminate()

    assert refused.value.message == (
        f'"{folder / "data"}" is used by a server that Ferrule did not start'
        f" (process {foreign.pid})"
    )


@linux_only
async def test_a_server_ends_with_a_killed_supervisor(
    server: LocalServer, ask, soon, processes_in, tmp_path: Path
):
    folder = tmp_path / "dev"
    async with server.open(folder) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        state = ServerFolder(folder).read_state()
        assert state is not None

        os.kill(state.supervisor, signal.SIGKILL)
        assert soon(lambda: not processes_in(folder))

        async with server.open(folder) as again:
            assert await ask(again, "SELECT answer FROM kept") == 42


@linux_only
async def test_a_crash_of_the_machine_leaves_a_folder_that_starts(
    server: LocalServer, ask, soon, processes_in, tmp_path: Path
):
    folder = tmp_path / "dev"
    started = await server.start(folder)
    assert started.url is not None
    await ask(started.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    state = ServerFolder(folder).read_state()
    assert state is not None
    os.kill(state.supervisor, signal.SIGSTOP)  # it must see nothing of this
    for pid in (*processes_in(folder), state.supervisor):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert soon(lambda: not processes_in(folder))
    # After a boot the same process id belongs to somebody else, of the server's own account.
    owner = (folder / "data").stat()
    options = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **options) as stranger:
        note = folder / "data" / "postmaster.pid"
        lines = note.read_text().splitlines(keepends=True)
        note.write_text("".join([f"{stranger.pid}\n", *lines[1:]]))

        before = await server.status(folder)
        async with server.open(folder) as url:
            answer = await ask(url, "SELECT answer FROM kept")
        after = await server.status(folder)
        assert stranger.poll() is None
        stranger.kill()

    assert not before.running
    assert answer == 42
    assert not after.running


def test_processes_that_open_a_folder_together_get_one_server(
    server: LocalServer, own, tmp_path: Path
):
    owners = [own(tmp_path / "new") for _ in range(4)]

    hosts = {owner.host() for owner in owners}
    log = (tmp_path / "new" / "log").read_text()

    assert len(hosts) == 1
    assert log.count("starting PostgreSQL") == 1
    for owner in owners:
        assert server.status_blocking(tmp_path / "new").running
        owner.leave()
    assert not server.status_blocking(tmp_path / "new").running


async def test_a_server_ends_with_its_folder(server: LocalServer, soon, tmp_path: Path):
    folder = tmp_path / "dev"
    async with server.open(folder):
        pid = (await server.status(folder)).pid
        assert pid is not None

        (tmp_path / "dev").rename(tmp_path / "gone")

        assert soon(lambda: not is_alive(pid))
    assert not folder.exists()


async def test_a_cancelled_start_leaves_no_server(server: LocalServer, soon, tmp_path: Path):
    async def hold() -> None:
        async with server.open(tmp_path / "dev"):
            await asyncio.sleep(60)

    starting = asyncio.create_task(hold())
    await asyncio.sleep(0.05)

    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    log = tmp_path / "dev" / "log"
    assert soon(lambda: log.exists() and "database system is shut down" in log.read_text())
    assert soon(lambda: not server.status_blocking(tmp_path / "dev").running)


async def test_a_loop_runs_on_while_a_server_starts(server: LocalServer, tmp_path: Path):
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.001)
            turns += 1

    counting = asyncio.create_task(count())
    async with server.open(tmp_path / "dev"):
        during_start = turns
    counting.cancel()

    assert during_start >= 5


def is_alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
