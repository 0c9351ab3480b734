"""Far more tasks than connections: all finish, and none waits much longer than it must."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter

from ferrule_core.database import Database
from ferrule_core.sql.compiled import CompiledQuery

QUESTION = CompiledQuery("SELECT 1 AS one", (), origin="generated")


@dataclass(frozen=True)
class Waits:
    """Seconds.

    Attributes:
        ideal: What the same statements take one after the other in as many tasks as there are
            connections: nobody of many can be sure to be served earlier. The longer of two times,
            before and after, since a machine that others use changes its pace.
        longest: What the slowest of all tasks took, from its start to its answer.
    """

    ideal: float
    longest: float


async def storm(database: Database, *, tasks: int, connections: int) -> Waits:
    """Let so many tasks ask at once for one statement each."""

    async def ask_in_turn() -> None:
        for _ in range(tasks // connections):
            await database.fetch(QUESTION)

    async def ask(begun: float) -> float:
        await database.fetch(QUESTION)
        return perf_counter() - begun

    async def ideal() -> float:
        begun = perf_counter()
        await asyncio.gather(*(ask_in_turn() for _ in range(connections)))
        return perf_counter() - begun

    await asyncio.gather(*(database.fetch(QUESTION) for _ in range(connections * 2)))
    before = await ideal()
    begun = perf_counter()
    waits = await asyncio.gather(*(ask(begun) for _ in range(tasks)))
    assert len(waits) == tasks
    return Waits(max(before, await ideal()), max(waits))
