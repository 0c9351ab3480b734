"""The text of queries, whole."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ferrule_core.mapping.columns import Column, column, identity
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


class Author(Model, table="author", schema="shop"):
    id: Column[int] = identity()
    name: Column[str]
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Book(Model, table="book", schema="shop"):
    id: Column[int] = identity()
    class_: Column[str] = column(name="class")
    price: Column[Decimal]
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


class Tag(Model, table="tag", schema="shop"):
    id: Column[int] = identity()
    label: Column[str]


ROW = '"t"."id", "t"."class", "t"."price", "t"."author_id"'
FROM = '"shop"."book" AS "t"'
AUTHOR = '"t"."author_id" = "t.author"."id"'
JOIN = f'LEFT JOIN "shop"."author" AS "t.author" ON {AUTHOR}'

QUERIES: list[tuple[Query[Book], str, tuple[object, ...]]] = [
    (Book.filter(), f"SELECT {ROW} FROM {FROM}", ()),
    (
        Book.filter(class___in=["a"], price__lt=3).order_by("-price").limit(1).offset(2),
        (
            f'SELECT {ROW} FROM {FROM} WHERE "t"."class" = ANY ($1) AND "t"."price" < $2'
            ' ORDER BY "t"."price" DESC LIMIT $3 OFFSET $4'
        ),
        (["a"], 3, 1, 2),
    ),
    (
        Book.filter(author__name="x").only("price"),
        f'SELECT "t"."id", "t"."price" FROM {FROM} {JOIN} WHERE "t.author"."name" = $1',
        ("x",),
    ),
    (
        Book.filter().include(Book.author),
        f'SELECT {ROW}, "t.author"."id", "t.author"."name" FROM {FROM} {JOIN}',
        (),
    ),
    (
        Book.filter(author={"id": 3}),
        f'SELECT {ROW} FROM {FROM} WHERE "t"."author_id" = $1',
        (3,),
    ),
    (
        Book.filter(Book.tags.label == "x", Book.tags.id > 1),
        (
            f'SELECT {ROW} FROM {FROM} WHERE EXISTS (SELECT 1 FROM "shop"."book_tag" AS'
            ' "t.tags.through" JOIN "shop"."tag" AS "t.tags" ON "t.tags"."id" ='
            ' "t.tags.through"."tag_id" WHERE "t.tags.through"."book_id" = "t"."id"'
            ' AND "t.tags"."label" = $1 AND "t.tags"."id" > $2)'
        ),
        ("x", 1),
    ),
    (
        Book.exclude(Book.author.books.price > 3),
        (
            f"SELECT {ROW} FROM {FROM} {JOIN} WHERE NOT COALESCE(EXISTS (SELECT 1 FROM"
            ' "shop"."book" AS "t.author.books" WHERE "t.author"."id" ='
            ' "t.author.books"."author_id" AND "t.author.books"."price" > $1), FALSE)'
        ),
        (3,),
    ),
    (
        Book.filter().distinct(Book.class_).select_for_update(skip_locked=True),
        f'SELECT DISTINCT ON ("t"."class") {ROW} FROM {FROM} FOR UPDATE OF "t" SKIP LOCKED',
        (),
    ),
]


@pytest.mark.parametrize(("query", "text", "parameters"), QUERIES)
def test_a_query_is_this_text(query: Query[Book], text: str, parameters: tuple[object, ...]):
    compiled = query.sql()

    assert compiled.text == text
    assert compiled.parameters == parameters
