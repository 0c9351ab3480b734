"""Rows that concurrent tasks ask for by key are read by one statement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import pytest

from ferrule_core.database import Database, connect, transaction
from ferrule_core.errors import (
    ModelError,
    MultipleRows,
    NotFound,
    TransactionError,
    ValueRefused,
)
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.model.model import Model, View
from ferrule_core.plugins.contracts import DatabaseUrl, Middleware

pytestmark = pytest.mark.anyio


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]


class Shelf(Model, table="shelf"):
    room: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)
    height: Column[int]


class Word(Model, table="word"):
    text: Column[str] = column(primary_key=True)


class Twofold(View, table="twofold"):
    id: Column[int] = column(primary_key=True)


class FarAuthor(Model, table="author", database="far"):
    id: Column[int] = identity()
    name: Column[str]


@pytest.fixture(autouse=True)
async def rows(db: Database) -> None:
    async with db.connection() as connection:
        await connection.execute_script("""
            INSERT INTO author (id, name) SELECT n, 'name ' || n FROM generate_series(1, 50) n;
            INSERT INTO shelf VALUES ('a', 1, 10), ('a', 2, 20), ('b', 1, 30);
            CREATE TABLE word (text char(6) PRIMARY KEY);
            INSERT INTO word VALUES ('Lem'), ('dune');
            CREATE VIEW twofold AS VALUES (1), (2), (2);
            ALTER VIEW twofold RENAME COLUMN column1 TO id;
        """)


@pytest.fixture
def sent(db: Database) -> list[str]:
    """The texts of the statements that were sent."""
    return watched(db)


def watched(database: Database) -> list[str]:
    texts: list[str] = []

    class Listening:
        name = "listening"

        async def __call__(
            self, query: Any, run: Callable[[Any], Awaitable[Any]], *_: object
        ) -> Any:
            texts.append(query.text)
            return await run(query)

    listening: Middleware = Listening()
    database.watch.assemble([listening], [])
    return texts


async def together(*coroutines: Any) -> list[Any]:
    return list(await asyncio.gather(*coroutines, return_exceptions=True))


async def test_tasks_of_one_group_share_one_statement(sent: list[str]):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(Author.loader.load(key)) for key in range(1, 51)]

    assert [task.result().name for task in tasks] == [f"name {n}" for n in range(1, 51)]
    assert len(sent) == 1
    assert sent[0].endswith('WHERE "t"."id" = ANY ($1)')


async def test_a_second_round_is_shared_as_well(sent: list[str]):
    async def twice(key: int) -> str:
        first = await Author.loader.load(key)
        return (await Author.loader.load(first.id + 1)).name

    assert await together(*map(twice, range(1, 11))) == [f"name {n}" for n in range(2, 12)]
    assert len(sent) == 2


async def test_a_missing_key_fails_for_that_task_alone(sent: list[str]):
    one, missing, none, nothing = await together(
        Author.loader.load(1),
        Author.loader.load(99),
        Author.loader.load_or_none(98),
        Author.loader.load_or_none(None),
    )

    assert one.name == "name 1"
    assert isinstance(missing, NotFound)
    assert str(missing).startswith("[FER-R001] no Author fits")
    assert none is nothing is None
    assert len(sent) == 1


async def test_each_task_gets_an_instance_of_its_own():
    first, second = await together(Author.loader.load(1), Author.loader.load(1))

    first.name = "changed"
    await first.save()

    assert second.name == "name 1"
    assert (await Author.get(id=1)).name == "changed"


async def test_keys_of_several_columns(sent: list[str]):
    found = await together(
        Shelf.loader.load(("a", 1)), Shelf.loader.load(("b", 1)), Shelf.loader.load(("b", 2))
    )

    assert [shelf.height for shelf in found[:2]] == [10, 30]
    assert isinstance(found[2], NotFound)
    assert len(sent) == 1


async def test_a_key_that_is_none_is_refused_and_disturbs_nobody(sent: list[str]):
    good, other, wrong, short, large = await together(
        Author.loader.load(1),
        Author.loader.load(2),
        Author.loader.load("1"),
        Shelf.loader.load("a"),
        Author.loader.load(2**70),
    )

    assert len(sent) == 1  # what no row can have is refused before anything is sent
    assert other.name == "name 2"
    assert good.name == "name 1"
    assert isinstance(wrong, ValueRefused)
    assert isinstance(short, ModelError)
    assert isinstance(large, ValueRefused)


async def test_keys_that_only_the_server_holds_for_equal_are_found():
    found = await together(*[Word.loader.load_or_none(text) for text in ("Lem", "dune ", "x")])

    assert [word and word.text for word in found] == ["Lem   ", "dune  ", None]


async def test_rows_of_a_view_that_have_the_same_key_are_several():
    one, two = await together(Twofold.loader.load(1), Twofold.loader.load(2))

    assert one.id == 1
    assert isinstance(two, MultipleRows)


async def test_a_transaction_sees_what_it_wrote_and_others_do_not(db: Database):
    seen: dict[str, str] = {}

    async def inside() -> None:
        async with transaction():
            await db.execute("UPDATE author SET name = 'inside' WHERE id = 1")
            seen["inside"] = (await Author.loader.load(1)).name

    async def outside() -> None:
        for _ in range(5):
            seen["outside"] = (await Author.loader.load(1)).name

    await asyncio.gather(inside(), outside())

    assert seen["inside"] == "inside"
    async with transaction():
        await db.execute("UPDATE author SET name = 'other' WHERE id = 2")
        stranger = asyncio.create_task(Author.loader.load(2))
        with pytest.raises(TransactionError, match="was used by"):
            await stranger


async def test_tasks_of_a_shared_transaction_share_one_statement(db: Database, sent: list[str]):
    async with transaction(shared=True):
        await db.execute("UPDATE author SET name = 'inside' WHERE id < 3")
        sent.clear()
        found = await together(*[Author.loader.load(key) for key in (1, 2, 3)])

    assert [author.name for author in found] == ["inside", "inside", "name 3"]
    assert len(sent) == 1


async def test_databases_are_kept_apart(database_url: DatabaseUrl, sent: list[str]):
    async with connect(database_url, name="far") as far:
        sent_far = watched(far)

        found = await together(
            *[model.loader.load(key) for key in (1, 2) for model in (Author, FarAuthor)]
        )

    assert [type(author) for author in found] == [Author, FarAuthor] * 2
    assert (len(sent), len(sent_far)) == (1, 1)


tenant: ContextVar[str] = ContextVar("tenant")


async def test_tasks_of_different_contexts_never_share_a_statement(sent: list[str]):
    async def of(name: str, key: int) -> Author:
        tenant.set(name)
        return await Author.loader.load(key)

    assert len(await together(of("a", 1), of("b", 2), of("a", 3))) == 3
    assert len(sent) == 2


async def test_a_task_that_is_cancelled_takes_nobody_along():
    for cancelled in (0, 1):
        tasks = [asyncio.create_task(Author.loader.load(key)) for key in (1, 2, 3)]
        await asyncio.sleep(0)
        tasks[cancelled].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)

        assert isinstance(found.pop(cancelled), asyncio.CancelledError)
        assert all(isinstance(one, Author) for one in found)


async def test_what_has_nothing_to_do_with_a_key_is_an_error_of_each_task(db: Database):
    await db.execute("ALTER TABLE author RENAME TO writer")

    found = await together(Author.loader.load(1), Author.loader.load(2))

    assert [str(one).split()[0] for one in found] == ["[FER-D501]", "[FER-D501]"]


async def test_without_an_event_loop():
    def here() -> tuple[str, Author | None]:
        return Author.loader.sync.load(1).name, Author.loader.sync.load_or_none(99)

    assert await asyncio.to_thread(here) == ("name 1", None)
