"""Chosen rows of relations, relations onto instances, pages that begin where another one ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ferrule_core.database import Database
from ferrule_core.errors import InvalidCursor, NotLoaded, QueryError
from ferrule_core.mapping.columns import Column, column, identity, server_default
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    ManyToMany,
    foreign_key,
    inverse_foreign_key,
    many_to_many,
)
from ferrule_core.model.model import Model
from ferrule_core.query.functions import func
from ferrule_core.query.paginate import Paginator
from ferrule_core.query.prefetching import Prefetch

pytestmark = pytest.mark.anyio


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    mentor_id: Column[int | None] = column(default=None)
    mentor: ForeignKey[Author | None] = foreign_key("mentor_id")
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    stock: Column[int] = server_default("0")
    published: Column[datetime | None] = column(default=None)
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


class Tag(Model, table="tag"):
    id: Column[int] = identity(always=True)
    label: Column[str]
    books: ManyToMany[Book] = many_to_many(through="book_tag")


class Place(Model, table="place"):
    room: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)
    slot: Column[int] = column(primary_key=True)
    shelf: ForeignKey[Shelf] = foreign_key("room", "number")


class Shelf(Model, table="shelf"):
    room: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)
    height: Column[int]
    places: InverseForeignKey[Place] = inverse_foreign_key("Place.shelf")


@pytest.fixture(autouse=True)
async def shop(db: Database) -> None:
    await db.execute(
        "INSERT INTO author (id, name, mentor_id) VALUES (1, 'Le Guin', NULL), (2, 'Lem', 1)"
    )
    await db.execute(
        "INSERT INTO book (id, title, price, stock, author_id)"
        " SELECT lpad(n::text, 32, '0')::uuid, 'title ' || n, n, n % 3, 1 + n % 2"
        " FROM generate_series(1, 8) AS n"
    )
    await db.execute("INSERT INTO tag (label) VALUES ('a'), ('b'), ('c')")
    await db.execute("INSERT INTO book_tag SELECT book.id, tag.id FROM book, tag WHERE price < 5")


def prices(books: Any) -> list[int]:
    return [int(book.price) for book in books]


async def test_a_prefetch_says_which_related_rows_in_what_order():
    dear = Book.filter(Book.price > 2).order_by("-price")
    authors = Author.filter().order_by("id")

    found = await authors.include(Prefetch(Author.books, dear)).all()
    assert [prices(author.books) for author in found] == [[8, 6, 4], [7, 5, 3]]
    assert found[0].books[0].author is found[0]

    found = await authors.include(Prefetch(Author.books, dear.limit(2))).all()
    assert [prices(author.books) for author in found] == [[8, 6], [7, 5]]
    found = await authors.prefetch_related(Prefetch("books", dear.limit(1).offset(1))).all()
    assert [prices(author.books) for author in found] == [[6], [5]]

    by_name = Tag.filter().order_by("-label")
    nested = dear.include(Prefetch(Book.tags, by_name.limit(2)), Book.author).limit(3)
    found = await authors.include(Prefetch(Author.books, nested)).all()
    assert [[[tag.label for tag in book.tags] for book in author.books] for author in found] == [
        [[], [], ["c", "b"]],
        [[], [], ["c", "b"]],
    ]
    only = Book.filter(Book.author.name == "Lem").only("price").order_by("price").limit(1)
    found = await authors.include(Prefetch(Author.books, only)).all()
    assert [prices(author.books) for author in found] == [[], [1]]
    with pytest.raises(NotLoaded):
        _ = found[1].books[0].title
    tags = await Tag.filter().order_by("id").include(Prefetch(Tag.books, dear.limit(1))).all()
    assert [prices(tag.books) for tag in tags] == [[4], [4], [4]]
    either = Book.filter(Book.price == 1).union(Book.filter(Book.price > 6)).order_by("price")
    found = await authors.include(Prefetch(Author.books, either)).all()
    assert [prices(author.books) for author in found] == [[8], [1, 7]]


async def test_related_instances_have_the_annotations_of_their_query():
    authors = Author.filter().order_by("id")
    counted = Book.filter().annotate(
        label_count=func.count(Book.tags.id), writer=Book.author.name, half=Book.price / 2
    )

    def seen(books: Any) -> list[tuple[Any, ...]]:
        return [(int(b.price), b.label_count, b.writer, b.half) for b in books]

    found = await authors.include(Prefetch(Author.books, counted.order_by("price"))).all()
    assert seen(found[0].books) == [
        (2, 3, "Le Guin", 1),
        (4, 3, "Le Guin", 2),
        (6, 0, "Le Guin", 3),
        (8, 0, "Le Guin", 4),
    ]
    top = counted.filter(label_count__gt=0).order_by("-half").limit(1)
    found = await authors.prefetch_related(Prefetch("books", top)).all()
    assert [seen(author.books) for author in found] == [
        [(4, 3, "Le Guin", 2)],
        [(3, 3, "Lem", Decimal("1.5"))],
    ]
    tags = Tag.filter().order_by("id").annotate(used=func.count(Tag.books.id))
    of_tags = Prefetch(Tag.books, counted.order_by("-label_count", "-price").limit(2))
    for tag in await tags.include(of_tags).all():
        assert (vars(tag)["used"], seen(tag.books)) == (
            4,
            [(4, 3, "Le Guin", 2), (3, 3, "Lem", Decimal("1.5"))],
        )
    nested = Book.filter().order_by("price").include(Prefetch(Book.tags, tags.limit(1)))
    found = await authors.include(Prefetch(Author.books, nested)).all()
    assert [[vars(tag)["used"] for tag in book.tags] for book in found[1].books] == [
        [4],
        [4],
        [],
        [],
    ]


async def test_a_row_number_of_a_prefetch_counts_the_rows_of_each_parent_before_the_limit():
    place = func.row_number().over(order_by=Book.price.desc())
    numbered = Book.filter().annotate(place=place).order_by("price").limit(2)

    found = await Author.filter().order_by("id").include(Prefetch(Author.books, numbered)).all()

    assert [[vars(book)["place"] for book in author.books] for author in found] == [[4, 3], [4, 3]]


async def test_annotations_of_a_prefetch_are_decoded_and_reach_only_columns():
    only = (
        Book.filter().only("price").annotate(names=Book.filter(Book.stock == 0).array(Book.title))
    )

    lem = await Author.filter(name="Lem").include(Prefetch(Author.books, only)).get()

    assert all(vars(book)["names"] == ["title 3", "title 6"] for book in lem.books)
    with pytest.raises(NotLoaded):
        _ = lem.books[0].title
    await lem.fetch(Prefetch(Author.books, only.limit(1)))
    assert vars(lem.books[0])["names"] == ["title 3", "title 6"]


async def test_keys_of_several_columns_are_limited_too(db: Database):
    await db.execute("INSERT INTO shelf VALUES ('a', 1, 9), ('b', 1, 9)")
    await db.execute("INSERT INTO place SELECT room, number, s FROM shelf, generate_series(1, 3) s")
    last = Place.filter().order_by("-slot").limit(2)

    shelves = await Shelf.filter().order_by("room").include(Prefetch(Shelf.places, last)).all()

    assert [[place.slot for place in shelf.places] for shelf in shelves] == [[3, 2], [3, 2]]


async def test_what_cannot_be_prefetched_is_refused():
    with pytest.raises(QueryError, match=r'"Author\.books" leads to Book, and the query is of Tag'):
        Author.filter().include(Prefetch(Author.books, Tag.filter()))  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="a query with distinct cannot be prefetched"):
        Author.filter().include(Prefetch(Author.books, Book.filter().distinct()))
    with pytest.raises(QueryError, match="a query with locks"):
        Author.filter().include(Prefetch(Author.books, Book.filter().select_for_update()))


async def test_relations_are_fetched_onto_an_instance():
    lem = await Author.get(name="Lem")

    assert (await lem.fetch_fk(Author.mentor)).name == "Le Guin"  # type: ignore[union-attr]
    assert len(await lem.fetch_ifk(Author.books)) == 4
    await lem.fetch(Prefetch(Author.books, Book.filter().order_by("-price").limit(1)))
    assert prices(lem.books) == [7]
    book = await Book.get(price=1)
    assert sorted(tag.label for tag in await book.fetch_m2m("tags")) == ["a", "b", "c"]
    related = await book.fetch_all_related()
    assert list(related) == ["author", "tags"]
    assert related["author"].name == "Lem"
    assert book.author is related["author"]
    for wrong in (book.fetch_fk(Book.tags), book.fetch_m2m(Book.author), book.fetch_ifk("tags")):
        with pytest.raises(QueryError, match=r'"Book\.\w+" is not'):
            await wrong


async def pages(query: Any, size: int) -> list[list[Any]]:
    found, cursor = [], None
    while True:
        page = await query.page(size=size, after=cursor)
        assert len(page.items) <= size
        found.append(page.items)
        cursor = page.next
        if cursor is None:
            return found


async def test_pages_lead_to_the_next_and_back():
    books = Book.filter().order_by(Book.stock.desc(), "title").include(Book.author)
    whole = [book.title for book in await books.all()]

    first = await books.page(size=3, total=True)
    second = await books.page(size=3, after=first.next)
    third = await books.page(size=3, after=second.next)
    back = await books.page(size=3, before=third.previous)

    assert [book.title for book in [*first.items, *second.items, *third.items]] == whole
    assert first.items[0].author.name in ("Lem", "Le Guin")
    assert (first.total, first.previous, third.next) == (8, None, None)
    assert [book.title for book in back.items] == [book.title for book in second.items]
    assert back.next is not None
    start = await books.page(size=3, before=back.previous)
    assert start.previous is None
    assert [book.title for book in start.items] == whole[:3]
    assert (await books.filter(Book.price > 99).page(size=3)).items == []
    assert vars(first.items[0]).keys() == vars(await books.first()).keys()  # type: ignore[arg-type]


async def test_a_cursor_of_another_query_is_refused():
    books = Book.filter().order_by("title")
    cursor = (await books.page(size=3)).next
    assert cursor is not None

    for wrong in ("", "x", "\u00fc", cursor[:-2], cursor[:9] + "A" + cursor[10:], "a" * 10_000):
        with pytest.raises(InvalidCursor, match="does not belong to this query"):
            await books.page(size=3, after=wrong)
    for other in (Book.filter().order_by("-title"), Book.filter(), Tag.filter()):
        with pytest.raises(InvalidCursor):
            await other.page(size=3, after=cursor)
    for keywords in ({"size": 0}, {"size": 3, "after": cursor, "before": cursor}):
        with pytest.raises(QueryError):
            await books.page(**keywords)
    with pytest.raises(QueryError, match="cannot be cut into pages"):
        await books.limit(3).page(size=3)


async def test_numbered_pages_of_a_paginator():
    paginator = Paginator(Book.filter().order_by("price"), size=3)

    assert [prices(page.items) async for page in paginator] == [[1, 2, 3], [4, 5, 6], [7, 8]]
    assert (await paginator.page(2, total=True)).pages == 3
    assert await paginator.count() == 8


MOMENT = datetime(2024, 1, 1, tzinfo=UTC)
ORDERS = [
    Book.stock.asc(),
    Book.stock.desc(),
    Book.published.asc(),
    Book.published.desc(),
    Book.published.asc().nulls_first(),
    Book.published.desc().nulls_last(),
    Book.author.mentor_id.asc(),
    Book.author.mentor_id.desc(),
    Book.price.desc(),
]


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    orders=st.lists(st.sampled_from(ORDERS), max_size=3),
    moments=st.lists(st.none() | st.integers(0, 2), min_size=8, max_size=8),
    size=st.integers(1, 4),
)
async def test_the_pages_together_are_the_whole(orders, moments, size):
    for number, moment in enumerate(moments, start=1):
        published = None if moment is None else MOMENT + timedelta(days=moment)
        await Book.filter(Book.price == number).update(published=published)
    query = Book.filter().order_by(*orders)
    whole = prices(await query.order_by(*orders, Book.id).all())

    found = await pages(query, size)

    assert [price for page in found for price in prices(page)] == whole
    page = await query.page(size=3)
    while page.next is not None:
        page = await query.page(size=3, after=page.next)
    backwards = prices(page.items)
    while page.previous is not None:
        page = await query.page(size=size, before=page.previous)
        backwards = [*prices(page.items), *backwards]
    assert backwards == whole
