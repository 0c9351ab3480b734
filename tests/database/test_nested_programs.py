"""Random programs of nested blocks do what a model of them says."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ferrule_core.database import Database, connect
from ferrule_core.errors import ForeignKeyViolation, TransactionAborted, UniqueViolation
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.sql.compiled import CompiledQuery


class Thrown(Exception):
    """What a program raises itself."""


@dataclass(frozen=True)
class Insert:
    number: int


@dataclass(frozen=True)
class Clash:
    """A statement that fails; its error is swallowed or not."""

    swallowed: bool


@dataclass(frozen=True)
class Interrupt:
    """A statement that is cancelled; the time-out is swallowed or not."""

    swallowed: bool


@dataclass(frozen=True)
class Owe:
    """A row whose deferred constraint fails at COMMIT."""


@dataclass(frozen=True)
class Register:
    """A callback."""

    on_commit: bool


@dataclass(frozen=True)
class Throw:
    pass


@dataclass(frozen=True)
class Block:
    """A block; what it raises is caught behind it, or not."""

    body: tuple[Step, ...]
    caught: bool


Step = Insert | Clash | Interrupt | Owe | Register | Throw | Block

programs: st.SearchStrategy[tuple[Step, ...]] = st.deferred(
    lambda: st.lists(
        st.builds(Insert, st.integers(1, 50))
        | st.builds(Clash, st.booleans())
        | st.builds(Interrupt, st.booleans())
        | st.builds(Register, st.booleans())
        | st.just(Owe())
        | st.just(Throw())
        | st.builds(Block, programs, st.booleans()),
        max_size=5,
    ).map(tuple)
)

EXPECTED = (Thrown, UniqueViolation, ForeignKeyViolation, TransactionAborted)
DEBT = -1


class Failed(Exception):
    """The model's word for an error that leaves a block."""


@dataclass
class Model:
    """What a program leaves behind.

    A callback for commit runs where all blocks around it succeeded, one for rollback where one of
    them failed.
    """

    blocks: int = 0
    failed: set[int] = field(default_factory=set)
    callbacks: list[tuple[bool, tuple[int, ...]]] = field(default_factory=list)

    def foretell(self, program: tuple[Step, ...]) -> frozenset[int]:
        """The rows after the program."""
        try:
            return self._block(program, frozenset(), ())
        except Failed:
            return frozenset()

    def due(self) -> list[int]:
        """The numbers of the callbacks that run."""
        return [
            number
            for number, (on_commit, around) in enumerate(self.callbacks)
            if on_commit is self.failed.isdisjoint(around)
        ]

    def _block(
        self, steps: tuple[Step, ...], before: frozenset[int], around: tuple[int, ...]
    ) -> frozenset[int]:
        self.blocks += 1
        path = (*around, self.blocks)
        try:
            rows = self._steps(steps, before, path)
            if not around and DEBT in rows:
                raise Failed  # noqa: TRY301
        except Failed:
            self.failed.add(path[-1])
            raise
        return rows

    def _steps(  # noqa: C901, PLR0912 - one case for each step
        self, steps: tuple[Step, ...], rows: frozenset[int], path: tuple[int, ...]
    ) -> frozenset[int]:
        aborted = False
        for step in steps:
            match step:
                case Throw():
                    raise Failed
                case Register(on_commit):
                    self.callbacks.append((on_commit, path))
                case Clash(True) | Interrupt(True) if aborted:
                    pass  # refused, and swallowed again
                case Block(caught=True) if aborted:
                    pass  # its savepoint is refused
                case _ if aborted:
                    raise Failed
                case Insert(number):
                    rows |= {number}
                case Owe():
                    rows |= {DEBT}
                case Clash(swallowed) | Interrupt(swallowed):
                    if not swallowed:
                        raise Failed
                    aborted = True
                case Block(body, caught):
                    try:
                        rows = self._block(body, rows, path)
                    except Failed:
                        if not caught:
                            raise
        if aborted:
            raise Failed
        return rows


@dataclass
class Run:
    """A program on a database."""

    database: Database
    registered: int = 0
    called: list[int] = field(default_factory=list)

    async def block(self, steps: tuple[Step, ...]) -> None:
        async with self.database.transaction():
            for step in steps:
                await self._step(step)

    async def _step(self, step: Step) -> None:  # noqa: C901, PLR0912 - one case for each step
        match step:
            case Throw():
                raise Thrown
            case Insert(number):
                await self._execute("INSERT INTO rows VALUES ($1) ON CONFLICT DO NOTHING", number)
            case Owe():
                await self._execute("INSERT INTO debts VALUES (99)")
            case Register(on_commit):
                self._register(on_commit=on_commit)
            case Clash(swallowed):
                try:
                    await self._execute("INSERT INTO clash VALUES (1), (1)")
                except EXPECTED:
                    if not swallowed:
                        raise
            case Interrupt(swallowed):
                try:
                    async with asyncio.timeout(0):
                        await self._execute("SELECT pg_sleep(10)")
                except (*EXPECTED, TimeoutError) as error:
                    if not swallowed:
                        raise Thrown from error
            case Block(body, caught):
                try:
                    await self.block(body)
                except EXPECTED:
                    if not caught:
                        raise

    async def _execute(self, text: str, *parameters: object) -> None:
        await self.database.execute(CompiledQuery(text, parameters, "a program"))

    def _register(self, *, on_commit: bool) -> None:
        number = self.registered
        self.registered += 1
        database = self.database
        register = database.on_commit if on_commit else database.on_rollback
        register(lambda: self.called.append(number))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(program=programs)
def test_nested_blocks_agree_with_the_model(
    program: tuple[Step, ...], database_url: DatabaseUrl, plugins: Plugins
):
    model = Model()
    expected = model.foretell(program)

    async def run() -> tuple[set[int], list[int], bool]:
        async with connect(database_url, plugins=plugins, max_size=2) as database:
            async with database.connection() as connection:
                await connection.execute_script(
                    "DROP TABLE IF EXISTS debts, rows, clash; "
                    "CREATE TABLE rows (n int PRIMARY KEY); CREATE TABLE clash (n int PRIMARY KEY);"
                    "CREATE TABLE debts (n int REFERENCES rows DEFERRABLE INITIALLY DEFERRED)"
                )
            performed = Run(database)
            with suppress(*EXPECTED):
                await performed.block(program)
            rows = await database.fetch("SELECT n FROM rows")
            found = {row["n"] for row in rows}
            return found, performed.called, database.statistics().in_use == 0

    rows, called, whole = asyncio.run(run())

    assert rows == expected
    assert called == model.due()
    assert whole
