"""Options that the server keeps as ``name=value``."""

from __future__ import annotations

from collections.abc import Iterable


def read_options(options: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
    """Pairs of name and value, sorted: the order in which they were set means nothing."""
    pairs = (option.partition("=") for option in options or ())
    return tuple(sorted((name, value) for name, _, value in pairs))
