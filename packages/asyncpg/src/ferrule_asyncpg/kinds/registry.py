"""Which codec is whose: of types with fixed OIDs at once, of others when they are first met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ferrule_asyncpg.kinds.ends import ENDS
from ferrule_asyncpg.kinds.extensions import BY_NAME
from ferrule_asyncpg.kinds.money import MONEY, MoneyScale
from ferrule_asyncpg.kinds.plane import PLANE
from ferrule_asyncpg.kinds.ranges import Codec, multirange_codec, range_codec
from ferrule_asyncpg.kinds.scalars import BITS, LSN, MACADDR, MACADDR8, write_plain_text

_RANGES: Mapping[str, tuple[int, int, int]] = {
    "int4": (3904, 4451, 23),
    "num": (3906, 4532, 1700),
    "ts": (3908, 4533, 1114),
    "tstz": (3910, 4534, 1184),
    "date": (3912, 4535, 1082),
    "int8": (3926, 4536, 20),
}
"""OIDs of the range, of its multirange, and of what it is made of."""


_AS_TEXT = Codec(write_plain_text, str, "text")
"""Of ranges whose ends Python cannot put in order: the server's text, which is no class of
asyncpg."""


def _fixed() -> dict[int, tuple[str, Codec]]:
    found: dict[int, tuple[str, Codec]] = {
        774: ("macaddr8", MACADDR8),
        829: ("macaddr", MACADDR),
        1560: ("bit", BITS),
        1562: ("varbit", BITS),
        3220: ("pg_lsn", LSN),
        **PLANE,
    }
    for name, (range_oid, multirange_oid, subtype) in _RANGES.items():
        codec = range_codec(ENDS[subtype])
        found[range_oid] = f"{name}range", codec
        found[multirange_oid] = f"{name}multirange", multirange_codec(codec)
    return found


_FIXED = _fixed()


def register_fixed(settings: Any, money: MoneyScale) -> None:  # noqa: ANN401 - asyncpg's, untyped
    """Give a new session the codecs of types that every server knows by the same OID.

    asyncpg's own method would look at each type and drop its statements each time; for ranges it
    takes no codec at all.
    """
    for oid, (name, codec) in _FIXED.items():
        _add(settings, oid, name, "pg_catalog", codec)
    _add(settings, MONEY, "money", "pg_catalog", money.codec)


def register_met(settings: Any, found: Iterable[Mapping[str, Any]]) -> None:  # noqa: ANN401
    """Give a session the codecs of types that it has just met, before asyncpg makes its own.

    Args:
        settings: asyncpg's, of the session.
        found: What it asked the server of each: ``introspection.INTRO_LOOKUP_TYPES``.
    """
    for kind in found:
        codec = _met(kind)
        if codec is not None and kind["oid"] not in _FIXED:
            _add(settings, kind["oid"], kind["name"], kind["ns"], codec)


def _met(kind: Mapping[str, Any]) -> Codec | None:
    if kind["kind"] == b"b" and not kind["elemtype"]:
        return BY_NAME.get(kind["name"])
    if kind["kind"] not in (b"r", b"m"):
        return None
    ends = ENDS.get(kind["range_subtype"])
    if ends is None:
        return _AS_TEXT
    codec = range_codec(ends)
    return codec if kind["kind"] == b"r" else multirange_codec(codec)


def _add(settings: Any, oid: int, name: str, schema: str, codec: Codec) -> None:  # noqa: ANN401
    settings.add_python_codec(
        oid, name, schema, (), "scalar", codec.write, codec.read, codec.format
    )
