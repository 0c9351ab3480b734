"""Values that can be changed in place: how they are copied, and when two values are the same."""

from __future__ import annotations

import copy
import math
from decimal import Decimal
from typing import Any, cast

from ferrule_core.mapping.intervals import Span
from ferrule_core.mapping.json_values import WrittenFloat, shown_float

_ATOMS = frozenset({int, str, float, bool, bytes, Decimal, type(None)})


def own_copy(value: Any) -> Any:  # noqa: ANN401 - any value of a row
    """A copy of a driver's or a default's value that may be changed without changing the other.

    What JSON and arrays are made of is copied here, at half the price of parsing it again and a
    quarter of ``copy.deepcopy``.
    """
    kind = cast("Any", type(value))
    if kind is dict:
        copied = value.copy()
        for key, one in value.items():
            if type(one) not in _ATOMS:
                copied[key] = own_copy(one)
        return copied
    if kind is list:
        copied = value[:]
        for place, one in enumerate(value):
            if type(one) not in _ATOMS:
                copied[place] = own_copy(one)
        return copied
    return value if kind.__hash__ is not None else copy.deepcopy(value)


def own_array(value: Any) -> Any:  # noqa: ANN401
    """As ``own_copy``, of what the driver gave for an array of values that cannot be changed."""
    if value is None:
        return None
    return own_copy(value) if value and type(value[0]) is list else value[:]


def same(one: Any, other: Any) -> bool:  # noqa: ANN401, PLR0911 - any value, each kind its rule
    """Whether storing one value where the other was would change nothing.

    Stricter than ``==``, for which ``1``, ``1.0`` and ``True`` are one, as are ``1.0`` and
    ``1.00``, which jsonb and numeric tell apart. NaN is the same as NaN.
    """
    if one is other:
        return True
    kind = cast("Any", type(one))
    if kind is not type(other):
        return _written_alike(one, other)
    if kind is dict:
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if kind is list or kind is tuple:
        return len(one) == len(other) and all(map(same, one, other))
    if kind is Decimal:
        return bool(one.as_tuple() == other.as_tuple())
    if kind is WrittenFloat:
        return bool(one.text == other.text)
    if kind is float:
        return _same_float(one, other)
    if kind is Span:
        return bool(one.parts == other.parts)
    if one != other:
        return False
    parts: tuple[str, ...] = getattr(kind, "__match_args__", ())
    return all(same(getattr(one, part), getattr(other, part)) for part in parts)


def _written_alike(one: object, other: object) -> bool:
    """Whether one is a number of a document as it was read, and the other as it was sent."""
    if isinstance(one, Decimal):
        one, other = other, one
    if not (isinstance(one, float) and isinstance(other, Decimal)):
        return False
    text = one.text if isinstance(one, WrittenFloat) else shown_float(one)
    return Decimal(text).as_tuple() == other.as_tuple()


def _same_float(one: float, other: float) -> bool:
    if math.isnan(one):
        return math.isnan(other)
    return one == other and math.copysign(1, one) == math.copysign(1, other)
