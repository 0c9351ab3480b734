"""What each contestant can do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from benchmarks.bookshop import BookRow


class Contestant(Protocol):
    """One way to use the bookshop. Each method is one workload, or a part of it."""

    async def get_by_key(self, key: int) -> object:
        """Read one book, all its columns."""
        ...

    async def list_books(self, after: int) -> Sequence[object]:
        """Read the 1,000 books that follow a key."""
        ...

    async def join_100(self, after: int) -> Sequence[object]:
        """Read the 100 books that follow a key, each with its author."""
        ...

    async def prefetch_100(self, after: int) -> Sequence[object]:
        """Read the 100 authors that follow a key, each with all books."""
        ...

    async def many_to_many_100(self, after: int) -> Sequence[object]:
        """Read the 100 books that follow a key, each with its tags."""
        ...

    async def aggregate_50(self, after: int) -> Sequence[object]:
        """Count the books of the 50 authors that follow a key, with total price and last date."""
        ...

    async def get_50(self, keys: Sequence[int]) -> Sequence[object]:
        """Read books at the same time, each by a task of its own."""
        ...

    async def load_50(self, keys: Sequence[int]) -> Sequence[object]:
        """The same in the quickest way that tasks have which do not know of each other."""
        ...

    async def get_row(self, key: int) -> object:
        """Read two columns of a book by a ready statement, as a record."""
        ...

    async def transact(self, key: int) -> object:
        """Read such a record in a transaction of its own."""
        ...

    async def get_rows(self, keys: Sequence[int]) -> Sequence[object]:
        """Read such records at the same time, each by a task of its own."""
        ...

    async def stream_all(self) -> int:
        """Read all books, a thousand at a time, and count them."""
        ...

    async def insert_one(self, row: BookRow) -> object:
        """Insert a book, and learn its key."""
        ...

    async def bulk_insert(self, rows: Sequence[BookRow]) -> Sequence[object]:
        """Insert books, and learn their keys."""
        ...

    async def copy_in(self, rows: Sequence[BookRow]) -> int:
        """Add books by COPY."""
        ...

    async def prepare_update(self, key: int) -> None:
        """Read the book that ``update_one`` will change; not measured."""
        ...

    async def update_one(self, price: Decimal) -> None:
        """Change the price of that book."""
        ...
