"""Locks that end with their holder."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ferrule_embedded.locks import is_locked, take_lock, wait_until_free


def test_a_lock_has_one_holder(tmp_path: Path):
    held = take_lock(tmp_path / "door")
    assert held is not None

    assert take_lock(tmp_path / "door") is None
    assert take_lock(tmp_path / "door", shared=True) is None
    held.release()
    held.release()

    assert take_lock(tmp_path / "door") is not None


def test_a_shared_lock_has_many_holders_and_keeps_others_out(tmp_path: Path):
    first = take_lock(tmp_path / "owners", shared=True)
    second = take_lock(tmp_path / "owners", shared=True)
    assert first is not None
    assert second is not None

    first.release()
    assert take_lock(tmp_path / "owners") is None
    second.release()

    assert take_lock(tmp_path / "owners") is not None


def test_waits_for_the_holder(tmp_path: Path):
    held = take_lock(tmp_path / "door")
    assert held is not None
    threading.Timer(0.1, held.release).start()
    begun = time.monotonic()

    taken = take_lock(tmp_path / "door", within_seconds=20)

    assert taken is not None
    assert time.monotonic() - begun >= 0.09


def test_a_lock_on_a_deleted_file_does_not_count(tmp_path: Path):
    held = take_lock(tmp_path / "door")
    assert held is not None
    (tmp_path / "door").unlink()

    taken = take_lock(tmp_path / "door")

    assert taken is not None


def test_a_lock_is_seen_without_being_taken(tmp_path: Path):
    assert not is_locked(tmp_path / "supervisor")
    assert not (tmp_path / "supervisor").exists()

    held = take_lock(tmp_path / "supervisor")
    assert held is not None
    assert is_locked(tmp_path / "supervisor")

    held.release()
    assert not is_locked(tmp_path / "supervisor")


def test_the_end_of_a_holder_is_seen_when_its_file_is_deleted(tmp_path: Path):
    held = take_lock(tmp_path / "supervisor")
    assert held is not None

    def end() -> None:
        (tmp_path / "supervisor").unlink()
        time.sleep(0.1)
        held.release()

    begun = time.monotonic()
    threading.Thread(target=end).start()

    assert wait_until_free(tmp_path / "supervisor", within_seconds=20)
    assert time.monotonic() - begun >= 0.05 or not (tmp_path / "supervisor").exists()


def test_waiting_for_the_end_of_a_holder_ends(tmp_path: Path):
    held = take_lock(tmp_path / "supervisor")
    assert held is not None

    assert not wait_until_free(tmp_path / "supervisor", within_seconds=0.02)
    held.release()


def test_a_lock_needs_its_folder(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        take_lock(tmp_path / "gone" / "door")

    assert wait_until_free(tmp_path / "gone" / "door", within_seconds=0)


def test_a_lock_that_is_not_taken_leaks_no_file(tmp_path: Path):
    held = take_lock(tmp_path / "door")
    assert held is not None
    before = len([*Path("/dev/fd").iterdir()])

    for _ in range(50):
        take_lock(tmp_path / "door")
        is_locked(tmp_path / "door")

    assert len([*Path("/dev/fd").iterdir()]) == before
    held.release()
