"""Relations: loaded with a query or later, one or many, over one column or several."""

from __future__ import annotations

from uuid import UUID

import pytest

from ferrule_core.database import Database
from ferrule_core.errors import NotLoaded, QueryError, UnknownColumn
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

pytestmark = pytest.mark.anyio


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    mentor_id: Column[int | None] = column(default=None)
    mentor: ForeignKey[Author | None] = foreign_key("mentor_id")
    students: InverseForeignKey[Author] = inverse_foreign_key("Author.mentor")
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")
    edited: InverseForeignKey[Book] = inverse_foreign_key("Book.editor")


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    author_id: Column[int]
    editor_id: Column[int | None] = column(default=None)
    author: ForeignKey[Author] = foreign_key("author_id")
    editor: ForeignKey[Author | None] = foreign_key("editor_id")
    tags: ManyToMany[Tag] = many_to_many(through="BookTag")
    tag_links: InverseForeignKey[BookTag] = inverse_foreign_key("BookTag.book")
    places: InverseForeignKey[Place] = inverse_foreign_key("Place.book")


class Tag(Model, table="tag"):
    id: Column[int] = identity(always=True)
    label: Column[str]
    books: ManyToMany[Book] = many_to_many(through="book_tag")


class BookTag(Model, table="book_tag"):
    book_id: Column[UUID] = column(primary_key=True)
    tag_id: Column[int] = column(primary_key=True)
    weight: Column[int] = server_default("1")
    book: ForeignKey[Book] = foreign_key("book_id")
    tag: ForeignKey[Tag] = foreign_key("tag_id")


class Shelf(Model, table="shelf"):
    room: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)
    height: Column[int]
    places: InverseForeignKey[Place] = inverse_foreign_key("Place.shelf")


class Place(Model, table="place"):
    room: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)
    slot: Column[int] = column(primary_key=True)
    book_id: Column[UUID | None] = column(default=None)
    shelf: ForeignKey[Shelf] = foreign_key("room", "number")
    book: ForeignKey[Book | None] = foreign_key("book_id")


@pytest.fixture(autouse=True)
async def shop(db: Database) -> None:
    await db.execute(
        "INSERT INTO author (id, name, mentor_id) VALUES (1, 'Le Guin', NULL), (2, 'Lem', 1),"
        " (3, 'Asimov', 1)"
    )
    await db.execute(
        "INSERT INTO book (title, author_id, editor_id) VALUES"
        " ('Earthsea', 1, 2), ('Rocannon', 1, NULL), ('Solaris', 2, 1)"
    )
    await db.execute("INSERT INTO tag (label) VALUES ('fantasy'), ('sf'), ('unused')")
    await db.execute(
        "INSERT INTO book_tag (book_id, tag_id, weight) SELECT b.id, t.id, length(t.label)"
        " FROM book b, tag t"
        " WHERE (b.title, t.label) IN (('Earthsea', 'fantasy'), ('Earthsea', 'sf'),"
        " ('Solaris', 'sf'))"
    )
    await db.execute(
        "INSERT INTO shelf VALUES ('a', 1, 10), ('a', 2, 20), ('b', 1, 30), ('b', 2, 40)"
    )
    await db.execute(
        "INSERT INTO place VALUES ('a', 1, 1, NULL), ('a', 1, 2, NULL), ('b', 2, 1,"
        " (SELECT id FROM book WHERE title = 'Earthsea'))"
    )


def titles(books: object) -> list[str]:
    return sorted(book.title for book in books)  # type: ignore[attr-defined]


class TestIncluding:
    async def test_a_foreign_key_comes_with_its_row_by_one_statement(self):
        query = Book.filter().include(Book.author, Book.editor).order_by("title")

        books = await query.all()

        assert query.sql().text.count("LEFT JOIN") == 2
        assert [(b.author.name, b.editor and b.editor.name) for b in books] == [
            ("Le Guin", "Lem"),
            ("Le Guin", None),
            ("Lem", "Le Guin"),
        ]

    async def test_one_row_is_one_instance_within_a_relation(self):
        earthsea, rocannon, _ = await Book.filter().include(Book.author).order_by("title").all()

        assert earthsea.author is rocannon.author

    async def test_two_foreign_keys_to_one_table_stay_apart(self):
        author = await Author.filter(id=1).include(Author.books, Author.edited).get()

        assert titles(author.books) == ["Earthsea", "Rocannon"]
        assert titles(author.edited) == ["Solaris"]

    async def test_the_other_end_knows_where_it_came_from(self):
        author = await Author.filter(id=1).include(Author.books).get()

        assert all(book.author is author for book in author.books)

    async def test_no_rows_are_an_empty_list(self):
        author = await Author.filter(id=3).include(Author.books).get()

        assert list(author.books) == []

    async def test_many_to_many_in_both_directions(self):
        books = await Book.filter().include(Book.tags).order_by("title").all()
        tags = await Tag.filter().include(Tag.books).order_by("label").all()

        assert [sorted(t.label for t in b.tags) for b in books] == [["fantasy", "sf"], [], ["sf"]]
        assert [titles(tag.books) for tag in tags] == [["Earthsea"], ["Earthsea", "Solaris"], []]

    async def test_the_payload_of_a_junction_is_read_from_its_own_model(self):
        book = await Book.filter(title="Earthsea").include(Book.tag_links.tag).get()

        assert sorted((link.tag.label, link.weight) for link in book.tag_links) == [
            ("fantasy", 7),
            ("sf", 2),
        ]

    async def test_a_relation_to_the_same_table(self):
        le_guin = await Author.filter(id=1).include(Author.students).get()
        lem = await Author.filter(id=2).include(Author.mentor.mentor).get()

        assert sorted(student.name for student in le_guin.students) == ["Asimov", "Lem"]
        assert lem.mentor is not None
        assert lem.mentor.name == "Le Guin"
        assert lem.mentor.mentor is None

    async def test_relations_of_relations_through_one_and_many(self):
        book = await Book.filter(title="Solaris").include(Book.author.mentor.books.tags).get()

        mentor = book.author.mentor
        assert mentor is not None
        assert titles(mentor.books) == ["Earthsea", "Rocannon"]
        assert sorted(tag.label for each in mentor.books for tag in each.tags) == ["fantasy", "sf"]

    async def test_keys_of_several_columns(self):
        shelves = await Shelf.filter().include(Shelf.places).order_by("room", "number").all()
        place = await Place.filter(slot=2).include(Place.shelf).get()

        assert [[p.slot for p in shelf.places] for shelf in shelves] == [[1, 2], [], [], [1]]
        assert place.shelf.height == 10
        assert await Place.filter(shelf__height__gt=10).count() == 1
        assert await Shelf.filter(Shelf.places.slot == 2).values_list(Shelf.height) == [(10,)]
        assert await Place.filter(shelf=place.shelf).count() == 2

    async def test_the_query_is_limited_and_the_relation_is_not(self):
        authors = await Author.filter().include(Author.books).order_by("id").limit(1).all()

        assert [titles(author.books) for author in authors] == [["Earthsea", "Rocannon"]]

    async def test_names_do_the_same_as_paths(self):
        related = await Book.filter(title="Solaris").select_related("author__mentor").get()
        prefetched = await Author.filter(id=1).prefetch_related("books__tags", "mentor").get()

        assert related.author.mentor is not None
        assert related.author.mentor.name == "Le Guin"
        assert sorted(len(book.tags) for book in prefetched.books) == [0, 2]
        assert prefetched.mentor is None

    async def test_a_foreign_key_can_be_loaded_by_a_second_query(self):
        query = Book.filter().prefetch_related("author", "editor").order_by("title")

        books = await query.all()

        assert "JOIN" not in query.sql().text
        assert [(b.author.name, b.editor and b.editor.name) for b in books] == [
            ("Le Guin", "Lem"),
            ("Le Guin", None),
            ("Lem", "Le Guin"),
        ]

    async def test_a_row_whose_foreign_key_leads_nowhere_is_not_lost(self, db: Database):
        await db.execute("ALTER TABLE book DROP CONSTRAINT book_author_id_fkey")
        await db.execute("UPDATE book SET author_id = 99 WHERE title = 'Solaris'")

        books = await Book.filter().include(Book.author).order_by("title").all()

        assert titles(books) == ["Earthsea", "Rocannon", "Solaris"]
        with pytest.raises(NotLoaded):
            _ = books[2].author

    async def test_what_is_no_relation_of_the_model_is_refused(self):
        with pytest.raises(QueryError, match="Author is no relation of the model"):
            Book.filter().include(Author)
        with pytest.raises(QueryError, match="is a relation of Author, not of Book"):
            Book.filter().include(Author.books)
        with pytest.raises(UnknownColumn, match='no column or relation "autor"'):
            Book.filter().select_related("autor")
        with pytest.raises(QueryError, match='"title" is no relation of Book'):
            Book.filter().prefetch_related("title")
        with pytest.raises(QueryError, match="cannot be joined"):
            Author.filter().select_related("books")


class TestFetching:
    async def test_relations_are_loaded_onto_an_instance(self):
        book = await Book.get(title="Earthsea")

        same = await book.fetch(Book.author.mentor, Book.editor, Book.tags)

        assert same is book
        assert book.author.name == "Le Guin"
        assert book.author.mentor is None
        assert book.editor is not None
        assert sorted(tag.label for tag in book.tags) == ["fantasy", "sf"]

    async def test_what_was_loaded_before_is_replaced(self, db: Database):
        author = await Author.filter(id=1).include(Author.books).get()
        await db.execute("DELETE FROM book WHERE title = 'Rocannon'")

        await author.fetch(Author.books)

        assert titles(author.books) == ["Earthsea"]

    async def test_an_instance_without_its_key_is_told_to_load_it(self):
        book = await Book.filter(title="Earthsea").defer(Book.author_id).get()

        with pytest.raises(NotLoaded, match='column "author_id" of this Book was not loaded'):
            await book.fetch(Book.author)


class TestConditionsOnRelations:
    async def test_a_relation_to_many_does_not_multiply_rows(self):
        query = Author.filter(Author.books.title != "")

        assert await query.count() == 2
        assert len(await query.all()) == 2

    async def test_a_missing_related_row_loses_no_row_elsewhere_in_the_condition(self):
        found = await Book.filter(
            (Book.editor.name == "Lem") | (Book.title == "Rocannon")
        ).values_list("title", flat=True)

        assert sorted(found) == ["Earthsea", "Rocannon"]

    async def test_rows_are_ordered_by_a_column_of_a_related_row(self):
        by_name = await Book.filter().order_by("-author__name", "title").all()
        by_path = await Book.filter().order_by(Book.editor.name.asc().nulls_first()).all()

        assert [book.title for book in by_name] == ["Solaris", "Earthsea", "Rocannon"]
        assert [book.title for book in by_path] == ["Rocannon", "Solaris", "Earthsea"]

    async def test_columns_of_many_rows_are_for_filters_only(self):
        with pytest.raises(QueryError, match="leads to many rows"):
            await Author.filter().order_by(Author.books.title).all()
        with pytest.raises(QueryError, match="leads to many rows"):
            await Author.filter().values_list(Author.books.title)

    async def test_a_condition_of_another_model_is_refused(self):
        with pytest.raises(QueryError, match="belongs to Author, and the query is of Book"):
            await Book.filter(Author.name == "x").all()

    async def test_update_and_delete_follow_relations(self):
        updated = await Book.filter(author__name="Le Guin", tags__label="sf").update(title="new")
        deleted = await Book.filter(Book.editor.name == "Le Guin").delete()

        assert (updated, deleted) == (1, 1)
        assert sorted(await Book.filter().values_list("title", flat=True)) == ["Rocannon", "new"]


class TestWhatARelationStandsFor:
    async def test_it_is_the_related_model_for_all_that_is_no_column(self):
        author = await Book.author.get(id=1)

        assert type(author) is Author
        assert isinstance(author, Book.author)
        assert issubclass(Author, Book.author)
        assert Book.author(name="x").name == "x"
