"""Shapes of queries: annotations, groups, subqueries, unions, common tables, walks, locks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from ferrule_core.database import Database, transaction
from ferrule_core.errors import LockNotAvailable, QueryError, UnknownColumn, UnknownLookup
from ferrule_core.mapping.columns import Column, column, identity, server_default
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    ManyToMany,
    foreign_key,
    inverse_foreign_key,
    many_to_many,
)
from ferrule_core.mapping.subqueries import outer
from ferrule_core.model.model import Model
from ferrule_core.query.embedding import exists
from ferrule_core.query.functions import func
from ferrule_core.query.grouping import cube, grouping_sets, rollup

pytestmark = pytest.mark.anyio


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    mentor_id: Column[int | None] = column(default=None)
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")
    mentor: ForeignKey[Author | None] = foreign_key("mentor_id")
    pupils: InverseForeignKey[Author] = inverse_foreign_key("Author.mentor")


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    stock: Column[int] = server_default("0")
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


class Tag(Model, table="tag"):
    id: Column[int] = identity(always=True)
    label: Column[str]


@pytest.fixture(autouse=True)
async def shop(db: Database) -> None:
    await db.execute(
        "INSERT INTO author (id, name, mentor_id)"
        " VALUES (1, 'Le Guin', NULL), (2, 'Lem', 1), (3, 'Egan', 2), (4, 'Chiang', NULL)"
    )
    await db.execute(
        "INSERT INTO book (id, title, price, stock, author_id)"
        " SELECT lpad(n::text, 32, '0')::uuid, 'title ' || n, n, n * 10, 1 + n % 2"
        " FROM generate_series(1, 5) AS n"
    )
    await db.execute("INSERT INTO tag (label) VALUES ('a'), ('b')")
    await db.execute(
        "INSERT INTO book_tag SELECT book.id, tag.id FROM book, tag WHERE price < 3 OR label = 'a'"
    )


async def titles(query: Any) -> list[int]:
    return sorted([int(book.price) for book in await query.all()])


async def test_rows_are_annotated_with_values_of_their_own_and_of_related_rows():
    authors = Author.filter().annotate(
        books_count=func.count(Author.books.id),
        dearest=func.max(Author.books.price),
        tagged=func.count(Author.books.tags.id),
        shout=func.upper(Author.name),
    )

    found = await authors.include(Author.mentor).order_by("-books_count", "name").all()

    shown = [
        (a.name, a.books_count, a.dearest, a.tagged, a.shout)  # type: ignore[attr-defined]
        for a in found
    ]
    assert shown == [
        ("Lem", 3, Decimal("5.00"), 4, "LEM"),
        ("Le Guin", 2, Decimal("4.00"), 3, "LE GUIN"),
        ("Chiang", 0, None, 0, "CHIANG"),
        ("Egan", 0, None, 0, "EGAN"),
    ]
    assert found[0].mentor is not None
    assert found[0].mentor.name == "Le Guin"
    found[0].name = "Stanislaw Lem"
    await found[0].save()
    assert await authors.filter(books_count__gt=1, shout__startswith="LE").count() == 1
    assert await authors.filter(books_count__in=[0, 3]).order_by("-name").values_list(
        "name", "books_count"
    ) == [("Stanislaw Lem", 3), ("Egan", 0), ("Chiang", 0)]
    assert (await authors.order_by("id").values())[0]["books_count"] == 2
    mentored = Author.filter().annotate(of_mentor=func.count(Author.mentor.books.id))
    assert await mentored.order_by("id").values_list("of_mentor", flat=True) == [0, 2, 3, 0]
    assert [a.books_count async for a in authors.order_by("id").stream()] == [2, 3, 0, 0]  # type: ignore[attr-defined]


async def test_annotations_that_make_no_sense_are_refused():
    authors = Author.filter().annotate(n=func.count(Author.books.id))

    for name in ("name", "books", "save", "n", "_x", "a__b", "class", "1=1 OR name", ""):
        with pytest.raises(QueryError):
            authors.annotate(**{name: func.upper(Author.name)})
    with pytest.raises(QueryError, match="is an aggregate of the rows themselves"):
        Author.filter().annotate(total=func.count())
    with pytest.raises(QueryError, match="reaches through a relation to many rows"):
        Author.filter().annotate(title=Author.books.title)
    with pytest.raises(UnknownLookup, match='column "n" has no look-up "gteq"'):
        authors.filter(n__gteq=3)
    with pytest.raises(UnknownColumn):
        authors.filter(m__gt=3)


async def test_groups_give_keys_and_annotations():
    groups = (
        Book.filter(Book.price > 0)
        .group_by(Book.author_id, name=Book.author.name)
        .annotate(books=func.count(), total=func.sum(Book.price))
    )

    assert await groups.order_by("-books").values() == [
        {"author_id": 2, "name": "Lem", "books": 3, "total": Decimal("9.00")},
        {"author_id": 1, "name": "Le Guin", "books": 2, "total": Decimal("6.00")},
    ]
    assert await groups.having(books__gt=2).values_list("name", flat=True) == ["Lem"]
    assert await groups.having(func.sum(Book.price) < 7).values_list("name", "total") == [
        ("Le Guin", Decimal("6.00"))
    ]
    assert await groups.filter(Book.price < 3).order_by("name").values_list("books") == [(1,), (1,)]
    assert await groups.count() == 2
    assert await groups.having(books__gt=9).exists() is False
    assert await groups.order_by("name").limit(1).offset(1).values_list("name") == [("Lem",)]
    assert groups.sync is not None
    rows = await Book.filter().group_by("author_id").values()
    assert sorted(row["author_id"] for row in rows) == [1, 2]
    rolled = Book.filter().group_by(rollup(Book.author_id, Book.stock)).annotate(n=func.count())
    assert len(await rolled.values()) == 5 + 2 + 1
    cubed = Book.filter().group_by(cube(Book.author_id, Book.stock)).annotate(n=func.count())
    assert len(await cubed.values()) == 5 + 2 + 5 + 1
    sets = Book.filter().group_by(grouping_sets([Book.author_id], [])).annotate(n=func.count())
    assert sorted(await sets.values_list("n", flat=True)) == [2, 3, 5]
    with pytest.raises(QueryError, match="needs a column"):
        Book.filter().group_by()
    with pytest.raises(QueryError, match="cannot be grouped"):
        Book.filter().limit(2).group_by(Book.author_id)
    with pytest.raises(UnknownColumn):
        Book.filter().group_by("autor_id")


async def test_queries_stand_in_other_queries():
    dear = Book.filter(Book.price > 3)

    assert await Author.filter(Author.id.in_(dear.column(Book.author_id))).count() == 2
    assert await Author.filter(Author.id.not_in(Book.filter().column(Book.author_id))).count() == 2
    with_dear = Author.filter(exists(dear.filter(Book.author_id == outer(Author.id))))
    assert sorted([a.name for a in await with_dear.all()]) == ["Le Guin", "Lem"]
    without = Author.filter(~exists(Book.filter(Book.author_id == outer(Author.id))))
    assert sorted([a.name for a in await without.all()]) == ["Chiang", "Egan"]
    average = Book.filter().scalar(func.avg(Book.price))
    assert await titles(Book.filter(Book.price > average)) == [4, 5]
    same = Book.filter(Book.author_id == outer(Book.author_id)).scalar(func.max(Book.price))
    assert await titles(Book.filter(Book.price == same)) == [4, 5]
    deeper = Author.filter(
        exists(
            Book.filter(
                Book.author_id == outer(Author.id),
                exists(Tag.filter(Tag.label == "b", Tag.id == outer(outer(Author.id)))),
            )
        )
    )
    assert [a.name for a in await deeper.all()] == ["Lem"]
    of_mentor = Book.filter(Book.author.name == outer(Author.mentor.name))
    assert [a.name for a in await Author.filter(exists(of_mentor)).order_by("id").all()] == [
        "Lem",
        "Egan",
    ]
    names = Author.filter().order_by("name").array(Author.name)
    everyone = ["Chiang", "Egan", "Le Guin", "Lem"]
    assert await Author.filter().annotate(all_names=names).limit(1).values_list("all_names") == [
        (everyone,)
    ]
    changed = await Book.filter(Book.id.in_(dear.column(Book.id))).update(stock=7)
    assert changed == 2
    busy = Book.filter().group_by(Book.author_id).having(func.count() > 2)
    assert await Author.filter(Author.id.in_(busy.column(Book.author_id))).values_list(
        "name", flat=True
    ) == ["Lem"]


async def test_rows_of_several_queries_are_one_query():
    low, high = Book.filter(Book.price < 3), Book.filter(Book.price > 1)

    assert await titles(low.union(high)) == [1, 2, 3, 4, 5]
    assert await titles(low.union_all(high)) == [1, 2, 2, 3, 4, 5]
    assert await titles(low.intersect(high)) == [2]
    assert await titles(high.except_(low)) == [3, 4, 5]
    assert await titles(
        low.order_by("-price").limit(1).union(high.order_by("-price").limit(1))
    ) == [
        2,
        5,
    ]
    both = low.union(high)
    ordered = both.filter(Book.author.name == "Lem").include(Book.author).order_by("-price")
    assert [(int(b.price), b.author.name) for b in await ordered.limit(2).all()] == [
        (5, "Lem"),
        (3, "Lem"),
    ]
    assert await both.count() == 5
    assert await both.aggregate(func.sum(Book.price)) == (Decimal("15.00"),)
    assert await low.union(high).filter(Book.price > 4).update(stock=1) == 1
    assert await low.intersect(high).delete() == 1
    with pytest.raises(QueryError, match="puts queries of one model together"):
        low.union(Author.filter())  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="needs another query"):
        low.union()


async def test_common_tables_and_walks():
    cheap = Book.filter(Book.price < 4).cte("cheap", materialized=True)

    assert await titles(cheap.filter(Book.stock > 10)) == [2, 3]
    assert cheap.sql().text.startswith('WITH "cheap" AS MATERIALIZED (SELECT ')
    for name in ("a b", 'x"', "", "walk", "1=1"):
        with pytest.raises(QueryError):
            Book.filter().cte(name)

    down = Author.filter(Author.name == "Le Guin").walk(Author.pupils)
    assert [(a.name, a.depth) for a in await down.all()] == [  # type: ignore[attr-defined]
        ("Le Guin", 0),
        ("Lem", 1),
        ("Egan", 2),
    ]
    up = Author.filter(Author.name == "Egan").walk(Author.mentor, most=1)
    assert [a.name for a in await up.all()] == ["Egan", "Lem"]
    assert await down.filter(depth__gt=0).count() == 2
    await Author.filter(Author.name == "Le Guin").update(mentor_id=3)
    assert [a.name for a in await down.all()] == ["Le Guin", "Lem", "Egan"]
    with pytest.raises(QueryError, match="to itself"):
        Author.filter().walk(Author.books)


async def test_rows_are_locked_with_those_that_they_refer_to(db: Database):
    books = Book.filter(Book.price == 1)

    async with transaction():
        locked = await books.select_for_update(Book.author, strength="no key update").all()
        assert len(locked) == 1
        async with db.connection() as connection:
            assert connection is not None
    text = books.select_for_update(Book.author, strength="key share", skip_locked=True).sql().text
    assert text.endswith('FOR KEY SHARE OF "t", "t.author" SKIP LOCKED')
    assert ' JOIN "author" AS "t.author"' in text
    assert "LEFT JOIN" not in text
    with pytest.raises(QueryError, match="may lead to no row"):
        Author.filter().select_for_update(Author.mentor)
    with pytest.raises(QueryError, match="leads to many rows"):
        Author.filter().select_for_update(Author.books)
    with pytest.raises(QueryError, match="either skipped or not waited for"):
        books.select_for_update(nowait=True, skip_locked=True)
    assert LockNotAvailable is not None


@dataclass
class Line:
    title: str
    writer: str
    note: str = "none"


class Pair(NamedTuple):
    title: str
    price: Decimal


class Row(TypedDict):
    title: str
    stock: int


class Checked(BaseModel):
    title: str
    stock: int


async def test_rows_become_values_of_any_type():
    book = Book.filter(Book.price == 3).order_by("price")

    assert await book.into(Line, writer=Book.author.name) == [Line("title 3", "Lem")]
    assert await book.into(Pair) == [Pair("title 3", Decimal("3.00"))]
    assert await book.into(Row) == [{"title": "title 3", "stock": 30}]
    assert await book.into(Checked) == [Checked(title="title 3", stock=30)]
    with pytest.raises(ValidationError):
        await book.into(Checked, stock=Book.title)
    with pytest.raises(QueryError, match='Book has no column for the field "writer" of Line'):
        await book.into(Line)
    with pytest.raises(QueryError, match='Line has no field "writr"'):
        await book.into(Line, writr=Book.title)
    with pytest.raises(QueryError, match="cannot be made values of int"):
        await book.into(int)


async def test_the_server_explains_a_query():
    books = Book.filter(Book.price > 3)

    assert "Scan on book" in await books.explain()
    plan = await books.explain(analyze=True, buffers=True, format="json")
    assert plan[0]["Plan"]["Actual Rows"] == 2
