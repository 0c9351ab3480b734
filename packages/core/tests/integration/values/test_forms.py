"""Each type of PostgreSQL through JSON, pickles and copies: what is read is what was written."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from packages.core.tests.integration.values import holders, kinds
from packages.core.tests.integration.values.kinds import Kind
from packages.core.tests.integration.values.test_kinds import cases, exactly, has_xml

from ferrule_core.database import Database
from ferrule_core.errors import FerruleError

pytestmark = [pytest.mark.anyio]

Check = Callable[[Any, Sequence[Any]], Awaitable[None]]

ROOT = Path(__file__).parents[5]
OTHER = """
import pickle, sys
rows = pickle.load(sys.stdin.buffer)
drivers = [name for name in ("asyncpg", "psycopg") if name in sys.modules]
pickle.dump((drivers, [(row, row.changed, row.to_json()) for row in rows]), sys.stdout.buffer)
"""
"""What another process does with pickles."""


@pytest.fixture(scope="module")
def ferrule_template() -> list[str]:
    tables = [*kinds.KINDS, *kinds.ODD]
    return [kinds.SCHEMA, *map(holders.create_table, tables)]


async def of_server(db: Database) -> list[Kind]:
    """All types, but for xml where the server was built without it."""
    known = [*kinds.KINDS, *kinds.ODD]
    if await has_xml(db):
        return known
    return [kind for kind in known if not kind.sql.startswith("xml")]


async def loaded(kind: Kind) -> list[Any]:
    """Rows as they are read, one for each value, and one that has none."""
    holder = holders.holder_of(kind)
    for number, (value, _) in enumerate(cases(kind)):
        await holder.create(id=number, value=value)
    await holder.create(id=-1)
    found: list[Any] = await holder.filter().order_by(holder.id).all()
    return found


async def failures(check: Check, of: Sequence[Kind]) -> str:
    """What went wrong with which type; all are tried."""
    found: list[str] = []
    for kind in of:
        try:
            await check(holders.holder_of(kind), await loaded(kind))
        except (AssertionError, FerruleError) as error:
            found.append(f"{kind.sql} of {kind.annotation}: {error!r:.300}")
    return "\n".join(found)


def assert_same(one: Any, other: Any) -> None:
    assert exactly(one, other), f"{one!r:.200} became {other!r:.200}"


async def json_and_back(holder: Any, rows: Sequence[Any]) -> None:
    for row in rows:
        text = row.to_json()
        again = holder.from_json(text)
        assert_same(row.value, again.value)
        assert again.to_json() == text
        indented = row.to_json(indent=2)
        assert indented.count("\n") >= 3
        assert_same(row.value, holder.from_json(indented).value)
        json.loads(text, parse_constant=pytest.fail)

        again.id += 1000
        await again.save()
        assert_same(row.value, (await holder.get(id=again.id)).value)


async def copies(_: Any, rows: Sequence[Any]) -> None:
    for again in (copy.copy, copy.deepcopy, through_a_pickle):
        for row in rows:
            other = again(row)
            assert_same(row.value, other.value)
            assert other.changed == ()
            assert_same(row.value, other.original["value"])
            assert_same(row.value, again([row.value])[0])
    made = type(rows[0])(id=1, value=rows[-1].value)
    assert_same(made.value, copy.deepcopy(made).value)


def through_a_pickle(value: Any) -> Any:
    text = pickle.dumps(value)
    assert isinstance(value, list) or b"asyncpg" not in text
    return pickle.loads(text)  # noqa: S301


async def dictionaries(holder: Any, rows: Sequence[Any]) -> None:
    for row in rows:
        found = row.to_dict()
        assert found.keys() == {"id", "value"}
        assert_same(row.value, found["value"])
        assert_same(row.value, holder(**found).value)


async def changes(holder: Any, rows: Sequence[Any]) -> None:
    """A value that is equal changes nothing; another one does, until the old one is put back."""
    others = {row.id: row.value for row in rows}
    for row in rows:
        kept = row.value
        row.value = copy.deepcopy(kept)
        assert row.changed == (), f"{kept!r} is another than itself"
        other = others[-1] if kept is not None else others[0]
        row.value = other
        assert row.changed == ("value",), f"{kept!r} is the same as {other!r}"
        assert_same(row.original["value"], kept)
        await row.save()
        assert row.changed == ()
        assert_same(row.original["value"], other)
        assert_same((await holder.get(id=row.id)).value, other)


async def shown(_: Any, rows: Sequence[Any]) -> None:
    for row in rows:
        _ = row.value  # documents are read late, and shown then
        text = repr(row)
        assert text.startswith(f"{type(row).__name__}(id={row.id}, value=")
        assert len(text) < 450, text
        assert " object at 0x" not in text
        assert repr(row.original) == text


CHECKS = [json_and_back, copies, dictionaries, changes, shown]
by_each_way = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)


@by_each_way
async def test_each_type_is_the_same_after_each_way(db: Database, check: Check):
    assert await failures(check, await of_server(db)) == ""


async def test_another_process_reads_the_pickles_of_each_type(db: Database):
    rows = [row for kind in await of_server(db) for row in await loaded(kind)]

    drivers, found = pickle.loads(in_another_process(pickle.dumps(rows)))  # noqa: S301

    assert drivers == []
    assert len(found) == len(rows)
    for row, (other, changed, text) in zip(rows, found, strict=True):
        assert type(other) is type(row)
        assert_same(row.value, other.value)
        assert (changed, text) == ((), row.to_json())


def in_another_process(pickled: bytes) -> bytes:
    """What a process that knows no database makes of them."""
    command = [sys.executable, "-c", OTHER]
    ran = subprocess.run(command, input=pickled, capture_output=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout


async def failures_of(db: Database, extension: str, check: Check) -> str:
    await db.execute(f"CREATE EXTENSION {extension} SCHEMA k")
    of = [kind for kind in kinds.OF_EXTENSIONS if kind.extension == extension]
    for kind in of:
        await db.execute(holders.create_table(kind))
    return await failures(check, of)


@pytest.mark.requires_extension("hstore")
@by_each_way
async def test_hstore_is_the_same(db: Database, check: Check):
    assert await failures_of(db, "hstore", check) == ""


@pytest.mark.requires_extension("citext")
@by_each_way
async def test_citext_is_the_same(db: Database, check: Check):
    assert await failures_of(db, "citext", check) == ""


@pytest.mark.requires_extension("ltree")
@by_each_way
async def test_ltree_is_the_same(db: Database, check: Check):
    assert await failures_of(db, "ltree", check) == ""


@pytest.mark.requires_extension("cube")
@by_each_way
async def test_a_type_that_nobody_knows_is_the_same_as_text(db: Database, check: Check):
    assert await failures_of(db, "cube", check) == ""
