"""Options that the server keeps as ``name=value``."""

from __future__ import annotations

from collections.abc import Iterable


def read_options(options: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
    """Pairs of name and value, sorted: the order in which they were set means nothing."""
    return tuple(sorted(map(split_option, options or ())))


def split_option(option: str) -> tuple[str, str]:
    """Name and value of ``name=value``."""
    name, _, value = option.partition("=")
    return name, value
