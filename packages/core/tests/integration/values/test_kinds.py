"""Each type of PostgreSQL through each way in and out: the table is in ``kinds.py``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from packages.core.tests.integration.values import kinds
from packages.core.tests.integration.values.kinds import Kind

from ferrule_core.database import Database
from ferrule_core.errors import FerruleError, ValueRefused
from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.mapped import ModelMeta
from ferrule_core.mapping.values import same
from ferrule_core.model.model import Model
from ferrule_core.query.raw import sql

pytestmark = [pytest.mark.anyio]

Check = Callable[[Any, Kind], Awaitable[None]]


def table_of(number: int, kind: Kind) -> str:
    return f"CREATE TABLE k.t{number} (id integer PRIMARY KEY, value {kind.sql})"


@pytest.fixture(scope="module")
def ferrule_template() -> list[str]:
    return [kinds.SCHEMA, *(table_of(n, kind) for n, kind in enumerate(kinds.KINDS))]


def model_of(number: int, kind: Kind) -> Any:
    nullable = kind.annotation | None
    body = {
        "__module__": __name__,
        "__qualname__": f"Holder{number}",
        "__annotations__": {"id": Column[int], "value": Column[nullable]},
        "id": column(primary_key=True, type=kinds.types.Integer()),
        "value": column(default=None, type=kind.said),
    }
    make: Any = ModelMeta
    return make(f"Holder{number}", (Model,), body, table=f"t{number}", schema="k")


def exactly(one: Any, other: Any) -> bool:
    """Equal and of one class, or both NaN."""
    if not isinstance(other, type(one)) and not isinstance(one, type(other)):
        return False
    return same(one, other) or repr(one) == repr(other) or bool(one == other)


def cases(kind: Kind) -> list[tuple[Any, Any]]:
    """What is written, and what is read."""
    return [*((value, value) for value in kind.values), *kind.respelt]


async def failures(check: Check, of: Sequence[Kind]) -> str:
    """What went wrong with which type; all are tried."""
    found: list[str] = []
    for number, kind in enumerate(kinds.KINDS if of[0] in kinds.KINDS else of):
        if kind not in of:
            continue
        try:
            await check(model_of(number, kind), kind)
        except (AssertionError, FerruleError) as error:
            found.append(f"{kind.sql}: {error!r:.300}")
    return "\n".join(found)


async def written(holder: Any, kind: Kind) -> None:
    for number, (value, _) in enumerate(cases(kind)):
        await holder.create(id=number, value=value)


async def create_and_save(holder: Any, kind: Kind) -> None:
    for number, (value, read) in enumerate(cases(kind)):
        await holder.create(id=number, value=value)
        found = await holder.get(id=number)
        assert exactly(found.value, read), f"{read!r} was read as {found.value!r}"
        found.value = None
        await found.save()
        assert (await holder.get(id=number)).value is None
        found.value = value
        await found.save()
        assert exactly((await holder.get(id=number)).value, read)
    listed = await holder.filter().order_by(holder.id).values_list(holder.value, flat=True)
    assert all(exactly(a, b) for a, (_, b) in zip(listed, cases(kind), strict=True)), listed


async def create_many(holder: Any, kind: Kind) -> None:
    values = cases(kind)
    await holder.bulk_create([holder(id=n, value=v) for n, (v, _) in enumerate(values)])
    if kind.copied:
        copied = [holder(id=1000 + n, value=v) for n, (v, _) in enumerate(values)]
        await holder.bulk_create(copied, copy=True)
    await holder.create(id=-1)
    await holder.filter(id=-1).update(value=values[0][0])

    for first in (0, 1000) if kind.copied else (0,):
        query = holder.filter(holder.id.between(first, first + 999))
        rows = await query.order_by(holder.id).all()
        assert all(exactly(row.value, b) for row, (_, b) in zip(rows, values, strict=True))
    assert exactly((await holder.get(id=-1)).value, values[0][1])


async def find(holder: Any, kind: Kind) -> None:
    await written(holder, kind)
    await holder.create(id=-1)
    for number, (value, _) in enumerate(cases(kind) if kind.equal else []):
        ids = await holder.filter(holder.value == value).values_list(holder.id, flat=True)
        assert number in ids, f"{value!r} was not found"
        assert await holder.filter(value=value).count() == len(ids)
        others = await holder.filter(holder.value != value).count()
        assert others == len(cases(kind)) - len(ids)
        assert await holder.filter(holder.value.in_([value])).count() == len(ids)
    assert await holder.filter(value=None).count() == 1


async def read_by_sql(holder: Any, kind: Kind) -> None:
    await written(holder, kind)
    name = holder.__table__.name

    rows = await sql(f"SELECT * FROM k.{name} ORDER BY id").all(holder)
    plain = await sql(f"SELECT value FROM k.{name} ORDER BY id").all(dict)

    assert all(exactly(row.value, b) for row, (_, b) in zip(rows, cases(kind), strict=True))
    modules = {type(row["value"]).__module__.partition(".")[0] for row in plain}
    composite = "k.place" in kind.sql or "k.visit" in kind.sql or "k.size" in kind.sql
    assert composite or "asyncpg" not in modules or "uuid" in kind.sql, modules


async def refuse(holder: Any, kind: Kind) -> None:
    for value in kind.refused:
        with pytest.raises(ValueRefused, match='column "value": '):
            await holder.create(id=1, value=value)
    assert await holder.filter().count() == 0


CHECKS = [create_and_save, create_many, find, read_by_sql, refuse]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_each_type_is_exact_on_each_way_in_and_out(db: Database, check: Check):
    of = list(kinds.KINDS)
    if not await has_xml(db):  # it would be refused by the server, whatever we do
        of = [kind for kind in of if not kind.sql.startswith("xml")]

    assert await failures(check, of) == ""


async def has_xml(db: Database) -> bool:
    try:
        await db.fetch("SELECT '<a/>'::xml")
    except FerruleError as error:
        return "unsupported XML" not in error.message
    return True


async def failures_of(db: Database, extension: str, check: Check) -> str:
    of = [kind for kind in kinds.OF_EXTENSIONS if kind.extension == extension]
    await db.execute(f"CREATE EXTENSION {extension} SCHEMA k")
    if check is find:  # operators are looked for along the search path, and types by their OID
        name = await db.fetch("SELECT current_database()::text")
        await db.execute(f'ALTER DATABASE "{name[0][0]}" SET search_path = public, k')
        db.renew()
    for number, kind in enumerate(of):
        await db.execute(f"DROP TABLE k.t{number}")
        await db.execute(table_of(number, kind))
    return await failures(check, of)


by_each_way = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)


@pytest.mark.requires_extension("hstore")
@by_each_way
async def test_hstore_is_exact(db: Database, check: Check):
    assert await failures_of(db, "hstore", check) == ""


@pytest.mark.requires_extension("citext")
@by_each_way
async def test_citext_is_exact(db: Database, check: Check):
    assert await failures_of(db, "citext", check) == ""


@pytest.mark.requires_extension("ltree")
@by_each_way
async def test_ltree_is_exact(db: Database, check: Check):
    assert await failures_of(db, "ltree", check) == ""


@pytest.mark.requires_extension("cube")
@by_each_way
async def test_a_type_that_nobody_knows_is_exact_as_text(db: Database, check: Check):
    assert await failures_of(db, "cube", check) == ""
