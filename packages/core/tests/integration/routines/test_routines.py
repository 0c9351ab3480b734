"""Stored functions and procedures, called by their names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_type

import pytest

from ferrule_core.database import Database, connect, transaction
from ferrule_core.errors import QueryError, StatementError
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.model.model import Model
from ferrule_core.plugins.contracts import DatabaseUrl

pytestmark = [pytest.mark.anyio]

ROUTINES = """
CREATE SCHEMA shop;
CREATE TABLE book (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL);
INSERT INTO book (title) VALUES ('Emma'), ('Dune'), ('Dunes');
CREATE FUNCTION search_books(words text, most int DEFAULT 10) RETURNS SETOF book LANGUAGE sql AS
    $$ SELECT * FROM book WHERE title ILIKE '%' || words || '%' ORDER BY id LIMIT most $$;
CREATE FUNCTION titles() RETURNS SETOF text LANGUAGE sql AS
    $$ SELECT title FROM book ORDER BY id $$;
CREATE FUNCTION lengths(minimum int) RETURNS TABLE (title text, size int) LANGUAGE sql AS
    $$ SELECT title, length(title) FROM book WHERE length(title) >= minimum ORDER BY id $$;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS $$ SELECT n * 2 $$;
CREATE FUNCTION twice(t text) RETURNS text LANGUAGE sql AS $$ SELECT t || t $$;
CREATE FUNCTION twice(n numeric, often int) RETURNS numeric LANGUAGE sql AS $$ SELECT n * often $$;
CREATE FUNCTION total(first int, VARIADIC rest int[]) RETURNS bigint LANGUAGE sql AS
    $$ SELECT first + coalesce(sum(n), 0) FROM unnest(rest) n $$;
CREATE FUNCTION extremes(a int[], OUT low int, OUT high int) LANGUAGE sql AS
    $$ SELECT min(n), max(n) FROM unnest(a) n $$;
CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS $$ SELECT $$;
CREATE FUNCTION shop."odd ""name"(x int) RETURNS int LANGUAGE sql AS $$ SELECT x + 1 $$;
CREATE FUNCTION either(x int, y bigint) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION either(x bigint, y int) RETURNS int LANGUAGE sql AS $$ SELECT 2 $$;
CREATE PROCEDURE add_book(title text) LANGUAGE sql AS $$ INSERT INTO book (title) VALUES (title) $$;
CREATE PROCEDURE count_books(minimum int, OUT n int, INOUT note text) LANGUAGE plpgsql AS $$
    BEGIN
        SELECT count(*) INTO n FROM book WHERE length(title) >= minimum;
        note := note || '!';
    END $$;
CREATE PROCEDURE add_and_commit(title text) LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO book (title) VALUES (title); COMMIT; END $$;
"""


@pytest.fixture
def ferrule_template() -> list[str]:
    return [ROUTINES]


class Book(Model, table="book"):
    id: Column[int] = identity(always=True, primary_key=True)
    title: Column[str]


@dataclass
class Length:
    title: str
    size: int


@pytest.fixture
async def db(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    async with connect(database_url) as database:
        yield database


async def test_functions_give_what_their_signature_says(db: Database):
    assert await db.fn.twice(4) == 8
    assert await db.fn.titles() == ["Emma", "Dune", "Dunes"]
    assert await db.fn.extremes([3, 1, 2]) == {"low": 1, "high": 3}
    assert await db.fn.lengths(5) == [{"title": "Dunes", "size": 5}]
    assert await db.fn.nothing() is None
    assert await getattr(db.fn["shop"], 'odd "name')(1) == 2
    async with transaction():
        assert await db.fn.twice(n=4) == 8
    assert await db.fn.pg_backend_pid() > 0
    assert await db.fn["pg_catalog"].upper("a") == "A"


async def test_their_rows_become_models_and_types(db: Database):
    books = await db.fn.search_books("dune").all(Book)
    assert_type(books, list[Book])
    books[0].title = "Dune, again"
    await books[0].save()

    assert [book.title for book in await db.fn.search_books("dune").all(Book)] == [
        "Dune, again",
        "Dunes",
    ]
    assert await db.fn.lengths(5).all(Length) == [Length("Dune, again", 11), Length("Dunes", 5)]
    assert_type(await db.fn.twice(1).get(int), int)
    assert await db.fn.twice(1).get(int) == 2
    assert await db.fn.search_books("nothing").first(Book) is None


async def test_arguments_by_name_defaults_and_variadic_ones(db: Database):
    assert len(await db.fn.search_books("dune", 1)) == 1
    assert len(await db.fn.search_books("dune", most=1)) == 1
    assert len(await db.fn.search_books(most=5, words="dune")) == 2
    assert await db.fn.total(1) == 1
    assert await db.fn.total(1, 2, 3) == 6
    assert await db.fn.total(first=1, rest=[4]) == 5


async def test_overloads_are_told_apart_by_their_arguments(db: Database):
    assert await db.fn.twice("a") == "aa"
    assert await db.fn.twice(Decimal("1.5"), 3) == Decimal("4.5")
    assert await db.fn.twice(t="b") == "bb"
    with pytest.raises(QueryError) as caught:
        await db.fn.either(1, 1)
    assert caught.value.message == 'several functions "either" take these arguments'
    assert "public.either(x integer, y bigint)" in str(caught.value.hint)


async def test_procedures_are_called(db: Database):
    assert await db.fn.add_book("Persuasion") is None
    assert await db.fn.count_books(5, "n") == {"n": 2, "note": "n!"}
    assert await db.fn.count_books(minimum=5, note="n") == {"n": 2, "note": "n!"}
    await db.fn.add_and_commit("It")
    assert "It" in await db.fn.titles()


REFUSED = [
    ("search_book", (), {}, 'the database has no function "search_book"'),
    ("search_books", (), {}, '"search_books" needs the argument "words"'),
    ("search_books", ("a", 1, 2), {}, '"search_books" takes at most 2 arguments, and got 3'),
    ("search_books", ("a",), {"mots": 1}, '"search_books" has no argument "mots"'),
    ("search_books", ("a",), {"words": "b"}, '"search_books" got its argument "words" twice'),
    ("twice", (), {}, 'no function "twice" takes these arguments'),
    ('twice"; DROP x; --', (1,), {}, 'the database has no function "twice"; DROP x; --"'),
]  # fmt: skip


async def test_what_the_database_does_not_have_is_refused(db: Database):
    for name, values, named, message in REFUSED:
        with pytest.raises(QueryError) as caught:
            await getattr(db.fn, name)(*values, **named)
        assert caught.value.message == message


async def test_values_never_join_the_text(db: Database):
    odd = "'); DROP TABLE book; --"

    assert await db.fn.twice(odd) == odd * 2
    assert await Book.filter().count() == 3


async def test_a_function_that_is_gone_is_looked_up_again(db: Database):
    assert await db.fn.twice(2) == 4
    await db.execute("DROP FUNCTION twice(int)")
    await db.execute(
        "CREATE FUNCTION twice(n int, by int DEFAULT 3) RETURNS int "
        "LANGUAGE sql AS $$ SELECT n * by $$"
    )

    assert await db.fn.twice(2) == 6


async def test_gone_for_good(db: Database):
    await db.fn.titles()
    await db.execute("DROP FUNCTION titles()")
    with pytest.raises(StatementError, match="does not exist"):
        await db.fn.titles()
    with pytest.raises(QueryError, match="has no function"):
        await db.fn.titles()
