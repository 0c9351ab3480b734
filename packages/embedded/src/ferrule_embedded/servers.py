"""The scratch servers that this package hands out."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ferrule_core.errors import MissingPackage
from ferrule_core.plugins.contracts import DatabaseUrl, ServerOffer, ServerStatus

if TYPE_CHECKING:
    from ferrule_embedded.binaries import Binaries
    from ferrule_embedded.folders import ServerFolder
    from ferrule_embedded.leases import Lease

Result = TypeVar("Result")


class LocalServer:
    """Runs PostgreSQL on this machine, from programs that ``find`` gives, the best first.

    Each method that awaits has a twin that blocks.
    """

    def __init__(self, name: str, find: Callable[[], Sequence[Binaries]], *, missing: str) -> None:
        self.name = name
        self._find = find
        self._missing = missing

    def offer(self) -> ServerOffer | None:
        """What it would run; ``None`` where it cannot run on this machine."""
        found = self._find()
        return found[0].offer() if found else None

    def open(self, folder: Path | None = None) -> AbstractAsyncContextManager[DatabaseUrl]:
        """Run a server for the time of the block; joins one that runs in that folder already.

        Raises:
            MissingPackage: There is no PostgreSQL to run.
            FolderRefused: The folder is somebody else's, or of another major version.
            ServerFailed: The server does not start; the message has the end of its log.
        """
        return self._open(folder)

    @contextmanager
    def open_blocking(self, folder: Path | None = None) -> Generator[DatabaseUrl]:
        """As ``open``, for fixtures and commands without an event loop."""
        lease = self._acquire(folder)
        try:
            yield lease.url
        finally:
            lease.release()

    async def start(self, folder: Path) -> ServerStatus:
        """Start a server that stays until ``stop``; one that runs already stays from now on."""
        return await asyncio.to_thread(self.start_blocking, folder)

    def start_blocking(self, folder: Path) -> ServerStatus:
        """As ``start``."""
        self._acquire(folder, keep=True).release()
        return self.status_blocking(folder)

    async def stop(self, folder: Path) -> bool:
        """Stop it, whoever uses it; False where none was running."""
        return await asyncio.to_thread(self.stop_blocking, folder)

    def stop_blocking(self, folder: Path) -> bool:
        """As ``stop``."""
        from ferrule_embedded import leases

        return leases.stop(_server_folder(folder))

    async def status(self, folder: Path) -> ServerStatus:
        """Look, change nothing."""
        return await asyncio.to_thread(self.status_blocking, folder)

    def status_blocking(self, folder: Path) -> ServerStatus:
        """As ``status``."""
        from ferrule_embedded import leases

        return leases.look(_server_folder(folder))

    @asynccontextmanager
    async def _open(self, folder: Path | None) -> AsyncGenerator[DatabaseUrl]:
        starting = _in_thread(lambda: self._acquire(folder))
        try:
            lease = await asyncio.wrap_future(starting)
        except asyncio.CancelledError:
            _in_thread(lambda: starting.result().release())  # once it has started
            raise
        try:
            yield lease.url
        finally:
            await asyncio.shield(asyncio.wrap_future(_in_thread(lease.release)))

    def _acquire(self, folder: Path | None, *, keep: bool = False) -> Lease:
        found = list(self._find())
        if not found:
            raise MissingPackage(self._missing, install="ferrule[embedded]")
        from ferrule_embedded import leases, temporary

        if folder is not None:
            return leases.acquire(_server_folder(folder), found, keep=keep)
        made = temporary.make_folder()
        try:
            return leases.acquire(_server_folder(made), found, temporary=True)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise


def embedded() -> LocalServer:
    """PostgreSQL with pgvector from a wheel."""
    from ferrule_embedded.binaries import find_in_wheel

    return LocalServer("embedded", find_in_wheel, missing="the embedded PostgreSQL")


def installed(version: int | None = None) -> LocalServer:
    """PostgreSQL as it is installed on this machine: of a major version, or the newest."""
    from ferrule_embedded.binaries import find_installed

    def find() -> Sequence[Binaries]:
        return [found for found in find_installed() if version in (None, found.version[0])]

    wanted = "PostgreSQL" if version is None else f"PostgreSQL {version}"
    return LocalServer("binaries", find, missing=f"{wanted} on this machine")


def _server_folder(path: Path) -> ServerFolder:
    from ferrule_embedded.folders import ServerFolder

    return ServerFolder(path.absolute())


def _in_thread(function: Callable[[], Result]) -> Future[Result]:
    """Run a function in a thread that is not given up with the task that waits for it."""
    future = Future[Result]()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:  # noqa: BLE001 (raised where the future is awaited)
            future.set_exception(error)

    threading.Thread(target=run, name="ferrule-embedded").start()
    return future
