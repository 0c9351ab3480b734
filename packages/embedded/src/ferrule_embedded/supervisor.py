"""The process that starts a server and ends it, when nobody wants it any more.

It is a program of its own, so that it outlives the process that needed the server first. It
asks four times a second whether an owner is left: an owner holds a lock, which the kernel
frees even when the owner is killed. Only the standard library is imported here.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from ferrule_embedded.folders import RunningServer, ServerFolder, is_ready
from ferrule_embedded.locks import take_lock

LOOK_SECONDS = 0.25
READY_POLL_SECONDS = 0.003
LOCK_WITHIN_SECONDS = 10.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to run, and for how long to wait for it."""

    folder: str
    postgres: str
    version: tuple[int, int]
    settings: dict[str, str]
    environment: dict[str, str]
    account: tuple[int, int] | None
    """User and group id of the server, where they are not those of this process."""
    temporary: bool
    alias: str | None
    """A symbolic link to remove with the server."""
    start_within_seconds: float
    stop_within_seconds: float

    def encode(self) -> str:
        """Its form on a command line."""
        return json.dumps(asdict(self))


class Supervisor:
    """Runs one server."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.folder = ServerFolder(Path(job.folder))
        self.identity = self.folder.run.stat()
        self.stop_requested = False

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it takes connections.

        Raises:
            TimeoutError, ChildProcessError: It did not.
        """
        server = self._spawn()
        deadline = time.monotonic() + self.job.start_within_seconds
        while not is_ready(self.folder, server.pid):
            if server.poll() is not None:
                raise ChildProcessError(f"the server ended with status {server.returncode}")
            if time.monotonic() > deadline:
                self._end(server)
                raise TimeoutError(
                    f"the server was not ready after {self.job.start_within_seconds:g} seconds"
                )
            time.sleep(READY_POLL_SECONDS)
        self.folder.write_state(
            RunningServer(pid=server.pid, supervisor=os.getpid(), version=self.job.version)
        )
        return server

    def watch(self, server: subprocess.Popen[bytes], awake: int) -> None:
        """Stay until the server is not wanted, or ended by itself; then leave nothing running."""
        while not self.stop_requested:
            if self._is_removed():
                self._signal(server, signal.SIGQUIT)
                break
            if server.poll() is not None and not self.job.temporary:
                break
            if self._lock_out_owners():
                break
            if select.select([awake], [], [], LOOK_SECONDS)[0]:
                os.read(awake, 64)
        self._end(server)
        self._clear()

    def _spawn(self) -> subprocess.Popen[bytes]:
        job = self.job
        lock = take_lock(self.folder.server, within_seconds=LOCK_WITHIN_SECONDS)
        if lock is None:
            raise TimeoutError("processes of an earlier server are still there")
        inherited = [lock.descriptor]
        cluster = str(self.folder.cluster)
        if job.account is not None:
            # The account may lack the way to the folder, but not a descriptor of it.
            inherited.append(os.open(cluster, os.O_RDONLY | os.O_DIRECTORY))
            cluster = f"/proc/self/fd/{inherited[-1]}"
        settings = [f"--{name}={value}" for name, value in job.settings.items()]
        user, group = job.account or (None, None)
        try:
            return subprocess.Popen(  # noqa: S603
                [job.postgres, "-D", cluster, *settings],
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr,
                cwd="/",
                env=job.environment,
                pass_fds=inherited,
                user=user,
                group=group,
                extra_groups=None if user is None else [],
                umask=0o077,
                preexec_fn=_end_with_parent(  # noqa: PLW1509
                    signal.SIGQUIT if job.temporary else signal.SIGINT
                ),
            )
        finally:
            lock.release()
            for descriptor in inherited[1:]:
                os.close(descriptor)

    def _is_removed(self) -> bool:
        try:
            return not os.path.samestat(self.folder.run.stat(), self.identity)
        except FileNotFoundError:
            return True

    def _lock_out_owners(self) -> bool:
        """Whether nobody owns the server; if so, the door stays closed until this process ends."""
        with contextlib.suppress(FileNotFoundError):
            door = take_lock(self.folder.door)
            if door is None:
                return False
            owners = None if self.folder.kept.exists() else take_lock(self.folder.owners)
            if owners is not None:
                return True
            door.release()
        return False

    def _end(self, server: subprocess.Popen[bytes]) -> None:
        polite = signal.SIGQUIT if self.job.temporary else signal.SIGINT
        patience = self.job.stop_within_seconds
        for number, seconds in ((polite, patience), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            self._signal(server, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(seconds)
                break
        with contextlib.suppress(FileNotFoundError):
            rest = take_lock(self.folder.server, within_seconds=LOCK_WITHIN_SECONDS)
            if rest is not None:
                rest.release()

    def _signal(self, server: subprocess.Popen[bytes], number: signal.Signals) -> None:
        if server.poll() is None:
            server.send_signal(number)

    def _clear(self) -> None:
        if not self._is_removed():
            self.folder.forget()
            if self.job.temporary:
                shutil.rmtree(self.folder.path)
        if self.job.alias is not None:
            Path(self.job.alias).unlink(missing_ok=True)


def main() -> None:
    """Run the job of the command line; say on standard output how its start went."""
    if os.fork():
        os._exit(0)  # the caller waits for this one; what goes on is nobody's child
    fields = json.loads(sys.argv[2])
    fields["version"] = tuple(fields["version"])
    fields["account"] = None if fields["account"] is None else tuple(fields["account"])
    supervisor = Supervisor(Job(**fields))

    alive = take_lock(supervisor.folder.supervisor, within_seconds=LOCK_WITHIN_SECONDS)
    if alive is None:
        _report(error="another supervisor runs this folder")
        return
    awake = _wake_on_signals(supervisor)
    before = supervisor.folder.log.stat().st_size
    try:
        server = supervisor.start()
    except (OSError, subprocess.SubprocessError) as error:
        _report(error=str(error), log=supervisor.folder.log_tail(since=before))
        return
    _report()
    supervisor.watch(server, awake)


def _wake_on_signals(supervisor: Supervisor) -> int:
    """Let signals wake a ``select`` on the returned descriptor; SIGTERM means stop."""
    awake, wake = os.pipe()
    os.set_blocking(wake, False)

    def on_signal(number: int, _frame: object) -> None:
        supervisor.stop_requested |= number == signal.SIGTERM

    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, on_signal)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    return awake


def _report(**outcome: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # the caller ended meanwhile
        os.write(sys.stdout.fileno(), json.dumps(outcome).encode())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child calls before it becomes the server, where the kernel offers such a bond."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)

    return bind
