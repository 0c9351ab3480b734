"""Folders of servers that are gone with their owners."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from ferrule_embedded.folders import ServerFolder
from ferrule_embedded.locks import is_locked

MEMORY = Path("/dev/shm")  # noqa: S108
"""A file system in memory: a database is cloned there in a tenth of the time."""

ENOUGH_MEMORY_BYTES = 4 * 2**30
PREFIX = "ferrule-temp-"
OLD_SECONDS = 600.0


def make_folder() -> Path:
    """A new folder: where ``TMPDIR`` says, else in memory where there is plenty, else on disk."""
    in_memory = (
        "TMPDIR" not in os.environ
        and os.access(MEMORY, os.W_OK)
        and shutil.disk_usage(MEMORY).free >= ENOUGH_MEMORY_BYTES
    )
    parent = MEMORY if in_memory else Path(tempfile.gettempdir())
    remove_remains(parent)
    return Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))


def remove_remains(parent: Path) -> None:
    """Remove what this user's servers left whose supervisor was killed with them.

    The locks tell them from those that run, or are about to.
    """
    for path in parent.glob(f"{PREFIX}*"):
        folder = ServerFolder(path)
        try:
            mine = path.stat().st_uid == os.geteuid() and folder.run.is_dir()
            old = time.time() - folder.run.stat().st_mtime > OLD_SECONDS if mine else False
        except OSError:  # somebody else's, or gone meanwhile
            continue
        locks = (folder.door, folder.owners, folder.supervisor, folder.server)
        if old and not any(is_locked(lock) for lock in locks):
            shutil.rmtree(path, ignore_errors=True)
