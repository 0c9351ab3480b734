"""Random programs of nested blocks do what a model of them says."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ferrule_core.database import Database, connect
from ferrule_core.errors import TransactionAborted, UniqueViolation
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
class Throw:
    pass


@dataclass(frozen=True)
class Block:
    """A block; what it raises is caught behind it, or not."""

    body: tuple[Step, ...]
    caught: bool


Step = Insert | Clash | Throw | Block

programs: st.SearchStrategy[tuple[Step, ...]] = st.deferred(
    lambda: st.lists(
        st.builds(Insert, st.integers(1, 50))
        | st.builds(Clash, st.booleans())
        | st.just(Throw())
        | st.builds(Block, programs, st.booleans()),
        max_size=5,
    ).map(tuple)
)

EXPECTED = (Thrown, UniqueViolation, TransactionAborted)


class Failed(Exception):
    """The model's word for an error that leaves a block."""


def foretell(  # noqa: C901 - one case for each step
    steps: tuple[Step, ...], before: frozenset[int]
) -> frozenset[int]:
    """The rows after one block that began with ``before``; raises where the block fails."""
    rows, aborted = before, False
    for step in steps:
        match step:
            case Throw():
                raise Failed
            case _ if aborted and isinstance(step, Clash) and step.swallowed:
                pass  # fails again, and is swallowed again
            case _ if aborted and isinstance(step, Block) and step.caught:
                pass  # its savepoint is refused
            case _ if aborted:
                raise Failed
            case Insert(number):
                rows |= {number}
            case Clash(swallowed):
                if not swallowed:
                    raise Failed
                aborted = True
            case Block(body, caught):
                try:
                    rows = foretell(body, rows)
                except Failed:
                    if not caught:
                        raise
    if aborted:
        raise Failed
    return rows


async def perform(database: Database, steps: tuple[Step, ...]) -> None:
    async with database.transaction():
        for step in steps:
            match step:
                case Throw():
                    raise Thrown
                case Insert(number):
                    await database.execute(
                        CompiledQuery(
                            "INSERT INTO rows VALUES ($1) ON CONFLICT DO NOTHING", (number,), step
                        )
                    )
                case Clash(swallowed):
                    try:
                        await database.execute(
                            CompiledQuery("INSERT INTO clash VALUES (1), (1)", (), step)
                        )
                    except EXPECTED:
                        if not swallowed:
                            raise
                case Block(body, caught):
                    try:
                        await perform(database, body)
                    except EXPECTED:
                        if not caught:
                            raise


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=programs)
def test_nested_blocks_agree_with_the_model(
    program: tuple[Step, ...], database_url: DatabaseUrl, plugins: Plugins
):
    try:
        expected = foretell(program, frozenset())
    except Failed:
        expected = frozenset()

    async def run() -> tuple[set[int], bool]:
        async with connect(database_url, plugins=plugins, max_size=2) as database:
            async with database.connection() as connection:
                await connection.execute_script(
                    "DROP TABLE IF EXISTS rows, clash; CREATE TABLE rows (n int PRIMARY KEY); "
                    "CREATE TABLE clash (n int PRIMARY KEY)"
                )
            with suppress(*EXPECTED):
                await perform(database, program)
            rows = await database.fetch("SELECT n FROM rows")
            return {row["n"] for row in rows}, database.statistics().in_use == 0

    rows, whole = asyncio.run(run())

    assert rows == expected
    assert whole
