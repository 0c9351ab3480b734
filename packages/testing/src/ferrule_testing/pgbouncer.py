"""A PgBouncer in front of a server, for the time of a test."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ferrule_core.plugins.contracts import DatabaseUrl

PoolMode = Literal["session", "transaction", "statement"]

NO_PGBOUNCER = "no PgBouncer: apt-get install pgbouncer, or set FERRULE_PGBOUNCER to its path"

PROGRAM_VARIABLE = "FERRULE_PGBOUNCER"
START_WITHIN_SECONDS = 20.0
STOP_WITHIN_SECONDS = 5.0
ATTEMPTS = 5
"""Another process may take the free port before PgBouncer does."""

_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PgBouncer:
    """One that runs.

    Attributes:
        url: A database of the server, through it, by TCP.
        socket_url: The same by its unix socket.
        console: Its own database, where ``SHOW POOLS`` and the like are understood.
        pid: Its process.
    """

    url: DatabaseUrl
    socket_url: DatabaseUrl
    console: DatabaseUrl
    pid: int


def find_pgbouncer() -> Path | None:
    """Where the program is, if it is here."""
    named = os.environ.get(PROGRAM_VARIABLE)
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    found = shutil.which("pgbouncer", path=os.pathsep.join([os.environ.get("PATH", ""), *_FOLDERS]))
    return None if found is None else Path(found)


@contextmanager
def run_pgbouncer(
    server: DatabaseUrl,
    *,
    pool_mode: PoolMode = "transaction",
    settings: Mapping[str, object] | None = None,
) -> Generator[PgBouncer]:
    """Run a PgBouncer that leads to every database of the server's, with the same user.

    It lets everybody in, listens on a port of this machine and on a unix socket, and ends with
    the block, or with this process. Root gives it another account, since it does not run as root.

    Args:
        server: Where the server is.
        pool_mode: What a client has for itself, and for how long.
        settings: More of the section ``[pgbouncer]`` of its configuration file.

    Raises:
        RuntimeError: It is not installed, or did not start; the message has its log.
    """
    program = find_pgbouncer()
    if program is None:
        raise RuntimeError(NO_PGBOUNCER)
    # A short path, since it holds a socket.
    with tempfile.TemporaryDirectory(prefix="fpgb-", dir="/tmp") as name:
        folder = Path(name)
        account = _account()
        process, port = _start(
            program, folder, server, account, {"pool_mode": pool_mode, **(settings or {})}
        )
        try:
            tcp = replace(server, host="127.0.0.1", port=port, options={}, password=None)
            yield PgBouncer(
                url=tcp,
                socket_url=replace(tcp, host=str(folder)),
                console=replace(tcp, database="pgbouncer"),
                pid=process.pid,
            )
        finally:
            _end(process)


def _start(
    program: Path,
    folder: Path,
    server: DatabaseUrl,
    account: pwd.struct_passwd | None,
    settings: Mapping[str, object],
) -> tuple[subprocess.Popen[bytes], int]:
    log = folder / "log"
    for _ in range(ATTEMPTS):
        port = _free_port()
        with _reachable(server, account) as (server_there, descriptors), log.open("wb") as output:
            written = _write_files(folder, server_there, port, settings)
            if account is not None:
                for path in (folder, *written):
                    os.chown(path, account.pw_uid, account.pw_gid)
            process = subprocess.Popen(  # noqa: S603
                [program, written[0]],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                pass_fds=descriptors,
                user=None if account is None else account.pw_uid,
                group=None if account is None else account.pw_gid,
                extra_groups=None if account is None else [],
                preexec_fn=_end_with_parent(),  # noqa: PLW1509
            )
        if _answers(folder, port, process):
            return process, port
        _end(process)
    raise RuntimeError(f"PgBouncer did not start:\n{log.read_text(errors='replace')}")


@contextmanager
def _reachable(
    server: DatabaseUrl, account: pwd.struct_passwd | None
) -> Generator[tuple[DatabaseUrl, list[int]]]:
    """The server as another account can reach it.

    The account may lack the way to the folder of the socket, but not a descriptor of it.
    """
    host = server.host or ""
    if account is None or not host.startswith("/") or sys.platform != "linux":
        yield server, []
        return
    descriptor = os.open(host, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield replace(server, host=f"/proc/self/fd/{descriptor}"), [descriptor]
    finally:
        os.close(descriptor)


def _write_files(
    folder: Path, server: DatabaseUrl, port: int, settings: Mapping[str, object]
) -> list[Path]:
    user = server.user or "postgres"
    place = {
        "host": server.host,
        "port": server.port or 5432,
        "user": user,
        "password": server.password,
    }
    target = " ".join(f"{key}={_quoted(value)}" for key, value in place.items() if value)
    users = folder / "users"
    users.write_text(f'"{_doubled(user)}" "{_doubled(server.password or "")}"\n')
    own: dict[str, object] = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": folder,
        "auth_type": "trust",
        "auth_file": users,
        "admin_users": user,
        "server_login_retry": 1,
        **settings,
    }
    lines = "".join(f"{key} = {value}\n" for key, value in own.items())
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(f"[databases]\n* = {target}\n\n[pgbouncer]\n{lines}")
    return [configuration, users]


def _quoted(value: object) -> str:
    text = str(value).replace("'", "''")
    return f"'{text}'"


def _doubled(text: str) -> str:
    return text.replace('"', '""')


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(folder: Path, port: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether it takes connections; it does not where it ended."""
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as link, suppress(OSError):
            link.connect(str(folder / f".s.PGSQL.{port}"))
            return True
        time.sleep(0.01)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()  # at once: it does not wait for clients
    try:
        process.wait(STOP_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _account() -> pwd.struct_passwd | None:
    """Whom root lets it run as; ``None`` for who runs this process."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError(
        'PgBouncer does not run as root, and there is no user "postgres" or "nobody"'
    )


def _end_with_parent() -> Callable[[], None] | None:
    """What the child calls before it becomes PgBouncer, where the kernel offers such a bond."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)

    return bind
