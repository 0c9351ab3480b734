"""The entry points of installed distributions, read from the folders that pip leaves.

``importlib.metadata`` finds the same and is asked where anything but such folders is on the path.
It needs modules for e-mail, ZIP files and CSV, whose import was a sixth of all that a program did
before its first query. What stands in the files: https://packaging.python.org/specifications.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path

from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True)
class Distribution:
    """What pip installed.

    Attributes:
        requires: What it depends on, as it says: ``ferrule-core==1.0``.
    """

    name: str
    version: str
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A name under which a distribution hands out an object: ``package.module:attribute``."""

    name: str
    value: str
    distribution: Distribution

    def load(self) -> object:
        """Import the module; the object is the module itself where no attribute is named."""
        module, _, attributes = self.value.partition("[")[0].partition(":")
        found: object = import_module(module.strip())
        for attribute in filter(None, attributes.strip().split(".")):
            found = getattr(found, attribute)
        return found


def entry_points(group: str, path: Iterable[str] | None = None) -> list[EntryPoint]:
    """The entry points of a group; of two distributions of one name the first on the path counts.

    Args:
        group: The heading in ``entry_points.txt``.
        path: Where distributions lie; ``sys.path`` where it is left out.
    """
    searched = [folder or "." for folder in (sys.path if path is None else path)]
    folders = None if _other_finders() else _folders(searched)
    return list(_asked(group, searched) if folders is None else _read(group, folders))


def _other_finders() -> bool:
    """Whether something beside Python's own finder knows distributions."""
    return any(
        hasattr(finder, "find_distributions") and finder is not PathFinder
        for finder in sys.meta_path
    )


def _folders(path: Iterable[str]) -> list[Path] | None:
    """Folders of distributions with entry points; ``None`` if not all are such as pip leaves."""
    found: dict[str, Path] = {}
    for place in path:
        try:
            folders = list(Path(place).iterdir())
        except NotADirectoryError:
            return None  # a ZIP file
        except OSError:
            continue  # Python itself goes on, too
        for folder in folders:
            if folder.suffix == ".dist-info":
                found.setdefault(_project(folder.stem.partition("-")[0]), folder)
            elif folder.suffix in (".egg-info", ".egg") and folder.is_dir():
                return None
    return list(found.values())


def _project(name: str) -> str:
    """The name as it is compared: https://packaging.python.org/specifications/name-normalization."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(group: str, folders: Iterable[Path]) -> Iterator[EntryPoint]:
    for folder in folders:
        values = dict(_entries(group, _lines(folder / "entry_points.txt")))
        if values:
            distribution = _distribution(_lines(folder / "METADATA"))
            for name, value in values.items():
                yield EntryPoint(name, value, distribution)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _entries(group: str, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    heading = ""
    for line in map(str.strip, lines):
        if line.startswith("["):
            heading = line
        elif line and heading == f"[{group}]" and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _distribution(lines: Iterable[str]) -> Distribution:
    fields: dict[str, list[str]] = {"name": [""], "version": [""], "requires-dist": []}
    for line in lines:
        if not line:
            break  # what follows is the description
        name, _, value = line.partition(":")
        fields.setdefault(name.lower(), []).append(value.strip())
    return Distribution(fields["name"][-1], fields["version"][-1], tuple(fields["requires-dist"]))


def _asked(group: str, path: list[str]) -> Iterator[EntryPoint]:
    from importlib import metadata

    seen: set[str] = set()
    for one in metadata.distributions(path=path):
        name = one.metadata["Name"]
        if _project(name) not in seen:
            seen.add(_project(name))
            distribution = Distribution(name, one.version, tuple(one.requires or ()))
            for entry in one.entry_points.select(group=group):
                yield EntryPoint(entry.name, entry.value, distribution)
