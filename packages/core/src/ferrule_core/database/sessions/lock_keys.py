"""What PostgreSQL knows an advisory lock by: one number of 64 bits, or two of 32."""

from __future__ import annotations

from hashlib import blake2b

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ValueRefused

LockKey = int | tuple[int, int] | str
"""A number, a pair of numbers, or text, which stands for a number."""


@dataclass(frozen=True, slots=True)
class LockNumbers:
    """A key as the server's functions take it.

    Attributes:
        values: The parameters.
        types: Their types, as SQL.
        shown: The lock for people: ``advisory lock "nightly"``.
    """

    values: tuple[int, ...]
    types: str
    shown: str

    @property
    def places(self) -> tuple[int, int, int]:
        """``classid``, ``objid`` and ``objsubid`` of the lock in ``pg_locks``."""
        if len(self.values) == 1:
            number = self.values[0] % 2**64
            return number >> 32, number % 2**32, 1
        return self.values[0] % 2**32, self.values[1] % 2**32, 2


def lock_numbers(key: LockKey) -> LockNumbers:
    """Find the numbers of a key.

    Text becomes the first 8 bytes of its BLAKE2b (of UTF-8, made for 8 bytes, no key), read as a
    signed integer with the most significant byte first. So all processes, of all versions and in
    all languages, mean the same lock by the same text.

    Raises:
        ValueRefused: A number does not fit, or the key is of another type.
    """
    if isinstance(key, str):
        digest = blake2b(key.encode(), digest_size=8).digest()
        number = int.from_bytes(digest, "big", signed=True)
        return LockNumbers((number,), "$1::int8", f'advisory lock "{key}"')
    numbers: tuple[int, ...] = key if isinstance(key, tuple) else (key,)
    shown = f"advisory lock {key}"
    if len(numbers) == 1 and _fits(numbers[0], 64):
        return LockNumbers(numbers, "$1::int8", shown)
    if len(numbers) == 2 and all(_fits(number, 32) for number in numbers):  # noqa: PLR2004
        return LockNumbers(numbers, "$1::int4, $2::int4", shown)
    raise ValueRefused(
        f"{shown} cannot be: a key is an integer of 64 bits, two of 32 bits, or text",
        hint="text can be as long as you like",
    )


def _fits(number: object, bits: int) -> bool:
    is_integer = isinstance(number, int) and not isinstance(number, bool)
    return is_integer and -(2 ** (bits - 1)) <= number < 2 ** (bits - 1)
