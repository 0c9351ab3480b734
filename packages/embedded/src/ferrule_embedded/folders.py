"""What is where in the folder of a server.

Only the standard library is imported here: the supervisor starts with little more than this.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

LONGEST_LOG_BYTES = 10 * 2**20

SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """What the supervisor says of the server that it runs."""

    pid: int
    supervisor: int
    version: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """A folder that holds one server: its cluster, its log, and who runs and uses it.

    Four locks say what is going on; no process id is ever trusted without one.

    ================  ===============================================================
    ``door``          held while the server is started or stopped, or its users counted
    ``owners``        shared by all who want the server to run
    ``supervisor``    held by the process that started the server, as long as it lives
    ``server``        inherited by every process of the server: free means none is left
    ================  ===============================================================
    """

    path: Path

    @property
    def cluster(self) -> Path:
        """The data directory of PostgreSQL; the server's socket is in it."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """What the server and its supervisor wrote."""
        return self.path / "log"

    @property
    def run(self) -> Path:
        """The folder of the locks, which also marks the whole as Ferrule's."""
        return self.path / "ferrule-run"

    @property
    def door(self) -> Path:
        """See the table above."""
        return self.run / "door"

    @property
    def owners(self) -> Path:
        """See the table above."""
        return self.run / "owners"

    @property
    def supervisor(self) -> Path:
        """See the table above."""
        return self.run / "supervisor"

    @property
    def server(self) -> Path:
        """See the table above."""
        return self.run / "server"

    @property
    def kept(self) -> Path:
        """Exists while the server is to stay without owners."""
        return self.run / "kept"

    @property
    def postmaster_pid(self) -> Path:
        """The server's own note of itself."""
        return self.cluster / "postmaster.pid"

    @property
    def _state(self) -> Path:
        return self.run / "state.json"

    def write_state(self, server: RunningServer) -> None:
        """Note the server that runs now."""
        written = self._state.with_suffix(".new")
        written.write_text(json.dumps(asdict(server)))
        written.replace(self._state)

    def read_state(self) -> RunningServer | None:
        """The last server that ran here; whether it still does, only the locks say."""
        try:
            state = json.loads(self._state.read_text())
        except FileNotFoundError:
            return None
        major, minor = state["version"]
        return RunningServer(
            pid=state["pid"], supervisor=state["supervisor"], version=(major, minor)
        )

    def forget(self) -> None:
        """Remove what a server that is gone left behind."""
        socket = self.cluster / SOCKET_NAME
        socket_lock = self.cluster / f"{SOCKET_NAME}.lock"
        for path in (self._state, self.kept, self.postmaster_pid, socket, socket_lock):
            path.unlink(missing_ok=True)

    def open_log(self) -> BinaryIO:
        """The log, to write at its end; what grew too long is put aside."""
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG_BYTES:
            self.log.replace(self.log.with_name("log.old"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return os.fdopen(descriptor, "ab")

    def log_tail(self, *, since: int = 0, lines: int = 20) -> str:
        """The last lines of the log."""
        with self.log.open("rb") as file:
            file.seek(since)
            text = file.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])


def is_ready(folder: ServerFolder, pid: int) -> bool:
    """Whether the server's note of itself says that it takes connections."""
    try:
        lines = folder.postmaster_pid.read_text().splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return False
    # The status is the last of its lines; how many are above it depends on the folder's name.
    return len(lines) > 1 and lines[0] == str(pid) and lines[-1].strip() == "ready"
