"""Many at once through a pooler in transaction mode: nobody gets another one's answer."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import DatabaseError
from ferrule_core.plugins.manager import Plugins
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_testing.pgbouncer import PgBouncer
from ferrule_testing.pytest_plugin import StartPgBouncer

pytestmark = pytest.mark.anyio

MIXED: list[tuple[str, tuple[object, ...], tuple[object, ...]]] = [
    ("SELECT $1::int + 1", (41,), (42,)),
    ("SELECT $1::text || '!', 3::smallint", ("a",), ("a!", 3)),
    ("SELECT $1::numeric * 2", (Decimal("1.25"),), (Decimal("2.50"),)),
    ("SELECT array_agg(n ORDER BY n) FROM generate_series(1, $1::int) n", (3,), ([1, 2, 3],)),
    ("SELECT true, NULL::date, $1::jsonb", ({"a": 1},), (True, None, {"a": 1})),
]
RUNNING = CompiledQuery(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'",
    origin="test",
)


async def nothing_runs(straight: Database) -> bool:
    row = await straight.fetch_first(RUNNING)
    return row is not None and row[0] == 0


async def until_nothing_runs(straight: Database) -> None:
    async with asyncio.timeout(20):
        while not await nothing_runs(straight):  # noqa: ASYNC110 - the server's word
            await asyncio.sleep(0.05)


async def test_a_thousand_mixed_statements_give_right_results(pooled: Database):
    wrong: Counter[str] = Counter()

    async def one(number: int) -> None:
        text, parameters, wanted = MIXED[number % len(MIXED)]
        query = CompiledQuery(text, parameters, origin="test" if number % 2 else None)
        if number % 3:
            row = await pooled.fetch_first(query)
        else:
            async with pooled.transaction():
                await pooled.fetch_first(CompiledQuery("SELECT 1", origin="test"))
                row = await pooled.fetch_first(query)
        if row is None or tuple(row) != wanted:
            wrong[text] += 1

    await asyncio.gather(*(one(number) for number in range(1000)))

    assert not wrong


async def test_a_cancelled_statement_takes_nobody_with_it(pooled: Database, straight: Database):
    choose = random.Random(7)  # noqa: S311 - the same each time

    async def one(number: int) -> object:
        row = await pooled.fetch_first(
            CompiledQuery("SELECT $1::int, pg_sleep(0.01)", (number,), origin="test")
        )
        return None if row is None else row[0]

    async with asyncio.timeout(50):
        tasks = [asyncio.create_task(one(number)) for number in range(400)]
        victims = choose.sample(tasks, 200)
        for victim in victims:
            await asyncio.sleep(0.002)
            victim.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)

    for number, (task, result) in enumerate(zip(tasks, results, strict=True)):
        if task not in victims:
            assert result == number
        else:
            assert result == number or isinstance(result, asyncio.CancelledError)
    await until_nothing_runs(straight)
    assert pooled.statistics().in_use == 0


async def test_changes_of_the_schema_meanwhile_give_no_wrong_values(
    pooled: Database, straight: Database
):
    await straight.execute("CREATE TABLE changing (id int PRIMARY KEY, n int NOT NULL)")
    await straight.execute("INSERT INTO changing VALUES (1, 1234567)")
    done = asyncio.Event()
    seen: Counter[object] = Counter()

    async def read() -> None:
        while not done.is_set():
            query = CompiledQuery("SELECT n FROM changing WHERE id = $1", (1,), origin="test")
            row = await pooled.fetch_first(query)
            seen[None if row is None else row[0]] += 1

    async def change() -> None:
        for _ in range(10):  # float4 and int4 have the same width: what is misread is not noticed
            for kind in ("real", "int"):
                await straight.execute(f"ALTER TABLE changing ALTER n TYPE {kind}")
                await asyncio.sleep(0.01)
        done.set()

    await asyncio.gather(change(), *(read() for _ in range(8)))

    assert set(seen) <= {1234567}
    assert sum(seen.values()) > 20


@pytest.mark.storm
@pytest.mark.timeout(120)
async def test_five_thousand_tasks_leave_nothing_half_done(
    pgbouncer: StartPgBouncer, plugins: Plugins, straight: Database
):
    await storm(pgbouncer("transaction", default_pool_size=8), plugins, straight, tasks=5000)


async def test_some_hundred_tasks_leave_nothing_half_done(
    bouncer: PgBouncer, plugins: Plugins, straight: Database
):
    await storm(bouncer, plugins, straight, tasks=300)


async def storm(running: PgBouncer, plugins: Plugins, straight: Database, *, tasks: int) -> None:
    """Transfers between two accounts, 70 % cancelled, some twice; then the books must agree."""
    choose = random.Random(tasks)  # noqa: S311 - the same each time
    await straight.execute("CREATE TABLE entry (task int, half int, PRIMARY KEY (task, half))")
    async with connect(
        running.url,
        plugins=plugins,
        name="storm",
        max_size=20,
        acquire_within=timedelta(seconds=100),
    ) as database:
        acknowledged: set[int] = set()

        async def transfer(number: int) -> None:
            async with database.transaction():
                for half in (1, 2):
                    await database.execute(
                        CompiledQuery("INSERT INTO entry VALUES ($1, $2)", (number, half), origin=1)
                    )
            acknowledged.add(number)

        async def start(number: int) -> None:
            task = asyncio.create_task(transfer(number))
            if choose.random() < 0.7:
                await asyncio.sleep(choose.random() / 20)
                task.cancel()
                if choose.random() < 0.3:
                    await asyncio.sleep(0)
                    task.cancel()
            results = await asyncio.gather(task, return_exceptions=True)
            assert not isinstance(results[0], DatabaseError), results[0]

        await asyncio.gather(*(start(number) for number in range(tasks)))
        async with asyncio.timeout(20):
            while database.statistics().in_use:  # noqa: ASYNC110 - what the pool says
                await asyncio.sleep(0.02)

    await until_nothing_runs(straight)
    rows = await straight.fetch("SELECT task, count(*) FROM entry GROUP BY task")
    assert {row[1] for row in rows} <= {2}
    assert acknowledged <= {row[0] for row in rows}
