"""Types of extensions, which have no fixed OID: known by name when a statement first meets them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import cast

from ferrule_asyncpg.kinds.ranges import Codec
from ferrule_asyncpg.wire import write_text, write_versioned_text
from ferrule_core.errors import ValueRefused


def _write_hstore(value: object) -> bytes:
    if not isinstance(value, Mapping):
        raise ValueRefused(
            f"an hstore cannot be made of a value of type {type(value).__name__}",
            hint="write a dict of text",
        )
    pairs = cast("Mapping[object, object]", value)
    parts = [struct.pack(">i", len(pairs))]
    for key, one in pairs.items():
        written = write_text(key)
        parts += [struct.pack(">i", len(written)), written]
        if one is None:
            parts.append(struct.pack(">i", -1))
        else:
            written = write_text(one)
            parts += [struct.pack(">i", len(written)), written]
    return b"".join(parts)


def _read_hstore(received: bytes) -> dict[str, str | None]:
    (count,) = struct.unpack_from(">i", received)
    place = 4
    texts: list[str | None] = []
    for _ in range(2 * count):
        (length,) = struct.unpack_from(">i", received, place)
        place += 4
        if length < 0:
            texts.append(None)
        else:
            texts.append(received[place : place + length].decode())
            place += length
    return {str(key): one for key, one in zip(texts[::2], texts[1::2], strict=True)}


_TEXT = Codec(write_text, bytes.decode)
_VERSIONED = Codec(write_versioned_text, lambda received: received[1:].decode())

BY_NAME: Mapping[str, Codec] = {
    "citext": _TEXT,
    "hstore": Codec(_write_hstore, _read_hstore),
    "lquery": _VERSIONED,
    "ltree": _VERSIONED,
    "ltxtquery": _VERSIONED,
}
"""By ``pg_type.typname``, whatever schema the extension is in."""
