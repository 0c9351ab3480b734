"""A line that reads rows one by one is found, and named."""

from __future__ import annotations

import asyncio
import inspect
import warnings
from uuid import UUID

import pytest

from ferrule_core.database import Database, LogOptions, connect, transaction
from ferrule_core.database.observing import repeated_loads
from ferrule_core.errors import ConfigurationError, RepeatedLoads
from ferrule_core.mapping.columns import Column, identity, server_default
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model.model import Model
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.query import port
from ferrule_core.query.prefetching import Prefetch
from ferrule_core.query.repetition import HINT
from ferrule_core.query.strictness import RepeatedLoadsWarning, strict_loading

pytestmark = pytest.mark.anyio


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")


class FarAuthor(Model, table="author", database="far"):
    id: Column[int] = identity()
    name: Column[str]


KEYS = range(1, 21)


@pytest.fixture(autouse=True)
async def rows(db: Database) -> None:
    async with db.connection() as connection:
        await connection.execute_script("""
            INSERT INTO author (id, name) SELECT n, 'name ' || n FROM generate_series(1, 20) n;
            INSERT INTO book (title, author_id)
                SELECT 'book ' || n, n FROM generate_series(1, 20) n;
        """)


def line_of_mark() -> int:
    """The line of the caller that ends in the comment ``MARK``."""
    frame = inspect.stack()[1]
    lines, first = inspect.getsourcelines(frame.frame.f_code)
    return first + next(n for n, line in enumerate(lines) if line.endswith("# MARK\n"))


async def test_gets_in_a_loop_are_refused_and_the_line_is_named():
    done = 0

    with strict_loading(), pytest.raises(RepeatedLoads) as caught:
        for key in KEYS:
            await Author.get(id=key)  # MARK
            done += 1

    assert done == 10
    assert (caught.value.file, caught.value.line) == (__file__, line_of_mark())
    assert str(caught.value) == (
        f'[FER-R005] line {line_of_mark()} of "{__file__}" reads "author" by one key after the '
        "other, 11 in one task, each by a statement of its own\n"
        "hint: read them all before the loop: relations by include() or prefetch_related(), rows "
        "by in_bulk(keys) or filter(id__in=keys); in concurrent tasks by loader.load(key)"
    )


async def test_relations_fetched_in_a_loop_are_refused():
    authors = await Author.filter().order_by(Author.id).all()

    with strict_loading(most=3), pytest.raises(RepeatedLoads, match="4 in one task"):
        for author in authors:
            await author.fetch(Author.books)

    with strict_loading(most=3), pytest.raises(RepeatedLoads, match='"book"'):
        for author in authors:
            await Book.filter(author_id=author.id).order_by(Book.title).all()

    with strict_loading(most=3), pytest.raises(RepeatedLoads, match='"book"'):
        for author in authors:
            await Book.filter(Book.author_id == author.id, Book.title != "x").count()


@pytest.mark.parametrize("limit", [None, 2])
async def test_chosen_rows_of_relations_fetched_in_a_loop_are_refused(limit: int | None):
    authors = await Author.filter().order_by(Author.id).all()
    chosen = Book.filter(Book.title != "x").order_by(Book.title)
    if limit is not None:
        chosen = chosen.limit(limit)

    with strict_loading(most=3), pytest.raises(RepeatedLoads, match='reads "book" by one key'):
        for author in authors:
            await author.fetch(Prefetch(Author.books, chosen))


async def test_a_warning_names_the_line_once():
    with strict_loading("warn", most=2), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for key in KEYS:
            await Author.loader.load(key)  # MARK

    assert [(one.category, one.filename, one.lineno) for one in caught] == [
        (RepeatedLoadsWarning, __file__, line_of_mark())
    ]
    assert "3 in one task" in str(caught[0].message)


async def test_what_is_no_loop_over_keys_is_let_through():
    with strict_loading(most=1):
        for start in range(5):
            await Author.get(id=1)  # the same key again
            await Author.filter(id__in=[start, start + 1]).all()  # many keys
            await Author.filter(Author.id > start).order_by(Author.id).limit(2).all()
            await Author.filter(name="name 1").offset(start).all()
            await Author.filter(id=start).update(name="other")
        async for author in Author.filter().include(Author.books).stream(chunk_rows=5):
            assert len(author.books) == 1
        async with transaction():
            for key in KEYS:
                await Author.filter(id=key).select_for_update().first()


async def test_each_task_and_each_line_is_counted_apart():
    async def get(key: int) -> None:
        await Author.get(id=key)

    with strict_loading(most=2):
        await asyncio.gather(*[get(key) for key in KEYS])
        await asyncio.gather(*[Author.loader.load(key) for key in KEYS])
        await get(1)
        await get(2)
        await Author.get(id=3)
        with pytest.raises(RepeatedLoads):
            await get(4)


async def test_blocks_are_counted_apart_and_the_innermost_counts():
    with strict_loading(most=2):
        for key in KEYS:
            with strict_loading(most=2):
                await Author.get(id=key)
        with pytest.raises(RepeatedLoads):
            for key in KEYS:
                await Author.get(id=key)


async def test_outside_of_blocks_nothing_is_in_the_way():
    before = port._resolve

    with strict_loading():
        assert port._resolve is not before
    assert port._resolve is before

    for key in KEYS:
        await Author.get(id=key)


async def test_a_database_that_is_found_only_inside_of_a_block_is_looked_at_too():
    with strict_loading(most=2):
        assert port._installed is not None
        port.install_resolver(port._installed)

        with pytest.raises(RepeatedLoads):
            for key in KEYS:
                await Author.get(id=key)


async def test_calls_without_an_event_loop_name_their_line():
    def here() -> int:
        with strict_loading(most=2):
            for key in KEYS:
                Author.sync.get(id=key)  # MARK
        return 0

    with pytest.raises(RepeatedLoads) as caught:
        await asyncio.to_thread(here)

    assert (caught.value.file, caught.value.line) == (__file__, line_of_mark())


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == "ferrule.loading"]


async def test_the_log_of_a_database_names_the_line(
    database_url: DatabaseUrl, caplog: pytest.LogCaptureFixture
):
    def here() -> None:
        for key in KEYS:
            FarAuthor.sync.get(id=key)

    async with connect(database_url, name="far", log=LogOptions(repeated_loads_after=3)):
        for key in KEYS:
            await FarAuthor.get(id=key)  # MARK
        await asyncio.to_thread(here)

    first, second = told(caplog)
    assert first == (
        f'line {line_of_mark()} of "{__file__}" reads "author" by one key after the other, 4 in '
        f'one task, each by a statement of its own (database "far"); {HINT}'
    )
    assert f'line {here.__code__.co_firstlineno + 2} of "{__file__}"' in second


async def test_the_log_takes_what_is_far_apart_for_no_loop(
    database_url: DatabaseUrl, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(repeated_loads, "LOOP_SECONDS", 0.0)

    async with connect(database_url, name="far", log=LogOptions(repeated_loads_after=3)):
        for key in KEYS:
            await FarAuthor.get(id=key)

    assert told(caplog) == []
    with pytest.raises(ConfigurationError, match="repeated_loads_after of a log must"):
        LogOptions(repeated_loads_after=0)


@pytest.mark.parametrize(("reaction", "most"), [("shout", 1), ("raise", 0)])
async def test_a_block_that_cannot_be_is_refused(reaction: str, most: int):
    with pytest.raises(ConfigurationError, match="strict loading"):
        strict_loading(reaction, most=most)  # type: ignore[arg-type]
