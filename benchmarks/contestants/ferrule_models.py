"""Ferrule, as its users write it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from typing_extensions import override

from benchmarks.bookshop import BookRow
from benchmarks.contestants.asyncpg_pool import ROW
from benchmarks.contestants.contract import Contestant
from ferrule import (
    Column,
    Database,
    ForeignKey,
    InverseForeignKey,
    ManyToMany,
    Model,
    connect,
    foreign_key,
    func,
    identity,
    inverse_foreign_key,
    many_to_many,
    transaction,
)
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.sql.compiled import CompiledQuery

READY = object()
"""Says that a statement is the library's own: after it the session need not be reset."""


class Author(Model, table="author", schema="bench"):
    """Somebody who wrote books."""

    id: Column[int] = identity()
    name: Column[str]
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Tag(Model, table="tag", schema="bench"):
    """What a book is about."""

    id: Column[int] = identity()
    label: Column[str]


class Book(Model, table="book", schema="bench"):
    """A book of 11 columns."""

    id: Column[int] = identity()
    author_id: Column[int]
    title: Column[str]
    subtitle: Column[str | None]
    pages: Column[int]
    price: Column[Decimal]
    in_print: Column[bool]
    published_at: Column[datetime]
    sku: Column[uuid.UUID]
    meta: Column[dict[str, Any]]
    keywords: Column[list[str]]
    author: ForeignKey[Author] = foreign_key("author_id")
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


class FerruleModels(Contestant):
    """Models, the query builder, and the pool of ``connect``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._book: Book | None = None

    @override
    async def get_by_key(self, key: int) -> object:
        return await Book.get(id=key)

    @override
    async def list_books(self, after: int) -> Sequence[object]:
        return await Book.filter(Book.id > after).order_by(Book.id).limit(1000).all()

    @override
    async def join_100(self, after: int) -> Sequence[object]:
        books = Book.filter(Book.id > after).order_by(Book.id).limit(100)
        return await books.include(Book.author).all()

    @override
    async def prefetch_100(self, after: int) -> Sequence[object]:
        authors = Author.filter(Author.id > after).order_by(Author.id).limit(100)
        return await authors.include(Author.books).all()

    @override
    async def many_to_many_100(self, after: int) -> Sequence[object]:
        books = Book.filter(Book.id > after).order_by(Book.id).limit(100)
        return await books.include(Book.tags).all()

    @override
    async def aggregate_50(self, after: int) -> Sequence[object]:
        books = Book.filter(Book.author_id > after, Book.author_id <= after + 50)
        sums = books.group_by(Book.author_id).annotate(
            books=func.count(), total=func.sum(Book.price), last=func.max(Book.published_at)
        )
        return await sums.values()

    @override
    async def get_50(self, keys: Sequence[int]) -> Sequence[object]:
        return await asyncio.gather(*[Book.get(id=key) for key in keys])

    @override
    async def load_50(self, keys: Sequence[int]) -> Sequence[object]:
        return await asyncio.gather(*[Book.loader.load(key) for key in keys])

    @override
    async def get_row(self, key: int) -> object:
        return await self._database.fetch_first(CompiledQuery(ROW, (key,), origin=READY))

    @override
    async def transact(self, key: int) -> object:
        async with transaction():
            return await self.get_row(key)

    @override
    async def get_rows(self, keys: Sequence[int]) -> Sequence[object]:
        return await asyncio.gather(*[self.get_row(key) for key in keys])

    @override
    async def stream_all(self) -> int:
        count = 0
        async for _ in Book.filter().stream():
            count += 1
        return count

    @override
    async def insert_one(self, row: BookRow) -> object:
        return await Book.create(**row._asdict())

    @override
    async def bulk_insert(self, rows: Sequence[BookRow]) -> Sequence[object]:
        return await Book.bulk_create([Book(**row._asdict()) for row in rows])

    @override
    async def copy_in(self, rows: Sequence[BookRow]) -> int:
        return await self._database.copy_in(Book, rows, columns=BookRow._fields)

    @override
    async def prepare_update(self, key: int) -> None:
        self._book = await Book.get(id=key)

    @override
    async def update_one(self, price: Decimal) -> None:
        if self._book is None:
            raise LookupError("prepare_update() comes first")
        self._book.price = price
        await self._book.save()


@asynccontextmanager
async def open_ferrule(url: DatabaseUrl) -> AsyncIterator[FerruleModels]:
    """The default database of the process."""
    async with connect(url) as database:
        yield FerruleModels(database)
