"""What other libraries got wrong with queries and writes, once each."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from ferrule_core.database import Database, transaction
from ferrule_core.errors import DatabaseError, NotLoaded, QueryError
from ferrule_core.mapping.columns import Column, column, identity, server_default
from ferrule_core.mapping.json_values import JsonValue
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
from ferrule_core.query.raw import sql

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Tag(Model, table="tag"):
    id: Column[int] = identity(always=True)
    label: Column[str]


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    meta: Column[JsonValue] = column(default=None)
    stock: Column[int] = column(default=0)
    author_id: Column[int]
    editor_id: Column[int | None] = column(default=None)
    author: ForeignKey[Author] = foreign_key("author_id")
    editor: ForeignKey[Author | None] = foreign_key("editor_id")
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


@pytest.fixture
async def author() -> Author:
    author = await Author.create(name="Ann")
    await Book.bulk_create(
        [Book(title=title, author_id=author.id, stock=n) for n, title in enumerate("abcde")]
    )
    return author


async def test_a_value_is_a_value_whatever_it_begins_with(author: Author):
    for odd in ["$1", "$$", "%", "_", "\\", "'", "NULL", ""]:
        author.name = odd
        await author.save()
        assert await Author.filter(name=odd).count() == 1
        assert await Author.filter(name__contains="$2").count() == 0
    assert await Author.filter(name__startswith="%").count() == 0


async def test_nothing_is_compared_with_null_by_equality(author: Author):
    assert await Book.filter(editor_id=None).count() == 5
    assert await Book.filter(editor=None).count() == 5
    assert await Book.exclude(editor_id=author.id).count() == 5


async def test_lists_longer_than_all_parameters_are_one(author: Author):
    assert await Author.filter(id__in=list(range(1, 70_000))).count() == 1
    assert author.id < 70_000


async def test_an_error_of_the_database_is_not_taken_for_no_row(author: Author):
    fails = sql("{} / {} = 1", Book.stock, Book.author_id - author.id)

    for read in (Book.filter(fails).get_or_none, Book.filter(fails).first):
        with pytest.raises(DatabaseError):
            await read()
    with pytest.raises(DatabaseError):
        await Book.get_or_none(fails)


async def test_a_part_of_a_row_is_saved_as_a_part(author: Author):
    book = await Book.filter(title="a").only("stock").get()
    book.stock = 50
    await book.save()

    again = await Book.get(title="a")
    assert (again.stock, again.author_id, again.title) == (50, author.id, "a")
    with pytest.raises(NotLoaded):
        _ = book.title


@pytest.mark.parametrize("value", ["1", "null", '"x"', "{}", 1, [], {"a": "1"}])
async def test_a_document_is_decoded_once(value: JsonValue, author: Author):
    book = await Book.create(title="json", author_id=author.id, meta=value)

    assert (await Book.get(id=book.id)).meta == value


async def test_chains_share_nothing():
    base = Book.filter(title="a")
    one, two = base.filter(stock=1), base.order_by("-title").limit(1)

    assert base.sql().parameters == ("a",)
    assert one.sql().parameters == ("a", 1)
    assert two.sql().parameters == ("a", 1)
    assert "LIMIT" not in one.sql().text


async def test_a_part_is_counted_and_aggregated_as_a_part(author: Author):
    part = Book.filter(author_id=author.id).order_by("stock").limit(3).offset(1)

    assert await part.count() == 3
    assert await part.aggregate(func.sum(Book.stock)) == (1 + 2 + 3,)
    assert await part.exists()


async def test_groups_are_filtered_by_their_names(author: Author):
    groups = Book.filter().group_by(Book.author_id).annotate(n=func.count())

    assert await groups.having(n__gt=4).values() == [{"author_id": author.id, "n": 5}]
    assert await groups.having(n__gt=5).values() == []


async def test_updates_with_more_conditions_than_assignments(author: Author):
    changed = await Book.filter(
        title__in=["a", "b"], stock__gte=0, stock__lte=9, author_id=author.id
    ).update(price=Decimal(7))

    assert changed == 2
    assert await Book.filter(price=Decimal(7)).delete() == 2


async def test_several_relations_are_fetched_inside_of_a_transaction(author: Author, db: Database):
    async with transaction():
        book = await Book.get(title="a")
        await book.fetch(Book.author, Book.editor, Book.tags)
        await author.fetch(Author.books)
        assert db.in_transaction()

    assert book.author == author
    assert book.editor is None
    assert book.tags == []
    assert len(author.books) == 5


async def test_what_is_to_be_loaded_is_loaded_or_refused(author: Author):
    loaded = await Author.filter(id=author.id).prefetch_related("books__tags").get()
    joined = await Book.filter(title="a").select_related("author").get()

    assert sorted(book.title for book in loaded.books) == list("abcde")
    assert loaded.books[0].tags == []
    assert joined.author == author
    with pytest.raises(QueryError):
        Author.filter().prefetch_related("bookz")
