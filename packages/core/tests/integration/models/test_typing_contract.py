"""What the typing contract says of types holds of values: the same models, the same calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from ferrule_core.database import Database, transaction
from ferrule_core.errors import FerruleError, MissingValue, NotLoaded, QueryError, UnknownColumn
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
from ferrule_core.query.paginate import Page
from ferrule_core.query.query import Query

pytestmark = pytest.mark.anyio


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    born: Column[date | None] = column(default=None)
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal]
    published: Column[datetime | None] = column(default=None)
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id", on_delete="cascade")
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


class Tag(Model, table="tag"):
    id: Column[int] = identity(always=True)
    label: Column[str] = column(unique=True)


@pytest.fixture
async def shop(db: Database) -> None:
    """Two authors, three books, two tags; one author has no book, one book no tag."""
    await db.execute(
        "INSERT INTO author (id, name, born) VALUES"
        " (1, 'Le Guin', '1929-10-21'), (2, 'Lem', NULL), (3, 'Asimov', '1920-01-02')"
    )
    await db.execute(
        "INSERT INTO book (id, title, price, published, author_id) VALUES"
        " ('00000000-0000-0000-0000-000000000001', 'Earthsea', 12.50, '1968-01-01T00:00Z', 1),"
        " ('00000000-0000-0000-0000-000000000002', 'Rocannon', 7, NULL, 1),"
        " ('00000000-0000-0000-0000-000000000003', 'Solaris', 9.99, '1961-01-01T00:00Z', 2)"
    )
    await db.execute("INSERT INTO tag (label) VALUES ('fantasy'), ('sf')")
    await db.execute(
        "INSERT INTO book_tag SELECT b.id, t.id FROM book b, tag t"
        " WHERE (b.title, t.label) IN"
        " (('Earthsea', 'fantasy'), ('Earthsea', 'sf'), ('Solaris', 'sf'))"
    )


@pytest.mark.usefixtures("shop")
class TestReading:
    async def test_get_gives_the_row_as_an_instance(self):
        author = await Author.get(id=1)

        assert type(author) is Author
        assert (author.id, author.name, author.born) == (1, "Le Guin", date(1929, 10, 21))

    async def test_get_or_none_gives_the_row_or_none(self):
        found = await Author.get_or_none(Author.name == "Le Guin")
        missing = await Author.get_or_none(Author.name == "Tolkien")

        assert found is not None
        assert found.id == 1
        assert missing is None

    async def test_filter_gives_a_query(self):
        query = Author.filter(Author.name.ilike("l%"))

        assert type(query) is Query
        assert [author.name for author in await query.order_by("id").all()] == ["Le Guin", "Lem"]

    async def test_all_gives_a_list_in_the_order_asked_for(self):
        unborn = await Author.filter(Author.born.is_null()).order_by(Author.name.desc()).all()
        everybody = await Author.filter().order_by(Author.name.desc()).all()

        assert [author.name for author in unborn] == ["Lem"]
        assert [author.name for author in everybody] == ["Lem", "Le Guin", "Asimov"]

    async def test_first_gives_the_first_row_or_none(self):
        first = await Author.filter(Author.id.in_([1, 2])).first()

        assert first is not None
        assert first.id == 1
        assert await Author.filter(Author.id.in_([])).first() is None

    async def test_count_and_exists_ask_the_server(self):
        assert await Author.filter().count() == 3
        assert await Author.filter().exists() is True
        assert await Author.filter(name="nobody").exists() is False

    async def test_values_list_gives_tuples_through_a_relation(self):
        query = Book.filter(Book.author.name == "Le Guin").order_by(Book.title)

        assert await query.values_list(Book.title, Book.price) == [
            ("Earthsea", Decimal("12.50")),
            ("Rocannon", Decimal(7)),
        ]

    async def test_values_list_of_one_column_gives_tuples_of_one(self):
        assert await Book.filter().order_by("title").values_list(Book.published) == [
            (datetime(1968, 1, 1, tzinfo=UTC),),
            (None,),
            (datetime(1961, 1, 1, tzinfo=UTC),),
        ]

    async def test_aggregate_gives_a_tuple_and_none_for_no_rows(self):
        assert await Book.filter().aggregate(func.count(Book.id), func.max(Book.price)) == (
            3,
            Decimal("12.50"),
        )
        assert await Book.filter(title="x").aggregate(
            func.count(Book.id), func.max(Book.price)
        ) == (0, None)

    async def test_paginate_gives_a_page(self):
        page = await Book.filter().paginate(size=2)

        assert type(page) is Page
        assert [book.title for book in page.items] == ["Earthsea", "Rocannon"]
        assert page.has_next

    async def test_stream_gives_each_instance(self):
        found = [book.title async for book in Book.filter(Book.price > Decimal(8)).stream()]

        assert sorted(found) == ["Earthsea", "Solaris"]

    async def test_include_loads_relations(self):
        book = await Book.filter(title="Earthsea").include(Book.author, Book.tags).get()

        assert type(book.author) is Author
        assert book.author.name == "Le Guin"
        assert isinstance(book.tags, Sequence)
        assert sorted(tag.label for tag in book.tags) == ["fantasy", "sf"]
        assert all(type(tag) is Tag for tag in book.tags)

    async def test_a_relation_that_was_not_included_is_not_loaded(self):
        author = await Author.get(id=1)

        with pytest.raises(NotLoaded, match='relation "books" of this Author was not loaded'):
            _ = author.books

        assert [book.title for book in (await author.fetch(Author.books)).books] != []


class TestWriting:
    async def test_create_gives_the_instance_with_what_the_server_filled_in(self, db: Database):
        author = await Author.create(name="Le Guin")

        assert (author.name, author.born) == ("Le Guin", None)
        assert (await db.fetch("SELECT id, name FROM author"))[0]["id"] == author.id

    async def test_a_column_of_the_class_is_an_expression(self):
        assert isinstance(Author.name, Column)

    async def test_save_writes_inside_a_transaction(self, db: Database):
        author = await Author.create(name="Le Guin")

        async with transaction():
            author.born = date(1929, 10, 21)
            await author.save()

        assert (await db.fetch("SELECT born FROM author"))[0]["born"] == date(1929, 10, 21)

    @pytest.mark.usefixtures("shop")
    async def test_update_and_delete_by_query_give_true_counts(self, db: Database):
        updated = await Book.filter(Book.price < Decimal(10)).update(Book.price.set(Decimal(1)))
        none = await Book.filter(Book.price.is_null()).delete()
        deleted = await Book.filter(Book.price == Decimal(1)).delete()

        assert (updated, none, deleted) == (2, 0, 2)
        assert [row["title"] for row in await db.fetch("SELECT title FROM book")] == ["Earthsea"]

    async def test_bulk_create_gives_the_instances_with_their_keys(self, db: Database):
        authors = await Author.bulk_create([Author(name="A"), Author(name="B")])

        rows = await db.fetch("SELECT id, name FROM author ORDER BY id")
        assert [(author.id, author.name) for author in authors] == [tuple(row) for row in rows]


class TestMistakes:
    """What a checker reports raises too, where it is run all the same."""

    def test_an_unknown_keyword_of_the_constructor_is_refused(self):
        with pytest.raises(UnknownColumn, match='Author has no column or relation "nam"'):
            Author(nam="x")

    def test_a_missing_value_is_refused(self):
        with pytest.raises(MissingValue, match='Author needs a value for "name"'):
            Author()

    def test_an_unknown_attribute_is_refused_on_class_and_instance(self):
        with pytest.raises(AttributeError, match="nme"):
            _ = Author(name="x").nme
        with pytest.raises(AttributeError, match="nme"):
            _ = Author.nme
        with pytest.raises(AttributeError, match="nme"):
            _ = Book.author.nme

    @pytest.mark.parametrize(
        "mistake",
        [
            lambda: Author.filter(Author.id == "x"),
            lambda: Author.filter(Author.id.in_(["a"])),
            lambda: Author.filter("name = 'x'"),
            lambda: Author.filter(Author.name > 3),
            lambda: Book.filter().include(Book.title),
            lambda: Author.filter(Author.name),
        ],
    )
    def test_a_mistake_in_a_query_is_refused_before_anything_is_sent(self, mistake):
        with pytest.raises(FerruleError):
            mistake()

    def test_an_expression_has_no_truth_value(self):
        with pytest.raises(QueryError, match="no truth value"):
            assert Author.name == "x" or Author.id == 1
