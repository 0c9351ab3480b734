"""A link that is cut somewhere in a transaction: what the caller is told, the table agrees with."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import CommitUnknown, ConnectionLost
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_testing.fault_proxy import BOTH, Direction, FaultProxy

pytestmark = pytest.mark.anyio

Told = Literal["committed", "absent", "unknown"]

ROWS: dict[Told, set[int]] = {"committed": {4}, "absent": {0}, "unknown": {0, 4}}
"""How many rows of a transaction may be there, by what its caller was told."""


def generated(text: str, *parameters: object) -> CompiledQuery:
    return CompiledQuery(text, parameters, origin="generated")


async def five_statements(far: Database, key: int) -> Told:
    try:
        async with far.transaction():
            insert = "INSERT INTO cuts (key, n) VALUES ($1, $2)"
            await far.execute(generated(insert, key, 1))
            await far.fetch(generated("SELECT n FROM cuts WHERE key = $1", key))
            batch = CompiledBatch(f"{insert} RETURNING n", [(key, 2), (key, 3)])
            await far.fetch_batch(batch)
            await far.fetch_first(generated("UPDATE cuts SET n = n + 1 WHERE key = $1", key))
            await far.execute(generated(insert, key, 9))
    except CommitUnknown:
        return "unknown"
    except ConnectionLost:
        return "absent"
    return "committed"


async def one_statement(far: Database, key: int) -> Told:
    """Outside of a transaction."""
    try:
        await far.execute(
            generated("INSERT INTO cuts (key, n) SELECT $1, generate_series(1, 4)", key)
        )
    except CommitUnknown:
        return "unknown"
    except ConnectionLost:
        return "absent"
    return "committed"


PROGRAMS = {"transaction": five_statements, "statement": one_statement}


@dataclass(frozen=True, slots=True)
class Field:
    """What the cuts are made in."""

    near: Database
    far: Database
    proxy: FaultProxy

    async def cut(self, program: str, key: int, way: Direction, passed: int) -> Told:
        """Cut a new link after so many bytes, and compare what is told with what is there."""
        await self.open_link()
        self.proxy.after(passed, way)
        told = await PROGRAMS[program](self.far, key)
        self.proxy.thaw()
        self.proxy.reset()
        found = await self.count(key)
        assert found in ROWS[told], f"{told}, but {found} rows: cut {way} after {passed}"
        return told

    async def open_link(self) -> None:
        """Use the far pool until it has noticed that its link was cut."""
        for _ in range(3):
            with suppress(ConnectionLost):
                await self.far.fetch_first(generated("SELECT 1"))
                return

    async def count(self, key: int) -> int:
        """How many rows of a transaction are there, once no other client is."""
        others = (
            "SELECT 1 FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() LIMIT 1"
        )
        async with asyncio.timeout(10):
            while await self.near.fetch(generated(others)):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        return len(await self.near.fetch(generated("SELECT n FROM cuts WHERE key = $1", key)))

    async def lengths(self, program: str) -> dict[Direction, int]:
        """How many bytes a run that is not cut sends on a new link."""
        await self.open_link()
        before = dict(self.proxy.passed)
        assert await PROGRAMS[program](self.far, 0) == "committed"
        self.proxy.reset()
        return {way: self.proxy.passed[way] - before[way] for way in BOTH}


async def cut_at(
    places: Iterable[tuple[Direction, int]], field: Field, program: str
) -> Counter[Told]:
    told: Counter[Told] = Counter()
    for key, (way, passed) in enumerate(places, 1):
        told[await field.cut(program, key, way, passed)] += 1
    return told


async def run(
    urls: tuple[DatabaseUrl, FaultProxy], plugins: Plugins, program: str, *, sample: int | None
) -> None:
    url, proxy = urls
    async with (
        connect(url, plugins=plugins, name="near", max_size=1) as near,
        connect(proxy.url, plugins=plugins, name="far", max_size=1) as far,
    ):
        await near.execute("CREATE TABLE cuts (key int, n int)")
        field = Field(near, far, proxy)
        lengths = await field.lengths(program)
        places: list[tuple[Direction, int]] = [
            (way, passed) for way in BOTH for passed in range(lengths[way] + 3)
        ]
        if sample is not None:
            places = places[:: len(places) // sample] + places[-3:]
        told = await cut_at(places, field, program)
        assert await five_statements(far, -1) == "committed"  # all is well again

    assert "committed" in told
    assert sample or program == "statement" or set(told) == {"absent", "unknown", "committed"}


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_cut_somewhere_leaves_nobody_deceived(
    database_url: DatabaseUrl, fault_proxy: FaultProxy, plugins: Plugins, program: str
):
    await run((database_url, fault_proxy), plugins, program, sample=30)


@pytest.mark.storm
@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_cut_after_every_byte_leaves_nobody_deceived(
    database_url: DatabaseUrl, fault_proxy: FaultProxy, plugins: Plugins, program: str
):
    await run((database_url, fault_proxy), plugins, program, sample=None)
