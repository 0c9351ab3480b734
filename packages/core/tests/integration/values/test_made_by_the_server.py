"""Values that the server made are read as what they are, or refused by the name of their column."""

from __future__ import annotations

from typing import Any

import pytest
from packages.core.tests.integration.values.made import (
    CHANGED,
    EXACT,
    REFUSED,
    Made,
    own_made,
    shared_made,
    type_ref,
)

from ferrule_core.database import Database
from ferrule_core.errors import FerruleError, ValueRefused
from ferrule_core.mapping.columns import Column, column
from ferrule_core.model.model import Model
from ferrule_core.query.raw import ident, sql

pytestmark = pytest.mark.anyio


def model_of(annotation: Any, type_name: str, table: str) -> Any:
    """A model of a table whose column ``value`` is annotated so."""
    body = {
        "__module__": __name__,
        "__qualname__": "Thing",
        "__annotations__": {"id": "Column[int]", "value": Column[annotation]},
        "id": column(primary_key=True),
        "value": column(type=type_ref(type_name)),
    }
    return type(Model)("Thing", (Model,), body, table=table)


async def verdict(model: Any, table: str, expected: object, type_name: str) -> object:
    """What becomes of the row: it is refused, or read and written to a second one that is equal."""
    try:
        value = (await model.get(id=1)).value
        await model.filter(id=2).delete()
        await model.create(id=2, value=value)
    except ValueRefused as error:
        named = error.message.startswith('column "value": ')
        return REFUSED if named else f"does not name the column: {error.message}"
    except FerruleError as error:
        return f"failed: {error}"
    shown = sql("SELECT value::text FROM {} ORDER BY id", ident(table))
    if type_name == "json":  # its own text is not kept, but the document
        shown = sql("SELECT value::jsonb::text FROM {} ORDER BY id", ident(table))
    if len(set(await shown.all(str))) > 1:
        return CHANGED
    return EXACT if expected == EXACT or value != expected else expected


async def failures(db: Database, cases: list[Made]) -> tuple[int, list[str]]:
    """How many readings were judged, and those that are wrong."""
    judged, wrong = 0, []
    extensions = await sql("SELECT name::text FROM pg_available_extensions").all(str)
    major = int(str(await sql("SHOW server_version_num").get(str))[:-4])
    for number, case in enumerate(cases):
        if major < case.since or (case.needs and case.needs not in extensions):
            continue
        if case.needs:
            await db.execute(f"CREATE EXTENSION IF NOT EXISTS {case.needs}")
        table = f"made_{number}"
        for statement in case.setup:
            await db.execute(statement)
        await db.execute(f'CREATE TABLE {table} (id int PRIMARY KEY, "value" {case.type})')
        await db.execute(f"INSERT INTO {table} VALUES (1, {case.literal})")
        for annotation, expected in case.verdicts.items():
            found = await verdict(
                model_of(annotation, case.type, table), table, expected, case.type
            )
            judged += 1
            if found != expected:
                wrong.append(f"{case.id} as {annotation}: {found}, not {expected}")
    return judged, wrong


async def test_dates_times_and_intervals_are_exact_or_refused_as_the_annotation_says(db: Database):
    judged, wrong = await failures(db, own_made())

    assert not wrong, "\n".join(wrong)
    assert judged >= 120


async def test_every_case_that_the_server_makes_is_judged(db: Database):
    judged, wrong = await failures(db, shared_made())

    assert not wrong, "\n".join(wrong)
    assert len(shared_made()) in (0, 36)
    assert judged >= len(shared_made()) - 2  # sparsevec and an infinite interval are not everywhere
