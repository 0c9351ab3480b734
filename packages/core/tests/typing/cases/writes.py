"""Writing: what each verb takes and gives."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, assert_type
from uuid import UUID

from cases.shop import Author, Book, CheapBook, Tag

from ferrule_core.mapping.columns import Column, column, identity, version_column
from ferrule_core.mapping.expressions import Expr
from ferrule_core.model.linked import LinkChanges, Linked
from ferrule_core.model.model import Model
from ferrule_core.model.upserting import Outcome, Upserted
from ferrule_core.query.conflicts import excluded
from ferrule_core.query.merging import Merge, incoming
from ferrule_core.query.returning import Returning


class Page(Model, table="page"):
    id: Column[int] = identity()
    body: Column[str] = column(default="")
    created_at: Column[datetime] = column(auto_now_add=True)
    changed_at: Column[datetime] = column(auto_now=True, name="changed")
    version: Column[int] = version_column()


async def by_query() -> None:
    query = Book.filter()
    assert_type(query.returning(), Returning[Book])
    assert_type(await query.returning().update(stock=1), list[Book])
    assert_type(await query.returning().delete(), list[Book])
    assert_type(await query.returning(Book.id).delete(), list[tuple[UUID]])
    assert_type(
        await query.returning(Book.id, Book.published, Book.author.name).update(title="x"),
        list[tuple[UUID, datetime | None, str]],
    )
    assert_type(await query.returning("title", Book.id).delete(), list[tuple[Any, ...]])
    assert_type(query.returning(Book.stock).sync.update(stock=1), list[tuple[int]])
    assert_type(await query.update(Book.title.set(Book.author.name)), int)


async def one(book: Book, page: Page) -> None:
    assert_type(Page(), Page)
    assert_type(Page(body="x"), Page)
    assert_type(page.version, int)
    assert_type(page.changed_at, datetime)
    await book.save(only=[Book.title, "price", Book.author])
    book.sync.save(only=["title"])
    assert_type(await book.upsert(on=[Book.title]), Outcome)
    assert_type(await Book.upsert(book, update=[Book.title, Book.stock.set(1)]), Outcome)
    assert_type(excluded(Book.stock), Expr[int])
    await book.upsert(
        constraint="book_key",
        update=[Book.stock.set(Book.stock + excluded(Book.stock))],
        where=excluded(Book.price) < Book.price,
    )
    assert_type(await book.increment(Book.stock), int)
    assert_type(await book.increment(Book.price, Decimal("0.5")), Decimal)
    assert_type(await book.increment(Book.price, 2), Decimal)
    assert_type(book.sync.increment(Book.stock, 2), int)
    assert_type(await Tag.update_or_create({"id": 1}, label="x"), tuple[Tag, bool])
    assert_type(Tag.sync.update_or_create(None, label="x"), tuple[Tag, bool])


async def many(books: list[Book], tag: Tag, book: Book) -> None:
    assert_type(await Book.bulk_create(books, ignore_conflicts=True, on=[Book.title]), list[Book])
    assert_type(await Book.bulk_create(books, update_conflicts=[Book.price]), list[Book])
    assert_type(await Book.bulk_create(books, copy=True), list[Book])
    assert_type(await Book.bulk_update(books, [Book.title], chunk_rows=3), int)
    assert_type(await Book.bulk_delete(books), int)
    upserted = await Book.bulk_upsert(books, on=["title"], chunk_rows=10)
    assert_type(upserted, Upserted[Book])
    assert_type(upserted.inserted, list[Book])
    assert_type(Book.sync.bulk_upsert(books), Upserted[Book])
    assert_type(await Book.in_bulk([1, 2]), dict[Any, Book])
    assert_type(book.linked(Book.tags), Linked[Tag])
    assert_type(await book.linked(Book.tags).add(tag, 3, weight=2), int)
    assert_type(await book.linked(Book.tags).set([tag]), LinkChanges)
    assert_type(book.linked(Book.tags).sync.clear(), int)


async def by_the_server() -> None:
    merge = Tag.merge(Book.filter(), on=Tag.label == incoming(Book.title))
    assert_type(merge, Merge[Tag])
    whole = (
        merge.when_matched(incoming(Book.stock) == 0)
        .delete()
        .when_not_matched()
        .insert(Tag.label.set(incoming(Book.title)))
    )
    assert_type(whole, Merge[Tag])
    assert_type(await whole.run(), int)
    assert_type(await whole.returning(), list[Tag])
    assert_type(whole.sync.run(), int)
    assert_type(await Tag.insert_from(Book.filter(), Tag.label.set(Book.title)), int)


async def mistakes(book: Book, author: Author, books: list[Book]) -> None:
    Page(created_at=datetime.now())  # E  # noqa: DTZ005
    Page(body=1)  # E
    await book.save(only="title")
    await book.save(only=[3])  # E
    await book.upsert(onn=[Book.title])  # E
    await book.upsert(where="x")  # E
    await book.increment(Book.title)  # E
    await book.increment(Book.stock, "1")  # E
    await Book.bulk_update([author])  # E
    await Book.bulk_delete([author])  # E
    await Book.bulk_upsert([author])  # E
    await Book.bulk_create(books, chunk_rows="x")  # E
    await CheapBook.bulk_create([])  # E
    await CheapBook.filter().update(CheapBook.title.set("x"))  # E
    await CheapBook.filter().delete()  # E
    CheapBook.filter().sync.delete()  # E
    CheapBook.filter().sync.update(CheapBook.title.set("x"))  # E
    book.linked(Book.title)  # E
    await book.linked(Book.tags).add(author)  # E
    await book.linked(Book.tags).set([book])  # E
    excluded("stock")  # E
    Book.stock.set(excluded(Book.title))  # E
    Tag.merge(Book.filter())  # E
    Tag.merge(Book.filter(), on=Tag.label)  # E
    Tag.merge(Book.filter(), on=Tag.label == "x").when_matched().insert()  # E
    Tag.merge(Book.filter(), on=Tag.label == "x").when_not_matched().delete()  # E
    Tag.label.set(incoming(Book.stock))  # E
    (await Book.filter().returning(Book.id).delete())[0][1]  # E
    await Book.filter().returning(Book.id)  # E
