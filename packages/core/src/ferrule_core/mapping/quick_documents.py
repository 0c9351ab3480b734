"""Documents that msgspec, where it is installed, shows to be plain JSON in a fifth of the time.

A document that is equal to what is read from its JSON text has nothing in it that JSON has not: no
NaN, which is written as null, no key that is no text, no date. All others are looked at member by
member, or written by Python's own writer, so that no value depends on what is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from ferrule_core.deferred import dataclass

_MOST_LEVELS = 500
_NUL = b"\\u0000"


@dataclass(frozen=True, slots=True)
class QuickJson:
    """Both give ``None`` for a document that is not plain JSON.

    Attributes:
        copied: A copy of a document, in which nothing is shared with it.
        written: Its text.
    """

    copied: Callable[[Any], Any]
    written: Callable[[Any], bytes | None]


@cache
def quick_json() -> QuickJson | None:
    """What msgspec can do; ``None`` where it is not installed."""
    try:
        from msgspec import MsgspecError
        from msgspec.json import Decoder, Encoder
    except ImportError:
        return None
    write, read = Encoder().encode, Decoder(float_hook=_float).decode
    refusals = (MsgspecError, TypeError, ValueError, OverflowError, RecursionError)

    def copied(document: Any) -> Any:  # noqa: ANN401 - JSON is anything
        try:
            text = write(document)
            copy = read(text)
            if copy != document or _NUL in text:
                return None
        except refusals:
            return None
        too_deep = len(text) > _MOST_LEVELS and text.count(b"[") + text.count(b"{") > _MOST_LEVELS
        return None if too_deep else copy

    def written(document: Any) -> bytes | None:  # noqa: ANN401 - JSON is anything
        try:
            text = write(document)
            return text if read(text) == document else None
        except refusals:
            return None

    return QuickJson(copied, written)


def _float(text: str) -> float:
    """Refuse what is written with an exponent: jsonb would give it back as an integer."""
    if "e" in text:
        raise ValueError(text)
    return float(text)
