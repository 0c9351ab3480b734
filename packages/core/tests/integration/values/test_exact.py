"""Each value is read as it was written, or refused with the name of its column."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import pytest
from packages.core.tests.integration.values.cases import OWN, Case, exactly, shared_cases
from packages.core.tests.integration.values.held import Held

from ferrule_core.database import Database, transaction
from ferrule_core.errors import FerruleError, ValueRefused
from ferrule_core.query.raw import ident, sql

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


def by_column() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in [*OWN, *shared_cases()]:
        found[case.column].append(case)
    return found


async def shown(case: Case) -> str:
    """What the server shows of the stored value."""
    row = sql("SELECT {}::text FROM held WHERE id = {}", ident(case.column), case.id)
    async with transaction():
        await sql("SET LOCAL timezone = 'UTC'").execute()
        return await row.get(str)


async def failure(case: Case) -> str | None:  # noqa: PLR0911 - each way to be wrong
    """What is wrong about how the case was dealt with."""
    started = time.perf_counter()
    try:
        await Held.create(id=case.id, **{case.column: case.value})
    except ValueRefused as error:
        if case.expect == "exact":
            return f"{case.id} was refused: {error}"
        if f'column "{case.column}": ' not in error.message:
            return f"{case.id} does not name the column: {error}"
        slow = time.perf_counter() - started > 1
        return f"{case.id} took long to be refused" if slow else None
    except FerruleError as error:
        return f"{case.id} was refused by the server, or the driver: {error}"
    if case.expect == "refuse":
        return f"{case.id} was stored"
    read = getattr(await Held.get(id=case.id), case.column)
    expected = case.value if case.read is None else case.read
    if not exactly(expected, read, case.column):
        return f"{case.id} was read as {read!r:.80}"
    as_said = case.stored is None or case.stored == await shown(case)
    return None if as_said else f"{case.id} is stored as something else"


async def test_each_value_is_read_as_written_or_refused_by_the_name_of_its_column():
    failures = [
        text
        for cases in by_column().values()
        for case in cases
        if (text := await failure(case)) is not None
    ]

    assert not failures, "\n".join(failures)


async def test_a_refusal_leaves_the_transaction_as_it_was(db: Database):
    async with db.transaction():
        held = await Held.create(id="a", int2=1)
        held.int2 = 40_000
        with pytest.raises(ValueRefused, match='column "int2": the number is out of the range'):
            await held.save()
        with pytest.raises(ValueRefused, match='column "text": '):
            await Held.filter(id="a").update(text="\0")
        with pytest.raises(ValueRefused, match='column "varchar": the text has more than 5'):
            await Held.bulk_create([Held(id="b"), Held(id="c", varchar="123456")])
        with pytest.raises(ValueRefused, match='column "timestamptz": a timestamptz needs'):
            await Held.filter(Held.timestamptz > datetime(2024, 1, 1)).all()  # noqa: DTZ001
        held.int2 = 2
        await held.save()

    assert (await Held.get(id="a")).int2 == 2
    assert await Held.filter().count() == 1


async def test_a_comparison_is_not_held_to_lengths_and_precisions():
    await Held.create(id="a", price=Decimal("1.10"), varchar="x")

    assert await Held.filter(Held.price < Decimal("1.1000001")).count() == 1
    assert await Held.filter(varchar="longer than it").count() == 0
