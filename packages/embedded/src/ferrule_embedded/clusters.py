"""Data directories: how they are made, and the settings that their servers run with."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

from ferrule_embedded.accounts import Account, unprivileged_account
from ferrule_embedded.binaries import Binaries
from ferrule_embedded.cache import cache_folder, digest, make_once
from ferrule_embedded.errors import FolderRefused, ServerFailed
from ferrule_embedded.staging import reachable_binaries

SUPERUSER = "postgres"
NOT_WRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS}

INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

SOCKET_ONLY = {"listen_addresses": "", "port": "5432", "unix_socket_directories": "."}
"""The socket is in the data directory, which nobody but the server's account may enter."""

UNSAFE_BUT_QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
}
"""For a server whose files do not outlive it."""


def settings_of_server(label: str, *, temporary: bool) -> dict[str, str]:
    """What the server is started with; the rest is as ``postgresql.conf`` says."""
    settings = SOCKET_ONLY | {"cluster_name": label}
    return settings | UNSAFE_BUT_QUICK if temporary else settings


def cluster_version(cluster: Path) -> int | None:
    """The major version that a data directory is of; ``None`` where there is none yet.

    Raises:
        FolderRefused: It is there, but is not whole.
    """
    if not cluster.exists():
        return None
    try:
        return int((cluster / "PG_VERSION").read_text())
    except (FileNotFoundError, ValueError):
        raise FolderRefused(
            f'"{cluster}" is no data directory of PostgreSQL', hint="move it away"
        ) from None


def create_cluster(
    binaries: Binaries, cluster: Path, *, account: Account | None, durable: bool
) -> None:
    """Make a data directory: all of it, or nothing that a later start would take for one.

    It is a copy of one that ``initdb`` made once, where this user has a cache folder.

    Raises:
        ServerFailed: ``initdb`` refused; the message has what it said.
    """
    partial = cluster.with_name("data.partial")
    if partial.exists():
        shutil.rmtree(partial)
    template = _template(binaries)
    if template is None:
        _make_empty(partial, account)
        _run_initdb(binaries, partial, account, *initdb_options(binaries), sync=durable)
    else:
        shutil.copytree(template, partial, copy_function=shutil.copy)
        if account is not None:
            _give(partial, account.user, account.group)
        if durable:
            _run_initdb(binaries, partial, account, "--sync-only", sync=True)
    partial.rename(cluster)


def _template(binaries: Binaries) -> Path | None:
    """A data directory to copy; ``None`` where there is no place to keep one."""
    cache = cache_folder()
    bootstrap = binaries.bootstrap_script()
    if cache is None or bootstrap is None:
        return None
    options = initdb_options(binaries)
    version = ".".join(map(str, binaries.version))
    content = digest(bootstrap.read_bytes(), version.encode(), " ".join(options).encode())

    def make(folder: Path) -> None:
        account = unprivileged_account()  # initdb wants one that has a name
        made = folder / "data"
        _make_empty(made, account)
        _run_initdb(reachable_binaries(binaries, account), made, account, *options, sync=True)
        if account is not None:
            _give(made, os.geteuid(), os.getegid())

    try:
        return make_once(cache, f"cluster-{version}-{content}", make) / "data"
    except OSError as error:
        if error.errno in NOT_WRITABLE:  # this user may not write there, and need not
            return None
        raise


def _make_empty(folder: Path, account: Account | None) -> None:
    folder.mkdir(mode=0o700)
    if account is not None:
        os.chown(folder, account.user, account.group)


def _give(folder: Path, user: int, group: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, group, follow_symlinks=False)


def _run_initdb(
    binaries: Binaries, folder: Path, account: Account | None, *options: str, sync: bool
) -> None:
    """Fill an empty folder that belongs to the account."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    # As in the supervisor: the account may lack the way to the folder.
    target = str(folder) if account is None else f"/proc/self/fd/{descriptor}"
    command = [str(binaries.initdb), "-D", target, *options]
    if not sync:
        command.append("--no-sync")
    try:
        made = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=server_environment(),
            pass_fds=() if account is None else (descriptor,),
            user=None if account is None else account.user,
            group=None if account is None else account.group,
            extra_groups=None if account is None else [],
        )
    finally:
        os.close(descriptor)
    if made.returncode:
        raise ServerFailed(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")


def server_environment() -> dict[str, str]:
    """What the programs see of this process's environment: nothing of ``PG*``, ``LC_*``."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**inherited, "TZ": "UTC", "LC_ALL": "C"}


@lru_cache
def initdb_options(binaries: Binaries) -> tuple[str, ...]:
    """How data directories are made: UTF-8, sorted by code point, and no way in but the socket."""
    options = (
        f"--username={SUPERUSER}",
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--no-instructions",
        "--locale=C",
    )
    if binaries.version >= (17, 0):
        return (*options, "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    return (*options, "--lc-ctype=C.UTF-8") if _knows_c_utf8() else options


def _knows_c_utf8() -> bool:
    """Whether this system's libc can tell letters of Unicode without a language."""
    try:
        printed = subprocess.run(
            ["locale", "-a"],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return not {"C.UTF-8", "C.utf8"}.isdisjoint(printed.split())
