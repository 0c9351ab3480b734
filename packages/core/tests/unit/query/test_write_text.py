"""The text of statements that write, whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from ferrule_core.errors import QueryError
from ferrule_core.mapping.columns import Column, column, identity, version_column
from ferrule_core.mapping.expressions import Assignment
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    ManyToMany,
    foreign_key,
    inverse_foreign_key,
    many_to_many,
)
from ferrule_core.model.model import Model
from ferrule_core.query.query import Query
from ferrule_core.query.running import compiled
from ferrule_core.query.writes import delete_statement, update_statement


class Country(Model, table="country", schema="s"):
    id: Column[int] = identity()
    name: Column[str]


class Author(Model, table="author", schema="s"):
    id: Column[int] = identity()
    name: Column[str]
    country_id: Column[int | None] = column(default=None)
    country: ForeignKey[Country | None] = foreign_key("country_id")
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Tag(Model, table="tag", schema="s"):
    id: Column[int] = identity()
    label: Column[str]


class Book(Model, table="book", schema="s"):
    id: Column[int] = identity()
    title: Column[str]
    price: Column[int]
    author_id: Column[int]
    editor_id: Column[int | None] = column(default=None)
    author: ForeignKey[Author] = foreign_key("author_id")
    editor: ForeignKey[Author | None] = foreign_key("editor_id")
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


class Page(Model, table="page", schema="s"):
    id: Column[int] = identity()
    body: Column[str]
    changed_at: Column[datetime] = column(auto_now=True)
    version: Column[int] = version_column()


BOOK = '"s"."book" AS "t"'
AUTHOR = '"s"."author" AS "t.author"'
OF_AUTHOR = '"t"."author_id" = "t.author"."id"'

UPDATES: list[tuple[Query[Any], list[Assignment], str]] = [
    (
        Book.filter(price__lt=3),
        [Book.price.set(Book.price + 1)],
        f'UPDATE {BOOK} SET "price" = "t"."price" + $1 WHERE "t"."price" < $2',
    ),
    (
        Book.filter(Book.price < 3),
        [Book.title.set(Book.author.name), Book.price.set(Book.author.id)],
        (
            f'UPDATE {BOOK} SET "title" = "t.author"."name", "price" = "t"."author_id"'
            f' FROM {AUTHOR} WHERE {OF_AUTHOR} AND "t"."price" < $1'
        ),
    ),
    (
        Book.filter(author__name="x"),
        [Book.price.set(1)],
        (
            f'UPDATE {BOOK} SET "price" = $1 FROM {AUTHOR}'
            f' WHERE {OF_AUTHOR} AND "t.author"."name" = $2'
        ),
    ),
    (
        Book.filter(),
        [Book.title.set(Book.author.country.name)],
        (
            f'UPDATE {BOOK} SET "title" = "t.author.country"."name" FROM {AUTHOR}'
            ' LEFT JOIN "s"."country" AS "t.author.country"'
            ' ON "t.author"."country_id" = "t.author.country"."id"'
            f" WHERE {OF_AUTHOR}"
        ),
    ),
    (
        Book.filter(price=1),
        [Book.title.set(Book.editor.name)],
        (
            f'UPDATE {BOOK} SET "title" = (SELECT "t.editor"."name" FROM (SELECT 1) AS "one"'
            ' LEFT JOIN "s"."author" AS "t.editor" ON "t"."editor_id" = "t.editor"."id")'
            ' WHERE "t"."price" = $1'
        ),
    ),
    (
        Book.filter(price=1, editor__name=None),
        [Book.title.set("x")],
        (
            f'UPDATE {BOOK} SET "title" = $1 WHERE "t"."price" = $2 AND "t"."id" = ANY'
            f' (SELECT "t"."id" FROM {BOOK}'
            ' LEFT JOIN "s"."author" AS "t.editor" ON "t"."editor_id" = "t.editor"."id"'
            ' WHERE "t"."price" = $2 AND "t.editor"."name" IS NULL)'
        ),
    ),
    (
        Book.filter(price=1).limit(2),
        [Book.title.set(Book.author.name)],
        (
            f'UPDATE {BOOK} SET "title" = "t.author"."name" FROM {AUTHOR} WHERE {OF_AUTHOR}'
            f' AND "t"."price" = $1 AND "t"."id" = ANY (SELECT "t"."id" FROM {BOOK}'
            ' WHERE "t"."price" = $1 LIMIT $2)'
        ),
    ),
    (
        Page.filter(),
        [Page.body.set("x")],
        (
            'UPDATE "s"."page" AS "t" SET "body" = $1, "changed_at" = "pg_catalog"."now"(),'
            ' "version" = "t"."version" + 1'
        ),
    ),
]


@pytest.mark.parametrize(("query", "assignments", "text"), UPDATES)
def test_an_update_asks_for_related_rows(
    query: Query[Any], assignments: list[Assignment], text: str
):
    assert compiled(update_statement(query._selection, assignments, {})).text == text


def test_a_delete_uses_related_rows():
    query = Book.filter(Book.author.country.name == "x", price__lt=3)
    selection = query._selection

    text = compiled(delete_statement(selection, [Book.title, Book.author.name])).text

    assert text == (
        f"DELETE FROM {BOOK} USING {AUTHOR}"
        ' LEFT JOIN "s"."country" AS "t.author.country"'
        ' ON "t.author"."country_id" = "t.author.country"."id"'
        f' WHERE {OF_AUTHOR} AND "t.author.country"."name" = $1 AND "t"."price" < $2'
        ' RETURNING "t"."title", "t.author"."name"'
    )


def test_a_delete_of_everything_has_no_condition():
    assert compiled(delete_statement(Book.filter()._selection)).text == f"DELETE FROM {BOOK}"


@pytest.mark.parametrize(
    ("assignments", "values", "message"),
    [
        ([], {}, "nothing to update"),
        ([], {"pric": 1}, 'Book has no column or relation "pric"'),
        ([Book.price.set(1)], {"price": 2}, 'column "price" is assigned twice'),
        ([Author.name.set("x")], {}, "is no column of Book"),
        ([Book.title.set(Author.name)], {}, "belongs to Author"),
        ([Book.title.set(Book.tags.label)], {}, "leads to many rows"),
        ([], {"author": 3}, '"author" needs an instance of Author or None'),
    ],
)
def test_mistakes_are_refused_before_anything_is_sent(
    assignments: list[Assignment], values: dict[str, Any], message: str
):
    with pytest.raises(QueryError) as caught:
        update_statement(Book.filter()._selection, assignments, values)

    assert message in str(caught.value)


def test_what_is_included_cannot_be_returned():
    with pytest.raises(QueryError, match="a statement that writes gives no related rows"):
        Book.filter().include(Book.author).returning()
