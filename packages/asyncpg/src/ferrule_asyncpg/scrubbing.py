"""Takes values out of the driver's exceptions, which tracebacks show as causes of ours.

A server's DETAIL quotes the row, a codec's complaint the value, an error of Python's JSON reader
keeps the document. What the server said is in ``fields`` of our error, for whoever asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

import asyncpg

HIDDEN = "(not shown: it may hold values)"

_TELLING = ("detail", "hint", "context", "internal_query")
"""Attributes of asyncpg's errors that may quote values; ``message`` is replaced."""


def scrub(error: BaseException, text: str) -> None:
    """Make an exception, and those of the driver that led to it, say nothing of values.

    Types, SQLSTATE and tracebacks stay as they are. An exception that the caller was handling
    when the statement ran is the caller's: it is left alone.

    Args:
        error: What the driver raised.
        text: What it says instead; those before it say only that they say nothing.
    """
    _silence(error, text)
    frames = set(_frames(error.__traceback__))
    seen = {id(error)}
    queue = [error]
    while queue:
        later = queue.pop()
        for earlier in (later.__cause__, later.__context__):
            if earlier is None or id(earlier) in seen:
                continue
            seen.add(id(earlier))
            if earlier is later.__cause__ or _is_of_driver(earlier, frames):
                _silence(earlier, HIDDEN)
                frames.update(_frames(earlier.__traceback__))
                queue.append(earlier)


def _silence(error: BaseException, text: str) -> None:
    if hasattr(error, "__notes__"):
        del error.__notes__
    if isinstance(error, OSError | GeneratorExit) or not isinstance(error, Exception):
        return  # they name files, hosts and error numbers
    error.args = (text,)
    match error:
        case asyncpg.PostgresError() | asyncpg.InterfaceError():
            known = vars(error)
            known.update({name: None for name in _TELLING if name in known})
            if "message" in known:
                known["message"] = text
        case UnicodeDecodeError():
            error.object, error.start, error.end, error.reason = b"", 0, 0, HIDDEN
        case UnicodeEncodeError() | UnicodeTranslateError():
            error.object, error.start, error.end, error.reason = "", 0, 0, HIDDEN
        case json.JSONDecodeError():
            error.doc = ""
        case _:
            pass


def _is_of_driver(error: BaseException, frames: set[FrameType]) -> bool:
    """Whether it was raised and handled below our connection, not by its caller."""
    trace = error.__traceback__
    if trace is None:
        return True
    module: Any = trace.tb_frame.f_globals.get("__name__")
    # Frames of compiled code are made anew for each exception, so that these go by their name.
    return trace.tb_frame in frames or str(module).partition(".")[0] == "asyncpg"


def _frames(trace: TracebackType | None) -> Iterator[FrameType]:
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next
