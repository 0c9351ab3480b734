"""The order of values, as the server has it."""

from __future__ import annotations

from typing import Any

from ferrule_core.errors import ValueRefused


def compared(one: Any, other: Any) -> int:  # noqa: ANN401 - values of one class, whichever
    """-1, 0 or 1 as one value is less than, equal to or greater than another; NaN is the greatest.

    Raises:
        ValueRefused: They have no order.
    """
    if one == other:
        return 0
    if one != one or other != other:  # noqa: PLR0124 - NaN alone is not itself
        return int(one != one) - int(other != other)  # noqa: PLR0124
    try:
        less = one < other
    except TypeError:
        raise ValueRefused(
            f"values of type {type(one).__name__} and {type(other).__name__} have no order",
            hint="both ends of a range need one type; of moments, both or none need a time zone",
        ) from None
    return -1 if less else 1
