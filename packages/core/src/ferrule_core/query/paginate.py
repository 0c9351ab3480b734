"""Pages of a query."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from ferrule_core.deferred import dataclass
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.query.blocking import run_sync

if TYPE_CHECKING:
    from ferrule_core.query.query import Query

M = TypeVar("M")
R = TypeVar("R", bound=Mapped)


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


class Paginator(Generic[R]):
    """Numbered pages of a query: ``async for page in Paginator(Book.filter(), size=50)``.

    Page by page, rows that are added or deleted meanwhile shift the rest; ``Query.page`` does not.

    Args:
        query: The query; where it has no order, it is ordered by the primary key.
        size: How many rows a full page has.
    """

    __slots__ = ("_query", "size")

    def __init__(self, query: Query[R], *, size: int) -> None:
        self._query = query
        self.size = size

    @property
    def sync(self) -> SyncPaginator[R]:
        """The same without ``await``."""
        return SyncPaginator(self)

    async def page(self, number: int, /, *, total: bool = False) -> Page[R]:
        """The page of that number, from 1.

        Args:
            number: Which page.
            total: Count all rows too, by one more query.
        """
        return await self._query.paginate(size=self.size, number=number, total=total)

    async def count(self) -> int:
        """How many rows there are on all pages."""
        return await self._query.count()

    async def __aiter__(self) -> AsyncIterator[Page[R]]:
        page = await self.page(1)
        yield page
        while page.has_next:
            page = await self.page(page.number + 1)
            yield page


class SyncPaginator(Generic[R]):
    """Numbered pages without an event loop."""

    __slots__ = ("_paginator",)

    def __init__(self, paginator: Paginator[R]) -> None:
        self._paginator = paginator

    def page(self, number: int, /, *, total: bool = False) -> Page[R]:
        """The page of that number, from 1; see ``Paginator.page``."""
        return run_sync(self._paginator.page(number, total=total))

    def count(self) -> int:
        """How many rows there are on all pages."""
        return run_sync(self._paginator.count())

    def __iter__(self) -> Iterator[Page[R]]:
        page = self.page(1)
        yield page
        while page.has_next:
            page = self.page(page.number + 1)
            yield page
