"""Hardware addresses, which are text in Python: ``08:00:2b:01:02:03``."""

from __future__ import annotations

import re

from ferrule_core.errors import ValueRefused
from ferrule_core.lazy import pattern

_FORM = pattern(
    r"[0-9a-f]{2}(?P<by>[:-])[0-9a-f]{2}(?:(?P=by)[0-9a-f]{2})*"
    r"|[0-9a-f]{4}(?:\.[0-9a-f]{4})+|[0-9a-f]{6}[:-][0-9a-f]{6}|[0-9a-f]+",
    re.IGNORECASE,
)
"""The forms that the server reads."""


def mac_octets(text: object, size: int) -> bytes:
    """The bytes of an address of ``size`` bytes; one of 6 is widened to 8 as the server does.

    Raises:
        ValueRefused: The text is no such address.
    """
    if isinstance(text, str) and _FORM.fullmatch(text):
        digits = re.sub(r"[:.-]", "", text)
        octets = bytes.fromhex(digits) if len(digits) % 2 == 0 else b""
        if size == 8 and len(octets) == 6:  # noqa: PLR2004 - the two forms that there are
            octets = octets[:3] + b"\xff\xfe" + octets[3:]
        if len(octets) == size:
            return octets
    raise ValueRefused(
        f"a hardware address of {size} bytes is text with {size * 2} hexadecimal digits, "
        'as "08:00:2b:01:02:03"'
    )


def written_mac(octets: bytes) -> str:
    """An address as the server writes it."""
    return octets.hex(":")
