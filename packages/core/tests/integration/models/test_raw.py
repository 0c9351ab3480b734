"""SQL that the caller writes, and what becomes of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, NotRequired, TypedDict, assert_type
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from ferrule_core.errors import MultipleRows, NotFound, NotLoaded, QueryError
from ferrule_core.mapping.columns import Column, identity, server_default
from ferrule_core.mapping.relations import ForeignKey, foreign_key
from ferrule_core.model.model import Model, View
from ferrule_core.query.raw import Sql, ident, made_sql, sql

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


class Binding(Enum):
    PAPER = "paper"
    HARD = "hard cover"
    ELECTRONIC = "e-book"


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    binding: Column[Binding] = server_default("'paper'")
    keywords: Column[list[str]] = server_default("'{}'")
    stock: Column[int] = server_default("0")
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")


class CheapBook(View, table="cheap_book"):
    title: Column[str]


@dataclass
class Line:
    title: str
    binding: Binding
    note: str | None = None


class Pair(NamedTuple):
    title: str
    stock: int = 7


class Entry(TypedDict):
    title: str
    stock: NotRequired[int]


class Checked(BaseModel):
    title: str
    stock: int


async def shelved() -> Author:
    author = await Author.create(name="Ann")
    await Book.bulk_create(
        [
            Book(title="a", author=author, stock=1, keywords=["x"]),
            Book(title="b", author=author, stock=2, binding=Binding.HARD),
            Book(title="c", author=author, stock=3),
        ]
    )
    return author


async def test_rows_become_instances_that_can_be_saved():
    await shelved()
    columns = sql("id, title, price, binding, keywords, stock, author_id")

    books = await sql(
        "SELECT {} FROM {} WHERE {} ORDER BY title", columns, Book, Book.stock > 1
    ).all(Book)
    assert_type(books, list[Book])
    book = books[0]
    book.stock = 20
    await book.save()

    assert [one.title for one in books] == ["b", "c"]
    assert book.binding is Binding.HARD
    assert (await Book.get(title="b")).stock == 20


async def test_rows_with_some_columns_in_another_order_are_parts_of_instances():
    await shelved()

    book = await sql("SELECT stock, keywords, id FROM book WHERE title = {}", "a").get(Book)
    book.keywords.append("y")
    await book.save()

    assert book.stock == 1
    with pytest.raises(NotLoaded):
        _ = book.title
    assert (await Book.get(title="a")).keywords == ["x", "y"]


async def test_further_columns_are_kept_where_that_is_asked_for():
    await shelved()
    statement = sql("SELECT stock * 2 AS twice, stock, id FROM book ORDER BY title")

    books: list[Any] = await statement.all(Book, keep_extra=True)
    books[0].stock = 9
    await books[0].save()

    assert [book.twice for book in books] == [2, 4, 6]
    with pytest.raises(QueryError) as caught:
        await statement.all(Book)
    assert caught.value.message == 'Book has no column "twice"'
    with pytest.raises(QueryError, match='Book has something else called "save"'):
        await sql("SELECT id, 1 AS save FROM book").all(Book, keep_extra=True)
    with pytest.raises(QueryError, match="only instances of a model"):
        await sql("SELECT 1 AS a").all(dict, keep_extra=True)


async def test_an_instance_needs_its_key():
    await shelved()

    with pytest.raises(QueryError) as caught:
        await sql("SELECT title FROM book").all(Book)
    views = await sql("SELECT title FROM cheap_book ORDER BY title").all(CheapBook)

    assert caught.value.message == 'the rows have no column "id", by which a Book is known'
    assert [view.title for view in views] == ["a", "b", "c"]


async def test_rows_become_what_is_asked_for():
    await shelved()
    lines = sql("SELECT title, binding FROM book WHERE stock < {} ORDER BY title", 3)
    pairs = sql("SELECT stock, title FROM book WHERE title = :title", title="b")

    assert await lines.all(Line) == [Line("a", Binding.PAPER), Line("b", Binding.HARD)]
    assert await pairs.all(Pair) == [Pair("b", 2)]
    assert await sql("SELECT title FROM book WHERE stock = 1").all(Pair) == [Pair("a", 7)]
    assert await pairs.all(Entry) == [{"title": "b", "stock": 2}]
    assert await pairs.all(Checked) == [Checked(title="b", stock=2)]
    assert await pairs.all() == [{"title": "b", "stock": 2}]
    assert await pairs.all(tuple) == [(2, "b")]
    assert await sql("SELECT stock FROM book ORDER BY 1").all(int) == [1, 2, 3]
    assert await sql("SELECT binding FROM book WHERE stock = 2").get(Binding) is Binding.HARD
    assert await sql("SELECT keywords FROM book WHERE stock = 1").get(list) == ["x"]
    assert await sql("SELECT 1 WHERE false").all(Line) == []


async def test_the_type_of_the_rows_is_known():
    assert_type(await sql("SELECT 'a' AS title").all(Entry), list[Entry])
    assert_type(await sql("SELECT 'a' AS title").first(Pair), Pair | None)
    assert_type(await sql("SELECT 1").get(int), int)
    assert_type(await sql("SELECT 1 AS a").get(), dict[str, Any])
    assert_type(sql("1", returns=int), Sql[int])


async def test_one_row():
    await shelved()
    several = sql("SELECT title FROM book ORDER BY title")
    none = sql("SELECT title FROM book WHERE stock = {}", 99)

    assert await several.first(str) == "a"
    assert await none.first(str) is None
    with pytest.raises(MultipleRows, match="gave more than one row"):
        await several.get(str)
    with pytest.raises(NotFound, match="gave no row"):
        await none.get(str)


MISFITS: list[tuple[str, Any, str]] = [
    ("SELECT 1 AS a, 2 AS a", dict, 'two columns are called "a"'),
    ("SELECT 1 AS a, 2 AS a", Book, 'two columns are called "a"'),
    ("SELECT 1 AS a, 2 AS b", int, "rows of 2 columns cannot be single values"),
    ("SELECT 'a' AS a", int, 'column "a" has values of type str, not int'),
    ("SELECT true AS a", int, 'column "a" has values of type bool, not int'),
    ("SELECT NULL::int AS a", int, 'column "a" has a NULL where int is needed'),
    ("SELECT 'a' AS titel", Entry, 'Entry has no field "titel"'),
    ("SELECT 'a' AS title", Line, 'the rows have no column "binding", which Line needs'),
    ("SELECT 'a' AS title, NULL::int AS stock", Pair, 'column "stock" has a NULL where int is needed'),  # noqa: E501
]  # fmt: skip


async def test_rows_that_do_not_fit_are_refused():
    for text, into, message in MISFITS:
        with pytest.raises(QueryError) as caught:
            await made_sql(text, (), {}).all(into)
        assert caught.value.message == message


async def test_pydantic_checks_by_itself():
    with pytest.raises(ValidationError):
        await sql("SELECT 'a' AS title, 'b' AS stock").all(Checked)


async def test_a_statement_says_how_many_rows_it_touched():
    await shelved()

    touched = await sql(
        "UPDATE {} SET {} = stock + {} WHERE {}", Book, ident("stock"), 10, Book.stock >= 2
    ).execute()

    assert touched == 2
    assert await sql("SELECT sum(stock) FROM book").get(int) == 26


async def test_fragments_in_queries():
    await shelved()
    odd = sql("{} % {} = 1", Book.stock, 2)

    assert await Book.filter(odd).count() == 2
    assert await Book.filter(~odd).values_list(Book.title, flat=True) == ["b"]
    assert await Book.filter(odd | (Book.title == "b")).count() == 3
    twice = sql("{} * 2", Book.stock, returns=int)
    assert_type(await Book.filter().values_list(Book.title, twice), list[tuple[str, int]])
    assert (await Book.filter().order_by(twice.desc()).values_list(twice, flat=True))[0] == 6
    assert (
        await Book.filter(title="a").update(Book.stock.set(sql("{} + 5", Book.stock, returns=int)))
        == 1
    )
