"""What can be calculated: ``+ - * / % **`` and the operators of bits."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ferrule_core.mapping import arithmetic
from ferrule_core.mapping.asked import Asked
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.moments import Beyond, Infinite

if TYPE_CHECKING:
    from ferrule_core.mapping.expressions import Expr

T_co = TypeVar("T_co", covariant=True)

Number = int | float | Decimal | timedelta | Interval
"""What can be calculated with."""

Duration = timedelta | Interval
Moment = datetime | Infinite | Beyond | None


class Calculations(Asked[T_co]):
    """Arithmetic, and ``+`` for text."""

    __slots__ = ()

    @overload
    def __add__(
        self: Calculations[Number | str | None], other: T_co | Expr[T_co], /
    ) -> Expr[T_co]: ...
    @overload
    def __add__(  # type: ignore[overload-overlap]  # NULL in, NULL out: first fit counts
        self: Calculations[Number | str | None], other: Expr[T_co | None], /
    ) -> Expr[T_co | None]: ...
    @overload
    def __add__(self: Calculations[Decimal], other: int | Expr[int], /) -> Expr[Decimal]: ...
    @overload
    def __add__(
        self: Calculations[Moment], other: Duration | Expr[timedelta] | Expr[Interval], /
    ) -> Expr[T_co]: ...
    def __add__(self, other: object, /) -> Expr[Any]:
        return self._calculated(arithmetic.add, other)

    @overload
    def __sub__(self: Calculations[Number | None], other: T_co | Expr[T_co], /) -> Expr[T_co]: ...
    @overload
    def __sub__(  # type: ignore[overload-overlap]  # NULL in, NULL out: first fit counts
        self: Calculations[Number | None], other: Expr[T_co | None], /
    ) -> Expr[T_co | None]: ...
    @overload
    def __sub__(self: Calculations[Decimal], other: int | Expr[int], /) -> Expr[Decimal]: ...
    @overload
    def __sub__(
        self: Calculations[Moment], other: Duration | Expr[timedelta] | Expr[Interval], /
    ) -> Expr[T_co]: ...
    @overload
    def __sub__(
        self: Calculations[datetime], other: datetime | Expr[datetime], /
    ) -> Expr[timedelta]: ...
    def __sub__(self, other: object, /) -> Expr[Any]:
        return self._calculated(arithmetic.subtract, other)

    @overload
    def __mul__(
        self: Calculations[int | float | Decimal | None], other: T_co | Expr[T_co], /
    ) -> Expr[T_co]: ...
    @overload
    def __mul__(  # type: ignore[overload-overlap]  # NULL in, NULL out: first fit counts
        self: Calculations[int | float | Decimal | None], other: Expr[T_co | None], /
    ) -> Expr[T_co | None]: ...
    @overload
    def __mul__(self: Calculations[Decimal], other: int | Expr[int], /) -> Expr[Decimal]: ...
    def __mul__(self, other: object, /) -> Expr[Any]:
        return self._calculated(arithmetic.multiply, other)

    @overload
    def __truediv__(self: Calculations[int], other: int | Expr[int], /) -> Expr[float]: ...
    @overload
    def __truediv__(
        self: Calculations[float | Decimal | None], other: T_co | Expr[T_co], /
    ) -> Expr[T_co]: ...
    @overload
    def __truediv__(self: Calculations[Decimal], other: int | Expr[int], /) -> Expr[Decimal]: ...
    def __truediv__(self, other: object, /) -> Expr[Any]:
        return self._calculated(arithmetic.divide, other)

    @overload
    def __mod__(
        self: Calculations[int | Decimal | None], other: T_co | Expr[T_co], /
    ) -> Expr[T_co]: ...
    @overload
    def __mod__(self: Calculations[Decimal], other: int | Expr[int], /) -> Expr[Decimal]: ...
    def __mod__(self, other: object, /) -> Expr[Any]:
        """What is left of a division; it has the sign of the left side, other than in Python."""
        return self._calculated(arithmetic.modulo, other)

    @overload
    def __pow__(self: Calculations[int], other: int | Expr[int], /) -> Expr[float]: ...
    @overload
    def __pow__(
        self: Calculations[float | Decimal | None], other: T_co | Expr[T_co], /
    ) -> Expr[T_co]: ...
    @overload
    def __pow__(self: Calculations[Decimal], other: int | Expr[int], /) -> Expr[Decimal]: ...
    def __pow__(self, other: object, /) -> Expr[Any]:
        """Raised; of two integers it is a float, since PostgreSQL makes it of doubles."""
        return self._calculated(arithmetic.power, other)

    def __neg__(self: Calculations[Number | None]) -> Expr[T_co]:
        return self._calculated(arithmetic.negative)

    # Bits. ``&``, ``|`` and ``~`` join conditions, so those of numbers have names.

    def bit_and(self: Calculations[int | None], other: int | Expr[int], /) -> Expr[T_co]:
        """The bits that both have."""
        return self._calculated(arithmetic.bit_and, other)

    def bit_or(self: Calculations[int | None], other: int | Expr[int], /) -> Expr[T_co]:
        """The bits that either has."""
        return self._calculated(arithmetic.bit_or, other)

    def bit_xor(self: Calculations[int | None], other: int | Expr[int], /) -> Expr[T_co]:
        """The bits that only one of them has."""
        return self._calculated(arithmetic.bit_xor, other)

    def bit_not(self: Calculations[int | None]) -> Expr[T_co]:
        """All bits turned."""
        return self._calculated(arithmetic.bit_not)

    def __lshift__(self: Calculations[int | None], other: int | Expr[int], /) -> Expr[T_co]:
        return self._calculated(arithmetic.shift_left, other)

    def __rshift__(self: Calculations[int | None], other: int | Expr[int], /) -> Expr[T_co]:
        return self._calculated(arithmetic.shift_right, other)
