"""What stands in JSON for a document: itself, with all its digits."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final, cast

from ferrule_core.mapping.json_form import JsonForm
from ferrule_core.mapping.json_values import JSON_NULL, read_fraction, shown_decimal

WRAPPED: Final = "$json"
"""The one key of an object around what would be read as something else.

JSON's ``null`` is ``{"$json": null}``, since ``null`` alone is NULL; so an object that has this key
and no other is wrapped, too.
"""


def _write(document: Any) -> object:  # noqa: ANN401 - ready to be sent
    if document is JSON_NULL:
        return {WRAPPED: None}
    return {WRAPPED: document} if _is_wrapped(document) else document


def _read(found: Any) -> object:  # noqa: ANN401 - JSON is anything
    if _is_wrapped(found):
        inner = found[WRAPPED]
        return JSON_NULL if inner is None else _with_fractions(inner)
    return _with_fractions(found)


def _is_wrapped(found: Any) -> bool:  # noqa: ANN401
    return isinstance(found, dict) and found.keys() == {WRAPPED}


def _with_fractions(found: Any) -> object:  # noqa: ANN401
    """A document with its fractions as the driver gives them."""
    if isinstance(found, Decimal):
        return read_fraction(shown_decimal(found))
    if isinstance(found, list):
        return [_with_fractions(one) for one in cast("list[object]", found)]
    if isinstance(found, dict):
        members = cast("dict[str, object]", found)
        return {key: _with_fractions(one) for key, one in members.items()}
    return found


DOCUMENT = JsonForm(_write, _read)


class _HasDecimals(Exception):
    """There are decimals, which Python's encoder cannot write."""


def json_text(found: object, indent: int | None) -> str:
    """JSON as text, in which decimals are numbers with all their digits.

    Raises:
        ValueError: A float is NaN or infinite.
        TypeError: A value has no form in JSON.
    """
    try:
        return _encoder(indent).encode(found)
    except _HasDecimals:
        return _slow(found, indent, "\n")


def _encoder(indent: int | None) -> json.JSONEncoder:
    separators = (",", ":" if indent is None else ": ")
    return json.JSONEncoder(
        ensure_ascii=False,
        allow_nan=False,
        indent=indent,
        separators=separators,
        default=_other,
    )


def _other(value: object) -> object:
    if isinstance(value, Decimal):
        raise _HasDecimals
    raise TypeError(f"JSON has no form for a value of type {type(value).__name__}")


def _slow(value: Any, indent: int | None, line: str) -> str:  # noqa: ANN401 - JSON is anything
    """As the encoder writes it, and decimals; ``line`` is the break before what closes."""
    if isinstance(value, Decimal):
        return shown_decimal(value)
    if not isinstance(value, dict | list) or not value:
        return _encoder(None).encode(value)
    below = line if indent is None else line + " " * indent
    colon, opened = (":", "") if indent is None else (": ", below)
    if isinstance(value, dict):
        members = cast("dict[str, object]", value).items()
        parts = [
            f"{_encoder(None).encode(key)}{colon}{_slow(one, indent, below)}"
            for key, one in members
        ]
        brackets = "{}"
    else:
        parts = [_slow(one, indent, below) for one in cast("list[object]", value)]
        brackets = "[]"
    closed = "" if indent is None else line
    return f"{brackets[0]}{opened}{f',{opened}'.join(parts)}{closed}{brackets[1]}"
