"""The reachable floor: one held connection of asyncpg, quick codecs, objects made by hand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import asyncpg
from typing_extensions import override

from benchmarks.bookshop import COLUMNS, BookRow
from benchmarks.contestants.asyncpg_pool import (
    ALL,
    AUTHORS,
    BOOKS_OF,
    FIRST,
    GET,
    INSERT,
    JOIN,
    LIST,
    ROW,
    SUMS,
    TAGS_OF,
    UPDATE,
)
from benchmarks.contestants.contract import Contestant
from benchmarks.contestants.plain_copy import copy_plain
from ferrule_core.plugins.contracts import DatabaseUrl


class PlainAuthor:
    """An author without any library."""

    __slots__ = ("books", "id", "name")

    def __init__(self, key: int, name: str) -> None:
        self.id = key
        self.name = name
        self.books: list[PlainBook] = []


class PlainTag:
    """A tag without any library."""

    __slots__ = ("id", "label")

    def __init__(self, key: int, label: str) -> None:
        self.id = key
        self.label = label


class PlainBook:
    """A book without any library."""

    __slots__ = (*COLUMNS, "author", "tags")

    author: PlainAuthor
    tags: list[PlainTag]

    def __init__(self, *values: Any) -> None:  # noqa: ANN401 - one for each column
        (
            self.id,
            self.author_id,
            self.title,
            self.subtitle,
            self.pages,
            self.price,
            self.in_print,
            self.published_at,
            self.sku,
            self.meta,
            self.keywords,
        ) = values


def load(records: Iterable[Any]) -> list[PlainBook]:
    """Make objects as quickly as Python can."""
    new = object.__new__
    books: list[PlainBook] = []
    for a, b, c, d, e, f, g, h, i, j, k in records:
        book = new(PlainBook)
        book.id, book.author_id, book.title, book.subtitle, book.pages = a, b, c, d, e
        book.price, book.in_print, book.published_at, book.sku = f, g, h, i
        book.meta, book.keywords = j, k
        books.append(book)
    return books


class AsyncpgHeld(Contestant):
    """What a person would write who has only one task, and all the time in the world."""

    def __init__(
        self,
        connection: asyncpg.Connection[asyncpg.Record],
        plain: asyncpg.Connection[asyncpg.Record],
    ) -> None:
        self._connection = connection
        self._plain = plain
        self._book = PlainBook(*[None] * len(COLUMNS))

    @override
    async def get_by_key(self, key: int) -> object:
        record = await self._connection.fetchrow(GET, key)
        return load([record] if record else [])[0]

    @override
    async def list_books(self, after: int) -> Sequence[object]:
        return load(await self._connection.fetch(LIST, after, 1000))

    @override
    async def join_100(self, after: int) -> Sequence[object]:
        records = await self._connection.fetch(JOIN, after)
        known: dict[int, PlainAuthor] = {}
        books = load([record[: len(COLUMNS)] for record in records])
        for book, record in zip(books, records, strict=True):
            key, name = record[-2:]
            book.author = known.get(key) or known.setdefault(key, PlainAuthor(key, name))
        return books

    @override
    async def prefetch_100(self, after: int) -> Sequence[object]:
        records = await self._connection.fetch(AUTHORS, after)
        authors = {key: PlainAuthor(key, name) for key, name in records}
        for book in load(await self._connection.fetch(BOOKS_OF, list(authors))):
            authors[book.author_id].books.append(book)
        return list(authors.values())

    @override
    async def many_to_many_100(self, after: int) -> Sequence[object]:
        books = {book.id: book for book in load(await self._connection.fetch(FIRST, after))}
        for book in books.values():
            book.tags = []
        known: dict[int, PlainTag] = {}
        for book_key, key, label in await self._connection.fetch(TAGS_OF, list(books)):
            tag = known.get(key) or known.setdefault(key, PlainTag(key, label))
            books[book_key].tags.append(tag)
        return list(books.values())

    @override
    async def aggregate_50(self, after: int) -> Sequence[object]:
        return list(map(dict, await self._connection.fetch(SUMS, after, after + 50)))

    @override
    async def get_50(self, keys: Sequence[int]) -> Sequence[object]:
        return [await self.get_by_key(key) for key in keys]  # one connection, one after another

    @override
    async def load_50(self, keys: Sequence[int]) -> Sequence[object]:
        return await self.get_50(keys)

    @override
    async def get_row(self, key: int) -> object:
        return await self._connection.fetchrow(ROW, key)

    @override
    async def transact(self, key: int) -> object:
        await self._connection.execute("BEGIN")
        record = await self._connection.fetchrow(ROW, key)
        await self._connection.execute("COMMIT")
        return record

    @override
    async def get_rows(self, keys: Sequence[int]) -> Sequence[object]:
        return [await self._connection.fetchrow(ROW, key) for key in keys]

    @override
    async def stream_all(self) -> int:
        count = 0
        async with self._connection.transaction():
            cursor = await self._connection.cursor(ALL)
            while records := await cursor.fetch(1000):
                count += len(load(records))
        return count

    @override
    async def insert_one(self, row: BookRow) -> object:
        book = PlainBook(None, *row)
        book.id = await self._connection.fetchval(INSERT, *row)
        return book

    @override
    async def bulk_insert(self, rows: Sequence[BookRow]) -> Sequence[object]:
        books = [PlainBook(None, *row) for row in rows]
        for book, record in zip(books, await self._connection.fetchmany(INSERT, rows), strict=True):
            book.id = record[0]
        return books

    @override
    async def copy_in(self, rows: Sequence[BookRow]) -> int:
        return await copy_plain(self._plain, rows)

    @override
    async def prepare_update(self, key: int) -> None:
        records = await self._connection.fetch(GET, key)
        self._book = load(records)[0]

    @override
    async def update_one(self, price: Decimal) -> None:
        self._book.price = price
        await self._connection.execute(UPDATE, price, self._book.id)


@asynccontextmanager
async def open_asyncpg_held(url: DatabaseUrl) -> AsyncIterator[AsyncpgHeld]:
    """A connection with the codecs that Ferrule's backend uses: binary jsonb, numeric as text."""
    decode = json.JSONDecoder().decode
    connection, plain = [
        await asyncpg.connect(
            host=url.host,
            port=url.port,
            user=url.user,
            password=url.password,
            database=url.database,
        )
        for _ in range(2)
    ]
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + json.dumps(value).encode(),
        decoder=lambda data: decode(str(data[1:], "utf-8")),
    )
    await connection.set_type_codec(
        "numeric", schema="pg_catalog", format="text", encoder=str, decoder=Decimal
    )
    try:
        yield AsyncpgHeld(connection, plain)
    finally:
        await connection.close()
        await plain.close()
