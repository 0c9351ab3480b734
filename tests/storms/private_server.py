"""A server that a test has for itself, to be restarted and crashed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_embedded.accounts import Account, unprivileged_account
from ferrule_embedded.binaries import Binaries, find_in_wheel, find_installed
from ferrule_embedded.clusters import create_cluster, server_environment
from ferrule_embedded.staging import reachable_binaries

Shutdown = Literal["fast", "immediate"]

_SIGNALS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_READY = "ready"


def servers_here() -> list[Binaries]:
    """The newest PostgreSQL of the wheel, and the newest of this machine."""
    return [*find_in_wheel()[:1], *find_installed()[:1]]


class PrivateServer:
    """A running PostgreSQL that keeps what it acknowledged."""

    def __init__(self, folder: Path, binaries: Binaries, account: Account | None) -> None:
        self.url = DatabaseUrl(host=str(folder), port=5432, user="postgres", database="postgres")
        self._folder = folder
        self._binaries = binaries
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return as soon as it takes connections."""
        pid_file = self._folder / "data" / "postmaster.pid"
        account = self._account
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._binaries.postgres,
                    *("-D", self._folder / "data", "-k", self._folder),
                    *("-c", "listen_addresses=", "-c", "max_connections=60"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=server_environment(),
                user=None if account is None else account.user,
                group=None if account is None else account.group,
                extra_groups=None if account is None else [],
            )
        deadline = time.monotonic() + 60
        while True:
            with suppress(FileNotFoundError):
                lines = pid_file.read_text().split()
                if lines and lines[0] == str(self._process.pid) and lines[-1] == _READY:
                    return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self._folder / "log").read_text()[-2000:])
            time.sleep(0.01)

    def stop(self, how: Shutdown) -> None:
        """Stop it, cleanly or as if it had crashed."""
        if self._process is None:
            return
        os.kill(self._process.pid, _SIGNALS[how])
        self._process.wait(60)
        self._process = None


@contextmanager
def private_server(binaries: Binaries) -> Iterator[PrivateServer]:
    """Run a server of its own for the time of the block."""
    account = unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="ferrule-storm-"))
    try:
        if account is not None:
            os.chown(folder, account.user, account.group)
        binaries = reachable_binaries(binaries, account)
        create_cluster(binaries, folder / "data", account=account, durable=False)
        server = PrivateServer(folder, binaries, account)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)
