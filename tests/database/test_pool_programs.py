"""Random programs of those who take, wait, give up and give back agree with a model."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ferrule_core.database.pooling.pool import Pool, Slot
from ferrule_core.errors import FerruleError
from ferrule_core.plugins.contracts import Connection, ConnectOptions, DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.profiles import PoolOptions

SIZE = 2


@dataclass(frozen=True)
class Ask:
    """A new task asks for a connection."""


@dataclass(frozen=True)
class GiveBack:
    """One that has a connection gives it back."""

    which: int
    tainted: bool


@dataclass(frozen=True)
class GiveUp:
    """One that asked, and may have been served meanwhile, is cancelled."""

    which: int
    twice: bool


@dataclass(frozen=True)
class Break:
    """The link of one breaks while it is in use."""

    which: int


@dataclass(frozen=True)
class BreakIdle:
    """The links of all that nobody uses break."""


@dataclass(frozen=True)
class Renew:
    """No connection may be older than now."""


@dataclass(frozen=True)
class Turn:
    """The event loop goes on a little."""

    times: int


@dataclass(frozen=True)
class Settle:
    """Everything that can happen happens; then the model is asked."""


Step = Ask | GiveBack | GiveUp | Break | BreakIdle | Renew | Turn | Settle

numbers = st.integers(0, 7)
steps = st.one_of(
    st.builds(Ask),
    st.builds(Ask),
    st.builds(GiveBack, numbers, st.booleans()),
    st.builds(GiveUp, numbers, st.booleans()),
    st.builds(Break, numbers),
    st.builds(BreakIdle),
    st.builds(Renew),
    st.builds(Turn, st.integers(1, 5)),
    st.builds(Settle),
)


class Program:
    """Runs steps on a pool.

    Attributes:
        asked: The tasks that asked and have not given back or up, in order: the model. The first
            ones have a connection, and the rest wait.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.asked: list[asyncio.Task[Slot]] = []

    def served(self) -> list[asyncio.Task[Slot]]:
        return [one for one in self.asked if one.done()]

    async def run(self, step: Step) -> None:
        match step:
            case Ask():
                self.asked.append(asyncio.create_task(self.pool.acquire()))
            case GiveBack() if served := self.served():
                task = served[step.which % len(served)]
                self.asked.remove(task)
                self.pool.release(task.result(), tainted=step.tainted)
            case GiveUp() if self.asked:
                await self.give_up(self.asked[step.which % len(self.asked)], twice=step.twice)
            case Break() if served := self.served():
                served[step.which % len(served)].result().connection.terminate()
            case BreakIdle():
                for slot in self.pool._idle:
                    slot.connection.terminate()
            case Renew():
                self.pool.renew()
            case Turn() | Settle():
                await self.let_go_on(step)
            case _:
                pass

    async def let_go_on(self, step: Turn | Settle) -> None:
        if isinstance(step, Settle):
            await self.settle()
            self.check()
            return
        for _ in range(step.times):
            await asyncio.sleep(0)

    async def give_up(self, task: asyncio.Task[Slot], *, twice: bool) -> None:
        if task.done():
            return
        task.cancel()
        if twice:
            await asyncio.sleep(0)
            task.cancel()
        await asyncio.wait((task,))
        if task.cancelled():
            self.asked.remove(task)

    async def settle(self) -> None:
        async with asyncio.timeout(20):
            while True:
                await asyncio.sleep(0.001)
                now = self.pool.statistics()
                moving = now.resetting or now.size != now.in_use + now.idle
                if not moving and (now.in_use == SIZE or not now.waiting):
                    return

    def check(self) -> None:
        now = self.pool.statistics()
        assert self.served() == self.asked[:SIZE]
        assert now.in_use == len(self.asked[:SIZE])
        assert now.waiting == len(self.asked[SIZE:])
        assert now.size == now.in_use + now.idle <= SIZE
        connections = [one.result().connection for one in self.served()]
        assert len(set(map(id, connections))) == len(connections)

    def open(self) -> int:
        """How many links there are; the pool finds out by itself which of the idle ones broke."""
        return sum(not slot.connection.closed for slot in self.pool._slots)

    async def end(self) -> None:
        while self.asked:
            await self.settle()
            for task in self.served():
                self.asked.remove(task)
                self.pool.release(task.result())
        await self.settle()
        self.check()


async def sessions(watcher: Connection) -> int:
    (row,) = await watcher.fetch(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'program' "
        "AND datname = current_database()"
    )
    return int(row["n"])


async def run(program: list[Step], url: DatabaseUrl, plugins: Plugins) -> None:
    backend = plugins.backend(url.scheme)
    named = replace(url, options={**url.options, "application_name": "program"})

    def connect() -> Awaitable[Connection]:
        return backend.connect(named, ConnectOptions())

    watcher = await backend.connect(url, ConnectOptions())
    pool = Pool(connect, PoolOptions(min_size=0, max_size=SIZE), name="program")
    await pool.open()
    try:
        running = Program(pool)
        for step in program:
            await running.run(step)
        await running.end()
        async with asyncio.timeout(10):
            while await sessions(watcher) != running.open():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    finally:
        await pool.close()
        async with asyncio.timeout(10):
            while await sessions(watcher):  # noqa: ASYNC110 - the server does not tell
                await asyncio.sleep(0.005)
        await watcher.close(within=timedelta(seconds=1))
    assert pool.statistics().size == 0
    try:
        await pool.acquire()
    except FerruleError:
        return
    raise AssertionError("a closed pool gave a connection")


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(program=st.lists(steps, max_size=40))
def test_the_pool_agrees_with_the_model(
    program: list[Step], database_url: DatabaseUrl, plugins: Plugins
):
    asyncio.run(run(program, database_url, plugins))
