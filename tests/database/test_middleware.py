"""What stands around statements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from types import ModuleType

import pytest

from ferrule_core.database import connect
from ferrule_core.plugins.contracts import DatabaseUrl, Middleware
from ferrule_core.plugins.manager import Plugins
from ferrule_core.plugins.markers import hookimpl
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

pytestmark = pytest.mark.anyio

Next = Callable[[CompiledQuery | CompiledBatch], Awaitable[Sequence[Row]]]


class Journal:
    """Writes down what passes, and under which name."""

    def __init__(self, name: str, pages: list[str]) -> None:
        self.name = name
        self.pages = pages

    async def __call__(
        self, query: CompiledQuery | CompiledBatch, call_next: Next, /
    ) -> Sequence[Row]:
        self.pages.append(f"{self.name} < {query.text}")
        rows = await call_next(query)
        self.pages.append(f"{self.name} > {len(rows)}")
        return rows


class Silence:
    """Answers without asking."""

    name = "silence"

    async def __call__(self, _query: object, _next: object, /) -> Sequence[Row]:
        return []


def with_middleware(*around: Middleware) -> Plugins:
    import ferrule_asyncpg.plugin

    module = ModuleType("observers")

    @hookimpl
    def ferrule_middleware() -> Sequence[Middleware]:
        return list(around)

    module.ferrule_middleware = ferrule_middleware  # type: ignore[attr-defined]
    return Plugins.of(module, ferrule_asyncpg.plugin)


async def test_stands_around_every_statement_in_order_of_name(database_url: DatabaseUrl):
    pages: list[str] = []
    plugins = with_middleware(Journal("b", pages), Journal("a", pages))

    async with connect(database_url, plugins=plugins) as database:
        rows = await database.fetch("SELECT generate_series(1, 2)")

    assert len(rows) == 2
    assert pages == [
        "a < SELECT generate_series(1, 2)",
        "b < SELECT generate_series(1, 2)",
        "b > 2",
        "a > 2",
    ]


async def test_results_of_every_verb_pass_through(database_url: DatabaseUrl):
    pages: list[str] = []
    async with (
        connect(database_url, plugins=with_middleware(Journal("a", pages))) as database,
        database.transaction() as opened,
    ):
        await opened.execute("CREATE TABLE numbers (n int)")
        batch = CompiledBatch("INSERT INTO numbers VALUES ($1) RETURNING n", [(1,), (2,)])

        assert [row["n"] for row in await database.fetch_batch(batch)] == [1, 2]
        assert await database.execute("UPDATE numbers SET n = n + 1") == 2
        assert await opened.fetch_first("SELECT n FROM numbers WHERE n = 9") is None
        row = await database.fetch_first("SELECT n FROM numbers ORDER BY n")

    assert row is not None
    assert row["n"] == 2
    assert pages.count("a < UPDATE numbers SET n = n + 1") == 1


async def test_may_answer_instead_of_the_server(database_url: DatabaseUrl):
    async with connect(database_url, plugins=with_middleware(Silence())) as database:
        assert await database.fetch("SELECT no_such_function()") == []
        assert await database.fetch_first("SELECT no_such_function()") is None
        assert await database.execute("SELECT no_such_function()") == 0
