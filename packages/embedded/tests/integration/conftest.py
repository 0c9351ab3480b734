"""What the tests of the embedded server share."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_embedded.servers import LocalServer, embedded, installed

OWNER = """
import sys
from pathlib import Path
from ferrule_embedded.servers import embedded, installed

server = {"embedded": embedded, "binaries": installed}[sys.argv[1]]()
with server.open_blocking(Path(sys.argv[2]) if sys.argv[2] else None) as url:
    print(url.host, flush=True)
    sys.stdin.read()
"""

SOON_SECONDS = 20.0

Ask = Callable[[DatabaseUrl, str], Awaitable[object]]
Own = Callable[..., "OwnerProcess"]
ProcessesIn = Callable[[Path], list[int]]
Soon = Callable[[Callable[[], bool]], bool]


@pytest.fixture(params=[embedded, installed], ids=["embedded", "binaries"])
def server(request: pytest.FixtureRequest) -> LocalServer:
    """Each of the servers that this machine can run."""
    server = request.param()
    if server.offer() is None:
        pytest.skip(f'no PostgreSQL for the server "{server.name}" on this machine')
    return server


class OwnerProcess:
    """A process that has a server open until its standard input ends."""

    def __init__(self, started: subprocess.Popen[str]) -> None:
        self._started = started

    def host(self) -> Path:
        """Wait until it has the server; the folder of its socket."""
        assert self._started.stdout is not None
        line = self._started.stdout.readline()
        assert line, "the owner failed"
        return Path(line.rstrip("\n"))

    def leave(self) -> None:
        """Let it end its block."""
        assert self._started.stdin is not None
        self._started.stdin.close()
        assert self._started.wait() == 0

    def kill(self) -> None:
        """End it without a chance to clean up."""
        self._started.kill()
        self._started.wait()


@pytest.fixture
def any_server() -> LocalServer:
    """One server, for what no version of PostgreSQL has a say in."""
    return embedded()


@pytest.fixture
def ask() -> Ask:
    """The first value that a server answers."""

    async def ask(url: DatabaseUrl, query: str) -> object:
        connection = await asyncpg.connect(
            host=url.host, port=url.port, user=url.user, database=url.database
        )
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return ask


@pytest.fixture
def own(server: LocalServer) -> Generator[Own]:
    """Open the server in another process."""
    with ExitStack() as stack:

        def own(folder: Path | None, **options: Any) -> OwnerProcess:
            started = subprocess.Popen(
                [sys.executable, "-c", OWNER, server.name, str(folder or "")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                **options,
            )
            stack.enter_context(started)
            stack.callback(started.kill)
            return OwnerProcess(started)

        yield own


@pytest.fixture
def soon() -> Soon:
    """Whether something becomes true in a while."""

    def soon(condition: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + SOON_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    return soon


@pytest.fixture
def processes_in() -> ProcessesIn:
    """Process ids of the servers whose data directory is in a folder."""

    def runs_in(entry: Path, folder: Path) -> bool:
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            return (entry / "cwd").readlink() == folder / "data"
        return False

    def processes_in(folder: Path) -> list[int]:
        entries = Path("/proc").glob("[0-9]*")
        return [int(entry.name) for entry in entries if runs_in(entry, folder)]

    return processes_in


@pytest.fixture
def open_folder() -> Generator[Path]:
    """A folder that every user can write."""
    folder = Path(tempfile.mkdtemp(prefix="open-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)
