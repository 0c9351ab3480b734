"""Options that the server keeps as ``name=value``."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SECRET = re.compile(
    "pass|secret|token|credential|private|api_?key|access_?key", re.IGNORECASE | re.ASCII
)
"""The same as in the queries of foreign data wrappers, servers and user mappings."""


def read_options(options: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
    """Pairs of name and value, sorted: the order in which they were set means nothing."""
    return tuple(sorted(map(split_option, options))) if options else ()


def split_option(option: str) -> tuple[str, str]:
    """Name and value of ``name=value``."""
    name, _, value = option.partition("=")
    return name, value


def is_secret(name: str) -> bool:
    """Whether an option of foreign data is by its name no part of a catalog."""
    return _SECRET.search(name) is not None


def read_foreign_options(options: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
    """Options of foreign data, without secrets."""
    return tuple(option for option in read_options(options) if not is_secret(option[0]))
