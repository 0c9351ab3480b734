"""How values of some types are read and written: said once for each connection."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

from ferrule_asyncpg.session import Session
from ferrule_asyncpg.times import time_codecs
from ferrule_core.deferred import dataclass
from ferrule_core.mapping.json_values import (
    JSON_NULL,
    UnreadJson,
    WrittenFloat,
    read_fraction,
    read_integer,
    shown_decimal,
)
from ferrule_core.mapping.quick_documents import quick_json

_JSONB_VERSION = b"\x01"
"""First byte of a jsonb in binary format (jsonb_send in the server's source)."""


async def set_codecs(session: Session) -> None:
    """Give a new connection our codecs.

    The types have fixed OIDs in ``pg_catalog``, so asyncpg asks the server nothing.
    """
    readers = json_readers()
    await session.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda document: _JSONB_VERSION + write_json(document),
        decoder=readers.jsonb,
    )
    await session.set_type_codec(
        "json", schema="pg_catalog", format="binary", encoder=write_json, decoder=readers.json
    )
    for name, codec in time_codecs(session.get_server_version().major).items():
        await session.set_type_codec(
            name, schema="pg_catalog", format="tuple", encoder=codec.write, decoder=codec.read
        )
    session.register_kinds()
    await session.read_numeric_as_text(_write_numeric, Decimal)


@dataclass(frozen=True, slots=True)
class JsonReaders:
    """What reads ``json``, and ``jsonb`` with its first byte."""

    json: Callable[[bytes], Any]
    jsonb: Callable[[bytes], Any]


def json_readers() -> JsonReaders:
    """The quickest exact readers of JSON that are here: msgspec's where it is installed.

    It refuses what it cannot read exactly, and Python's own then has the last word, so that no
    value depends on what is installed. (orjson is no choice: it reads integers past 64 bits as
    floats.)

    A float does not say all of every number that has a fraction, so each is looked at. Of many, in
    a document of ``jsonb``, it is quicker to write them again and to see whether that is the same.
    """
    try:
        from msgspec import MsgspecError
        from msgspec.json import Decoder, Encoder, format  # noqa: A004 - as it is called there
    except ImportError:
        return JsonReaders(read_json, lambda received: read_json(received[1:]))
    trusting, write = Decoder().decode, Encoder().encode
    looking = Decoder(float_hook=_fractions.__getitem__).decode

    def read(document: bytes) -> Any:  # noqa: ANN401 - JSON is anything
        try:
            found = looking(document)
        except (MsgspecError, RecursionError):
            return read_json(document)
        return JSON_NULL if found is None else found

    def read_binary(received: bytes) -> Any:  # noqa: ANN401 - JSON is anything
        document = received[1:]
        try:
            if len(document) < _SHORT or 0 < (points := document.count(b".")) < _MANY:
                found = looking(document)
            else:
                found = trusting(document)
                if points and format(write(found), indent=0) != document:
                    found = looking(document)
        except (MsgspecError, RecursionError):
            return read_json(document)
        return JSON_NULL if found is None else found

    return JsonReaders(read, read_binary)


def read_json(document: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """Read a document with Python's own reader."""
    text = document.decode()
    try:
        found = _decoder.decode(text)
    except RecursionError:
        return UnreadJson(text)
    return JSON_NULL if found is None else found


def write_json(document: object) -> bytes:
    """Write a document, with Python's own writer where it is not plain JSON.

    Raises:
        ValueError: A float is NaN or infinite, which JSON has not.
        TypeError: A value has no form in JSON.
    """
    quick = quick_json()
    text = None if quick is None else quick.written(document)
    if text is not None:
        return text
    try:
        return _encoder.encode(document).encode()
    except _HasDecimals:
        return _slow(document).encode()


class _HasDecimals(Exception):
    """The document has decimals, which the quick encoder cannot write."""


def _written(value: object) -> None:
    if isinstance(value, Decimal):
        raise _HasDecimals
    if value is not JSON_NULL:
        raise TypeError(f"JSON cannot hold a value of type {type(value).__name__}")


def _slow(value: object) -> str:
    """As the encoder writes it, and decimals with all their digits."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("JSON has no NaN and no infinity")
        return shown_decimal(value)
    if isinstance(value, dict):
        members = cast("dict[object, object]", value).items()
        return f"{{{','.join(f'{_encoder.encode(key)}:{_slow(one)}' for key, one in members)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_slow, cast('list[object]', value)))}]"
    return _encoder.encode(value)


class _Fractions(dict[str, Any]):
    """Numbers that were read before: prices come again and again."""

    def __missing__(self, text: str) -> object:
        found = read_fraction(text)
        if len(text) <= _LONGEST_KEPT or type(found) is WrittenFloat:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[text] = found
        return found


_LONGEST_KEPT = 8
_MOST_KEPT = 10_000
_SHORT, _MANY = 150, 8
"""Bytes of a document, and points in it."""

_fractions = _Fractions()
_decoder = json.JSONDecoder(parse_float=_fractions.__getitem__, parse_int=read_integer)
_encoder = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_written
)


def _write_numeric(number: object) -> str:
    return str(number if isinstance(number, Decimal) else Decimal(number))  # type: ignore[arg-type]
