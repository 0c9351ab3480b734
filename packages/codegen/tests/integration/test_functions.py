"""Stored functions and procedures as Python: what checkers know of them, and calls on a server."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from ferrule_core.database import connect, transaction
from ferrule_core.errors import QueryError

pytestmark = pytest.mark.anyio

LIBRARY = """
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('in', 'out');
CREATE DOMAIN shop.amount AS int NOT NULL;
CREATE TYPE shop.size AS (width int, height numeric(6, 2));
CREATE TABLE shop.book (
    id int PRIMARY KEY, title text NOT NULL, "class" text, state shop.state NOT NULL DEFAULT 'in'
);
CREATE FUNCTION shop.search_books(q text, max_id int DEFAULT NULL) RETURNS SETOF shop.book
    LANGUAGE sql AS $$ SELECT * FROM shop.book
    WHERE title ILIKE '%' || q || '%' AND (max_id IS NULL OR id <= max_id) ORDER BY id $$;
COMMENT ON FUNCTION shop.search_books IS 'Books whose title has these words.';
CREATE FUNCTION shop.book_by_id(int) RETURNS shop.book LANGUAGE sql
    AS $$ SELECT * FROM shop.book WHERE id = $1 $$;
CREATE FUNCTION shop.lengths(minimum int DEFAULT 0)
    RETURNS TABLE (title text, "class" text, state shop.state, date date) LANGUAGE sql
    AS $$ SELECT title, class, state, date '2020-02-03' FROM shop.book
    WHERE length(title) >= minimum ORDER BY id $$;
CREATE FUNCTION shop.extremes(a int[], OUT low int, OUT high int) LANGUAGE sql
    AS $$ SELECT min(n), max(n) FROM unnest(a) n $$;
CREATE FUNCTION shop.area(sizes shop.amount) RETURNS shop.size LANGUAGE sql
    AS $$ SELECT (sizes, 2.5)::shop.size $$;
CREATE FUNCTION shop.total(first int, VARIADIC rest int[]) RETURNS bigint LANGUAGE sql
    AS $$ SELECT first + coalesce(sum(n), 0) FROM unnest(rest) n $$;
CREATE FUNCTION shop.padded(t text, often int DEFAULT 1, VARIADIC rest text[] DEFAULT '{}')
    RETURNS text LANGUAGE sql AS $$ SELECT repeat(t, often) || array_to_string(rest, '') $$;
CREATE FUNCTION shop.states() RETURNS SETOF shop.state LANGUAGE sql
    AS $$ VALUES ('in'::shop.state), ('out'), (NULL::shop.state) $$;
CREATE FUNCTION shop.opposite(s shop.state) RETURNS shop.state LANGUAGE sql
    AS $$ SELECT CASE s WHEN 'in' THEN 'out' WHEN 'out' THEN 'in' END::shop.state $$;
CREATE FUNCTION shop.certain() RETURNS shop.amount LANGUAGE sql AS $$ SELECT 7 $$;
CREATE FUNCTION shop.nothing() RETURNS void LANGUAGE sql AS $$ SELECT $$;
CREATE FUNCTION shop.shown(b shop.book) RETURNS text LANGUAGE sql
    AS $$ SELECT b.title || ' is ' || b.state $$;
CREATE FUNCTION shop.settings(more jsonb) RETURNS jsonb LANGUAGE sql
    AS $$ SELECT more || '{"a": 1}' $$;
CREATE FUNCTION shop.twice(n int) RETURNS int LANGUAGE sql AS $$ SELECT n * 2 $$;
CREATE FUNCTION shop.twice(n bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT n * 2 $$;
CREATE FUNCTION shop.twice(n numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT n * 2 $$;
CREATE FUNCTION shop.twice(t text) RETURNS text LANGUAGE sql AS $$ SELECT t || t $$;
CREATE FUNCTION shop.twice(n double precision) RETURNS double precision LANGUAGE sql
    AS $$ SELECT n * 2 $$;
CREATE FUNCTION shop.twice(n numeric, often int) RETURNS numeric LANGUAGE sql
    AS $$ SELECT n * often $$;
CREATE FUNCTION shop."odd ""name"("class" int, "from" int DEFAULT 1) RETURNS int LANGUAGE sql
    AS $$ SELECT "class" + "from" $$;
CREATE FUNCTION shop.list(str text) RETURNS text[] LANGUAGE sql AS $$ SELECT ARRAY[str] $$;
CREATE FUNCTION shop.annotations() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION public.list() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION shop.same(anyelement) RETURNS anyelement LANGUAGE sql AS $$ SELECT $1 $$;
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION shop.whatever() RETURNS SETOF record LANGUAGE sql AS $$ SELECT 1, 2 $$;
CREATE PROCEDURE shop.add_book(id int, title text) LANGUAGE sql
    AS $$ INSERT INTO shop.book (id, title) VALUES (id, title) $$;
CREATE PROCEDURE shop.count_books(minimum int, INOUT n bigint, INOUT note text)
    LANGUAGE plpgsql AS $$
    BEGIN
        SELECT count(*) INTO n FROM shop.book WHERE length(title) >= minimum;
        note := note || '!';
    END $$;
CREATE PROCEDURE shop.how_many(INOUT n bigint DEFAULT 0) LANGUAGE plpgsql
    AS $$ BEGIN SELECT count(*) INTO n FROM shop.book; END $$;
INSERT INTO shop.book (id, title, class)
    VALUES (1, 'Emma', NULL), (2, 'Dune', 'x'), (3, 'Dunes', NULL);
"""

USAGE = """
from datetime import date
from decimal import Decimal
from typing import assert_type

from ferrule import JsonValue
from shop import Book, State
from shop.functions import (
    ExtremesRow, LengthsRow, add_book, area, book_by_id, certain, count_books, extremes, how_many,
    lengths, nothing, odd_name, opposite, padded, search_books, settings, shop_list, shown, states,
    total, twice, twice_double_precision,
)


async def right(book: Book) -> None:
    assert_type(await search_books("dune"), list[Book])
    assert_type(await search_books(q="dune", max_id=None), list[Book])
    assert_type(search_books("dune", 3).sync.result(), list[Book])
    assert_type(await search_books("dune").using("other"), list[Book])
    assert_type(await book_by_id(1), Book | None)
    assert_type(await lengths(), list[LengthsRow])
    row = (await lengths(minimum=3))[0]
    assert_type((row.title, row.class_, row.state), tuple[str | None, str | None, State | None])
    assert_type(row.date, date | None)
    assert_type(await extremes([1, 2]), ExtremesRow)
    assert_type((await area(2)).height, Decimal | None)
    assert_type(await total(1, 2, 3), int | None)
    assert_type(await padded("a", 2, "b", "c"), str | None)
    assert_type(await states(), list[State | None])
    assert_type(await opposite(State.IN), State | None)
    assert_type(await certain(), int)
    assert_type(await nothing(), None)
    assert_type(await shown(book), str | None)
    assert_type(await settings({"b": [1]}), JsonValue | None)
    assert_type(await twice(1), int | None)
    assert_type(await twice("a"), str | None)
    assert_type(await twice(Decimal(1)), Decimal | None)
    assert_type(await twice(Decimal(1), 3), Decimal | None)
    assert_type(await twice_double_precision(1.5), float | None)
    assert_type(await odd_name(1, from_=2), int | None)
    assert_type(await shop_list("a"), list[str] | None)
    assert_type(await add_book(1, "x"), None)
    assert_type((await count_books(5, 0, "n")).note, str | None)
    assert_type(await how_many(), int | None)


async def wrong(book: Book) -> None:
    search_books()  # E
    search_books(3)  # E
    search_books("dune", most=1)  # E
    await book_by_id(id=1)  # E
    (await lengths())[0].size  # E
    total(1, "2")  # E
    opposite("in")  # E
    twice(b"a")  # E
    twice(1, 2)  # E
    shown("x")  # E
    add_book(1)  # E
    (await count_books(5, 0, "n")).m  # E
"""


@pytest.mark.timeout(300)
@pytest.mark.requires_postgres(min=18)  # what checkers say does not depend on it
async def test_checkers_know_what_functions_take_and_give(project, shared: Path):
    await project.run(LIBRARY)
    await project.pull(schema=["shop", "public"])
    file = project.root / "usage.py"
    file.write_text(f"from __future__ import annotations\n{USAGE}")
    (project.root / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')

    path = os.fspath(project.root)
    checker = os.fspath(shared / "contracts" / "check_typing.py")
    assert project.command(checker, file.name, PYTHONPATH=path).count("false alarms 0") == 2
    project.command("-m", "mypy", "--strict", "shop")
    project.command("-m", "basedpyright", "shop", PYTHONPATH=path)
    project.command("-m", "ruff", "check", "--isolated", "shop")


@pytest.fixture
async def functions(project, import_package, tmp_path: Path):
    await project.run(LIBRARY)
    await project.pull(schema=["shop", "public"], output=Path("shop_models"))
    import_package(tmp_path / "shop_models")
    import shop_models.functions

    async with connect(project.url):
        yield shop_models.functions


async def test_rows_of_tables_are_instances(functions):
    from shop_models import Book, State

    found = await functions.search_books("dune")

    assert [(type(book), book.id, book.state) for book in found] == [
        (Book, 2, State.IN),
        (Book, 3, State.IN),
    ]
    assert [book.id for book in await functions.search_books(q="dune", max_id=2)] == [2]
    assert (await functions.book_by_id(1)).title == "Emma"
    assert await functions.book_by_id(9) is None
    found[0].title = "Dune, again"
    async with transaction():
        await found[0].save()
        assert (await functions.book_by_id(2)).title == "Dune, again"
    assert await functions.shown(found[0]) == "Dune, again is in"
    assert await functions.shown(None) is None


async def test_columns_of_a_result_are_a_row(functions):
    from shop_models import State

    rows = await functions.lengths(5)

    assert len(rows) == 1
    assert (rows[0].title, rows[0].class_, rows[0].state) == ("Dunes", None, State.IN)
    assert rows[0].date.isoformat() == "2020-02-03"
    assert await functions.extremes([3, 1, 2]) == functions.ExtremesRow(low=1, high=3)
    assert await functions.area(4) == functions.AreaRow(width=4, height=Decimal("2.50"))
    assert await functions.count_books(5, 0, "n") == functions.CountBooksRow(n=1, note="n!")


async def test_single_values_are_what_their_types_say(functions):
    from shop_models import State

    assert await functions.states() == [State.IN, State.OUT, None]
    assert await functions.opposite(State.OUT) is State.IN
    assert await functions.certain() == 7
    assert await functions.nothing() is None
    assert await functions.settings({"b": [1]}) == {"a": 1, "b": [1]}
    assert await functions.shop_list("a") == ["a"]
    assert await functions.list() == 1
    assert await functions.annotations_() == 1
    assert await functions.how_many() == 3


async def test_arguments_by_place_by_name_and_any_number(functions):
    assert await functions.total(1) == 1
    assert await functions.total(1, 2, 3) == 6
    assert await functions.padded("a") == "a"
    assert await functions.padded("a", 2) == "aa"
    assert await functions.padded("a", 2, "b", "c") == "aabc"
    assert await functions.odd_name(1) == 2
    assert await functions.odd_name(class_=1, from_=4) == 5
    await functions.add_book(title="It", id=4)
    assert await functions.how_many() == 4


async def test_overloads_are_told_apart_by_their_arguments(functions):
    assert await functions.twice(4) == 8
    assert await functions.twice(2**40) == 2**41
    assert await functions.twice("a") == "aa"
    assert await functions.twice(Decimal("1.5")) == 3
    assert await functions.twice(Decimal("1.5"), 3) == Decimal("4.5")
    assert await functions.twice_double_precision(0.25) == 0.5


async def test_what_no_function_takes_is_refused_before_it_is_sent(functions):
    for call, message in [
        (functions.search_books, '"search_books" needs the argument "q"'),
        (lambda: functions.odd_name(1, fro=1), '"odd "name" has no argument "fro"'),
        (functions.twice, 'no function "twice" takes these arguments'),
    ]:
        with pytest.raises(QueryError) as caught:
            call()
        assert caught.value.message == message
    assert repr(functions.search_books("secret")) == "<call of shop.search_books>"
    assert repr(functions.search_books) == "<stored shop.search_books(q text, max_id integer)>"


async def test_columns_that_came_later_change_nothing_or_are_said(functions, project):
    await project.run(
        "ALTER TABLE shop.book ADD COLUMN pages int;"
        "DROP FUNCTION shop.extremes;"
        "CREATE FUNCTION shop.extremes(a int[], OUT low int, OUT high int, OUT more int)"
        " LANGUAGE sql AS $$ SELECT 1, 2, 3 $$"
    )

    assert [book.id for book in await functions.search_books("emma")] == [1]
    with pytest.raises(QueryError) as caught:
        await functions.extremes([1])
    assert caught.value.message == '"shop.extremes" gives 3 columns, and the code knows of 2'
    assert caught.value.hint == "`ferrule pull` brings the code up to date"


async def test_functions_are_called_without_an_event_loop(project):
    await project.run(LIBRARY)
    await project.pull()

    shown = project.python(
        "from ferrule import connect\n"
        "from shop.functions import search_books, twice\n"
        "with connect('dev').sync:\n"
        "    print([b.id for b in search_books('dune').sync.result()], twice(2).sync.result())"
    )

    assert shown == "[2, 3] 4\n"


async def test_what_cannot_be_called_is_reported_and_names_stay(project):
    await project.run(LIBRARY)
    await project.pull()
    reported = [line for lines in project.terminal.trees.values() for line in lines["function: 2"]]
    assert reported == ["shop.touch()", "shop.whatever()"]
    before = project.files()["shop/functions.py"]

    await project.run(
        "CREATE FUNCTION shop.\"SearchBooks\"() RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "CREATE FUNCTION public.search_books() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    )
    await project.pull(schema=["shop", "public"])

    after = project.files()["shop/functions.py"].decode()
    assert "def search_books(\n        q: str" in after
    assert "def public_search_books() -> RoutineCall[int | None]:" in after
    assert "def shop_search_books() -> RoutineCall[int | None]:" in after
    assert before != after.encode()


async def test_settings_name_functions(project):
    await project.run(LIBRARY)
    with (project.root / "ferrule.toml").open("a") as settings:
        settings.write(
            '[codegen.names]\n"shop.search_books()" = "find_books"\n'
            '"shop.twice(double precision)" = "doubled"\n"shop.serach()" = "x"\n'
        )

    await project.pull()

    text = project.files()["shop/functions.py"].decode()
    assert "def find_books(" in text
    assert "def doubled(n: float" in text
    assert project.terminal.warnings == [
        'there is no "shop.serach()" to give the name to that [codegen.names] has for it'
    ]
