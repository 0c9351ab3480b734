"""``database.create_all``: all or nothing, in any transaction, and without an event loop."""

from __future__ import annotations

import pytest
from anyio import to_thread

from ferrule import Column, ForeignKey, Model, column, connect, foreign_key, identity
from ferrule_core.errors import DatabaseError

pytestmark = pytest.mark.anyio

THERE = "SELECT to_regclass($1) IS NOT NULL"


class Author(Model, table="author", schema="shop", database="made"):
    id: Column[int] = identity()
    name: Column[str] = column(unique=True)


class Book(Model, table="book", schema="shop", database="made"):
    id: Column[int] = identity()
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id", on_delete="cascade")


class Wrong(Model, table="wrong", schema="shop", database="made"):
    id: Column[int] = column(primary_key=True, check="no_such_function(id)")


async def is_there(database, name: str) -> bool:
    (row,) = await database.fetch(THERE, name)
    return row[0] is True


async def test_models_can_be_used_at_once(database_url):
    async with connect(database_url, name="made") as database:
        await database.execute("CREATE SCHEMA shop")

        await database.create_all([Book, Author])

        author = await Author.create(name="Le Guin")
        assert (await Book.create(author_id=author.id)).id == 1


async def test_nothing_is_made_where_something_cannot_be(database_url):
    async with connect(database_url, name="made") as database:
        with pytest.raises(DatabaseError, match="no_such_function"):
            await database.create_all([Author, Wrong])

        assert not await is_there(database, "shop.author")


async def test_what_is_there_is_not_changed(database_url):
    async with connect(database_url, name="made") as database:
        await database.create_all([Author])

        with pytest.raises(DatabaseError, match="already exists"):
            await database.create_all([Author, Book])

        assert not await is_there(database, "shop.book")


async def test_a_transaction_around_it_goes_on_as_it_was(database_url):
    async with connect(database_url, name="made") as database:
        async with database.transaction():
            await database.execute("SET LOCAL search_path = pg_temp, public")
            await database.create_all([Author])
            (row,) = await database.fetch(
                "SELECT current_setting('search_path'), current_setting('check_function_bodies')"
            )
            assert tuple(row) == ("pg_temp, public", "on")
            await database.execute("CREATE TEMPORARY TABLE t (n int)")

        (row,) = await database.fetch("SELECT current_setting('search_path')")
        assert row[0] == '"$user", public'
        assert await is_there(database, "shop.author")


async def test_it_has_a_twin_without_an_event_loop(database_url):
    def make() -> int:
        with connect(database_url, name="made").sync as database:
            database.create_all([Author])
            return Author.sync.create(name="Le Guin").id

    assert await to_thread.run_sync(make) == 1
