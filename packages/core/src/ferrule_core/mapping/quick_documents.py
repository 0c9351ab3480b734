"""Documents that msgspec, where it is installed, shows to be plain JSON in a fifth of the time.

A document that is equal to what is read from its JSON text has nothing in it that JSON has not. All
others are looked at member by member, and refused there if they must be.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

_MOST_LEVELS = 500
_NUL = b"\\u0000"


@cache
def quick_copier() -> Callable[[Any], Any] | None:
    """Makes a copy of a document that is plain JSON, and ``None`` of any other.

    Returns:
        ``None`` where msgspec is not installed.
    """
    try:
        from msgspec import MsgspecError
        from msgspec.json import Decoder, Encoder
    except ImportError:
        return None
    write, read = Encoder().encode, Decoder().decode
    refusals = (MsgspecError, TypeError, ValueError, OverflowError, RecursionError)

    def copied(document: Any) -> Any:  # noqa: ANN401 - JSON is anything
        try:
            text = write(document)
            copy = read(text)
            is_plain = copy == document
        except refusals:
            return None
        too_deep = text.count(b"[") + text.count(b"{") > _MOST_LEVELS
        return copy if is_plain and not too_deep and _NUL not in text else None

    return copied
