"""The text and the parameters of SQL that the caller writes, and what is refused of it."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_core.errors import NameRefused, QueryError, ValueRefused
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model.model import Model
from ferrule_core.query.raw import ident, made_sql, sql


class Author(Model, table="author", schema="shop"):
    id: Column[int] = identity()
    name: Column[str]
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Book(Model, table="book", schema="shop"):
    id: Column[int] = identity()
    title: Column[str]
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")


class Binding(Enum):
    PAPER = "paper"


ROW = '"t"."id", "t"."title", "t"."author_id"'
FROM = '"shop"."book" AS "t"'

STATEMENTS: list[tuple[Any, str, tuple[object, ...]]] = [
    (sql("SELECT 1"), "SELECT 1", ()),
    (sql("SELECT 1;  "), "SELECT 1", ()),
    (sql("SELECT {}, {}", 1, "a"), "SELECT $1, $2", (1, "a")),
    (sql("SELECT :a, {}, :a", 2, a=1), "SELECT $1, $2, $1", (1, 2)),
    (sql("a=:a_1", a_1=1), "a=$1", (1,)),
    (sql("id = ANY({})", {7}), "id = ANY($1)", ([7],)),
    (
        sql("b = {} or b = ANY({})", Binding.PAPER, [Binding.PAPER]),
        "b = $1 or b = ANY($2)",
        ("paper", ["paper"]),
    ),
    (
        sql("'{}' {} \":a\" $x$ {} :b $x$ E'\\'{}'", 1),
        "'{}' $1 \":a\" $x$ {} :b $x$ E'\\'{}'",
        (1,),
    ),
    (sql("/* {} /* :a */ */ {}", 1), "/* {} /* :a */ */ $1", (1,)),
    (sql("{}::int + ':a'::text", 1), "$1::int + ':a'::text", (1,)),
    (sql("a[1:n] + a[b:c] + (a)[2:n]"), "a[1:n] + a[b:c] + (a)[2:n]", ()),
    (sql("f(x := {}, y => :y)", 1, y=2), "f(x := $1, y => $2)", (1, 2)),
    (sql("{} -- why", 1), "$1 -- why\n", (1,)),
    (sql("meta ? 'a' and meta ?| {}", ["b"]), "meta ? 'a' and meta ?| $1", (["b"],)),
    (sql("SELECT {}", ident("a", 'b"c')), 'SELECT "a"."b""c"', ()),
    (sql("SELECT {} FROM {}", Book.title, Book), f'SELECT "t"."title" FROM {FROM}', ()),
    (sql("SELECT {}", Book.id + 1), 'SELECT ("t"."id" + $1)', (1,)),
]

PARTS: list[tuple[Any, str, tuple[object, ...]]] = [
    (sql("{} AND o = {}", sql("a = {} OR 1 = 1", 1), 2), "(a = $1 OR 1 = 1) AND o = $2", (1, 2)),
    (sql("{} AND b", sql("a -- why")), "(a -- why\n) AND b", ()),
    (sql("SELECT {}", sql("a, f(b, {})", 1)), "SELECT a, f(b, $1)", (1,)),
    (sql("SELECT {}", sql("f(a, b)")), "SELECT (f(a, b))", ()),
    (sql("SELECT 1 {}", sql("ORDER BY {} DESC", ident("x"))), 'SELECT 1 ORDER BY "x" DESC', ()),
    (sql("SELECT 1 {}", sql("")), "SELECT 1 ", ()),
    (sql("x IN {}", sql("SELECT {}", 3)), "x IN (SELECT $1)", (3,)),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "text", "parameters"), [*STATEMENTS, *PARTS])
def test_values_stand_apart_from_the_text(
    statement: Any, text: str, parameters: tuple[object, ...]
):
    compiled = statement.compiled()

    assert compiled.text == text
    assert compiled.parameters == parameters
    assert compiled.origin is None


QUERIES: list[tuple[Any, str, tuple[object, ...]]] = [
    (
        Book.filter(sql("{} % {} = 0", Book.id, 2)),
        f'SELECT {ROW} FROM {FROM} WHERE "t"."id" % $1 = 0',
        (2,),
    ),
    (
        Book.filter(sql("{} = 1 OR 1 = 1", Book.id), title="a"),
        f'SELECT {ROW} FROM {FROM} WHERE ("t"."id" = 1 OR 1 = 1) AND "t"."title" = $1',
        ("a",),
    ),
    (
        Book.exclude(sql("{} < {}", Book.author.name, "m")),
        (
            f'SELECT {ROW} FROM {FROM} LEFT JOIN "shop"."author" AS "t.author" ON "t"."author_id"'
            ' = "t.author"."id" WHERE NOT COALESCE("t.author"."name" < $1, FALSE)'
        ),
        ("m",),
    ),
    (
        Book.filter(sql("abs({})", Book.id, returns=int) > 3),
        f'SELECT {ROW} FROM {FROM} WHERE (abs("t"."id")) > $1',
        (3,),
    ),
    (
        Book.filter().order_by(sql("{} % 2", Book.id).desc()),
        f'SELECT {ROW} FROM {FROM} ORDER BY "t"."id" % 2 DESC',
        (),
    ),
    (
        Author.filter(sql("{} % 2 = 0", Author.books.id)),
        (
            'SELECT "t"."id", "t"."name" FROM "shop"."author" AS "t" WHERE EXISTS (SELECT 1 FROM '
            '"shop"."book" AS "t.books" WHERE "t"."id" = "t.books"."author_id" AND '
            '("t.books"."id" % 2 = 0))'
        ),
        (),
    ),
]


@pytest.mark.parametrize(("query", "text", "parameters"), QUERIES)
def test_a_fragment_is_an_expression_of_queries(
    query: Any, text: str, parameters: tuple[object, ...]
):
    compiled = query.sql()

    assert compiled.text == text
    assert compiled.parameters == parameters


REFUSED: list[tuple[str, tuple[object, ...], dict[str, object], str]] = [
    ("SELECT {}", (), {}, "SQL text has 1 places {}, and 0 values were given"),
    ("SELECT '{}'", (1,), {}, "SQL text has 0 places {}, and 1 values were given"),
    ("SELECT :naem", (), {"name": 1}, 'no value was given for ":naem"'),
    ("SELECT 1", (), {"name": 1}, 'SQL text has no place ":name"'),
    ("a[:n]", (), {}, 'no value was given for ":n"'),
    ("SELECT $1", (), {}, '"$1" cannot be numbered in SQL text that numbers its own values'),
    ("SELECT {0}", (1,), {}, "a brace in SQL text is no place for a value"),
    ("SELECT {name}", (), {"name": 1}, "a brace in SQL text is no place for a value"),
    ("SELECT { }", (1,), {}, "a brace in SQL text is no place for a value"),
    ("SELECT }", (), {}, "a brace in SQL text is no place for a value"),
    ("SELECT table_{}", (1,), {}, "a place for a value touches a word in SQL text"),
    ("SELECT {}x", (1,), {}, "a place for a value touches a word in SQL text"),
    ("SELECT E{}'x'", (1,), {}, "a place for a value touches a word in SQL text"),
    ("a; b", (), {}, "SQL text has more than one statement"),
    ("f(a", (), {}, 'a bracket "(" is left open in SQL text'),
    ("a) OR (b", (), {}, 'a bracket ")" closes nothing in SQL text'),
    ("(a]", (), {}, 'a bracket "]" closes nothing in SQL text'),
    ("a = 'b", (), {}, "a quote or a comment is left open in SQL text"),
    ("a = 'b''", (), {}, "a quote or a comment is left open in SQL text"),
    ('"a', (), {}, "a quote or a comment is left open in SQL text"),
    ("$x$ a $y$", (), {}, "a quote or a comment is left open in SQL text"),
    ("a /* b /* c */", (), {}, "a quote or a comment is left open in SQL text"),
    ("a\0", (), {}, "SQL text cannot hold a NUL character"),
    ("SELECT {}", (int,), {}, "the class int is no value"),
]


@pytest.mark.parametrize(("text", "values", "named", "message"), REFUSED)
def test_what_is_not_understood_is_refused(
    text: str, values: tuple[object, ...], named: dict[str, object], message: str
):
    with pytest.raises(QueryError) as caught:
        made_sql(text, values, named)

    assert caught.value.message == message


def test_a_name_is_quoted_or_refused():
    assert ident('a"; DROP TABLE b; --').sql == '"a""; DROP TABLE b; --"'
    for name in ["", "a\0", "x" * 64]:
        with pytest.raises(NameRefused):
            ident(name)


def test_text_with_a_nul_character_is_refused():
    with pytest.raises(ValueRefused):
        sql("SELECT {}", "a\0")


def test_a_column_of_a_relation_needs_a_query():
    with pytest.raises(QueryError, match="which SQL text has to join itself"):
        sql("SELECT {}", Book.author.name).compiled()


def test_what_is_shown_of_it_has_no_values():
    assert repr(sql("a = {}", "secret")) == "<sql 'a = {}'>"


@given(st.lists(st.sampled_from(["{}", " ", *"a:{'\"$;()-/*\n\\E"]), max_size=25).map("".join))
def test_a_value_never_joins_the_text_whatever_stands_around_its_place(text: str):
    try:
        made = made_sql(text, ["secret"], {})
    except QueryError:
        return

    compiled = made.compiled()
    assert compiled.parameters == ("secret",)
    assert compiled.text.count("$1") == 1
    assert "secret" not in compiled.text
