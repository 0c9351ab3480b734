"""Django: the asynchronous methods of its ORM, on psycopg 3."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from benchmarks.bookshop import BookRow
from benchmarks.peers.contract import Peer
from ferrule_core.plugins.contracts import DatabaseUrl


class DjangoOrm:
    """Models and querysets."""

    def __init__(self, models: Any) -> None:
        self._authors = models.Author.objects
        self._book_model = models.Book
        self._books = models.Book.objects
        self._book: Any = None

    async def get_by_key(self, key: int) -> object:
        return await self._books.aget(pk=key)

    async def list_books(self, after: int) -> Sequence[object]:
        return [book async for book in self._books.filter(id__gt=after).order_by("id")[:1000]]

    async def join_100(self, after: int) -> Sequence[object]:
        books = self._books.filter(id__gt=after).order_by("id").select_related("author")
        return [book async for book in books[:100]]

    async def prefetch_100(self, after: int) -> Sequence[object]:
        authors = self._authors.filter(id__gt=after).order_by("id").prefetch_related("books")
        return [author async for author in authors[:100]]

    async def many_to_many_100(self, after: int) -> Sequence[object]:
        books = self._books.filter(id__gt=after).order_by("id").prefetch_related("tags")
        return [book async for book in books[:100]]

    async def aggregate_50(self, after: int) -> Sequence[object]:
        from django.db.models import Count, Max, Sum

        chosen = self._books.filter(author_id__gt=after, author_id__lte=after + 50)
        sums = chosen.values("author_id").annotate(
            books=Count("*"), total=Sum("price"), last=Max("published_at")
        )
        return [row async for row in sums]

    async def get_50(self, keys: Sequence[int]) -> Sequence[object]:
        return await asyncio.gather(*[self.get_by_key(key) for key in keys])

    async def stream_all(self) -> int:
        count = 0
        async for _ in self._books.all().aiterator(chunk_size=1000):
            count += 1
        return count

    async def insert_one(self, row: BookRow) -> object:
        return await self._books.acreate(**row._asdict())

    async def bulk_insert(self, rows: Sequence[BookRow]) -> Sequence[object]:
        return await self._books.abulk_create([self._book_model(**row._asdict()) for row in rows])

    async def prepare_update(self, key: int) -> None:
        self._book = await self.get_by_key(key)

    async def update_one(self, price: Decimal) -> None:
        self._book.price = price
        await self._book.asave(update_fields=["price"])


@asynccontextmanager
async def open_django(url: DatabaseUrl) -> AsyncIterator[DjangoOrm]:
    """One connection, which is kept: all of its queries run on one thread."""
    import django
    from asgiref.sync import sync_to_async
    from django.conf import settings

    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": url.host or "",
                "PORT": url.port or "",
                "USER": url.user or "",
                "PASSWORD": url.password or "",
                "NAME": url.database or "",
                "CONN_MAX_AGE": None,
                "OPTIONS": {"options": "-c search_path=bench"},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.postgres", "benchmarks.peers.bench"],
        USE_TZ=True,
    )
    django.setup()
    from benchmarks.peers.bench import models

    try:
        yield DjangoOrm(models)
    finally:
        await sync_to_async(django.db.connections.close_all)()


PEER = Peer(
    "Django async",
    "django",
    open_django,
    otherwise={"concurrent_50": "on one thread and one connection, as its ORM does"},
)
