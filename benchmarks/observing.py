"""What it costs to be looked at, and that it costs nothing not to be."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

from typing_extensions import override

import ferrule_asyncpg.plugin
from benchmarks.measuring import Summary, summarise, take_turns
from ferrule_core.database import Database, LogOptions
from ferrule_core.database.target import find_target
from ferrule_core.database.verbs import Result, Statement, Verb
from ferrule_core.plugins.contracts import DatabaseUrl, Middleware
from ferrule_core.plugins.manager import Plugins
from ferrule_core.plugins.markers import hookimpl
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

WITHOUT, UNOBSERVED = "a path without plugins", "nobody looks"

_ONE_ROW = CompiledQuery("SELECT 1 AS n", (), "benchmark")

_LOGS = {
    UNOBSERVED: LogOptions(),
    "counters": LogOptions(counters=True),
    "log of slow statements": LogOptions(slow_after=timedelta(hours=1)),
    "log of all statements": LogOptions(statements=True),
}


class WithoutPlugins(Database):
    """Does not even ask whether anybody looks or stands around."""

    @override
    def _run(
        self, verb: Verb[Statement, Result], statement: Statement
    ) -> Coroutine[Any, Any, Result]:
        return self.run_now(verb, statement)


class PassesOn:
    """Middleware that does nothing."""

    name = "benchmark"

    async def __call__(
        self,
        query: CompiledQuery | CompiledBatch,
        call_next: Callable[[CompiledQuery | CompiledBatch], Awaitable[Sequence[Row]]],
        /,
    ) -> Sequence[Row]:
        """Ask the next."""
        return await call_next(query)


async def run_observing(url: DatabaseUrl, *, rounds: int, seconds: float) -> dict[str, Summary]:
    """What one row through the pool takes, by who looks."""
    sql = logging.getLogger("ferrule.sql")
    before = (sql.level, sql.propagate, list(sql.handlers))
    sql.setLevel(logging.INFO)
    sql.propagate = False
    sql.handlers = [logging.NullHandler()]
    try:
        async with AsyncExitStack() as stack:
            calls: dict[str, Callable[[], Awaitable[object]]] = {}
            for name, database in _databases(url).items():
                await stack.enter_async_context(database)
                calls[name] = _asking(database)
            samples = await take_turns(calls, _nothing, rounds=rounds, seconds=seconds)
            return summarise(samples, (WITHOUT,))
    finally:
        level, sql.propagate, sql.handlers = before
        sql.setLevel(level)


def _databases(url: DatabaseUrl) -> dict[str, Database]:
    bare = Plugins.of(ferrule_asyncpg.plugin)
    around = Plugins.of(ferrule_asyncpg.plugin, _plugin_with(PassesOn()))
    made: dict[str, Database] = {WITHOUT: _database(url, bare, LogOptions(), kind=WithoutPlugins)}
    made |= {name: _database(url, bare, log) for name, log in _LOGS.items()}
    made["middleware that passes on"] = _database(url, around, LogOptions())
    return made


def _database(
    url: DatabaseUrl, plugins: Plugins, log: LogOptions, kind: type[Database] = Database
) -> Database:
    target = find_target(url, plugins, None)
    target = replace(target, profile=replace(target.profile, log=log))
    return kind(target, target.profile.pool, name=f"observing {id(log)} {id(target)}")


def _plugin_with(middleware: Middleware) -> ModuleType:
    module = ModuleType("benchmark")

    @hookimpl
    def ferrule_middleware() -> Sequence[Middleware]:
        return [middleware]

    vars(module)["ferrule_middleware"] = ferrule_middleware
    return module


def _asking(database: Database) -> Callable[[], Awaitable[object]]:
    return lambda: database.fetch_first(_ONE_ROW)


async def _nothing() -> None:
    """Between two turns."""
