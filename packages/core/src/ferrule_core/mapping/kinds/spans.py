"""Ranges of values, as PostgreSQL has them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.kinds.order import compared

if TYPE_CHECKING:
    from ferrule_core.mapping.value_types import ValueType

T = TypeVar("T")

Bounds = Literal["[)", "(]", "[]", "()"]

_STEPS: Mapping[type, Any] = {int: 1, date: timedelta(days=1)}
"""Classes of which each value has a next one; ranges of them are kept as ``[)``, as the server
keeps them."""


class Range(Generic[T]):
    """All values between two, each of which may be missing: ``Range(1, 5)``, ``Range(day, None)``.

    Ranges never change. Those of whole numbers and of dates are brought into the form that the
    server gives them, ``[)``, so ``Range(1, 5, "[]") == Range(1, 6)``. Ranges have the order that
    the server sorts by: the empty one first, then by where they begin, then by where they end.
    """

    __match_args__ = ("lower", "upper", "bounds")
    __slots__ = ("_empty", "_lower", "_lower_inc", "_upper", "_upper_inc")

    _lower: T | None
    _upper: T | None
    _lower_inc: bool
    _upper_inc: bool
    _empty: bool

    def __init__(
        self, lower: T | None = None, upper: T | None = None, bounds: Bounds = "[)"
    ) -> None:
        """Make the range of the values from ``lower`` to ``upper``.

        Args:
            lower: Where it begins; ``None`` where it has no beginning.
            upper: Where it ends; ``None`` where it has no end.
            bounds: Whether the two are in it: a square bracket for yes, a round one for no.

        Raises:
            ValueRefused: It would end before it begins.
        """
        if bounds not in ("[)", "(]", "[]", "()"):
            raise ValueRefused("the bounds of a range are one of [), (], [] and ()")
        lower_inc = lower is not None and bounds[0] == "["
        upper_inc = upper is not None and bounds[1] == "]"
        empty = False
        if lower is not None and upper is not None:
            order = compared(lower, upper)
            if order > 0:
                raise ValueRefused("a range cannot end before it begins")
            empty = order == 0 and not (lower_inc and upper_inc)
        if not empty:
            if lower is not None and not lower_inc and type(lower) in _STEPS:
                lower, lower_inc = _next(lower), True
            if upper is not None and upper_inc and type(upper) in _STEPS:
                upper, upper_inc = _next(upper), False
            empty = _is_nothing(lower, upper, lower_inc and upper_inc)
        if empty:
            lower, upper, lower_inc, upper_inc = None, None, False, False
        self._lower, self._upper = lower, upper
        self._lower_inc, self._upper_inc, self._empty = lower_inc, upper_inc, empty

    @classmethod
    def empty(cls) -> Range[Any]:
        """The range that nothing is in."""
        return Range(0, 0)

    @classmethod
    def half_open(cls, lower: T | None, upper: T | None) -> Range[T]:
        """A range ``[)`` of ends that the server has put in order: nothing is looked at again."""
        made = cls.__new__(cls)
        made._lower, made._upper = lower, upper  # noqa: SLF001 - of its own class
        made._lower_inc, made._upper_inc = lower is not None, False  # noqa: SLF001
        made._empty = False  # noqa: SLF001
        return made

    @property
    def lower(self) -> T | None:
        """Where it begins; ``None`` of an empty one, and of one without a beginning."""
        return self._lower

    @property
    def upper(self) -> T | None:
        """Where it ends; ``None`` of an empty one, and of one without an end."""
        return self._upper

    @property
    def lower_inc(self) -> bool:
        """Whether its lower end is in it."""
        return self._lower_inc

    @property
    def upper_inc(self) -> bool:
        """Whether its upper end is in it."""
        return self._upper_inc

    @property
    def lower_inf(self) -> bool:
        """Whether it has no beginning."""
        return self._lower is None and not self._empty

    @property
    def upper_inf(self) -> bool:
        """Whether it has no end."""
        return self._upper is None and not self._empty

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return self._empty

    @property
    def bounds(self) -> Bounds:
        """Its brackets."""
        text = f"{'[' if self._lower_inc else '('}{']' if self._upper_inc else ')'}"
        return cast("Bounds", text)

    def __contains__(self, value: T) -> bool:
        """Whether a value is in it; ``contains`` asks it of another range."""
        if self._empty or value is None:
            return False
        if self._lower is not None:
            order = compared(self._lower, value)
            if order > 0 or (order == 0 and not self._lower_inc):
                return False
        if self._upper is not None:
            order = compared(value, self._upper)
            if order > 0 or (order == 0 and not self._upper_inc):
                return False
        return True

    def contains(self, other: Range[T]) -> bool:
        """Whether all of another range is in it."""
        if other._empty:
            return True
        return not self._empty and _lowest(self, other) <= 0 and _highest(self, other) >= 0

    def overlaps(self, other: Range[T]) -> bool:
        """Whether something is in both."""
        return not (self & other).is_empty

    def adjacent_to(self, other: Range[T]) -> bool:
        """Whether one begins where the other ends, with nothing between and nothing in both."""
        if self._empty or other._empty:
            return False
        return _meet(self, other) or _meet(other, self)

    def __and__(self, other: Range[T]) -> Range[T]:
        """What is in both."""
        if self._empty or other._empty:
            return Range.empty()
        low = self if _lowest(self, other) >= 0 else other
        high = self if _highest(self, other) <= 0 else other
        if low._lower is not None and high._upper is not None:
            order = compared(low._lower, high._upper)
            if order > 0:
                return Range.empty()
        text = f"{'[' if low._lower_inc else '('}{']' if high._upper_inc else ')'}"
        return Range(low._lower, high._upper, cast("Bounds", text))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Range):
            return NotImplemented
        one: Range[Any] = cast("Any", other)
        return _parts(self) == _parts(one)

    def __hash__(self) -> int:
        return hash(_parts(self))

    def __lt__(self, other: Range[T]) -> bool:
        return _order(self, other) < 0

    def __le__(self, other: Range[T]) -> bool:
        return _order(self, other) <= 0

    def __gt__(self, other: Range[T]) -> bool:
        return _order(self, other) > 0

    def __ge__(self, other: Range[T]) -> bool:
        return _order(self, other) >= 0

    def __bool__(self) -> bool:
        """Whether anything is in it."""
        return not self._empty

    def __repr__(self) -> str:
        if self._empty:
            return "Range.empty()"
        bounds = "" if self.bounds == "[)" or self._lower is self._upper is None else self.bounds
        shown = f", {bounds!r}" if bounds else ""
        return f"Range({self._lower!r}, {self._upper!r}{shown})"

    def __str__(self) -> str:
        """The range as the server writes it, but for how its ends are written."""
        if self._empty:
            return "empty"
        ends = ["" if end is None else _quoted(str(end)) for end in (self._lower, self._upper)]
        return f"{self.bounds[0]}{','.join(ends)}{self.bounds[1]}"

    def __reduce__(self) -> tuple[object, ...]:
        if self._empty:
            return Range.empty, ()
        return Range, (self._lower, self._upper, self.bounds)

    @classmethod
    def __value_type__(cls, *bound: object) -> ValueType:
        from ferrule_core.mapping.kinds.travel import range_type

        return range_type(Range, *bound)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # noqa: ANN401
        from ferrule_core.mapping.kinds import borders  # Pydantic comes with it

        return borders.range_schema(source, handler)


class Multirange(Generic[T]):
    """Several ranges, with gaps between them: ``Multirange(Range(1, 3), Range(7, 9))``.

    Those that overlap or touch become one, empty ones are left out, and they are in order, as the
    server keeps them. It can have none at all.
    """

    __match_args__ = ("ranges",)
    __slots__ = ("_ranges",)

    _ranges: tuple[Range[T], ...]

    def __init__(self, *ranges: Range[T]) -> None:
        """Make one of these ranges."""
        for one in ranges:
            if not isinstance(one, Range):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise ValueRefused(
                    f"a multirange is made of ranges, not of a value of type {type(one).__name__}",
                    hint="write Multirange(Range(...), Range(...))",
                )
        self._ranges = tuple(_joined(ranges))

    @property
    def ranges(self) -> tuple[Range[T], ...]:
        """Its ranges, in order."""
        return self._ranges

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not self._ranges

    def __contains__(self, value: T) -> bool:
        """Whether a value is in one of its ranges."""
        return any(value in one for one in self._ranges)

    def contains(self, other: Range[T] | Multirange[T]) -> bool:
        """Whether all of another one is in it."""
        asked = other.ranges if isinstance(other, Multirange) else (other,)
        return all(
            part.is_empty or any(one.contains(part) for one in self._ranges) for part in asked
        )

    def overlaps(self, other: Range[T] | Multirange[T]) -> bool:
        """Whether something is in both."""
        asked = other.ranges if isinstance(other, Multirange) else (other,)
        return any(one.overlaps(part) for one in self._ranges for part in asked)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Multirange):
            return NotImplemented
        one: Multirange[Any] = cast("Any", other)
        return self._ranges == one.ranges

    def __hash__(self) -> int:
        return hash((Multirange, self._ranges))

    def __lt__(self, other: Multirange[T]) -> bool:
        return self._ranges < other._ranges

    def __le__(self, other: Multirange[T]) -> bool:
        return self._ranges <= other._ranges

    def __gt__(self, other: Multirange[T]) -> bool:
        return self._ranges > other._ranges

    def __ge__(self, other: Multirange[T]) -> bool:
        return self._ranges >= other._ranges

    def __bool__(self) -> bool:
        """Whether anything is in it."""
        return bool(self._ranges)

    def __repr__(self) -> str:
        return f"Multirange({', '.join(map(repr, self._ranges))})"

    def __str__(self) -> str:
        return f"{{{','.join(map(str, self._ranges))}}}"

    def __reduce__(self) -> tuple[object, ...]:
        return Multirange, self._ranges

    @classmethod
    def __value_type__(cls, *bound: object) -> ValueType:
        from ferrule_core.mapping.kinds.travel import range_type

        return range_type(Multirange, *bound)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # noqa: ANN401
        from ferrule_core.mapping.kinds import borders  # Pydantic comes with it

        return borders.multirange_schema(source, handler)


def _next(value: Any) -> Any:  # noqa: ANN401 - a whole number or a date
    try:
        return value + _STEPS[type(value)]
    except OverflowError:
        raise ValueRefused("a range of dates cannot include the last day of Python") from None


def _is_nothing(lower: object, upper: object, both_inc: bool) -> bool:
    if lower is None or upper is None:
        return False
    order = compared(lower, upper)
    return order > 0 or (order == 0 and not both_inc)


def _parts(one: Range[Any]) -> tuple[object, ...]:
    return one.lower, one.upper, one.lower_inc, one.upper_inc, one.is_empty


def _lowest(one: Range[Any], other: Range[Any]) -> int:
    """How the beginnings lie to each other."""
    if one.lower is None or other.lower is None:
        return int(one.lower is not None) - int(other.lower is not None)
    order = compared(one.lower, other.lower)
    return order or int(other.lower_inc) - int(one.lower_inc)


def _highest(one: Range[Any], other: Range[Any]) -> int:
    """How the ends lie to each other."""
    if one.upper is None or other.upper is None:
        return int(other.upper is not None) - int(one.upper is not None)
    order = compared(one.upper, other.upper)
    return order or int(one.upper_inc) - int(other.upper_inc)


def _order(one: Range[Any], other: Range[Any]) -> int:
    if one.is_empty or other.is_empty:
        return int(other.is_empty) - int(one.is_empty)
    return _lowest(one, other) or _highest(one, other)


def _meet(one: Range[Any], other: Range[Any]) -> bool:
    """Whether the second begins where the first ends."""
    if one.upper is None or other.lower is None or compared(one.upper, other.lower) != 0:
        return False
    return bool(one.upper_inc != other.lower_inc)


def _joined(ranges: tuple[Range[T], ...]) -> list[Range[T]]:
    joined: list[Range[T]] = []
    for one in sorted(one for one in ranges if not one.is_empty):
        last = joined[-1] if joined else None
        if last is None or not (last.overlaps(one) or last.adjacent_to(one)):
            joined.append(one)
        elif _highest(one, last) > 0:
            text = f"{'[' if last.lower_inc else '('}{']' if one.upper_inc else ')'}"
            joined[-1] = Range(last.lower, one.upper, cast("Bounds", text))
    return joined


def _quoted(text: str) -> str:
    if text and not any(c in '()[],"\\' or c.isspace() for c in text):
        return text
    doubled = text.replace("\\", "\\\\").replace('"', '""')
    return f'"{doubled}"'
