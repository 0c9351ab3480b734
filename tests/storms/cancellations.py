"""Most of the tasks that write are cancelled, at any moment, some of them twice."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

import anyio

from ferrule_core.database import Database
from ferrule_core.errors import FerruleError
from ferrule_core.sql.compiled import CompiledQuery

BATCH = 250
"""How many tasks there are at once."""

TABLE = "CREATE TABLE halves (task int, half int, PRIMARY KEY (task, half))"


@dataclass
class Outcome:
    """What became of the tasks, by number."""

    done: set[int]
    cancelled: set[int]
    failed: dict[int, BaseException]


def _generated(text: str, *parameters: object) -> CompiledQuery:
    return CompiledQuery(text, parameters, origin="generated")


async def _write(database: Database, number: int) -> None:
    async with database.transaction():
        await database.execute(_generated("INSERT INTO halves VALUES ($1, 1)", number))
        if number % 3 == 0:
            await database.fetch(_generated("SELECT pg_sleep(0.002)"))
        await database.execute(_generated("INSERT INTO halves VALUES ($1, 2)", number))


async def _try_to_write(database: Database, number: int, outcome: Outcome, patience: float) -> None:
    """Write; one of four gives up by itself, in a scope of anyio."""
    try:
        with anyio.move_on_after(patience if number % 4 == 0 else None) as scope:
            await _write(database, number)
    except asyncio.CancelledError:
        outcome.cancelled.add(number)
        raise
    except FerruleError as error:
        outcome.failed[number] = error
        return
    (outcome.cancelled if scope.cancelled_caught else outcome.done).add(number)


async def _cancel(running: asyncio.Task[None], chance: random.Random) -> None:
    await asyncio.sleep(chance.random() * 0.2)
    running.cancel()
    if chance.random() < 0.3:
        await asyncio.sleep(chance.random() * 0.003)
        running.cancel()


async def storm(database: Database, *, tasks: int, seed: int = 0) -> Outcome:
    """Let each task write two halves in a transaction; cancel seven of ten of them at random.

    ``TABLE`` has to be there.
    """
    chance = random.Random(seed)  # noqa: S311 - the same each time
    outcome = Outcome(set(), set(), {})
    for start in range(0, tasks, BATCH):
        running = [
            asyncio.create_task(_try_to_write(database, number, outcome, chance.random() * 0.05))
            for number in range(start, min(start + BATCH, tasks))
        ]
        doomed = [one for one in running if chance.random() < 0.7]
        await asyncio.gather(*(_cancel(one, chance) for one in doomed))
        await asyncio.wait(running)
    return outcome


async def check(watcher: Database, outcome: Outcome) -> None:
    """Fail if something is half written, or was acknowledged and is not there."""
    rows = await watcher.fetch("SELECT task, count(*) AS halves FROM halves GROUP BY task")
    written = {row["task"]: row["halves"] for row in rows}
    assert set(written.values()) <= {2}
    assert outcome.done <= set(written)
    assert outcome.failed == {}
    assert outcome.cancelled
