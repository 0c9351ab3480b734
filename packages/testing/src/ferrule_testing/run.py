"""A test run as one of its processes sees it: alone, as controller, or as a worker."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from ferrule_core.errors import FerruleError
from ferrule_core.plugins.contracts import Connection, ConnectOptions, DatabaseUrl
from ferrule_testing.choices import ServerChoice, choices_of, look_at
from ferrule_testing.provision import Databases
from ferrule_testing.running import RunningServers, ServerRegistry
from ferrule_testing.sharing import RequestedServers, ServerRequests

if TYPE_CHECKING:
    from ferrule_core.plugins.manager import Plugins

ALL = "all"


class Invitation(NamedTuple):
    """What a worker is told of the run that it is part of."""

    run: str
    folder: str
    worker: str


class TestRun:
    """What all fixtures of a process share; nothing is started before a test needs it.

    Attributes:
        name: The same in all processes of the run; part of the name of each database.
        keep: Whether the database of a failed test stays.
        kept: What to tell people about databases that stayed.
    """

    def __init__(self, names: Sequence[str], invitation: Invitation | None = None) -> None:
        self._names = names
        self._invitation = invitation
        self._stack = ExitStack()
        self._closed = False
        self.name = uuid.uuid4().hex[:8] if invitation is None else invitation.run
        self.keep = os.environ.get("FERRULE_KEEP_DATABASE", "0") not in {"", "0"}
        self.kept: list[str] = []

    @classmethod
    def of(cls, config: pytest.Config) -> TestRun:
        """The run that this process is part of."""
        options: Sequence[str] = config.getoption("--ferrule-server") or [ALL]
        names = [name.strip() for option in options for name in option.split(",")]
        given: Mapping[str, Any] | None = getattr(config, "workerinput", None)
        if given is None:
            return cls(names)
        if "ferrule" not in given:
            raise pytest.UsageError("ferrule_testing must be active in the controller too")
        run, folder = given["ferrule"]
        return cls(names, Invitation(run, folder, worker=given["workerid"]))

    @cached_property
    def choices(self) -> Sequence[ServerChoice]:
        """The servers that the tests are to run on.

        Raises:
            pytest.UsageError: One was asked for that is not here.
        """
        from ferrule_core.settings.urls import parse_url

        try:
            present = choices_of(self._plugins.servers())
            dsn = os.environ.get("FERRULE_TEST_DSN")
            if dsn:
                present.append(self._portal.call(look_at, parse_url(dsn), self._connect))
        except FerruleError as error:
            raise pytest.UsageError(f"ferrule: {error}") from error
        return _chosen(present, self._names)

    @cached_property
    def databases(self) -> Databases:
        """The maker of databases."""
        worker = "main" if self._invitation is None else self._invitation.worker
        return Databases(self._portal, self.servers, self._connect, run=self.name, worker=worker)

    @cached_property
    def servers(self) -> ServerRegistry:
        """Those that run, or will when they are asked for."""
        if self._invitation is None:
            return self._own
        return RequestedServers(Path(self._invitation.folder))

    @cached_property
    def rendezvous(self) -> Path:
        """Where workers ask this controller for servers."""
        running = self._own
        folder = Path(tempfile.mkdtemp(prefix="ferrule-run-"))
        self._stack.callback(shutil.rmtree, folder)
        self._stack.callback(ServerRequests(folder, self.choices, running).close)
        return folder

    def close(self) -> None:
        """Leave the servers; drop what the run made on those that stay."""
        if self._closed:
            return
        self._closed = True
        with self._stack:
            if self._invitation is None and "_own" in self.__dict__:
                self._tidy(self._own)
            if "databases" in self.__dict__:
                self.databases.close()

    @cached_property
    def _plugins(self) -> Plugins:
        from ferrule_core.plugins.manager import Plugins

        return Plugins.load()

    @cached_property
    def _portal(self) -> BlockingPortal:
        return self._stack.enter_context(start_blocking_portal("asyncio"))

    @cached_property
    def _own(self) -> RunningServers:
        running = RunningServers(self._portal, may_stay=self.keep)
        self._stack.callback(running.close)
        return running

    async def _connect(self, url: DatabaseUrl) -> Connection:
        options = ConnectOptions(application_name="ferrule-testing")
        return await self._plugins.backend(url.scheme).connect(url, options)

    def _tidy(self, running: RunningServers) -> None:
        from ferrule_core.settings.urls import shown_url

        for choice in running.started():
            if choice.server is not None and not self.keep:
                continue  # everything vanishes with the server
            for url in self.databases.tidy(choice, failed_too=not self.keep):
                self.kept.append(f"kept: {shown_url(url)}")
                running.stay(choice)
        self.kept += [f"to end its server: ferrule db stop --data {f}" for f in running.staying]


def _chosen(present: Sequence[ServerChoice], names: Sequence[str]) -> Sequence[ServerChoice]:
    if ALL in names:
        return present
    known = {choice.name: choice for choice in present}
    for name in names:
        if name not in known:
            here = ", ".join(known) or "none"
            raise pytest.UsageError(
                f"--ferrule-server={name}: there is no such server here; there are: {here}"
            )
    return [known[name] for name in dict.fromkeys(names)]
