"""Piccolo, on asyncpg."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    ForeignKey,
    Integer,
    Numeric,
    Text,
    Timestamptz,
)
from piccolo.engine.postgres import PostgresEngine
from piccolo.query.functions import Count, Max, Sum
from piccolo.table import Table

from benchmarks.bookshop import BookRow
from benchmarks.peers.contract import Peer
from ferrule_core.plugins.contracts import DatabaseUrl


class Author(Table, tablename="author", schema="bench"):
    id = BigSerial(primary_key=True)
    name = Text()


class Tag(Table, tablename="tag", schema="bench"):
    id = BigSerial(primary_key=True)
    label = Text()


class Book(Table, tablename="book", schema="bench"):
    id = BigSerial(primary_key=True)
    author = ForeignKey(Author, db_column_name="author_id")
    title = Text()
    subtitle = Text(null=True)
    pages = Integer()
    price = Numeric((10, 2))
    in_print = Boolean()
    published_at = Timestamptz()
    sku = UUID()
    meta = JSONB()
    keywords = Array(Text())


class BookTag(Table, tablename="book_tag", schema="bench"):
    book_id = BigInt(primary_key=True)
    tag = ForeignKey(Tag, db_column_name="tag_id")


TABLES = (Author, Tag, Book, BookTag)


def _made(row: BookRow) -> Book:
    values = row._asdict()
    return Book(author=values.pop("author_id"), **values)


class PiccoloOrm:
    """Tables and their objects."""

    def __init__(self) -> None:
        self._book: Any = None

    async def get_by_key(self, key: int) -> object:
        return await Book.objects().get(Book.id == key)

    async def list_books(self, after: int) -> Sequence[object]:
        return await Book.objects().where(Book.id > after).order_by(Book.id).limit(1000)

    async def join_100(self, after: int) -> Sequence[object]:
        return await Book.objects(Book.author).where(Book.id > after).order_by(Book.id).limit(100)

    async def prefetch_100(self, after: int) -> Sequence[object]:
        authors = await Author.objects().where(Author.id > after).order_by(Author.id).limit(100)
        books: dict[int, list[Any]] = defaultdict(list)
        for book in await Book.objects().where(Book.author.is_in([one.id for one in authors])):
            books[book.author].append(book)
        return [(author, books[author.id]) for author in authors]

    async def many_to_many_100(self, after: int) -> Sequence[object]:
        books = await Book.objects().where(Book.id > after).order_by(Book.id).limit(100)
        tags: dict[int, list[Any]] = defaultdict(list)
        pairs = BookTag.objects(BookTag.tag).where(BookTag.book_id.is_in([one.id for one in books]))
        for pair in await pairs:
            tags[pair.book_id].append(pair.tag)
        return [(book, tags[book.id]) for book in books]

    async def aggregate_50(self, after: int) -> Sequence[object]:
        sums = Book.select(
            Book.author,
            Count(alias="books"),
            Sum(Book.price, alias="total"),
            Max(Book.published_at, alias="last"),
        )
        chosen = sums.where(Book.author > after, Book.author <= after + 50)
        return await chosen.group_by(Book.author)

    async def get_50(self, keys: Sequence[int]) -> Sequence[object]:
        return await asyncio.gather(*[self.get_by_key(key) for key in keys])

    async def stream_all(self) -> int:
        count = 0
        async with await Book.objects().batch(batch_size=1000) as batches:
            async for batch in batches:
                count += len(batch)
        return count

    async def insert_one(self, row: BookRow) -> object:
        book = _made(row)
        await book.save()
        return book

    async def bulk_insert(self, rows: Sequence[BookRow]) -> Sequence[object]:
        return await Book.insert(*[_made(row) for row in rows])

    async def prepare_update(self, key: int) -> None:
        self._book = await self.get_by_key(key)

    async def update_one(self, price: Decimal) -> None:
        self._book.price = price
        await self._book.save([Book.price])


@asynccontextmanager
async def open_piccolo(url: DatabaseUrl) -> AsyncIterator[PiccoloOrm]:
    """An engine with a pool of ten."""
    place = {
        "host": url.host,
        "port": url.port,
        "user": url.user,
        "password": url.password,
        "database": url.database,
    }
    engine = PostgresEngine({name: part for name, part in place.items() if part is not None})
    for table in TABLES:
        table._meta._db = engine
    await engine.start_connection_pool(min_size=1, max_size=10)
    try:
        yield PiccoloOrm()
    finally:
        await engine.close_connection_pool()


BY_HAND = "a second query, whose rows the adapter groups by hand"
PEER = Peer(
    "Piccolo",
    "piccolo",
    open_piccolo,
    otherwise={
        "list_1000": "jsonb of objects stays text",
        "prefetch_100": BY_HAND,
        "many_to_many_100": BY_HAND,
    },
)
