"""Queries that make no sense are refused before anything is sent: no database is open here."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from ferrule_core.errors import QueryError, UnknownColumn
from ferrule_core.mapping.columns import Column, generated, identity, server_default
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model.model import Model

pytestmark = pytest.mark.anyio


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    price_with_tax: Column[Decimal] = generated("price * 1.1")
    stock: Column[int] = server_default("0")
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: Book.filter()[3],
        lambda: Book.filter()[::2],
        lambda: Book.filter()[-1:],
        lambda: Book.filter().limit(-1),
        lambda: Book.filter().limit("1"),
        lambda: Book.filter().offset(True),
        lambda: Book.filter().order_by(3),
        lambda: Book.filter().order_by("author"),
    ],
)
async def test_what_is_no_part_or_order_is_refused(mistake):
    with pytest.raises(QueryError):
        mistake()


async def test_an_unknown_name_to_order_by_is_refused():
    with pytest.raises(UnknownColumn, match='did you mean "price"'):
        Book.filter().order_by("prize")


async def test_what_has_no_name_or_is_no_single_column_is_refused():
    with pytest.raises(QueryError, match="an expression needs a name"):
        await Book.filter().values(Book.price + 1)
    with pytest.raises(QueryError, match="exactly one column"):
        await Book.filter().values_list("title", "price", flat=True)
    with pytest.raises(QueryError, match="aggregate needs an expression"):
        await Book.filter().aggregate()


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: Book.filter().paginate(size=0),
        lambda: Book.filter().paginate(size=2, number=0),
        lambda: Book.filter().limit(3).paginate(size=2),
    ],
)
async def test_what_is_no_page_is_refused(mistake):
    with pytest.raises(QueryError):
        await mistake()


async def test_a_chunk_of_no_rows_is_refused():
    with pytest.raises(QueryError, match="a chunk has at least one row"):
        [book async for book in Book.filter().stream(chunk_rows=0)]


@pytest.mark.parametrize(
    ("mistake", "text"),
    [
        (lambda: Book.filter().update(), "nothing to update"),
        (lambda: Book.filter().update(Book.price.set(Decimal(1)), price=2), "assigned twice"),
        (lambda: Book.filter().update(prize=2), 'did you mean "price"'),
        (lambda: Book.filter().update(price_with_tax=Decimal(1)), "computed by the server"),
        (lambda: Book.filter().update(Author.name.set("x")), "is no column of Book"),
        (lambda: Book.filter().update(title=Author.name), "belongs to Author"),
        (lambda: Book.filter().update(author=3), "needs an instance of Author or None"),
    ],
)
async def test_what_cannot_be_assigned_is_refused(mistake, text):
    with pytest.raises(QueryError) as caught:
        await mistake()

    assert text in str(caught.value)


async def test_a_column_of_a_related_row_cannot_be_set():
    with pytest.raises(QueryError, match="belongs to a related row"):
        Book.author.name.set("x")


async def test_sql_shows_the_text_and_keeps_values_out_of_it():
    compiled = Book.filter(title="secret", price__in=[1, 2]).limit(7).sql()

    assert "secret" not in compiled.text
    assert compiled.parameters == ("secret", [1, 2], 7)
    assert compiled.text.endswith("LIMIT $3")


async def test_lists_of_every_length_have_one_text():
    texts = {Book.filter(stock__in=range(n)).limit(n).sql().text for n in range(5)}

    assert len(texts) == 1


@pytest.mark.parametrize("pattern", ["\\", "a%\\", "\\\\\\"])
def test_a_pattern_that_ends_in_an_escape_of_nothing_is_refused(pattern):
    with pytest.raises(QueryError, match="ends in a backslash that escapes nothing"):
        Book.filter(Book.title.like(pattern))
    Book.filter(Book.title.like(pattern + "\\"))
