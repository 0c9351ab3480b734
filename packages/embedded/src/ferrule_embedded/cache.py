"""Folders that are made once per machine and user, and used by every server after that."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path


def cache_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """Where they are: ``FERRULE_CACHE``, or the place that this system has for it.

    Returns:
        ``None`` where this user has no such place.
    """
    environment = os.environ if environment is None else environment
    if named := environment.get("FERRULE_CACHE"):
        return Path(named).absolute()
    if os.geteuid() == 0:
        return Path("/var/cache/ferrule")  # where the server's account gets at it
    if sys.platform == "darwin":
        return Path("~/Library/Caches/ferrule").expanduser()
    if named := environment.get("XDG_CACHE_HOME"):
        return Path(named).absolute() / "ferrule"
    home = environment.get("HOME", "/")
    return None if home == "/" else Path(home) / ".cache" / "ferrule"


def make_once(cache: Path, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, which ``make`` fills when it is not there.

    Two processes may both fill one; the second throws its own away.

    Args:
        cache: Made where it does not exist, for all to enter and its owner to write.
        name: Says everything that the content depends on.
        make: Fills an empty folder.

    Raises:
        OSError: The folder cannot be written.
    """
    target = cache / name
    if target.exists():
        return target
    cache.mkdir(mode=0o755, parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=cache))
    try:
        make(partial)
        partial.chmod(0o755)
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        if target.exists():
            return target
        raise
    return target


def digest(*parts: bytes) -> str:
    """A short name for content."""
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.hexdigest()[:16]
