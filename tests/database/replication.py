"""A primary and a streaming replica, made of the PostgreSQL programs that are on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_embedded.accounts import Account, unprivileged_account
from ferrule_embedded.binaries import Binaries, find_in_wheel, find_installed
from ferrule_embedded.clusters import create_cluster, server_environment
from ferrule_embedded.staging import reachable_binaries

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "shared_buffers": "16MB",
    "max_connections": "40",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "hot_standby": "on",
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "100ms",
}


def found_binaries() -> list[Binaries]:
    """Those of the oldest and of the newest version that can make a replica."""
    found = {one.version[0]: one for one in (*find_installed(), *find_in_wheel())}
    able = {
        version: one for version, one in found.items() if (one.folder / "pg_basebackup").exists()
    }
    return [able[version] for version in sorted({min(able), max(able)})] if able else []


@dataclass(frozen=True, slots=True)
class Node:
    """One of the two servers; their sockets are beside their data directories."""

    binaries: Binaries
    account: Account | None
    folder: Path
    port: int

    @property
    def url(self) -> DatabaseUrl:
        return DatabaseUrl(
            host=str(self.folder.parent), port=self.port, user="postgres", database="postgres"
        )

    def start(self) -> None:
        settings = SETTINGS | {
            "port": str(self.port),
            "unix_socket_directories": str(self.folder.parent),
        }
        options = " ".join(f"-c {name}={text!r}" for name, text in settings.items())
        self.run("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "stop", "-w", "-m", mode)

    def run(self, program: str, *arguments: str) -> None:
        account = self.account
        subprocess.run(
            [str(self.binaries.folder / program), "-D", str(self.folder), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd="/",
            env=server_environment(),
            user=None if account is None else account.user,
            group=None if account is None else account.group,
            extra_groups=None if account is None else [],
        )


@contextmanager
def replicated(binaries: Binaries) -> Generator[tuple[Node, Node]]:
    """A primary and its replica, running for the time of the block."""
    account = unprivileged_account()
    binaries = reachable_binaries(binaries, account)
    folder = Path(tempfile.mkdtemp(prefix="fer-"))
    if account is not None:
        os.chown(folder, account.user, account.group)
    primary = Node(binaries, account, folder / "primary", 5432)
    replica = Node(binaries, account, folder / "replica", 5433)
    started: list[Node] = []
    try:
        create_cluster(binaries, primary.folder, account=account, durable=False)
        primary.start()
        started.append(primary)
        place = f"host={folder} port={primary.port} user=postgres"
        replica.run("pg_basebackup", "-R", "-N", "-X", "stream", "-c", "fast", "-d", place)
        replica.start()
        started.append(replica)
        yield primary, replica
    finally:
        for node in reversed(started):
            if (node.folder / "postmaster.pid").exists():
                node.stop("immediate")
        shutil.rmtree(folder)
