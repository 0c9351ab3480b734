"""Servers that run while tests do, in the background of a process without an event loop."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol, cast

import anyio
import anyio.abc
from anyio.from_thread import BlockingPortal

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_testing.choices import ServerChoice


class ServerRegistry(Protocol):
    """Gives the URL of a server, which it starts the first time that it is asked."""

    def url(self, choice: ServerChoice) -> DatabaseUrl:
        """Where the superuser connects to the server's database ``postgres``."""
        ...


class RunningServers:
    """The servers of this process: each is started when it is first asked for.

    Attributes:
        staying: Folders of the servers that go on after the run.
    """

    def __init__(self, portal: BlockingPortal, *, may_stay: bool) -> None:
        self._portal = portal
        self._may_stay = may_stay
        self._lock = threading.Lock()
        self._closing = portal.call(anyio.Event)
        self._urls: dict[ServerChoice, DatabaseUrl] = {}
        self._held: list[Future[None]] = []
        self._folders: dict[ServerChoice, Path] = {}
        self.staying: set[Path] = set()

    def url(self, choice: ServerChoice) -> DatabaseUrl:
        """As ``ServerRegistry.url``; any thread may ask."""
        with self._lock:
            if choice not in self._urls:
                self._urls[choice] = choice.url or self._start(choice)
            return self._urls[choice]

    def started(self) -> Sequence[ServerChoice]:
        """The servers that were asked for."""
        return list(self._urls)

    def close(self) -> None:
        """Leave all servers, and wait for their end."""
        self._portal.call(self._closing.set)
        for held in self._held:
            held.result()
        for folder in {*self._folders.values()} - self.staying:
            shutil.rmtree(folder)

    def stay(self, choice: ServerChoice) -> None:
        """Let the server go on when everybody has left it."""
        folder = self._folders.get(choice)
        if choice.server is not None and folder is not None and folder not in self.staying:
            self._portal.call(choice.server.start, folder)
            self.staying.add(folder)

    def _start(self, choice: ServerChoice) -> DatabaseUrl:
        if self._may_stay:
            self._folders[choice] = Path(tempfile.mkdtemp(prefix="ferrule-kept-"))
        held, url = self._portal.start_task(self._hold, choice)
        self._held.append(held)
        return cast("DatabaseUrl", url)

    async def _hold(
        self, choice: ServerChoice, *, task_status: anyio.abc.TaskStatus[DatabaseUrl]
    ) -> None:
        if choice.server is None:
            raise ValueError(f'the server "{choice}" is not ours to start')
        async with choice.server.open(self._folders.get(choice)) as url:
            task_status.started(url)
            await self._closing.wait()
