"""Locks on files, which the kernel frees when their holder ends, however it ends.

Only the standard library is imported here: the supervisor starts with little more than this.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path

POLL_SECONDS = 0.005


class FileLock:
    """A ``flock`` that is held: by this descriptor, and by whoever inherited it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @property
    def descriptor(self) -> int:
        """The open file that holds the lock, to be handed to a child."""
        return self._descriptor

    def release(self) -> None:
        """Let go of the lock; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def take_lock(path: Path, *, shared: bool = False, within_seconds: float = 0.0) -> FileLock | None:
    """Lock the file, which is created where its folder exists.

    Args:
        path: The file; a lock on one that was deleted meanwhile does not count.
        shared: Others may hold it at the same time, if shared too.
        within_seconds: How long to wait for its holder; at least one attempt is made.

    Returns:
        The lock, or ``None`` where somebody else kept it for all that time.

    Raises:
        FileNotFoundError: The folder does not exist.
    """
    deadline = time.monotonic() + within_seconds
    while True:
        lock = _try_lock(path, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        if lock is not None or time.monotonic() >= deadline:
            return lock
        time.sleep(POLL_SECONDS)


def is_locked(path: Path) -> bool:
    """Whether somebody holds the file's lock alone; False where there is no such file."""
    if not path.exists():
        return False
    with contextlib.suppress(FileNotFoundError):
        lock = take_lock(path, shared=True)
        if lock is None:
            return True
        lock.release()
    return False


def wait_until_free(path: Path, *, within_seconds: float) -> bool:
    """Wait until nobody holds the file's lock, even where the file is deleted meanwhile."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    deadline = time.monotonic() + within_seconds
    try:
        while not _is_free(descriptor):
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_SECONDS)
    finally:
        os.close(descriptor)
    return True


def _is_free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_lock(path: Path, kind: int) -> FileLock | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return FileLock(descriptor)
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None
