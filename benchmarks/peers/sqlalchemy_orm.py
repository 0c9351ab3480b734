"""SQLAlchemy 2: its ORM with asyncio, on asyncpg."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Numeric,
    Table,
    Text,
    Uuid,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
)

from benchmarks.bookshop import BookRow
from benchmarks.peers.contract import Peer
from ferrule_core.plugins.contracts import DatabaseUrl


class Base(DeclarativeBase):
    """Of all models."""

    type_annotation_map = {str: Text, int: BigInteger}


book_tag = Table(
    "book_tag",
    Base.metadata,
    Column("book_id", ForeignKey("bench.book.id"), primary_key=True),
    Column("tag_id", ForeignKey("bench.tag.id"), primary_key=True),
    schema="bench",
)


class Author(Base):
    __tablename__ = "author"
    __table_args__ = {"schema": "bench"}
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    books: Mapped[list[Book]] = relationship(back_populates="author")


class Tag(Base):
    __tablename__ = "tag"
    __table_args__ = {"schema": "bench"}
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    label: Mapped[str]


class Book(Base):
    __tablename__ = "book"
    __table_args__ = {"schema": "bench"}
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("bench.author.id"))
    title: Mapped[str]
    subtitle: Mapped[str | None]
    pages: Mapped[int]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    in_print: Mapped[bool]
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sku: Mapped[uuid.UUID] = mapped_column(Uuid)
    meta: Mapped[dict[str, Any]] = mapped_column(JSONB)
    keywords: Mapped[list[str]] = mapped_column(ARRAY(Text))
    author: Mapped[Author] = relationship(back_populates="books")
    tags: Mapped[list[Tag]] = relationship(secondary=book_tag)


class SqlAlchemy:
    """A session for each unit of work, as its documentation has it."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._book: Book | None = None

    async def get_by_key(self, key: int) -> object:
        async with self._sessions() as session:
            return await session.get_one(Book, key)

    async def list_books(self, after: int) -> Sequence[object]:
        return await self._all(_following(after, 1000))

    async def join_100(self, after: int) -> Sequence[object]:
        return await self._all(_following(after, 100).options(joinedload(Book.author)))

    async def prefetch_100(self, after: int) -> Sequence[object]:
        authors = select(Author).where(Author.id > after).order_by(Author.id).limit(100)
        return await self._all(authors.options(selectinload(Author.books)))

    async def many_to_many_100(self, after: int) -> Sequence[object]:
        return await self._all(_following(after, 100).options(selectinload(Book.tags)))

    async def aggregate_50(self, after: int) -> Sequence[object]:
        sums = select(
            Book.author_id,
            func.count().label("books"),
            func.sum(Book.price).label("total"),
            func.max(Book.published_at).label("last"),
        )
        chosen = sums.where(Book.author_id > after, Book.author_id <= after + 50)
        async with self._sessions() as session:
            return (await session.execute(chosen.group_by(Book.author_id))).mappings().all()

    async def get_50(self, keys: Sequence[int]) -> Sequence[object]:
        return await asyncio.gather(*[self.get_by_key(key) for key in keys])

    async def stream_all(self) -> int:
        count = 0
        async with self._sessions() as session:
            rows = await session.stream_scalars(select(Book).execution_options(yield_per=1000))
            async for _ in rows:
                count += 1
        return count

    async def insert_one(self, row: BookRow) -> object:
        async with self._sessions.begin() as session:
            book = Book(**row._asdict())
            session.add(book)
        return book

    async def bulk_insert(self, rows: Sequence[BookRow]) -> Sequence[object]:
        async with self._sessions.begin() as session:
            books = [Book(**row._asdict()) for row in rows]
            session.add_all(books)
        return books

    async def prepare_update(self, key: int) -> None:
        self._book = await self.get_by_key(key)

    async def update_one(self, price: Decimal) -> None:
        async with self._sessions.begin() as session:
            session.add(self._book)
            self._book.price = price

    async def _all(self, statement: Any) -> Sequence[object]:
        async with self._sessions() as session:
            return (await session.scalars(statement)).all()


def _following(after: int, count: int) -> Any:
    return select(Book).where(Book.id > after).order_by(Book.id).limit(count)


@asynccontextmanager
async def open_sqlalchemy(url: DatabaseUrl) -> AsyncIterator[SqlAlchemy]:
    """An engine with a pool of ten."""
    place = {"host": url.host, "port": url.port, "user": url.user, "password": url.password}
    engine = create_async_engine(
        URL.create("postgresql+asyncpg", database=url.database),
        connect_args={name: part for name, part in place.items() if part is not None},
        pool_size=10,
    )
    try:
        yield SqlAlchemy(async_sessionmaker(engine, expire_on_commit=False))
    finally:
        await engine.dispose()


PEER = Peer("SQLAlchemy ORM", "sqlalchemy", open_sqlalchemy)
