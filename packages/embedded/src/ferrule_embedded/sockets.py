"""Where clients find the socket of a server."""

from __future__ import annotations

import hashlib
import os
import socket
import struct
import tempfile
from pathlib import Path

from ferrule_embedded.errors import ServerFailed
from ferrule_embedded.folders import SOCKET_NAME

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""https://www.postgresql.org/docs/current/protocol-message-formats.html"""

ANSWER_WITHIN_SECONDS = 5.0

LONGEST_SOCKET_BYTES = 103
"""What ``sun_path`` takes on every system: macOS has 104 bytes with the NUL, Linux 108."""


def socket_folder(cluster: Path) -> Path:
    """The folder to connect to: the data directory, or a plain and short name for it."""
    return cluster if _fits(cluster) else _alias(cluster)


def make_socket_folder(cluster: Path) -> Path | None:
    """Make the short name, a symbolic link, where one is needed; return it.

    Raises:
        ServerFailed: The folder of short names belongs to somebody else.
    """
    if _fits(cluster):
        return None
    alias = _alias(cluster)
    alias.parent.mkdir(mode=0o700, exist_ok=True)
    status = alias.parent.lstat()
    if status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise ServerFailed(
            f'"{alias.parent}" must belong to this user alone, to hold names of sockets',
            hint="remove it, or use a data folder with a shorter path",
        )
    if not alias.is_symlink() or alias.readlink() != cluster:
        alias.unlink(missing_ok=True)
        alias.symlink_to(cluster)
    return alias


def answers(cluster: Path) -> bool:
    """Whether the server that listens on the socket in the data directory is alive.

    A socket takes connections a while longer than a killed server lives, so the server is
    asked something: whether it does TLS.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(ANSWER_WITHIN_SECONDS)
        try:
            client.connect(os.fspath(socket_folder(cluster) / SOCKET_NAME))
            client.sendall(SSL_REQUEST)
            return client.recv(1) in {b"N", b"S"}
        except OSError:
            return False


def _fits(folder: Path) -> bool:
    """Whether drivers can be given the folder itself: they take a comma for a list of hosts."""
    path = os.fsencode(folder / SOCKET_NAME)
    return len(path) <= LONGEST_SOCKET_BYTES and b"," not in path


def _alias(cluster: Path) -> Path:
    name = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]
    mine = f"ferrule-{os.geteuid()}"
    alias = Path(tempfile.gettempdir()) / mine / name
    return alias if _fits(alias) else Path("/tmp") / mine / name  # noqa: S108
