"""Instances as dictionaries: what is in them, what is left out, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from packages.core.tests.integration.instances.shop import (
    Account,
    Author,
    Binding,
    Book,
    CheapBook,
    Edition,
    Tag,
)

from ferrule_core.database import Database
from ferrule_core.errors import NotLoaded, QueryError, UnknownColumn
from ferrule_core.model.passwords import PasswordHash
from ferrule_core.query.functions import func

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]

HASH = PasswordHash("$argon2id$v=19$m=8,t=1,p=1$xx$yy")


@pytest.fixture(autouse=True)
async def rows(db: Database) -> None:
    await db.execute("INSERT INTO author (id, name, born) VALUES (1, 'Jane', '1775-12-16')")
    await db.execute("INSERT INTO author (id, name, mentor_id) VALUES (2, 'Emily', 1)")
    await db.execute(
        "INSERT INTO book (id, title, price, class, meta, author_id) VALUES"
        " ('00000000-0000-0000-0000-000000000001', 'Emma', 2.50, 'novel', '{\"a\": [1]}', 1),"
        " ('00000000-0000-0000-0000-000000000002', 'Persuasion', 3, NULL, NULL, 1)"
    )
    await db.execute("INSERT INTO tag VALUES (1, 'classic'), (2, 'funny')")
    await db.execute(
        "INSERT INTO book_tag SELECT book.id, tag.id FROM book, tag WHERE title = 'Emma'"
    )


async def emma(*relations: Any) -> Book:
    return await Book.filter(title="Emma").include(*relations).get()


async def test_all_columns_are_there_as_instances_have_them():
    book = await emma()

    assert book.to_dict() == {
        "id": book.id,
        "title": "Emma",
        "price": Decimal("2.50"),
        "price_with_tax": Decimal("2.75"),
        "binding": Binding.PAPER,
        "keywords": [],
        "class_": "novel",
        "meta": {"a": [1]},
        "edition": None,
        "author_id": 1,
    }
    assert list(book.to_dict()) == list(Book.__table__.columns)


async def test_relations_are_there_as_far_as_they_were_loaded_and_nothing_is_sent(db: Database):
    book, plain = await emma(Book.author.mentor, Book.tags), await emma()

    await db.close()
    found = book.to_dict()

    assert found["author"] == {
        "id": 1,
        "name": "Jane",
        "born": date(1775, 12, 16),
        "mentor_id": None,
        "mentor": None,
    }
    assert found["tags"] == [{"id": 1, "label": "classic"}, {"id": 2, "label": "funny"}]
    assert "author" not in plain.to_dict()


async def test_what_was_not_loaded_is_left_out_unless_it_is_asked_for():
    book = await Book.filter(title="Emma").only(Book.title).get()
    new = Book(title="Sanditon")

    assert book.to_dict() == {"id": book.id, "title": "Emma"}
    assert "id" not in new.to_dict()
    with pytest.raises(NotLoaded, match='column "price" of this Book was not loaded'):
        book.to_dict(include=[Book.price])
    with pytest.raises(NotLoaded, match='relation "author" of this Book was not loaded'):
        book.to_dict(include=["author__name"])
    with pytest.raises(NotLoaded, match='column "id" of this Book has no value yet'):
        new.to_dict(include=["id"])


async def test_parts_are_included_by_column_name_relation_or_mapping():
    book = await emma(Book.author, Book.tags)
    wanted = {"title": "Emma", "author": {"name": "Jane"}, "tags": [{"id": 1}, {"id": 2}]}

    for include in (
        [Book.title, Book.author.name, Book.tags.id],
        ["title", "author__name", "tags__id"],
        {"title": True, "author": ["name"], "tags": {"id": True}},
        {"title": True, "author": [Author.name], "tags": [Tag.id]},
        {"title": True, "author__name": True, "tags": ["id"]},
        (Book.author.name, "title", "title", Book.tags.id),
    ):
        assert book.to_dict(include=include) == wanted
    assert list(book.to_dict(include=["tags", "author_id", "title"])) == [
        "title",
        "author_id",
        "tags",
    ]
    whole = book.to_dict(include=[Book.author, Book.author.name])
    assert whole == {"author": book.author and book.author.to_dict()}
    assert book.to_dict(include=[]) == {}


async def test_parts_are_excluded_in_the_same_ways():
    book = await emma(Book.author)
    few = [Book.title, Book.author]

    assert book.to_dict(include=few, exclude=["title"])["author"]["name"] == "Jane"
    for exclude in (
        [Book.author.born, "author__mentor_id", Book.author.id],
        {"author": ["born", "mentor_id", "id"]},
    ):
        assert book.to_dict(include=few, exclude=exclude) == {
            "title": "Emma",
            "author": {"name": "Jane"},
        }
    assert book.to_dict(include=few, exclude=[Book.author, Book.author.id]) == {"title": "Emma"}
    assert "author" not in book.to_dict(exclude={"author": True})


async def test_what_is_no_part_is_refused():
    book = await emma()
    wrong: Any
    for wrong, message, hint in (
        (["titel"], 'Book has no column or relation "titel"', 'did you mean "title"?'),
        (["author__nam"], 'Author has no column or relation "nam"', 'did you mean "name"?'),
        ("title", "parts of an instance are named in a list or a mapping", "write ['title']"),
        (5, "parts of an instance are named in a list or a mapping", "write [5]"),
        (["title__lower"], '"title__lower" is no column of Book', None),
        ([Author.name], '"Author" belongs to Author, not to Book', "name parts of Book itself"),
        ([5], "5 is neither a column nor a relation", "name parts by Book.…, or by texts"),
        ({"title": False}, '"title" is not meant by False', "leave it out"),
        ({"title": ["x"]}, '"title" of Book is no relation, and has no parts', '{"title": True}'),
        ({"author": ["nam"]}, 'Author has no column or relation "nam"', None),
    ):
        for named in ({"include": wrong}, {"exclude": wrong}):
            with pytest.raises((QueryError, UnknownColumn)) as caught:
                book.to_dict(**named)
            assert caught.value.message == message
            assert hint is None or hint in (caught.value.hint or "")


async def test_keys_are_the_names_of_the_table_or_whatever_is_said():
    book = await emma(Book.author)
    few = ["class_", "title", "author__name"]

    assert book.to_dict(include=few, by_alias=True) == {
        "class": "novel",
        "title": "Emma",
        "author": {"name": "Jane"},
    }
    assert book.to_dict(include=few, rename=str.upper) == {
        "CLASS_": "novel",
        "TITLE": "Emma",
        "AUTHOR": {"NAME": "Jane"},
    }
    assert book.to_dict(
        include=few, rename={"title": "name", "author__name": "full", "author": "by"}
    ) == {"class_": "novel", "name": "Emma", "by": {"full": "Jane"}}
    with pytest.raises(QueryError) as caught:
        book.to_dict(rename={"title": "price"})
    assert caught.value.message == 'two values of Book would be called "price"'
    with pytest.raises(UnknownColumn):
        book.to_dict(rename={"titel": "name"})


async def test_an_instance_within_itself_is_there_by_its_key():
    author = await Author.filter(id=1).include(Author.books, Author.students).get()
    (student,) = author.students
    student.students = [author]  # type: ignore[misc]

    found = author.to_dict()

    assert [book["title"] for book in found["books"]] == ["Emma", "Persuasion"]
    assert "author" not in found["books"][0]  # the nesting says it
    assert found["books"][0]["author_id"] == 1
    assert found["students"][0]["students"] == [{"id": 1}]
    asked = author.to_dict(include=[Author.books.author, Author.books.title, Author.name])
    assert asked["books"][0] == {"title": "Emma", "author": {"id": 1}}


async def test_what_many_refer_to_is_shown_by_each():
    books = await Book.filter().include(Book.author).order_by("title").all()
    assert books[0].author is books[1].author
    tag = Tag(id=3)
    tag.books = books  # type: ignore[misc]

    assert [book["author"]["name"] for book in tag.to_dict()["books"]] == ["Jane", "Jane"]


async def test_relations_that_lead_too_far_say_how_to_shorten_them():
    first = author = Author(name="0")
    for number in range(2000):
        author.mentor = author = Author(name=str(number))

    with pytest.raises(QueryError) as caught:
        first.to_dict()

    assert caught.value.message == (
        "the relations of this Author lead further than Python can follow"
    )
    assert first.to_dict(include=["mentor__mentor__name"]) == {"mentor": {"mentor": {"name": "1"}}}


async def test_values_that_can_be_changed_are_copies():
    book = await emma()
    book.edition = Edition(year=1815)
    found = book.to_dict()

    found["meta"]["a"].append(2)
    found["keywords"].append("x")
    found["edition"].notes.append("x")

    assert (book.meta, book.keywords, book.edition.notes) == ({"a": [1]}, [], [])
    assert book.changed == ("edition",)


async def test_secrets_are_left_out_unless_they_are_asked_for():
    account = await Account.create(author_id=1, password=HASH)
    author = await Author.filter(id=1).include(Author.account).get()

    assert account.to_dict() == {"id": account.id, "author_id": 1}
    assert author.to_dict()["account"] == {"id": account.id, "author_id": 1}
    assert account.to_dict(include=[Account.password]) == {"password": HASH}


async def test_values_of_annotations_are_included_by_name():
    author = await Author.filter(id=1).annotate(total=func.count(Author.books.id)).get()

    assert "total" not in author.to_dict()
    assert author.to_dict(include=["name", "total"]) == {"name": "Jane", "total": 2}


async def test_rows_of_views_are_dictionaries_too():
    row = await CheapBook.filter(title="Emma").include(CheapBook.author).get()

    assert row.to_dict(exclude=["id", "author__born"]) == {
        "title": "Emma",
        "price": Decimal("2.50"),
        "author_id": 1,
        "author": {"id": 1, "name": "Jane", "mentor_id": None},
    }


async def test_a_new_instance_is_made_of_the_dictionary_of_another():
    book = await emma()

    other = Book(**book.to_dict(exclude=["id", "price_with_tax"]))
    await other.save()

    assert other.id != book.id
    assert other.to_dict(exclude=["id"]) == book.to_dict(exclude=["id"])
