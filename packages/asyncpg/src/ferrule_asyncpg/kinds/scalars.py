"""Bits, hardware addresses and positions of the log."""

from __future__ import annotations

import struct

from ferrule_asyncpg.kinds.ranges import Codec
from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.kinds.bits import Bits
from ferrule_core.mapping.kinds.macs import mac_octets, written_mac


def _write_bits(value: object) -> bytes:
    if not isinstance(value, Bits):
        raise ValueRefused(
            f"a string of bits cannot be made of a value of type {type(value).__name__}",
            hint='write Bits("0101")',
        )
    return struct.pack(">i", value.length) + bytes(value)


def _read_bits(received: bytes) -> Bits:
    (length,) = struct.unpack_from(">i", received)
    return Bits.of_bytes(received[4:], length)


def _write_lsn(value: object) -> bytes:
    if type(value) is not int or not 0 <= value < 2**64:
        raise ValueRefused("a position of the log is a whole number, from 0 to 2^64 - 1")
    return value.to_bytes(8, "big")


def _read_lsn(received: bytes) -> int:
    return int.from_bytes(received, "big")


def write_plain_text(value: object) -> str:
    """Text as it is.

    Raises:
        ValueRefused: It is no text.
    """
    if isinstance(value, str):
        return value
    raise ValueRefused(f"text cannot be made of a value of type {type(value).__name__}")


BITS = Codec(_write_bits, _read_bits)
LSN = Codec(_write_lsn, _read_lsn)
MACADDR = Codec(lambda text: mac_octets(text, 6), written_mac)
MACADDR8 = Codec(lambda text: mac_octets(text, 8), written_mac)
