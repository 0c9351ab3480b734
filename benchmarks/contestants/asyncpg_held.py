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
from benchmarks.contestants.asyncpg_pool import GET, INSERT, LIST, UPDATE
from benchmarks.contestants.contract import Contestant
from ferrule_core.plugins.contracts import DatabaseUrl


class PlainBook:
    """A book without any library."""

    __slots__ = COLUMNS

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


def load(records: Iterable[asyncpg.Record]) -> list[PlainBook]:
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

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._connection = connection
        self._book = PlainBook(*[None] * len(COLUMNS))

    @override
    async def get_by_key(self, key: int) -> object:
        record = await self._connection.fetchrow(GET, key)
        return load([record] if record else [])[0]

    @override
    async def list_books(self, after: int) -> Sequence[object]:
        return load(await self._connection.fetch(LIST, after, 1000))

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
    connection = await asyncpg.connect(
        host=url.host, port=url.port, user=url.user, password=url.password, database=url.database
    )
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
        yield AsyncpgHeld(connection)
    finally:
        await connection.close()
