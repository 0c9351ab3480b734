"""Where ``ferrule.toml`` is."""

from __future__ import annotations

from pathlib import Path

FILE_NAME = "ferrule.toml"


def find_file(start: Path) -> Path | None:
    """The nearest ``ferrule.toml``: in the folder, or in one above it."""
    start = start.absolute()
    for folder in (start, *start.parents):
        path = folder / FILE_NAME
        if path.is_file():
            return path
    return None
