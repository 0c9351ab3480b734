"""Names, places and notes, without a server."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from pathlib import Path

import pytest

from ferrule_embedded import temporary
from ferrule_embedded.accounts import Account
from ferrule_embedded.cache import cache_folder, digest, make_once
from ferrule_embedded.errors import ServerFailed
from ferrule_embedded.folders import LONGEST_LOG_BYTES, RunningServer, ServerFolder, is_ready
from ferrule_embedded.locks import take_lock
from ferrule_embedded.sockets import (
    LONGEST_SOCKET_BYTES,
    SOCKET_NAME,
    answers,
    make_socket_folder,
    socket_folder,
)

NOTE = "4711\n/data\n1795184564\n5432\n.\n\n 16197627        40\n{status}\n"


@pytest.fixture
def folder(tmp_path: Path) -> ServerFolder:
    folder = ServerFolder(tmp_path)
    folder.run.mkdir()
    folder.cluster.mkdir()
    return folder


@pytest.mark.parametrize(
    ("note", "ready"),
    [
        (NOTE.format(status="ready   "), True),
        (NOTE.format(status="starting"), False),
        (NOTE.format(status="ready   ").replace("4711", "4712"), False),
        ("4711\n/data\n", False),
        ("", False),
    ],
)
def test_a_server_is_ready_when_its_own_note_says_so(folder: ServerFolder, note: str, ready: bool):
    folder.postmaster_pid.write_text(note)

    assert is_ready(folder, 4711) is ready


def test_a_server_without_a_note_is_not_ready(folder: ServerFolder):
    assert not is_ready(folder, 4711)


def test_what_runs_is_remembered_until_it_is_forgotten(folder: ServerFolder):
    server = RunningServer(pid=1, supervisor=2, version=(18, 4))
    assert folder.read_state() is None

    folder.write_state(server)
    assert folder.read_state() == server

    folder.forget()
    assert folder.read_state() is None


def test_a_log_that_grew_too_long_is_put_aside(folder: ServerFolder):
    folder.log.write_bytes(b"x" * (LONGEST_LOG_BYTES + 1))

    with folder.open_log() as log:
        log.write(b"new\n")

    assert folder.log.read_bytes() == b"new\n"
    assert stat.S_IMODE(folder.log.stat().st_mode) == 0o600
    assert (folder.path / "log.old").stat().st_size == LONGEST_LOG_BYTES + 1


def test_a_log_is_continued(folder: ServerFolder):
    folder.log.write_bytes(b"old\n")

    with folder.open_log() as log:
        log.write(b"new\n")

    assert folder.log_tail() == "old\nnew"
    assert folder.log_tail(since=4) == "new"
    assert folder.log_tail(lines=1) == "new"


def test_a_short_path_is_its_own_socket_folder():
    assert socket_folder(Path("/srv/dev/data")) == Path("/srv/dev/data")
    assert make_socket_folder(Path("/srv/dev/data")) is None


def test_a_long_path_has_a_short_name(tmp_path: Path):
    cluster = tmp_path / ("x" * LONGEST_SOCKET_BYTES)
    cluster.mkdir()

    alias = make_socket_folder(cluster)

    assert alias is not None
    assert alias == socket_folder(cluster)
    assert alias.readlink() == cluster
    assert make_socket_folder(cluster) == alias
    assert len(os.fsencode(alias / SOCKET_NAME)) <= LONGEST_SOCKET_BYTES
    alias.unlink()


def test_different_paths_have_different_short_names(tmp_path: Path):
    long = tmp_path / ("x" * LONGEST_SOCKET_BYTES)

    assert socket_folder(long / "a") != socket_folder(long / "b")


def test_short_names_are_not_put_into_a_folder_that_others_may_write(
    monkeypatch: pytest.MonkeyPatch,
):
    with tempfile.TemporaryDirectory() as short:
        monkeypatch.setattr("tempfile.tempdir", short)
        Path(short, f"ferrule-{os.geteuid()}").mkdir(mode=0o755)

        with pytest.raises(ServerFailed, match="must belong to this user alone"):
            make_socket_folder(Path("/", "x" * LONGEST_SOCKET_BYTES))


def test_nobody_answers_without_a_server(folder: ServerFolder):
    assert not answers(folder.cluster)


@pytest.mark.parametrize(
    ("mode", "reaches"), [(0o755, True), (0o711, True), (0o700, False), (0o750, False)]
)
def test_an_account_needs_the_right_to_enter_each_folder(tmp_path: Path, mode: int, reaches: bool):
    account = Account(user=tmp_path.stat().st_uid + 1, group=tmp_path.stat().st_gid + 1)
    (tmp_path / "bin").mkdir(mode=0o755)
    tmp_path.chmod(mode)

    assert account._may_enter(tmp_path) is reaches
    assert account._may_enter(tmp_path / "bin")


def test_an_account_may_enter_what_is_its_own(tmp_path: Path):
    status = tmp_path.stat()
    tmp_path.chmod(0o700)
    assert Account(user=status.st_uid, group=status.st_gid)._may_enter(tmp_path)

    tmp_path.chmod(0o750)
    assert Account(user=status.st_uid + 1, group=status.st_gid)._may_enter(tmp_path)


def test_a_folder_of_the_cache_is_made_once(tmp_path: Path):
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "file").write_text("content")

    first = make_once(tmp_path / "cache", "name", make)
    second = make_once(tmp_path / "cache", "name", make)

    assert first == second == tmp_path / "cache" / "name"
    assert len(made) == 1
    assert (first / "file").read_text() == "content"


def test_a_folder_that_failed_is_not_in_the_cache(tmp_path: Path):
    def fail(folder: Path) -> None:
        (folder / "half").write_text("")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        make_once(tmp_path / "cache", "name", fail)

    assert list((tmp_path / "cache").iterdir()) == []


def test_of_two_that_make_the_same_the_first_wins(tmp_path: Path):
    def make(folder: Path) -> None:
        (folder / "mine").write_text("")
        (tmp_path / "cache" / "name").mkdir()
        (tmp_path / "cache" / "name" / "theirs").write_text("")

    made = make_once(tmp_path / "cache", "name", make)

    assert [path.name for path in made.iterdir()] == ["theirs"]
    assert [path.name for path in made.parent.iterdir()] == ["name"]


def test_the_cache_is_where_it_is_said_to_be():
    assert cache_folder({"FERRULE_CACHE": "/srv/cache"}) == Path("/srv/cache")


@pytest.mark.skipif(os.geteuid() == 0, reason="root has a cache of its own")
def test_a_user_without_a_home_has_no_cache():
    assert cache_folder({"HOME": "/"}) is None


def test_content_has_a_name_that_depends_on_all_its_parts():
    assert digest(b"a", b"b") == digest(b"a", b"b")
    assert digest(b"a", b"b") != digest(b"ab", b"")


def test_remains_are_removed_unless_they_are_new_or_in_use(tmp_path: Path):
    names = ["ferrule-temp-old", "ferrule-temp-new", "ferrule-temp-used", "ferrule-kept-old"]
    for name in names:
        run = ServerFolder(tmp_path / name).run
        run.mkdir(parents=True)
        if name != "ferrule-temp-new":
            old = time.time() - 2 * temporary.OLD_SECONDS
            os.utime(run, (old, old))
    (tmp_path / "ferrule-temp-foreign").mkdir()
    used = take_lock(ServerFolder(tmp_path / "ferrule-temp-used").supervisor)
    assert used is not None
    old = time.time() - 2 * temporary.OLD_SECONDS
    os.utime(ServerFolder(tmp_path / "ferrule-temp-used").run, (old, old))

    temporary.remove_remains(tmp_path)

    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [
        "ferrule-kept-old",
        "ferrule-temp-foreign",
        "ferrule-temp-new",
        "ferrule-temp-used",
    ]
    used.release()


def test_a_temporary_folder_is_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    made = temporary.make_folder()

    assert made.parent == tmp_path
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
