"""Pages of a query."""

from __future__ import annotations

from typing import Generic, TypeVar

from ferrule_core.deferred import dataclass

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows of a query, and where they stand in it.

    Attributes:
        items: The rows.
        number: Which page it is, from 1.
        size: How many rows a full page has.
        has_next: Whether rows follow.
        total: How many rows there are on all pages; ``None`` where that was not asked for, since
            counting may cost more than the page.
    """

    items: list[M]
    number: int
    size: int
    has_next: bool
    total: int | None = None

    @property
    def has_previous(self) -> bool:
        """Whether rows stand before it."""
        return self.number > 1

    @property
    def pages(self) -> int | None:
        """How many pages there are; ``None`` where the total is not known."""
        return None if self.total is None else -(-self.total // self.size)
