"""Help pages: headings, and names with their explanations in two columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TextIO

from ferrule_cli.style import BOLD, CYAN, DIM, columns, paint

WIDEST = 100
"""Columns of a help page on a wide terminal: longer lines are hard to read."""
MARGIN = "  "


def page_width(stream: TextIO, environment: Mapping[str, str]) -> int:
    """Columns for a page of help, wherever it goes."""
    return min(columns(stream, environment) or 80, WIDEST)


def heading(text: str, *, colour: bool) -> str:
    """The line above a section."""
    return paint(text, BOLD, colour=colour)


def two_columns(entries: Mapping[str, str], *, width: int, colour: bool) -> Iterator[str]:
    """Yield the lines of a section: names, and beside them what they mean.

    A name that is too long for its column stands on a line of its own.
    """
    usual = [len(name) for name in entries if len(name) <= width // 3]
    column = max(usual, default=width // 3) + len(MARGIN)
    for name, meaning in entries.items():
        lines = textwrap.wrap(meaning, max(width - column - len(MARGIN), 20)) or [""]
        shown = MARGIN + paint(name, CYAN, colour=colour)
        if len(name) + len(MARGIN) > column:
            yield shown
        else:
            yield f"{shown}{' ' * (column - len(name))}{lines.pop(0)}".rstrip()
        yield from (" " * (column + len(MARGIN)) + line for line in lines)


def command_lines(lines: Mapping[str, str], *, colour: bool) -> Iterator[str]:
    """Yield examples: command lines, with remarks behind or above them."""
    column = max((len(line) for line, remark in lines.items() if remark), default=0)
    for line, remark in lines.items():
        behind = f"{' ' * (column - len(line))}  {paint('# ' + remark, DIM, colour=colour)}"
        yield MARGIN + (line + behind if remark else line)
