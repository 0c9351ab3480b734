"""Colour where a person looks, and names of a database that cannot speak to the terminal."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import IO

BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"
"""Parameters of the escape sequence ``SGR``; all terminals know these, light and dark."""

UNBOUNDED = 10_000
"""Columns where nobody looks: a pipe gets whole lines, whatever their length."""

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def wants_colour(stream: IO[str], environment: Mapping[str, str]) -> bool:
    """Whether a stream is shown to a person who has not said no.

    ``NO_COLOR`` (https://no-color.org) is stronger than ``FORCE_COLOR``, which is stronger than
    what the stream is.
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def columns(stream: IO[str], environment: Mapping[str, str]) -> int | None:
    """Columns of the terminal behind a stream; ``None`` where there is none."""
    if environment.get("COLUMNS", "").isdecimal():
        return int(environment["COLUMNS"]) or None
    return os.get_terminal_size(stream.fileno()).columns or None if stream.isatty() else None


def paint(text: str, *styles: str, colour: bool) -> str:
    """The text in a style, or as it is where colour is not wanted."""
    return f"\x1b[{';'.join(styles)}m{text}\x1b[0m" if colour else text


def defuse(text: str) -> str:
    r"""Show control characters, but for tab and newline, instead of sending them.

    A table may be called ``\x1b[2J``, which would clear the screen, or hold characters that turn
    the direction of the text around.
    """
    return _UNSAFE.sub(lambda match: repr(match[0])[1:-1], text)


def spelt(symbol: str, plain: str, *, encoding: str) -> str:
    """A symbol, or the plain word for it where the encoding has no such symbol."""
    try:
        symbol.encode(encoding)
    except UnicodeEncodeError:
        return plain
    return symbol
