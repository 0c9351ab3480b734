"""Where libpq's personal files are, and who it takes the user to be."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def personal_file(environment: Mapping[str, str], name: str) -> Path | None:
    """A file of the user's; on Windows such files have other names, in a folder of their own."""
    if os.name == "nt":
        folder = environment.get("APPDATA")
        return Path(folder, "postgresql", name) if folder else None
    folder = environment.get("HOME") or _account("pw_dir")
    return Path(folder, name) if folder else None


def user_name(environment: Mapping[str, str]) -> str | None:
    """The user's name at the operating system; no variable but Windows' is asked."""
    return environment.get("USERNAME") if os.name == "nt" else _account("pw_name")


def _account(field: str) -> str | None:
    import pwd

    try:
        return str(getattr(pwd.getpwuid(os.geteuid()), field))
    except KeyError:  # a container may run under a number that has no name
        return None
