"""asyncpg as its documentation uses it: the pool's own methods, which give records."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import asyncpg
from typing_extensions import override

from benchmarks.bookshop import COLUMNS, BookRow
from benchmarks.contestants.contract import Contestant
from benchmarks.contestants.plain_copy import copy_plain
from ferrule_core.plugins.contracts import DatabaseUrl

LISTED = ", ".join(COLUMNS)
PLACES = ", ".join(f"${number}" for number in range(1, len(COLUMNS)))
GET = f"SELECT {LISTED} FROM bench.book WHERE id = $1"
ROW = "SELECT id, title FROM bench.book WHERE id = $1"
LIST = f"SELECT {LISTED} FROM bench.book WHERE id > $1 ORDER BY id LIMIT $2"
INSERT = f"INSERT INTO bench.book ({', '.join(COLUMNS[1:])}) VALUES ({PLACES}) RETURNING id"
JOIN = f"""
SELECT {", ".join(f"b.{name}" for name in COLUMNS)}, a.id, a.name
FROM bench.book b JOIN bench.author a ON a.id = b.author_id
WHERE b.id > $1 ORDER BY b.id LIMIT 100
"""
AUTHORS = "SELECT id, name FROM bench.author WHERE id > $1 ORDER BY id LIMIT 100"
BOOKS_OF = f"SELECT {LISTED} FROM bench.book WHERE author_id = ANY ($1)"
FIRST = f"SELECT {LISTED} FROM bench.book WHERE id > $1 ORDER BY id LIMIT 100"
TAGS_OF = """
SELECT bt.book_id, t.id, t.label
FROM bench.book_tag bt JOIN bench.tag t ON t.id = bt.tag_id
WHERE bt.book_id = ANY ($1)
"""
SUMS = """
SELECT author_id, count(*) AS books, sum(price) AS total, max(published_at) AS last
FROM bench.book WHERE author_id > $1 AND author_id <= $2 GROUP BY author_id
"""
ALL = f"SELECT {LISTED} FROM bench.book"
UPDATE = "UPDATE bench.book SET price = $1 WHERE id = $2"


class AsyncpgPool(Contestant):
    """``pool.fetchrow`` and its kin."""

    def __init__(
        self, pool: asyncpg.Pool[asyncpg.Record], plain: asyncpg.Pool[asyncpg.Record]
    ) -> None:
        self._pool = pool
        self._plain = plain
        self._key = 0

    @override
    async def get_by_key(self, key: int) -> object:
        return await self._pool.fetchrow(GET, key)

    @override
    async def list_books(self, after: int) -> Sequence[object]:
        return await self._pool.fetch(LIST, after, 1000)

    @override
    async def join_100(self, after: int) -> Sequence[object]:
        return await self._pool.fetch(JOIN, after)

    @override
    async def prefetch_100(self, after: int) -> Sequence[object]:
        authors = await self._pool.fetch(AUTHORS, after)
        keys = [author["id"] for author in authors]
        books: dict[int, list[asyncpg.Record]] = defaultdict(list)
        for book in await self._pool.fetch(BOOKS_OF, keys):
            books[book["author_id"]].append(book)
        return [(author, books[author["id"]]) for author in authors]

    @override
    async def many_to_many_100(self, after: int) -> Sequence[object]:
        books = await self._pool.fetch(FIRST, after)
        keys = [book["id"] for book in books]
        tags: dict[int, list[asyncpg.Record]] = defaultdict(list)
        for tag in await self._pool.fetch(TAGS_OF, keys):
            tags[tag["book_id"]].append(tag)
        return [(book, tags[book["id"]]) for book in books]

    @override
    async def aggregate_50(self, after: int) -> Sequence[object]:
        return await self._pool.fetch(SUMS, after, after + 50)

    @override
    async def get_50(self, keys: Sequence[int]) -> Sequence[object]:
        return await asyncio.gather(*[self._pool.fetchrow(GET, key) for key in keys])

    @override
    async def load_50(self, keys: Sequence[int]) -> Sequence[object]:
        return await self.get_50(keys)

    @override
    async def get_row(self, key: int) -> object:
        return await self._pool.fetchrow(ROW, key)

    @override
    async def transact(self, key: int) -> object:
        async with self._pool.acquire() as connection, connection.transaction():
            return await connection.fetchrow(ROW, key)

    @override
    async def get_rows(self, keys: Sequence[int]) -> Sequence[object]:
        return await asyncio.gather(*[self._pool.fetchrow(ROW, key) for key in keys])

    @override
    async def stream_all(self) -> int:
        count = 0
        async with self._pool.acquire() as connection, connection.transaction():
            async for _ in connection.cursor(ALL, prefetch=1000):
                count += 1
        return count

    @override
    async def insert_one(self, row: BookRow) -> object:
        return await self._pool.fetchval(INSERT, *row)

    @override
    async def bulk_insert(self, rows: Sequence[BookRow]) -> Sequence[object]:
        return await self._pool.fetchmany(INSERT, rows)

    @override
    async def copy_in(self, rows: Sequence[BookRow]) -> int:
        async with self._plain.acquire() as connection:
            return await copy_plain(connection, rows)  # type: ignore[arg-type]

    @override
    async def prepare_update(self, key: int) -> None:
        self._key = key

    @override
    async def update_one(self, price: Decimal) -> None:
        await self._pool.execute(UPDATE, price, self._key)


async def _decode_json(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
    )


@asynccontextmanager
async def open_asyncpg_pool(url: DatabaseUrl) -> AsyncIterator[AsyncpgPool]:
    """A pool whose connections read jsonb by Python's own json, as the documentation shows."""
    place: dict[str, Any] = {
        "host": url.host,
        "port": url.port,
        "user": url.user,
        "password": url.password,
        "database": url.database,
        "min_size": 1,
    }
    async with (
        asyncpg.create_pool(**place, init=_decode_json) as pool,
        asyncpg.create_pool(**place) as plain,
    ):
        yield AsyncpgPool(pool, plain)
