"""Whom the server runs as: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from ferrule_embedded.errors import ServerFailed

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged user, by numbers."""

    user: int
    group: int

    def may_reach(self, path: Path) -> bool:
        """Whether it may go through every folder above ``path``."""
        return all(self._may_enter(folder) for folder in path.resolve().parents)

    def _may_enter(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.user:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.group:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def choose_account(folder: Path) -> Account | None:
    """Who is to own a server's files and run it; ``None`` means who runs this process.

    Root gives way to the owner of the folder, or of the nearest one above it that is not
    root's, so that in a user's project the server can read what is the user's. Where all are
    root's, it is ``postgres``, or else ``nobody``.
    """
    if os.geteuid() != 0:
        return None
    if sys.platform != "linux":
        raise ServerFailed(
            "PostgreSQL does not run as root", hint="run the command as a plain user"
        )
    for path in (folder, *folder.parents):
        if path.exists() and (status := path.stat()).st_uid != 0:
            return Account(status.st_uid, status.st_gid)
    return unprivileged_account()


def unprivileged_account() -> Account | None:
    """The user that root's server runs as, unless its folder says otherwise.

    Raises:
        ServerFailed: This system has no such user.
    """
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise ServerFailed(
        'PostgreSQL does not run as root, and there is no user "postgres" or "nobody"',
        hint="create one, or run the command as a plain user",
    )
