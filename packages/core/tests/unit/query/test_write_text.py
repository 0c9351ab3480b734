"""The text of statements that write, whole."""

from __future__ import annotations

from datetime import UTC, datetime
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
from ferrule_core.model.bulk_updates import _statement, can_be_spread
from ferrule_core.model.changes import written_columns
from ferrule_core.model.model import Model
from ferrule_core.model.saving import insert_statement
from ferrule_core.query.conflicts import excluded, on_conflict
from ferrule_core.query.inserting import insert_from_statement
from ferrule_core.query.keys import has_one_of
from ferrule_core.query.merging import incoming
from ferrule_core.query.query import Query
from ferrule_core.query.running import compiled
from ferrule_core.query.writes import delete_statement, update_statement
from ferrule_core.sql.nodes import Param


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


class Shelf(Model, table="shelf", schema="s"):
    room: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)


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


def insert_text(row: Model, **conflict: Any) -> str:
    """The text of what ``upsert`` sends, but for what it asks back."""
    table, columns = type(row).__table__, written_columns(row)
    clause = on_conflict(table, columns, conflict) if conflict else None
    return compiled(insert_statement(table, columns, None, clause)).text


INTO_PAGE = 'INSERT INTO "s"."page" AS "t" ("body", "version", "changed_at") VALUES'
RENEWED = '"changed_at" = "pg_catalog"."now"(), "version" = "t"."version" + 1'


@pytest.mark.parametrize(
    ("conflict", "clause"),
    [
        ({"update": []}, "DO NOTHING"),
        ({"on": ["id"], "update": []}, '("id") DO NOTHING'),
        ({"on": [Page.body]}, '("body") DO NOTHING'),
        (
            {"on": [], "where": Page.version > 1},
            f'("id") DO UPDATE SET "body" = "excluded"."body", {RENEWED} WHERE "t"."version" > $3',
        ),
        (
            {"constraint": 'a"b', "update": ["body"]},
            f'ON CONSTRAINT "a""b" DO UPDATE SET "body" = "excluded"."body", {RENEWED}',
        ),
        (
            {
                "on": ["body"],
                "index_where": Page.version < 9,
                "update": [Page.body.set(Page.body + excluded(Page.body))],
            },
            (
                '("body") WHERE "t"."version" < $3 DO UPDATE SET'
                f' "body" = "t"."body" || "excluded"."body", {RENEWED}'
            ),
        ),
    ],
)
def test_an_upsert_says_what_becomes_of_conflicts(conflict: dict[str, Any], clause: str):
    text = insert_text(Page(body="x"), **conflict)

    assert text == f'{INTO_PAGE} ($1, $2, "pg_catalog"."now"()) ON CONFLICT {clause}'


def test_an_insert_puts_the_time_where_nobody_else_does():
    assert insert_text(Page(body="x")) == (
        'INSERT INTO "s"."page" ("body", "version", "changed_at")'
        ' VALUES ($1, $2, "pg_catalog"."now"())'
    )


def test_keys_of_any_number_have_one_text():
    one = Shelf.filter(has_one_of(Shelf.__table__, [("a", 1)])).sql()
    three = Shelf.filter(has_one_of(Shelf.__table__, [("a", 1), ("b", 2), ("c", 3)])).sql()

    assert one.text == three.text
    assert one.text.partition(" WHERE ")[2] == (
        '"t"."room" = ANY ($1) AND "t"."number" = ANY ($2) AND EXISTS (SELECT 1 FROM'
        ' "unnest"($1, $2) AS "wanted" ("c0", "c1") WHERE "wanted"."c0" = "t"."room"'
        ' AND "wanted"."c1" = "t"."number")'
    )
    assert three.parameters == (["a", "b", "c"], [1, 2, 3])


def test_many_updates_are_one_statement():
    page = Page(body="x")
    page.id, page.changed_at = 1, datetime(2001, 2, 3, tzinfo=UTC)
    values = vars(page)
    page.__row__ = tuple(values[attribute] for attribute in Page.__table__.columns)
    columns = [Page.__table__.columns["body"]]
    arrays = [Param([1, 2]), Param([3, 3]), Param(["x", "y"])]

    text = compiled(_statement(Page.__table__, columns, arrays, columns)).text

    assert text == (
        'WITH "types" AS (SELECT COALESCE($1, ARRAY["t"."id"]),'
        ' COALESCE($2, ARRAY["t"."version"]), COALESCE($3, ARRAY["t"."body"])'
        ' FROM "s"."page" AS "t")'
        f' UPDATE "s"."page" AS "t" SET "body" = "new"."c2", {RENEWED}'
        ' FROM "unnest"($1, $2, $3) WITH ORDINALITY AS "new" ("c0", "c1", "c2", "number")'
        ' WHERE "t"."id" = "new"."c0" AND "t"."version" = "new"."c1"'
        ' RETURNING "new"."number", "t"."body"'
    )
    assert can_be_spread(Page.__table__, columns, [page])
    assert not can_be_spread(Page.__table__, columns, [page, page])


def test_a_merge_has_its_branches_in_order():
    merge = (
        Page.merge(Book.filter(price=3), on=Page.body == incoming(Book.title))
        .when_matched(Page.version < incoming(Book.price))
        .update(body="x")
        .when_matched()
        .delete()
        .when_not_matched()
        .insert(Page.body.set(incoming(Book.title)))
    )

    text = compiled(merge.statement()).text

    assert text == (
        'MERGE INTO "s"."page" AS "t" USING (SELECT "t"."id", "t"."title", "t"."price",'
        ' "t"."author_id", "t"."editor_id" FROM "s"."book" AS "t" WHERE "t"."price" = $1)'
        ' AS "incoming" ("id", "title", "price", "author_id", "editor_id")'
        ' ON "t"."body" = "incoming"."title"'
        ' WHEN MATCHED AND "t"."version" < "incoming"."price"'
        f' THEN UPDATE SET "body" = $2, {RENEWED}'
        " WHEN MATCHED THEN DELETE"
        ' WHEN NOT MATCHED THEN INSERT ("body", "changed_at", "version")'
        ' VALUES ("incoming"."title", "pg_catalog"."now"(), 1)'
    )


def test_rows_of_a_query_are_inserted_with_defaults_and_times():
    statement = insert_from_statement(
        Page.__table__, Book.filter(price=3)._selection, [], {"body": Book.author.name}
    )

    assert compiled(statement).text == (
        'INSERT INTO "s"."page" ("body", "version", "changed_at")'
        ' SELECT "t.author"."name", $1, "pg_catalog"."now"()'
        f" FROM {BOOK} LEFT JOIN {AUTHOR} ON {OF_AUTHOR}"
        ' WHERE "t"."price" = $2'
    )
