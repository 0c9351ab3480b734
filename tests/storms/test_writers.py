"""Many writers, and a server that is restarted, crashed and emptied under them."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from anyio import to_thread
from tests.storms.private_server import PrivateServer, private_server, servers_here

from ferrule_core.database import Database, connect
from ferrule_core.errors import CommitUnknown, FerruleError, SerializationFailure
from ferrule_embedded.binaries import Binaries

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.2

KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@dataclass
class Ledger:
    """What the writers were told of their rows."""

    acknowledged: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    reruns: int = 0
    successes_at: list[float] = field(default_factory=list)
    returns_at: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def first_success_after(self, moment: float) -> float:
        """Seconds from that moment to the next acknowledged write."""
        return min(at for at in self.successes_at if at >= moment) - moment


async def write(database: Database, number: int, ledger: Ledger) -> None:
    """Write a row and count it, where several writers count at the same place."""
    resolve_within = timedelta(seconds=10) if number % 2 else None
    async for attempt in database.attempts(
        20, isolation="repeatable read", resolve_within=resolve_within
    ):
        async with attempt:
            ledger.reruns += attempt.number > 1
            await database.execute("INSERT INTO written VALUES ($1)", number)
            await database.execute("UPDATE totals SET n = n + 1 WHERE id = $1", number % 8)


async def keep_writing(
    database: Database, numbers: itertools.count[int], ledger: Ledger, until: float
) -> None:
    while time.monotonic() < until:
        number = next(numbers)
        try:
            await write(database, number, ledger)
        except CommitUnknown:
            ledger.unknown.append(number)
        except FerruleError as error:
            ledger.failed.append(number)
            ledger.kinds[type(error).__name__] += 1
            if not isinstance(error, SerializationFailure):
                await asyncio.sleep(0.02)
        else:
            ledger.acknowledged.append(number)
            ledger.successes_at.append(time.monotonic())


async def make_trouble(
    server: PrivateServer, ledger: Ledger, until: float, troubles: Sequence[str]
) -> None:
    for trouble in troubles:
        await asyncio.sleep(PAUSE_SECONDS)
        if time.monotonic() > until - PAUSE_SECONDS:
            return  # it must be seen that they go on
        if trouble == "kill":
            async with connect(server.url, name="killer", max_size=1) as killer:
                await killer.execute(KILL)
        else:
            await to_thread.run_sync(server.stop, "fast" if trouble == "fast" else "immediate")
            await to_thread.run_sync(server.start)
        ledger.returns_at.append(time.monotonic())


async def check(server: PrivateServer, ledger: Ledger) -> None:
    async with connect(server.url, name="judge") as judge:
        rows = await judge.fetch("SELECT number, count(*) FROM written GROUP BY 1")
        totals = await judge.fetch_first("SELECT sum(n)::bigint FROM totals")
    counts = {row[0]: row[1] for row in rows}
    acknowledged, unknown = set(ledger.acknowledged), set(ledger.unknown)
    assert totals is not None

    assert {number for number, count in counts.items() if count != 1} == set()
    assert acknowledged - counts.keys() == set(), "acknowledged, but lost"
    assert set(ledger.failed) & counts.keys() == set(), "failed, but committed"
    assert counts.keys() - acknowledged - unknown == set()
    assert totals[0] == len(counts)


async def storm(
    server: PrivateServer, *, writers: int, seconds: float, troubles: Sequence[str]
) -> Ledger:
    ledger = Ledger()
    until = time.monotonic() + seconds
    async with connect(server.url, max_size=10) as database:
        await database.execute("CREATE TABLE written (number bigint)")
        await database.execute("CREATE TABLE totals (id int PRIMARY KEY, n bigint)")
        await database.execute("INSERT INTO totals SELECT generate_series(0, 7), 0")
        numbers = itertools.count()
        async with asyncio.TaskGroup() as group:
            group.create_task(make_trouble(server, ledger, until, troubles))
            for _ in range(writers):
                group.create_task(keep_writing(database, numbers, ledger, until))
        assert database.statistics().in_use == 0
    await check(server, ledger)
    return ledger


@pytest.fixture(params=servers_here(), ids=lambda binaries: f"{binaries.version[0]}")
def server(request: pytest.FixtureRequest):
    binaries: Binaries = request.param
    with private_server(binaries) as running:
        yield running


@pytest.mark.storm
async def test_no_acknowledged_write_is_lost_and_none_is_done_twice(server: PrivateServer):
    ledger = await storm(
        server, writers=32, seconds=30, troubles=("fast", "kill", "immediate", "kill") * 9
    )

    waits = [ledger.first_success_after(moment) for moment in ledger.returns_at]
    logger.info(
        "%d acknowledged, %s failed, %d unknown, %d reruns, at most %.3f s to the first success",
        *(len(ledger.acknowledged), dict(ledger.kinds), len(ledger.unknown)),
        *(ledger.reruns, max(waits)),
    )
    assert len(ledger.acknowledged) > 100
    assert ledger.reruns > 0
    assert max(waits) < 1.0


async def test_a_short_storm_loses_nothing(server: PrivateServer):
    ledger = await storm(server, writers=8, seconds=4, troubles=("kill", "immediate"))

    assert len(ledger.acknowledged) > 10
    assert ledger.returns_at
