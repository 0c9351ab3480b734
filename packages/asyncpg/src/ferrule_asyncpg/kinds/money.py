"""Money: a whole number of the smallest unit, of which only the session knows how small it is."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from ferrule_asyncpg.kinds.ranges import Codec
from ferrule_core.errors import ValueRefused

MONEY, MONEY_ARRAY = 790, 791
"""OIDs."""

SCALE = "SELECT pg_catalog.scale(1::pg_catalog.money::pg_catalog.numeric)"
"""How many digits the session's ``lc_monetary`` has after the point."""

_LEAST, _GREATEST = -(2**63), 2**63 - 1


def holds_money(kind: Mapping[str, Any]) -> bool:
    """Whether a type that asyncpg has asked the server about is made of money."""
    within = kind["attrtypoids"] or ()
    return MONEY in (kind["elemtype"], kind["basetype"]) or MONEY in within


class MoneyScale:
    """The digits after the point of one session's money; ``None`` until a statement needs it."""

    __slots__ = ("digits",)

    def __init__(self) -> None:
        self.digits: int | None = None

    def write(self, value: object) -> bytes:
        """A number as ``cash_send`` of the server's source writes it."""
        if type(value) is int:
            value = Decimal(value)
        if not isinstance(value, Decimal):
            raise ValueRefused(f"money cannot be made of a value of type {type(value).__name__}")
        if not value.is_finite():
            raise ValueRefused("money has no NaN and no infinity")
        units = _units(value, self._known())
        if not _LEAST <= units <= _GREATEST:
            raise ValueRefused("the number is out of the range of money")
        return struct.pack(">q", units)

    def read(self, received: bytes) -> Decimal:
        """The number that the server sent."""
        units: int = struct.unpack(">q", received)[0]
        return Decimal((int(units < 0), tuple(map(int, str(abs(units)))), -self._known()))

    @property
    def codec(self) -> Codec:
        """For asyncpg."""
        return Codec(self.write, self.read)

    def _known(self) -> int:
        if self.digits is None:
            raise ValueRefused(
                "how many digits money has after the point is not known here",
                hint="cast it to numeric in the statement",
            )
        return self.digits


def _units(value: Decimal, digits: int) -> int:
    sign, figures, exponent = value.as_tuple()
    shift = cast("int", exponent) + digits
    number = int("".join(map(str, figures)))
    if shift >= 0:
        units = number * 10 ** min(shift, 40)  # beyond the range then, whatever it is
    else:
        units, beyond = divmod(number, 10 ** min(-shift, len(figures)))
        if beyond:
            raise ValueRefused(
                f"the money of this database has {digits} digits after the point",
                hint="round it first, in the way that you mean",
            )
    return int(-units if sign else units)
