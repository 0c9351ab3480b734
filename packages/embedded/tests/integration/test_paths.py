"""Folders of every kind, and servers for every user."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from ferrule_embedded.servers import LocalServer
from ferrule_embedded.sockets import LONGEST_SOCKET_BYTES

pytestmark = pytest.mark.anyio

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs to become another user")
NOBODY = 65534


@pytest.mark.parametrize(
    "name",
    ["two words", 'it\'s "quoted"', "$HOME;ls", "ÄÖ 日本", "percent%20", "-D", "two\nlines", "a,b"],
)
async def test_a_name_of_a_folder_is_only_a_name(
    any_server: LocalServer, ask, tmp_path: Path, name: str
):
    async with any_server.open(tmp_path / name) as url:
        assert await ask(url, "SELECT 1") == 1
        assert (await any_server.status(tmp_path / name)).url == url

    assert not (await any_server.status(tmp_path / name)).running


async def test_a_path_that_is_too_long_for_a_socket_works(server: LocalServer, ask, tmp_path: Path):
    folder = tmp_path / ("deep" * 30) / ("deeper" * 20)

    async with server.open(folder) as url:
        answer = await ask(url, "SELECT 1")
        joined = (await server.status(folder)).url
    assert url.host is not None
    short = Path(url.host)

    assert answer == 1
    assert joined == url
    assert len(os.fsencode(short / ".s.PGSQL.5432")) <= LONGEST_SOCKET_BYTES
    assert short.parent.stat().st_mode & 0o077 == 0
    assert not short.is_symlink()


async def test_a_relative_folder_is_that_of_the_working_folder(
    server: LocalServer, ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)

    async with server.open(Path("dev")) as url:
        monkeypatch.chdir("/")
        assert await ask(url, "SELECT 1") == 1

    assert (tmp_path / "dev" / "data" / "PG_VERSION").exists()


async def test_a_link_to_a_folder_is_the_folder(server: LocalServer, tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    async with server.open(tmp_path / "real"):
        real = (await server.status(tmp_path / "real")).pid
        async with server.open(tmp_path / "link"):
            linked = (await server.status(tmp_path / "link")).pid

    assert real is not None
    assert linked == real


async def test_git_ignores_the_folder(server: LocalServer, tmp_path: Path):
    async with server.open(tmp_path / "dev"):
        pass

    assert (tmp_path / "dev" / ".gitignore").read_text() == "*\n"


@root_only
async def test_the_server_of_root_runs_as_somebody_else(server: LocalServer, ask, tmp_path: Path):
    tmp_path.chmod(0o700)  # closed to that somebody, like /root

    async with server.open(tmp_path / "dev") as url:
        pid = (await server.status(tmp_path / "dev")).pid
        assert await ask(url, "SELECT 1") == 1
        runs_as = Path(f"/proc/{pid}").stat().st_uid

    assert runs_as != 0
    assert (tmp_path / "dev" / "data").stat().st_uid == runs_as
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@root_only
async def test_the_server_of_root_in_a_users_folder_runs_as_that_user(
    server: LocalServer, ask, open_folder: Path
):
    project = open_folder / "project"
    project.mkdir()
    os.chown(project, 4321, 4321)

    async with server.open(project / ".ferrule" / "dev") as url:
        pid = (await server.status(project / ".ferrule" / "dev")).pid
        assert await ask(url, "SELECT 1") == 1
        assert Path(f"/proc/{pid}").stat().st_uid == 4321


@root_only
async def test_other_users_cannot_connect(server: LocalServer, ask, open_folder: Path):
    async with server.open(open_folder / "dev") as url:
        account = (open_folder / "dev" / "data").stat().st_uid
        stranger = next(e for e in pwd.getpwall() if e.pw_uid not in {0, account})
        assert await ask(url, "SELECT 1") == 1

        def can_reach(entry: pwd.struct_passwd) -> bool:
            look = subprocess.run(
                ["/usr/bin/test", "-S", f"{url.host}/.s.PGSQL.5432"],
                check=False,
                user=entry.pw_uid,
                group=entry.pw_gid,
                extra_groups=[],
            )
            return look.returncode == 0

        assert can_reach(pwd.getpwuid(0))
        assert not can_reach(stranger)


@root_only
@pytest.mark.parametrize("home", ["home", None], ids=["with a home", "without a home"])
def test_a_plain_user_has_a_server(own, processes_in, open_folder: Path, home: str | None):
    account = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    try:
        command = [sys.executable, "-c", "import ferrule_embedded, ferrule_core"]
        subprocess.run(command, check=True, capture_output=True, cwd="/", **account)
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("this Python is closed to plain users")
    environment = {"PATH": os.environ["PATH"], "HOME": str(open_folder / home) if home else "/"}
    if home:
        (open_folder / home).mkdir()
        os.chown(open_folder / home, NOBODY, NOBODY)

    owner = own(open_folder / "dev", cwd="/", env=environment, **account)
    owner.host()
    run_by = {Path(f"/proc/{pid}").stat().st_uid for pid in processes_in(open_folder / "dev")}
    owner.leave()

    assert run_by == {NOBODY}
    assert (open_folder / "dev" / "data").stat().st_uid == NOBODY
    if home:
        assert list((open_folder / home / ".cache" / "ferrule").glob("cluster-*"))
