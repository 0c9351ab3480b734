"""The order in which the parts of an object stand."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Protocol, TypeVar

_NAME = attrgetter("name")


class Named(Protocol):
    """Whatever has a name of its own."""

    @property
    def name(self) -> str:
        """The name."""
        ...


N = TypeVar("N", bound=Named)


def sorted_by_name(parts: Iterable[N]) -> tuple[N, ...]:
    """The parts by name, code point by code point, whatever the collation of the database."""
    return tuple(sorted(parts, key=_NAME))
