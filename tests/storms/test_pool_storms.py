"""The pool in storms: small ones always, those of full strength by ``hatch run storms``."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.storms import cancellations, fairness, sessions
from tests.storms.watching import calm, nothing_left_running, nothing_unheard

from ferrule_core.database import Database, connect
from ferrule_core.plugins.manager import Plugins

pytestmark = pytest.mark.anyio

FULL = (pytest.mark.storm, pytest.mark.timeout(300))


@pytest.fixture
async def pooled(database: Database) -> AsyncIterator[Database]:
    """A pool of ten, beside the one that watches."""
    plugins = Plugins.load()
    async with connect(database.url, plugins=plugins, name="pooled", max_size=10) as pooled:
        yield pooled


@pytest.mark.parametrize("tasks", [400, pytest.param(5000, marks=FULL)])
async def test_cancelled_tasks_leave_nothing_behind(
    database: Database, pooled: Database, tasks: int
):
    await database.execute(cancellations.TABLE)

    async with nothing_unheard():
        outcome = await cancellations.storm(pooled, tasks=tasks)
        await calm(pooled)

    await nothing_left_running(database)
    await cancellations.check(database, outcome)
    assert len(outcome.cancelled) > tasks / 10  # the others were done when they were told
    assert pooled.statistics().size <= 10


@pytest.mark.parametrize("uses", [400, pytest.param(10_000, marks=FULL)])
async def test_the_next_user_sees_the_defaults(database: Database, pooled: Database, uses: int):
    await database.execute(sessions.SETUP)

    async with nothing_unheard():
        looked = await sessions.storm(pooled, uses=uses)
        await calm(pooled)

    assert looked == uses
    await nothing_left_running(database)


@pytest.mark.parametrize("tasks", [2_000, pytest.param(10_000, marks=FULL)])
async def test_no_task_waits_much_longer_than_it_must(pooled: Database, tasks: int):
    seen: list[fairness.Waits] = []
    for _ in range(3):  # a machine that others use is slow now and then
        seen.append(await fairness.storm(pooled, tasks=tasks, connections=10))
        if seen[-1].longest <= 3 * seen[-1].ideal:
            break

    assert seen[-1].longest <= 3 * seen[-1].ideal, seen
