"""How values of some types are read and written: said once for each connection."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from math import isinf
from typing import Any

from ferrule_asyncpg.session import Session

_JSONB_VERSION = b"\x01"
"""First byte of a jsonb in binary format (jsonb_send in the server's source)."""


async def set_codecs(session: Session) -> None:
    """Give a new connection our codecs.

    The types have fixed OIDs in ``pg_catalog``, so asyncpg asks the server nothing.
    """
    read = json_reader()
    await session.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda document: _JSONB_VERSION + write_json(document),
        decoder=lambda received: read(received[1:]),
    )
    await session.set_type_codec(
        "json", schema="pg_catalog", format="binary", encoder=write_json, decoder=read
    )
    session.register_kinds()
    await session.read_numeric_as_text(_write_numeric, Decimal)


def json_reader() -> Callable[[bytes], Any]:
    """The quickest exact reader of JSON that is here: msgspec's where it is installed.

    It refuses what it cannot read exactly, and Python's own then has the last word, so that no
    value depends on what is installed. (orjson is no choice: it reads integers past 64 bits as
    floats.)
    """
    try:
        from msgspec import MsgspecError
        from msgspec.json import Decoder
    except ImportError:
        return read_json
    quick = Decoder().decode

    def read(document: bytes) -> Any:  # noqa: ANN401 - JSON is anything
        try:
            return quick(document)
        except (MsgspecError, RecursionError):
            return read_json(document)

    return read


def read_json(document: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """Read a document with Python's own reader.

    Raises:
        ValueError: A number is too great for a float, or has too many digits.
    """
    return _decoder.decode(document.decode())


def write_json(document: object) -> bytes:
    """Write a document with Python's own writer: the quick ones write NaN as null.

    Raises:
        ValueError: A float is NaN or infinite, which JSON has not.
        TypeError: A value has no form in JSON.
    """
    return _encoder.encode(document).encode()


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError("a number in the document is too great for a float")
    return number


_decoder = json.JSONDecoder(parse_float=_finite)
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _write_numeric(number: object) -> str:
    return str(number if isinstance(number, Decimal) else Decimal(number))  # type: ignore[arg-type]
