"""Strings of bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferrule_core.errors import ValueRefused

if TYPE_CHECKING:
    from ferrule_core.mapping.value_types import ValueType


class Bits:
    """A string of bits, which never changes: ``Bits("0101")``.

    Two are equal if they have the same bits and the same length, and sorted as the server sorts
    them. ``int(bits)`` reads them as a number, ``str(bits)`` as text.
    """

    __slots__ = ("_length", "_number")

    _number: int
    _length: int

    def __init__(self, digits: str = "") -> None:
        """Make one of zeros and ones.

        Raises:
            ValueRefused: The text has other characters.
        """
        if digits.strip("01"):
            raise ValueRefused("a string of bits is made of text with zeros and ones")
        self._number, self._length = int(digits or "0", 2), len(digits)

    @classmethod
    def of_number(cls, number: int, length: int) -> Bits:
        """The bits of a number, with zeros before them up to ``length``.

        Raises:
            ValueRefused: The number is negative, or has more bits.
        """
        if number < 0 or length < 0 or number.bit_length() > length:
            raise ValueRefused(f"the number has no {length} bits")
        return cls(f"{number:0{length}b}" if length else "")

    @classmethod
    def of_bytes(cls, octets: bytes, length: int | None = None) -> Bits:
        """The first ``length`` bits of these bytes; all of them where no length is given.

        Raises:
            ValueRefused: There are fewer bits.
        """
        present = len(octets) * 8
        length = present if length is None else length
        if not 0 <= length <= present:
            raise ValueRefused(f"{len(octets)} bytes have no {length} bits")
        return cls.of_number(int.from_bytes(octets, "big") >> (present - length), length)

    @property
    def length(self) -> int:
        """How many there are."""
        return self._length

    def __bytes__(self) -> bytes:
        """The bits in bytes, with zeros after them in the last one."""
        size = (self._length + 7) // 8
        return (self._number << (size * 8 - self._length)).to_bytes(size, "big")

    def __int__(self) -> int:
        return self._number

    def __str__(self) -> str:
        return f"{self._number:0{self._length}b}" if self._length else ""

    def __repr__(self) -> str:
        return f"Bits({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Bits):
            return NotImplemented
        return self._number == other._number and self._length == other._length

    def __hash__(self) -> int:
        return hash((Bits, self._number, self._length))

    def __lt__(self, other: Bits) -> bool:
        return str(self) < str(other)

    def __le__(self, other: Bits) -> bool:
        return str(self) <= str(other)

    def __gt__(self, other: Bits) -> bool:
        return str(self) > str(other)

    def __ge__(self, other: Bits) -> bool:
        return str(self) >= str(other)

    def __reduce__(self) -> tuple[object, ...]:
        return Bits, (str(self),)

    @classmethod
    def __value_type__(cls) -> ValueType:
        from ferrule_core.mapping.kinds.travel import bits_type

        return bits_type()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # noqa: ANN401
        from ferrule_core.mapping.kinds import borders  # Pydantic comes with it

        return borders.bits_schema()
