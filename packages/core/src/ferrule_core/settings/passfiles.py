"""libpq's pass file: passwords by host, port, database and user.

https://www.postgresql.org/docs/current/libpq-pgpass.html
"""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from ferrule_core.lazy import pattern
from ferrule_core.settings.homes import personal_file

DEFAULT_SOCKET_FOLDERS = frozenset({"/run/postgresql", "/var/run/postgresql", "/tmp"})  # noqa: S108
"""Folders that builds of libpq look for the socket in; the file calls them ``localhost``."""

_FIELD = pattern(r"((?:\\.|[^:\\])*):", re.DOTALL)
_PASSWORD = pattern(r"(?:\\.|[^:\\])*\\?", re.DOTALL)
_ESCAPED = pattern(r"\\(.)", re.DOTALL)
_KEYS = 4

logger = logging.getLogger("ferrule.settings")


def pass_lines(file: str | None, environment: Mapping[str, str]) -> list[str]:
    """The lines of the pass file: the one that is named, or ``~/.pgpass``.

    A file that others may read is left out with a warning, as libpq leaves it out.
    """
    name = "pgpass.conf" if os.name == "nt" else ".pgpass"
    path = Path(file) if file else personal_file(environment, name)
    if path is None or not path.exists():
        return []
    try:
        reason = _reason_against(path.stat().st_mode)
        if reason is None:
            return path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    logger.warning("the pass file %s is left out: %s", path, reason)
    return []


def _reason_against(mode: int) -> str | None:
    if not stat.S_ISREG(mode):
        return "it is not a plain file"
    if os.name != "nt" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        return "others may read it, which chmod 600 ends"
    return None


def password_for(lines: Iterable[str], *, host: str, port: int, database: str, user: str) -> str:
    """The password in the first line that fits; empty where none does."""
    if host in DEFAULT_SOCKET_FOLDERS:
        host = "localhost"
    wanted = (host, str(port), database, user)
    for raw in lines:
        line = raw.rstrip("\r")
        if line.startswith("#"):
            continue
        fields, password = _taken_apart(line)
        if len(fields) == _KEYS and all(map(_fits, fields, wanted)):
            return password
    return ""


def _taken_apart(line: str) -> tuple[list[str], str]:
    """The four keys, as they are written, and the password."""
    fields: list[str] = []
    place = 0
    while len(fields) < _KEYS:
        found = _FIELD.match(line, place)
        if found is None:
            return [], ""
        fields.append(found[1])
        place = found.end()
    rest = _PASSWORD.match(line, place)
    return fields, "" if rest is None else _ESCAPED.sub(r"\1", rest[0])


def _fits(written: str, wanted: str) -> bool:
    return written == "*" or _ESCAPED.sub(r"\1", written) == wanted
