"""SQL files as typed functions: what checkers know of them, what they give, and what is refused."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from ferrule_core.database import connect
from ferrule_core.errors import ConfigurationError, GenerationError, QueryError

pytestmark = pytest.mark.anyio

SHOP = """
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('in', 'out');
CREATE TABLE shop.book (
    id int PRIMARY KEY, title text NOT NULL, price numeric(8, 2), "class" text,
    state shop.state NOT NULL DEFAULT 'in', tags text[] NOT NULL DEFAULT '{}'
);
INSERT INTO shop.book VALUES (1, 'Emma', 9, 'x'), (2, 'Dune', 5, NULL), (3, 'Dunes', NULL, NULL);
"""

FILES = {
    "cheap_books": """\
-- Books below a price, the cheapest first.
-- not null: most, title
SELECT title, price, "class", state, tags FROM shop.book
WHERE price < :most OR (title = ':most' AND price > :most) ORDER BY price
""",
    "books_of_state": "-- rows: Book\nSELECT * FROM shop.book WHERE state = :state ORDER BY id;\n",
    "titles": "SELECT title FROM shop.book WHERE id = ANY (:ids) ORDER BY id",
    "add_book": "INSERT INTO shop.book (id, title, class) VALUES (:id, :title, :class)",
    "made": """INSERT INTO shop.book (id, title)
VALUES (:id, 'it''s \"\"\" \\ :x') RETURNING id, title""",
    "now": "-- not null: now\nSELECT now()",
}

USAGE = """
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import assert_type

from shop import Book, State
from shop.queries import (
    CheapBooksRow, add_book, books_of_state, cheap_books, made, now, titles,
)


async def right() -> None:
    found = await cheap_books(most=Decimal(7)).all()
    assert_type(found, list[CheapBooksRow])
    assert_type((found[0].title, found[0].price), tuple[str, Decimal | None])
    assert_type((found[0].class_, found[0].state), tuple[str | None, State | None])
    assert_type(found[0].tags, list[str] | None)
    assert_type(await books_of_state(state=State.IN).all(), list[Book])
    assert_type(await books_of_state(state=None).using("other").first(), Book | None)
    assert_type(await titles(ids=[1]).all(), list[str | None])
    assert_type(await now().get(), datetime)
    assert_type(now().sync.get(), datetime)
    assert_type(await add_book(id=1, title="x", class_=None).execute(), int)
    assert_type(add_book(id=1, title="x", class_="y").sync.execute(), int)
    assert_type((await made(id=3).get()).id, int | None)


async def wrong() -> None:
    cheap_books()  # E
    cheap_books(most=None)  # E
    cheap_books(most=Decimal(1), least=2)  # E
    cheap_books(Decimal(1))  # E
    (await cheap_books(most=Decimal(1)).all())[0].prize  # E
    books_of_state(state="in")  # E
    titles(ids=["a"])  # E
    add_book(id=1, title="x", class_=None).all()  # E
"""


def write(project, files: dict[str, str]) -> None:
    folder = project.root / "statements"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text)
    settings = project.root / "ferrule.toml"
    if "[codegen]" not in settings.read_text():
        with settings.open("a") as more:
            more.write('[codegen]\nqueries = "statements"\n')


@pytest.mark.timeout(300)
@pytest.mark.requires_postgres(min=18)  # what checkers say does not depend on it
async def test_checkers_know_what_statements_take_and_give(project, shared: Path):
    await project.run(SHOP)
    write(project, FILES)
    await project.pull()
    (project.root / "usage.py").write_text(USAGE)
    (project.root / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')

    path = os.fspath(project.root)
    checker = os.fspath(shared / "contracts" / "check_typing.py")
    assert project.command(checker, "usage.py", PYTHONPATH=path).count("false alarms 0") == 2
    project.command("-m", "mypy", "--strict", "shop")
    project.command("-m", "basedpyright", "shop", PYTHONPATH=path)
    project.command("-m", "ruff", "check", "--isolated", "shop")


async def test_statements_give_what_was_described(project, import_package, tmp_path: Path):
    await project.run(SHOP)
    write(project, FILES)
    await project.pull(output=Path("stated_models"))
    shop = import_package(tmp_path / "stated_models")
    from stated_models import queries

    async with connect(project.url):
        (dune,) = await queries.cheap_books(most=Decimal(7)).all()
        assert (dune.title, dune.price, dune.class_) == ("Dune", Decimal(5), None)
        assert (dune.state, dune.tags) == (shop.State.IN, [])
        books = await queries.books_of_state(state=shop.State.IN).all()
        assert [type(book) for book in books] == [shop.Book] * 3
        assert await queries.titles(ids=[3, 1]).all() == ["Emma", "Dunes"]
        assert await queries.add_book(id=4, title="It", class_="y").execute() == 1
        assert await queries.titles(ids=[4]).get() == "It"
        made = await queries.made(id=5).get()
        assert (made.id, made.title) == (5, 'it\'s """ \\ :x')
        assert await queries.titles(ids=[]).first() is None
        assert repr(queries.titles(ids=[1])) == "<statement statements/titles.sql>"
        with pytest.raises(QueryError, match='column "title" has a NULL'):
            await project.run("ALTER TABLE shop.book ALTER title DROP NOT NULL")
            await project.run("INSERT INTO shop.book (id, price) VALUES (9, 0)")
            await queries.cheap_books(most=Decimal(7)).all()
    with connect(project.url).sync:
        assert queries.titles(ids=[1]).sync.all() == ["Emma"]
        assert queries.titles(ids=[1]).sync.first() == "Emma"
        assert queries.add_book(id=6, title="x", class_=None).sync.execute() == 1


async def test_a_file_that_changes_changes_the_code_and_one_that_does_not_does_not(project):
    await project.run(SHOP)
    write(project, FILES)
    await project.pull()
    assert await project.pull(check=True) == 0

    write(project, {"now": "SELECT 1 AS n"})

    assert await project.pull(check=True) == 1
    assert await project.pull() == 0
    assert "def now() -> TypedSql[int | None]:" in (project.root / "shop/queries.py").read_text()


REFUSED = {
    "SELECT title,\n    pric\nFROM shop.book": 'statements/bad.sql:2: column "pric" does not exist',
    "-- a\n\nSELECT :one::int + :two,\n  :one::text || nothing": (
        'statements/bad.sql:4: column "nothing" does not exist'
    ),
    "SELECT 1\nFORM x y z": 'statements/bad.sql:2: syntax error at or near "x"',
    "SELECT (1": 'statements/bad.sql: a bracket "(" is left open in SQL text',
    "SELECT {}": "statements/bad.sql: has places without a name",
    "SELECT 1; SELECT 2": "statements/bad.sql: SQL text has more than one statement",
    "SELECT 1 AS a, 2 AS a": 'statements/bad.sql: two columns are called "a"',
    "-- not null: b\nSELECT 1 AS a": (
        'statements/bad.sql: says "b" is not null, which is neither place nor column'
    ),
    "-- rows: Bok\nSELECT * FROM shop.book": (
        'statements/bad.sql: its rows are to be "Bok", which is no model'
    ),
    "-- rows: Book\nSELECT *, 1 AS n FROM shop.book": (
        'statements/bad.sql: gives a column "n" that Book does not have'
    ),
    "-- rows: Book\nSELECT title FROM shop.book": (
        'statements/bad.sql: gives no column "id", by which a Book is known'
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.items(), ids=REFUSED.values())
async def test_a_wrong_statement_is_refused_with_its_file_and_line(project, text, message):
    await project.run(SHOP)
    write(project, {"bad": text})

    with pytest.raises(GenerationError) as caught:
        await project.pull()

    assert caught.value.message == message
    assert not (project.root / "shop").exists()


async def test_folders_and_names_that_cannot_be_are_refused(project):
    await project.run(SHOP)
    write(project, {})
    with pytest.raises(ConfigurationError, match=r'the folder "statements" has no file "\*\.sql"'):
        await project.pull()
    write(project, {"class": "SELECT 1"})
    with pytest.raises(GenerationError, match=r'"statements/class.sql" has a name that cannot be'):
        await project.pull()
