"""How the server of a folder is brought to run. Everything here blocks."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from ferrule_embedded.accounts import choose_account
from ferrule_embedded.binaries import Binaries
from ferrule_embedded.clusters import (
    cluster_version,
    create_cluster,
    server_environment,
    settings_of_server,
)
from ferrule_embedded.errors import FolderRefused, ServerFailed
from ferrule_embedded.folders import ServerFolder
from ferrule_embedded.locks import POLL_SECONDS, is_locked
from ferrule_embedded.remains import clear_remains, server_label
from ferrule_embedded.sockets import answers, make_socket_folder
from ferrule_embedded.staging import reachable_binaries
from ferrule_embedded.supervisor import Job

START_WITHIN_SECONDS = 120.0
"""Recovery after a crash is part of the start."""

STOP_WITHIN_SECONDS = 60.0
"""A fast shutdown writes everything to disk; past this, the server is left to recover."""

SUPERVISE = (
    "import sys; sys.path.append(sys.argv[1]); from ferrule_embedded.supervisor import main; main()"
)


def launch(folder: ServerFolder, found: list[Binaries], *, temporary: bool) -> None:
    """Start the server of a folder in which none runs; the door must be closed.

    Raises:
        FolderRefused: Its data directory is of another major version, or used by a server that
            Ferrule did not start.
        ServerFailed: The server does not start; the message has the end of its log.
    """
    clear_remains(folder)
    account = choose_account(folder.cluster)
    binaries = reachable_binaries(_fitting(folder, found), account)
    if not folder.cluster.exists():
        create_cluster(binaries, folder.cluster, account=account, durable=not temporary)
    alias = make_socket_folder(folder.cluster)
    job = Job(
        folder=str(folder.path),
        postgres=str(binaries.postgres),
        version=binaries.version,
        settings=settings_of_server(server_label(folder), temporary=temporary),
        environment=server_environment(),
        account=None if account is None else (account.user, account.group),
        temporary=temporary,
        alias=None if alias is None else str(alias),
        start_within_seconds=START_WITHIN_SECONDS,
        stop_within_seconds=STOP_WITHIN_SECONDS,
    )
    _supervise(folder, job)


def _fitting(folder: ServerFolder, found: list[Binaries]) -> Binaries:
    """The programs to run the folder with: of its own major version, where it has one."""
    wanted = cluster_version(folder.cluster)
    for binaries in found:
        if wanted in (None, binaries.version[0]):
            return binaries
    present = ", ".join(str(binaries.version[0]) for binaries in found)
    raise FolderRefused(
        f'"{folder.path}" was made by PostgreSQL {wanted}, and only {present} is here',
        hint=f"install PostgreSQL {wanted}, or dump it there and load it in a new folder",
    )


def _supervise(folder: ServerFolder, job: Job) -> None:
    """Start the supervisor and wait for its word on the start of the server."""
    sources = str(Path(__file__).parents[1])
    command = [sys.executable, "-I", "-S", "-c", SUPERVISE, sources, job.encode()]
    with (
        folder.open_log() as log,
        subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd="/",
            start_new_session=True,
        ) as starter,
    ):
        said, _ = starter.communicate()
    nothing = {"error": "its supervisor ended", "log": folder.log_tail()}
    outcome = json.loads(said) if said else nothing
    if "error" in outcome:
        raise ServerFailed(
            f'the server in "{folder.path}" did not start: {outcome["error"]}\n{outcome["log"]}',
            hint=f'its log is "{folder.log}"',
        )


def runs(folder: ServerFolder) -> bool:
    """Whether a server takes connections; waits while it is not clear.

    It is not clear while a server starts whose first owner was killed, or when one crashed
    and its supervisor has yet to end.
    """
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while is_locked(folder.supervisor):
        if folder.read_state() is not None and answers(folder.cluster):
            return True
        if time.monotonic() > deadline:
            raise ServerFailed(
                f'the server in "{folder.path}" takes no connections',
                hint=f'its log is "{folder.log}"',
            )
        time.sleep(POLL_SECONDS)
    return False
