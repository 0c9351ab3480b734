"""A server in a folder: joined or started, left or stopped. Everything here blocks."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Generator
from dataclasses import dataclass

from ferrule_core.plugins.contracts import DatabaseUrl, ServerStatus
from ferrule_embedded.binaries import Binaries
from ferrule_embedded.clusters import SUPERUSER
from ferrule_embedded.errors import FolderRefused, ServerFailed
from ferrule_embedded.folders import ServerFolder
from ferrule_embedded.launch import START_WITHIN_SECONDS, STOP_WITHIN_SECONDS, launch, runs
from ferrule_embedded.locks import FileLock, is_locked, take_lock, wait_until_free
from ferrule_embedded.sockets import make_socket_folder, socket_folder
from ferrule_embedded.supervisor import LOCK_WITHIN_SECONDS

DOOR_WITHIN_SECONDS = START_WITHIN_SECONDS + STOP_WITHIN_SECONDS


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to a running server, until it is released or this process ends.

    A child that was made by ``fork`` holds it too, as it may use the server as well.
    """

    folder: ServerFolder
    url: DatabaseUrl
    owner: FileLock

    def release(self) -> None:
        """Leave the server; the last to leave stops it, and waits for that."""
        try:
            with _door(self.folder):
                self.owner.release()
                if _is_owned(self.folder) or self.folder.kept.exists():
                    return
                _stop(self.folder)
        except FileNotFoundError:  # the folder was removed: its supervisor sees that too
            self.owner.release()


def acquire(
    folder: ServerFolder, found: list[Binaries], *, temporary: bool = False, keep: bool = False
) -> Lease:
    """Join the server of a folder, or start it.

    Args:
        folder: Made where it does not exist.
        found: The programs to choose from, the best first.
        temporary: Quick rather than safe; the folder is removed with the server.
        keep: The server stays when its last owner leaves.

    Raises:
        FolderRefused: The folder is not to be used for this.
        ServerFailed: The server does not start; the message has the end of its log.
    """
    with _refusing(folder):
        _claim(folder)
        with _door(folder):
            owner = take_lock(folder.owners, shared=True, within_seconds=LOCK_WITHIN_SECONDS)
            if owner is None:
                raise ServerFailed(f'the lock "{folder.owners}" is held by a foreign process')
            try:
                make_socket_folder(folder.cluster)
                if not runs(folder):
                    launch(folder, found, temporary=temporary)
                if keep:
                    folder.kept.touch()
            except BaseException:
                owner.release()
                raise
            return Lease(folder, _url(folder), owner)


def stop(folder: ServerFolder) -> bool:
    """Stop the server of a folder, whoever owns it; False where none was running."""
    with _refusing(folder):
        if not folder.run.exists():
            return False
        with _door(folder):
            return _stop(folder)


def look(folder: ServerFolder) -> ServerStatus:
    """What is in the folder; changes nothing there."""
    with _refusing(folder):
        state = folder.read_state() if is_locked(folder.supervisor) else None
        if state is None:
            return ServerStatus(folder=folder.path, running=False)
        make_socket_folder(folder.cluster)
        return ServerStatus(
            folder=folder.path,
            running=True,
            url=_url(folder),
            pid=state.pid,
            version=state.version,
        )


def _url(folder: ServerFolder) -> DatabaseUrl:
    return DatabaseUrl(
        host=str(socket_folder(folder.cluster)), port=5432, user=SUPERUSER, database="postgres"
    )


@contextlib.contextmanager
def _refusing(folder: ServerFolder) -> Generator[None]:
    """Say of which folder it is that the system refused something."""
    try:
        yield
    except PermissionError as error:
        raise FolderRefused(
            f'"{folder.path}" is closed to this user: {error}',
            hint="choose another folder, or run as the user who made this one",
        ) from error
    except OSError as error:
        raise FolderRefused(f'"{folder.path}" cannot hold a server: {error}') from error


@contextlib.contextmanager
def _door(folder: ServerFolder) -> Generator[None]:
    """Be the only one to start or stop the server, or to come or go."""
    door = take_lock(folder.door, within_seconds=DOOR_WITHIN_SECONDS)
    if door is None:
        raise ServerFailed(
            f'the server in "{folder.path}" was starting or stopping for more than '
            f"{DOOR_WITHIN_SECONDS:g} seconds",
            hint=f'its log is "{folder.log}"',
        )
    try:
        yield
    finally:
        door.release()


def _claim(folder: ServerFolder) -> None:
    """Make the folder Ferrule's, unless it is somebody else's."""
    if folder.run.is_dir():
        return
    ignore = folder.path / ".gitignore"
    if folder.path.exists() and {*folder.path.iterdir()} - {folder.run, ignore}:
        raise FolderRefused(
            f'"{folder.path}" is not empty and holds no server of Ferrule',
            hint="choose another folder, or one that does not exist yet",
        )
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.run.mkdir(mode=0o700, exist_ok=True)
    if not ignore.exists():
        ignore.write_text("*\n")


def _is_owned(folder: ServerFolder) -> bool:
    nobody = take_lock(folder.owners)
    if nobody is None:
        return True
    nobody.release()
    return False


def _stop(folder: ServerFolder) -> bool:
    """Have the supervisor stop the server, and wait for both; the door must be closed."""
    state = folder.read_state()
    if state is None or not is_locked(folder.supervisor):
        return False
    seconds = STOP_WITHIN_SECONDS + 2 * LOCK_WITHIN_SECONDS
    with contextlib.suppress(ProcessLookupError):
        os.kill(state.supervisor, signal.SIGTERM)
    if not wait_until_free(folder.supervisor, within_seconds=seconds):
        raise ServerFailed(
            f'the server in "{folder.path}" does not stop', hint=f'its log is "{folder.log}"'
        )
    return True
