"""What is measured on the database, and who is measured."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal

import asyncpg

from benchmarks.bookshop import BOOKS, FORGET_NEW_BOOKS, SCHEMA, new_books
from benchmarks.contestants.asyncpg_held import open_asyncpg_held
from benchmarks.contestants.asyncpg_pool import open_asyncpg_pool
from benchmarks.contestants.contract import Contestant
from benchmarks.contestants.ferrule_models import open_ferrule
from benchmarks.measuring import Call, Summary, summarise, take_turns
from ferrule_core.plugins.contracts import DatabaseUrl

POOL, HELD, FERRULE = "asyncpg pool", "asyncpg held", "ferrule"
BASELINES = (POOL, HELD)


async def get_by_key(contestant: Contestant) -> Call:
    """One book, found by its key."""
    keys = _keys()
    return lambda: contestant.get_by_key(next(keys))


async def list_1000(contestant: Contestant) -> Call:
    """A thousand books, all columns."""
    keys = _keys()
    return lambda: contestant.list_books(next(keys) % (BOOKS - 1000))


async def join_100(contestant: Contestant) -> Call:
    """A hundred books with their authors."""
    keys = _keys()
    return lambda: contestant.join_100(next(keys) % (BOOKS - 100))


async def prefetch_100(contestant: Contestant) -> Call:
    """A hundred authors with their 2,000 books."""
    keys = _keys()
    return lambda: contestant.prefetch_100(next(keys) % 900)


async def many_to_many_100(contestant: Contestant) -> Call:
    """A hundred books with their tags."""
    keys = _keys()
    return lambda: contestant.many_to_many_100(next(keys) % (BOOKS - 100))


async def aggregate(contestant: Contestant) -> Call:
    """Count and sums of the 1,000 books of fifty authors, by author."""
    keys = _keys()
    return lambda: contestant.aggregate_50(next(keys) % 950)


async def concurrent_50(contestant: Contestant) -> Call:
    """Fifty tasks that read one book each, on a pool of ten."""
    keys = _keys()
    return lambda: contestant.get_50([next(keys) for _ in range(50)])


async def loader_50(contestant: Contestant) -> Call:
    """The same by a loader, where there is one."""
    keys = _keys()
    return lambda: contestant.load_50([next(keys) for _ in range(50)])


async def pool_row(contestant: Contestant) -> Call:
    """Two columns of one book by a ready statement: what the pool costs."""
    keys = _keys()
    return lambda: contestant.get_row(next(keys))


async def transact_one(contestant: Contestant) -> Call:
    """The same in a transaction of its own; held: by hand, and only where nothing fails."""
    keys = _keys()
    return lambda: contestant.transact(next(keys))


async def tasks_1000(contestant: Contestant) -> Call:
    """A thousand tasks at once that read such a row each, on a pool of ten."""
    keys = _keys()
    return lambda: contestant.get_rows([next(keys) for _ in range(1000)])


async def stream_20000(contestant: Contestant) -> Call:
    """All books, through a cursor."""
    return contestant.stream_all


async def insert_one(contestant: Contestant) -> Call:
    """One new book, whose key comes back."""
    rows = itertools.cycle(new_books(1000))
    return lambda: contestant.insert_one(next(rows))


async def bulk_1000(contestant: Contestant) -> Call:
    """A thousand new books, whose keys come back."""
    rows = new_books(1000)
    return lambda: contestant.bulk_insert(rows)


async def bulk_10000(contestant: Contestant) -> Call:
    """Ten thousand new books, whose keys come back."""
    rows = new_books(10_000)
    return lambda: contestant.bulk_insert(rows)


async def copy_10000(contestant: Contestant) -> Call:
    """Ten thousand new books by COPY."""
    rows = new_books(10_000)
    return lambda: contestant.copy_in(rows)


async def update_one(contestant: Contestant) -> Call:
    """One column of one book that was read before."""
    prices = (Decimal(cents) / 100 for cents in itertools.count())
    await contestant.prepare_update(7)
    return lambda: contestant.update_one(next(prices))


WORKLOADS: Mapping[str, Callable[[Contestant], Awaitable[Call]]] = {
    "get_by_key": get_by_key,
    "list_1000": list_1000,
    "join_100": join_100,
    "prefetch_100": prefetch_100,
    "many_to_many_100": many_to_many_100,
    "aggregate": aggregate,
    "concurrent_50": concurrent_50,
    "loader_50": loader_50,
    "pool_row": pool_row,
    "transact_one": transact_one,
    "tasks_1000": tasks_1000,
    "stream_20000": stream_20000,
    "insert_one": insert_one,
    "bulk_1000": bulk_1000,
    "bulk_10000": bulk_10000,
    "copy_10000": copy_10000,
    "update_one": update_one,
}


async def run_workloads(
    url: DatabaseUrl, names: list[str], *, rounds: int, seconds: float
) -> dict[str, dict[str, Summary]]:
    """Measure the named workloads on a bookshop that is made for it.

    Returns:
        For each workload, what each contestant took.
    """
    async with AsyncExitStack() as stack:
        admin = await stack.enter_async_context(bookshop(url))
        contestants: dict[str, Contestant] = {
            POOL: await stack.enter_async_context(open_asyncpg_pool(url)),
            HELD: await stack.enter_async_context(open_asyncpg_held(url)),
            FERRULE: await stack.enter_async_context(open_ferrule(url)),
        }
        summaries: dict[str, dict[str, Summary]] = {}
        for name in names:
            calls = {who: await WORKLOADS[name](one) for who, one in contestants.items()}
            samples = await take_turns(
                calls, lambda: admin.execute(FORGET_NEW_BOOKS), rounds=rounds, seconds=seconds
            )
            summaries[name] = summarise(samples, BASELINES)
        return summaries


@asynccontextmanager
async def bookshop(url: DatabaseUrl) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """Make the bookshop, and drop it at the end of the block; what made it is given."""
    admin: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
        host=url.host, port=url.port, user=url.user, password=url.password, database=url.database
    )
    await admin.execute(SCHEMA)
    try:
        yield admin
    finally:
        await admin.execute("DROP SCHEMA bench CASCADE")
        await admin.close()


def _keys() -> Iterator[int]:
    """Keys all over the table, the same ones for everybody."""
    return (1 + (number * 7919) % BOOKS for number in itertools.count())
