"""What queries and instances are to a checker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, assert_type
from uuid import UUID

from cases.shop import Author, Binding, Book, CheapBook, Tag

from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.subqueries import outer
from ferrule_core.query.batching import Loader
from ferrule_core.query.by_name import OuterRef
from ferrule_core.query.embedding import exists
from ferrule_core.query.functions import func
from ferrule_core.query.lateral import Lateral, OptionalLateral, rows_of
from ferrule_core.query.paginate import Page
from ferrule_core.query.query import Query
from ferrule_core.query.strictness import strict_loading
from ferrule_core.sql.compiled import CompiledQuery


async def building() -> None:
    query = Book.filter(Book.price < 10, title__startswith="x").exclude(Book.stock == 0)
    assert_type(query, Query[Book])
    assert_type(query.order_by(Book.price.desc(), Book.title, "-stock"), Query[Book])
    assert_type(query.limit(3).offset(1).distinct().reverse(), Query[Book])
    assert_type(query[1:3], Query[Book])
    assert_type(query.include(Book.author, Book.tags, Book.author.mentor), Query[Book])
    assert_type(query.select_related("author").prefetch_related("tags"), Query[Book])
    assert_type(query.only(Book.title).defer("stock").using("other"), Query[Book])
    assert_type(query.select_for_update(skip_locked=True), Query[Book])
    assert_type(query.sql(), CompiledQuery)
    assert_type(Author.exclude(name="x"), Query[Author])


async def joined_rows() -> None:
    own = Book.filter(Book.author_id == outer(Author.id)).limit(3)
    top, last = own.lateral(), own.lateral("last", optional=True)
    assert_type(top, Lateral[Book])
    assert_type(last, OptionalLateral[Book])
    assert_type(top[Book.price], Expr[Decimal])
    assert_type(last[Book.price], Expr[Decimal | None])
    joined = Author.filter().join(top, last)
    assert_type(joined, Query[Author])
    assert_type(
        await joined.values_list(Author.name, top[Book.title], last[Book.stock]),
        list[tuple[str, str, int | None]],
    )
    word = rows_of(func.call("unnest", str, Book.keywords), "word", ordinality=True)
    assert_type(word.value, Expr[str])
    assert_type(word.place, Expr[int])
    assert_type(Book.filter().join(word).filter(word.value.ilike("s%")), Query[Book])
    assert_type(Author.filter(exists(Book.filter(author_id=OuterRef("id")))), Query[Author])
    assert_type(Book.filter().delete_as("gone"), Query[Book])
    assert_type(Book.filter().update_as("new", Book.stock.set(1), title="x"), Query[Book])
    top[Book.price].ilike("x")  # E
    Author.filter().join(Book.filter())  # E
    Author.filter().join("books")  # E
    OuterRef(3)  # E
    rows_of(Book.filter(), "x")  # E
    top["title"].asc().asc()  # E


async def reading(query: Query[Book]) -> None:
    assert_type(await query.all(), list[Book])
    assert_type(await query.first(), Book | None)
    assert_type(await query.last(), Book | None)
    assert_type(await query.get(id=3), Book)
    assert_type(await query.get_or_none(Book.stock == 1), Book | None)
    assert_type(await query.count(), int)
    assert_type(await query.exists(), bool)
    assert_type(await query.paginate(size=3, number=2, total=True), Page[Book])
    assert_type((await query.paginate(size=3)).items, list[Book])
    async for book in query:
        assert_type(book, Book)
    async for book in query.stream(chunk_rows=10):
        assert_type(book, Book)
    assert_type(await CheapBook.filter(title="x").all(), list[CheapBook])
    assert_type(await Book.author.get(id=1), Author)


def blocks() -> None:
    with strict_loading("warn", most=3):
        pass
    strict_loading("shout")  # E


async def loaders() -> None:
    assert_type(Book.loader, Loader[Book])
    assert_type(await Book.loader.load(3), Book)
    assert_type(await Author.loader.load_or_none(3), Author | None)
    assert_type(Book.loader.sync.load(3), Book)


async def values(query: Query[Book]) -> None:
    assert_type(await query.values_list(Book.title), list[tuple[str]])
    assert_type(await query.values_list(Book.title, flat=True), list[str])
    assert_type(await query.values_list("title", flat=True), list[Any])
    assert_type(await query.values_list("title", "price"), list[tuple[Any, ...]])
    assert_type(await query.values_list(), list[tuple[Any, ...]])
    assert_type(
        await query.values_list(
            Book.id, Book.title, Book.price, Book.binding, Book.author.name, Book.stock + 1
        ),
        list[tuple[UUID, str, Decimal, Binding, str, int]],
    )
    assert_type(await query.values("title", double=Book.price * 2), list[dict[str, Any]])
    assert_type(await query.aggregate(func.count()), tuple[int])
    assert_type(
        await query.aggregate(func.count(), func.max(Book.published), func.avg(Book.price)),
        tuple[int, datetime | None, Decimal | None],
    )
    assert_type(await query.aggregate(n=func.count()), dict[str, Any])


async def instances(book: Book, author: Author) -> None:
    assert_type(book.title, str)
    assert_type(book.created, datetime)
    assert_type(book.in_print, bool)
    assert_type(book.author, Author)
    assert_type(book.editor, Author | None)
    assert_type(book.tags, Sequence[Tag])
    assert_type(author.books, Sequence[Book])
    assert_type(author.first_name, str)
    assert_type(await book.fetch(Book.author, Book.tags), Book)
    book.price = Decimal(1)
    book.published = None
    book.author = author
    book.editor = None


async def writing(book: Book) -> None:
    assert_type(Book(title="x", price=Decimal(1), author_id=1), Book)
    assert_type(Book(title="x", price=Decimal(1), author_id=1, keywords=["y"], stock=3), Book)
    assert_type(await Book.create(title="x"), Book)
    assert_type(await Book.bulk_create([book]), list[Book])
    assert_type(await Tag.get_or_create({"id": 1}, label="x"), tuple[Tag, bool])
    await book.save()
    await book.delete()
    await book.refresh()
    assert_type(await Book.filter().update(Book.stock.set(Book.stock + 1), title="x"), int)
    assert_type(await Book.filter().delete(), int)


async def mistakes(book: Book, author: Author) -> None:
    Book(title="x", price=Decimal(1))  # E
    Book(title="x", price="1", author_id=1)  # E
    Book(title="x", price=Decimal(1), author_id=1, price_with_tax=Decimal(1))  # E
    Book(title="x", price=Decimal(1), author_id=1, author=author)  # E
    Book(title="x", price=Decimal(1), author_id=1, nothing=1)  # E
    Book("x", Decimal(1), 1)  # E
    book.title = None  # E
    book.titel = "x"  # E
    book.author = None  # E
    book.author = book  # E
    book.tags.append(book)  # E
    Book.filter("x")  # E
    Book.filter(True)  # E
    Book.filter().order_by(3)  # E
    Book.filter().limit("3")  # E
    Book.filter().include("author")  # E
    Book.filter().include(Book.title)  # E
    await Book.filter().update(price=1, stock="x").real()  # E
    await Book.filter().update("x")  # E
    await Book.bulk_create([author])  # E
    await CheapBook.create(title="x")  # E
    (await Book.filter().first()).title  # E  # noqa: B018
    (await Book.filter().values_list(Book.title))[0][1]  # E
    (await Book.filter().aggregate(func.count()))[1]  # E
    await book.fetch(Book.title)  # E
