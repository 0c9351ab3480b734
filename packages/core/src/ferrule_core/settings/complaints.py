"""What pydantic found wrong, said with file, table and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ferrule_core.errors import ConfigurationError, nearest


def complaint(
    error: ValidationError, model: type[BaseModel], path: Path, prefix: tuple[str, ...]
) -> ConfigurationError:
    """The error for people. It names every wrong key, and quotes no value."""
    lines: list[str] = []
    hints: list[str] = []
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        # Where a value may be of several kinds, pydantic adds which one it was taken for.
        location = tuple(str(part) for part in detail["loc"] if not str(part).startswith("<"))
        table, key, said = _place(prefix + location, detail["type"], detail["msg"])
        place = [f"[{'.'.join(table)}]"] if table else []
        lines.append(f"{' '.join(place + key)}: {said}")
        if detail["type"] == "extra_forbidden":
            hint = nearest(location[-1], _keys(model, location[:-1]))
            if hint is not None:
                hints.append(hint)
    return ConfigurationError(f"{path}: {'; '.join(lines)}", hint=hints[0] if hints else None)


def _place(
    location: tuple[str, ...], kind: str, message: str
) -> tuple[tuple[str, ...], list[str], str]:
    """Table, key where one is to blame, and what is wrong."""
    if kind == "value_error":  # a check of ours over a whole table
        return location, [], message.removeprefix("Value error, ")
    said = {"extra_forbidden": "unknown key", "missing": "missing"}.get(kind)
    return location[:-1], [location[-1]], said or message[:1].lower() + message[1:]


def _keys(model: type[BaseModel], table: tuple[str, ...]) -> list[str]:
    """The keys that the table at that place may have."""
    here: Any = model
    for part in table:
        if isinstance(here, type) and issubclass(here, BaseModel):
            found = here.model_fields.get(part)
            here = None if found is None else found.annotation
        else:  # a mapping from names to tables
            here = get_args(here)[-1] if get_args(here) else None
    if isinstance(here, type) and issubclass(here, BaseModel):
        return list(here.model_fields)
    return []
