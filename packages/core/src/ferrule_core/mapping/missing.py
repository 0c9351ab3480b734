"""What stands where a value may be left out and ``None`` is one."""

from __future__ import annotations


class Missing:
    """The one value that means: nothing was given."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()
