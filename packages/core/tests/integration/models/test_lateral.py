"""Rows that a query joins beside its own, and names of the query around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, assert_type
from uuid import UUID

import pytest

from ferrule_core.database import Database
from ferrule_core.errors import NameRefused, QueryError, UnknownColumn
from ferrule_core.mapping.columns import Column, column, identity, server_default
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.mapping.subqueries import outer
from ferrule_core.model.model import Model
from ferrule_core.query import reading
from ferrule_core.query.by_name import F, OuterRef
from ferrule_core.query.embedding import exists
from ferrule_core.query.functions import func
from ferrule_core.query.lateral import rows_of
from ferrule_core.query.prefetching import Prefetch
from ferrule_core.query.query import Query
from ferrule_core.query.select import select_count
from ferrule_core.sql.rewriting import rewrite

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
    keywords: Column[list[str]] = server_default("'{}'")
    meta: Column[dict[str, Any] | None] = column(default=None)
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")


@pytest.fixture(autouse=True)
async def shop(db: Database) -> None:
    await db.execute(
        "INSERT INTO author (id, name, mentor_id) VALUES (1, 'Le Guin', NULL), (2, 'Lem', 1),"
        " (3, 'Kim', 2)"
    )
    await db.execute(
        "INSERT INTO book (title, price, keywords, author_id)"
        " SELECT 'title ' || n, n, ARRAY['a' || n, 'b' || n], 1 + n % 2"
        " FROM generate_series(1, 6) AS n"
    )


def dearest(count: int) -> Query[Book]:
    own = Book.filter(Book.author_id == outer(Author.id))
    return own.order_by(Book.price.desc()).limit(count)


async def test_the_first_rows_of_each_are_joined():
    top = dearest(2).lateral()
    authors = Author.filter().join(top).order_by(Author.id, top[Book.price].desc())

    rows = await authors.values_list(Author.name, top[Book.title], top[Book.price])
    assert_type(rows, list[tuple[str, str, Decimal]])
    assert rows == [
        ("Le Guin", "title 6", 6),
        ("Le Guin", "title 4", 4),
        ("Lem", "title 5", 5),
        ("Lem", "title 3", 3),
    ]
    assert await authors.count() == 4
    assert [author.name for author in await authors.all()] == ["Le Guin", "Le Guin", "Lem", "Lem"]
    assert await authors.aggregate(func.sum(top[Book.price])) == (18,)
    assert await authors.filter(top[Book.price] > 4).values_list("name", flat=True) == [
        "Le Guin",
        "Lem",
    ]
    assert not await authors.filter(top[Book.price] > 9).exists()


async def test_rows_stay_for_which_there_is_none_where_that_is_said():
    top = dearest(1).lateral("dearest", optional=True)

    rows = await Author.filter().join(top).order_by("id").values_list(Author.id, top[Book.title])

    assert_type(rows, list[tuple[int, str | None]])
    assert rows == [(1, "title 6"), (2, "title 5"), (3, None)]


async def test_values_of_joined_rows_stand_wherever_columns_do():
    @dataclass
    class Shelf:
        name: str
        title: str

    top = dearest(3).annotate(half=Book.price / 2).lateral("top")
    joined = Author.filter(Author.mentor.name == "Le Guin").join(top)

    assert await joined.order_by(top["half"]).into(Shelf, title=top[Book.title]) == [
        Shelf("Lem", "title 1"),
        Shelf("Lem", "title 3"),
        Shelf("Lem", "title 5"),
    ]
    annotated = await joined.annotate(half=top["half"]).order_by("-half").first()
    assert annotated is not None
    assert vars(annotated)["half"] == Decimal("2.5")
    grouped = joined.group_by(Author.name).annotate(dear=func.max(top["price"]))
    assert await grouped.values() == [{"name": "Lem", "dear": 5}]
    assert await Book.filter(
        Book.title.in_(Author.filter().join(top).column(top[Book.title]))
    ).order_by("price").values_list("price", flat=True) == [1, 2, 3, 4, 5, 6]


async def test_joined_rows_may_depend_on_those_before():
    top = dearest(1).lateral("top")
    cheaper = Book.filter(
        Book.author_id == outer(Author.id), Book.price < outer(top[Book.price])
    ).order_by("-price").limit(1).lateral("cheaper")  # fmt: skip

    rows = await (
        Author.filter()
        .join(top, cheaper)
        .order_by("id")
        .values_list(top[Book.price], cheaper[Book.price])
    )

    assert rows == [(6, 4), (5, 3)]


async def test_a_query_that_joins_others_says_which_rows_are_written():
    top = dearest(1).lateral()
    joined = Author.filter().join(top).filter(top[Book.price] > 5)

    assert await joined.update(name="rich") == 1
    assert (await Author.get(id=1)).name == "rich"
    doubled = Book.filter(Book.author_id == 2).join(
        rows_of(func.call("generate_series", int, 1, 3), "n")
    )
    assert await doubled.count() == 9
    assert await doubled.delete() == 3


async def test_rows_of_a_function_are_joined_to_each_row():
    word = rows_of(func.call("unnest", str, Book.keywords), "word", ordinality=True)
    books = Book.filter(Book.price < 3).join(word).order_by("price", word.place)

    rows = await books.values_list(Book.title, word.value, word.place)
    assert_type(rows, list[tuple[str, str, int]])
    assert rows == [
        ("title 1", "a1", 1),
        ("title 1", "b1", 2),
        ("title 2", "a2", 1),
        ("title 2", "b2", 2),
    ]
    found = books.filter(word.value.startswith("b"), word.place == 2)
    assert await found.values_list(word.value, flat=True) == ["b1", "b2"]
    await Book.filter(price=1).update(meta={"x": 1, "y": 2})
    each = rows_of(
        func.call("jsonb_each_text", object, Book.meta),
        "each",
        columns={"key": str, "value": str},
    )
    pairs = Book.filter().join(each).order_by(each["key"])
    assert await pairs.values_list(each["key"], each["value"]) == [("x", "1"), ("y", "2")]
    kept = rows_of(func.call("jsonb_object_keys", str, Book.meta), "kept", optional=True)
    assert await Book.filter().join(kept).count() == 7


async def test_names_of_the_query_around_are_looked_up_there():
    own = Book.filter(author_id=OuterRef("id"))
    dear = own.filter(Book.price > 5)

    assert [author.id for author in await Author.filter(exists(dear)).all()] == [1]
    assert [author.id for author in await Author.filter(~exists(own)).all()] == [3]
    most = own.scalar(func.max(Book.price))
    authors = Author.filter().annotate(most=most).order_by("id")
    assert await authors.values_list("most", flat=True) == [6, 5, None]
    titles = await authors.annotate(titles=own.order_by("price").array(Book.title)).first()
    assert titles is not None
    assert vars(titles)["titles"] == ["title 2", "title 4", "title 6"]
    more = Book.filter(author_id=OuterRef("id"), price__lt=OuterRef("most"))
    assert await authors.annotate(more=more.scalar(func.count(Book.id))).values_list(
        "more", flat=True
    ) == [2, 2, 0]
    cheaper = Book.filter(author_id=OuterRef("author_id"), price__lt=OuterRef("price") - 2)
    assert await Book.filter(exists(cheaper)).order_by("price").values_list("price", flat=True) == [
        5,
        6,
    ]
    mentored = Author.filter(name=OuterRef("author__mentor__name"))
    assert await Book.filter(exists(mentored)).count() == 3


async def test_names_of_the_query_around_reach_further_out_and_into_joins():
    inner = Book.filter(author_id=OuterRef(OuterRef("id")), price__gt=5)
    pupils = Author.filter(exists(inner), mentor_id=OuterRef("id"))
    assert [author.id for author in await Author.filter(exists(pupils)).all()] == [1]
    same = Author.filter(exists(Author.filter(exists(inner), id=OuterRef("id"))))
    assert [author.id for author in await same.all()] == [1]

    top = Book.filter(author_id=OuterRef("id")).order_by("-price").limit(1).lateral()
    rows = Author.filter(name__startswith="Le").join(top).order_by("id")
    assert await rows.values_list(F("name"), top["title"]) == [
        ("Le Guin", "title 6"),
        ("Lem", "title 5"),
    ]


REFUSED: list[tuple[Callable[[], object], str]] = [
    (
        lambda: Author.filter().join(dearest(1).lateral(), dearest(2).lateral()),
        'the query joins "book" already',
    ),
    (
        lambda: Author.filter().limit(1).join(dearest(1).lateral()),
        "a query that takes only some of its rows joins no others",
    ),
    (
        lambda: Author.filter().include(
            Prefetch(Author.books, Book.filter().join(rows_of(func.call("now", str), "n")))
        ),
        'a query with joined rows cannot be prefetched for "Author.books"',
    ),
    (
        lambda: Author.filter().select_for_update().join(dearest(1).lateral()),
        "a query that locks its rows joins no others",
    ),
    (
        lambda: Author.filter().join(dearest(1).lateral()).select_for_update(),
        "only rows of a table can be locked",
    ),
    (
        lambda: Book.filter().join(dearest(1).lateral()),
        '"book" depends on Author, and the query is of Book',
    ),
    (
        lambda: Author.filter().join(
            Book.filter(title=outer(Author.mentor.name)).lateral()
        ),
        '"book" depends on "Author.mentor", and may only on columns of Author itself',
    ),
    (
        lambda: Author.filter().join(
            Book.filter(price=outer(dearest(1).lateral("top")[Book.price])).lateral()
        ),
        '"book" depends on "top", which the query does not join',
    ),
    (
        lambda: Author.filter(dearest(1).lateral("top")[Book.price] > 1).sql(),
        '"top" is not joined here',
    ),
    (
        lambda: Book.filter().include(Book.author).lateral(),
        "a query that loads relations cannot be joined",
    ),
    (
        lambda: Book.filter().select_for_update().lateral(),
        "a query that locks rows cannot be joined",
    ),
    (
        lambda: dearest(1).lateral()[Author.name],
        '"book" has the columns of Book, and not <column Author.name>',
    ),
    (
        lambda: rows_of(Book.price, "n"),
        "rows_of() takes a call of a function",
    ),
    (
        lambda: rows_of(func.call("unnest", str, Book.keywords), "word").place,
        'the rows "word" are not numbered',
    ),
    (
        lambda: rows_of(
            func.call("jsonb_each", object, Book.meta), "each", columns={"key": str}
        )["kye"],
        '"each" has no column "kye"',
    ),
    (
        lambda: Book.filter(author_id=OuterRef("id")).sql(),
        "\"OuterRef('id')\" belongs to a query around this one, and there is none",
    ),
    (
        lambda: dearest(1).sql(),
        '"Author" belongs to a query around this one, and there is none',
    ),
    (
        lambda: Book.filter(author_id=OuterRef("id")).column(Book.id),
        "OuterRef('id') is not known in a column for in_()",
    ),
    (
        lambda: OuterRef(3),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        "OuterRef takes the name of a column, not a int",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), REFUSED, ids=[message for _, message in REFUSED])
async def test_what_does_not_fit_is_refused_with_the_reason(
    build: Callable[[], object], message: str
):
    with pytest.raises(QueryError) as caught:
        build()

    assert caught.value.message == message


async def test_unknown_names_and_names_that_no_statement_can_have_are_refused():
    with pytest.raises(UnknownColumn):
        Author.filter(exists(Book.filter(author_id=OuterRef("di"))))
    with pytest.raises(UnknownColumn):
        dearest(1).lateral()["tilte"]
    with pytest.raises(NameRefused):
        dearest(1).lateral("x" * 70)


async def test_a_rewriter_sees_the_models_table_and_those_that_are_joined():
    top = dearest(1).lateral()
    seen: list[str] = []

    def look(statement: Any) -> Any:
        seen.append(statement.source.name)
        return statement

    for query in (Author.filter().join(top), Author.filter().join(top).limit(1)):
        seen.clear()
        rewrite(reading.select_instances(query._selection), [("look", look)])
        assert seen == ["book", "author"]
    seen.clear()
    rewrite(select_count(Author.filter().join(top)._selection), [("look", look)])
    assert seen == ["book", "author"]


async def test_rows_that_come_several_times_have_pages_and_no_cursors():
    joined = Author.filter().join(dearest(2).lateral())

    assert len((await joined.paginate(size=3, total=True)).items) == 3
    with pytest.raises(QueryError) as caught:
        await joined.page(size=3)
    assert "because others are joined" in caught.value.message


async def test_a_name_that_is_sql_is_only_a_name():
    top = dearest(1).lateral('x"; DROP TABLE book; --')

    assert await Author.filter().join(top).filter(top[Book.price] == 6).count() == 1
    assert await Book.filter().count() == 6
