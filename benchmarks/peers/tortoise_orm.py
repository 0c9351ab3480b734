"""Tortoise, on asyncpg."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal

from tortoise import Tortoise, fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.functions import Count, Max, Sum
from tortoise.models import Model

from benchmarks.bookshop import BookRow
from benchmarks.peers.contract import Peer
from ferrule_core.plugins.contracts import DatabaseUrl


class Author(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.TextField()

    class Meta:
        table = "author"


class Tag(Model):
    id = fields.BigIntField(primary_key=True)
    label = fields.TextField()

    class Meta:
        table = "tag"


class Book(Model):
    id = fields.BigIntField(primary_key=True)
    author = fields.ForeignKeyField("models.Author", related_name="books")
    title = fields.TextField()
    subtitle = fields.TextField(null=True)
    pages = fields.IntField()
    price = fields.DecimalField(10, 2)
    in_print = fields.BooleanField()
    published_at = fields.DatetimeField()
    sku = fields.UUIDField()
    meta = fields.JSONField()
    keywords = ArrayField("text")
    tags = fields.ManyToManyField(
        "models.Tag", through="book_tag", forward_key="tag_id", backward_key="book_id"
    )

    class Meta:
        table = "book"


class TortoiseOrm:
    """Models and querysets."""

    def __init__(self) -> None:
        self._book: Book | None = None

    async def get_by_key(self, key: int) -> object:
        return await Book.get(id=key)

    async def list_books(self, after: int) -> Sequence[object]:
        return await Book.filter(id__gt=after).order_by("id").limit(1000)

    async def join_100(self, after: int) -> Sequence[object]:
        books = Book.filter(id__gt=after).order_by("id").limit(100)
        return await books.select_related("author")

    async def prefetch_100(self, after: int) -> Sequence[object]:
        authors = Author.filter(id__gt=after).order_by("id").limit(100)
        return await authors.prefetch_related("books")

    async def many_to_many_100(self, after: int) -> Sequence[object]:
        return await Book.filter(id__gt=after).order_by("id").limit(100).prefetch_related("tags")

    async def aggregate_50(self, after: int) -> Sequence[object]:
        chosen = Book.filter(author_id__gt=after, author_id__lte=after + 50)
        sums = chosen.annotate(books=Count("id"), total=Sum("price"), last=Max("published_at"))
        return await sums.group_by("author_id").values("author_id", "books", "total", "last")

    async def get_50(self, keys: Sequence[int]) -> Sequence[object]:
        return await asyncio.gather(*[Book.get(id=key) for key in keys])

    async def insert_one(self, row: BookRow) -> object:
        return await Book.create(**row._asdict())

    async def bulk_insert(self, rows: Sequence[BookRow]) -> Sequence[object]:
        books = [Book(**row._asdict()) for row in rows]
        await Book.bulk_create(books)
        return books

    async def prepare_update(self, key: int) -> None:
        self._book = await Book.get(id=key)

    async def update_one(self, price: Decimal) -> None:
        self._book.price = price
        await self._book.save(update_fields=["price"])


@asynccontextmanager
async def open_tortoise(url: DatabaseUrl) -> AsyncIterator[TortoiseOrm]:
    """A pool of ten, with the schema in the search path: its junctions know no schema."""
    credentials = {
        "host": url.host,
        "port": url.port or 5432,
        "user": url.user,
        "password": url.password,
        "database": url.database,
        "schema": "bench",
        "maxsize": 10,
    }
    await Tortoise.init(
        config={
            "connections": {
                "default": {
                    "engine": "tortoise.backends.asyncpg",
                    "credentials": credentials,
                }
            },
            "apps": {"models": {"models": [__name__], "default_connection": "default"}},
            "use_tz": True,
        }
    )
    try:
        yield TortoiseOrm()
    finally:
        await Tortoise.close_connections()


PEER = Peer(
    "Tortoise",
    "tortoise-orm",
    open_tortoise,
    cannot={"stream_20000": "no cursors: a queryset is read whole"},
    otherwise={"bulk_1000": "the keys do not come back"},
)
