"""Programs at a place that the server's account can reach.

Root's own files are often closed to everybody else (``/root``, an environment below it), and
root's server runs as somebody else. The way is not opened: the programs are copied once.
"""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

from ferrule_embedded.accounts import Account
from ferrule_embedded.binaries import Binaries
from ferrule_embedded.cache import cache_folder, digest, make_once
from ferrule_embedded.errors import ServerFailed

NOT_NEEDED = shutil.ignore_patterns("*.a", "pkgconfig", "include", "__pycache__")


def reachable_binaries(binaries: Binaries, account: Account | None) -> Binaries:
    """The same programs where ``account`` can run them.

    Raises:
        ServerFailed: They cannot be copied to such a place.
    """
    if account is None or account.may_reach(binaries.postgres):
        return binaries
    cache = cache_folder()
    if cache is None:  # never so for root, who is the only one with another account
        raise AssertionError("root has a cache folder")
    try:
        staged = _stage(binaries, cache)
    except OSError as error:
        raise ServerFailed(
            f'"{binaries.folder}" is closed to the account that runs the server, and'
            f' cannot be copied to "{cache}": {error}',
            hint="set FERRULE_CACHE to a folder that everybody can enter",
        ) from error
    if not account.may_reach(staged.postgres):
        raise ServerFailed(
            f'"{staged.folder}" is closed to the account that runs the server',
            hint="set FERRULE_CACHE to a folder that everybody can enter",
        )
    return staged


@lru_cache
def _stage(binaries: Binaries, cache: Path) -> Binaries:
    prefix = binaries.folder.resolve().parent
    major, minor = binaries.version
    content = digest(binaries.postgres.read_bytes(), binaries.initdb.read_bytes())

    def copy(target: Path) -> None:
        copied = target / prefix.parent.name / prefix.name
        for part in ("bin", "lib", "share"):
            shutil.copytree(prefix / part, copied / part, symlinks=True, ignore=NOT_NEEDED)
        libraries = prefix.parent.with_name(f"{prefix.parent.name}.libs")
        if libraries.exists():  # a wheel's own copies, found by their relative place
            shutil.copytree(libraries, target / libraries.name)
        for path in target.rglob("*"):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)

    staged = make_once(cache, f"postgres-{major}.{minor}-{content}", copy)
    return Binaries(staged / prefix.parent.name / prefix.name / "bin", binaries.version)
