"""What a server leaves behind that was killed, or that somebody else runs in our folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal

from ferrule_embedded.errors import FolderRefused, ServerFailed
from ferrule_embedded.folders import ServerFolder
from ferrule_embedded.inspection import started_at, titles, works_in
from ferrule_embedded.locks import take_lock

NOTICE_WITHIN_SECONDS = 2.0
"""Processes of a server whose parent was killed see that by themselves, unless they are busy."""

END_WITHIN_SECONDS = 10.0
SAME_START_SECONDS = 5.0


def server_label(folder: ServerFolder) -> str:
    """What stands in the titles of a server's processes: its ``cluster_name``."""
    path = os.path.realpath(folder.path)
    return f"ferrule-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"


def clear_remains(folder: ServerFolder) -> None:
    """End what is left of a server that crashed, and forget it; the door must be closed.

    Raises:
        FolderRefused: A server runs in the data directory that Ferrule did not start.
        ServerFailed: Processes of the crashed server cannot be ended.
    """
    remains = take_lock(folder.server, within_seconds=NOTICE_WITHIN_SECONDS)
    if remains is None:
        _end_remains(folder)
        remains = take_lock(folder.server, within_seconds=END_WITHIN_SECONDS)
    if remains is None:
        raise ServerFailed(
            f'processes of a server that crashed still use "{folder.path}"',
            hint=f'end those that have "{server_label(folder)}" in their titles',
        )
    remains.release()
    pid = _noted_server(folder)
    if pid is not None:
        raise FolderRefused(
            f'"{folder.cluster}" is used by a server that Ferrule did not start (process {pid})',
            hint=f"stop it first: pg_ctl stop -D '{folder.cluster}'",
        )
    folder.forget()


def _end_remains(folder: ServerFolder) -> None:
    """End the processes that hold the lock of the server, and have no supervisor."""
    server = _noted_server(folder)
    if server is not None:
        os.kill(server, signal.SIGQUIT)
    title = f"postgres: {server_label(folder)}: "
    for pid, command in titles():
        if command.startswith(title):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _noted_server(folder: ServerFolder) -> int | None:
    """The process that ``postmaster.pid`` names, if it is still the one that wrote it.

    After a crash of the machine the same number belongs to somebody else, who neither works in
    the data directory nor was started at the time that the file says.
    """
    try:
        lines = folder.postmaster_pid.read_text(errors="replace").splitlines()
        pid, noted = abs(int(lines[0])), int(lines[2])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    works_here = works_in(pid, folder.cluster)
    if works_here is None:
        begun = started_at(pid)
        works_here = begun is not None and abs(begun - noted) <= SAME_START_SECONDS
    return pid if works_here else None
