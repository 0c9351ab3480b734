"""Odd values are the same whichever way they are read or written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from ferrule_core.database import Database, connect
from ferrule_core.errors import QueryError, ValueRefused
from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.json_values import JSON_NULL, DecimalJson, JsonNull, JsonValue
from ferrule_core.mapping.moments import Beyond, Infinite
from ferrule_core.mapping.relations import ForeignKey, foreign_key
from ferrule_core.model.model import Model
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.query.functions import func
from ferrule_core.query.raw import sql

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


class Lease(Model, table="lease"):
    id: Column[int] = column(primary_key=True)
    until: Column[date | Infinite | None] = column(default=None)
    signed: Column[datetime | Infinite | Beyond | None] = column(default=None)
    billed: Column[Interval | None] = column(default=None)
    opens: Column[time | Beyond | None] = column(default=None)
    meta: Column[JsonValue] = column(default=None)
    prices: Column[DecimalJson] = column(default=None)
    days: Column[list[date | Infinite] | None] = column(
        default=None, type=types.Array(types.Date())
    )
    parent_id: Column[int | None] = column(default=None)
    parent: ForeignKey[Lease | None] = foreign_key("parent_id")


class NarrowLease(Model, table="lease"):
    id: Column[int] = column(primary_key=True)
    until: Column[date | None]
    signed: Column[datetime | None]
    billed: Column[timedelta | None]
    meta: Column[dict[str, Any] | None]


@dataclass
class Term:
    until: date | Infinite
    billed: Interval


@dataclass
class NarrowTerm:
    until: date


ODD: dict[str, Any] = {
    "until": Infinite.FUTURE,
    "signed": Beyond("timestamptz", -(2 * 10**17)),
    "billed": Interval(months=1, days=-3),
    "opens": Beyond("time", 86_400_000_000),
    "meta": JSON_NULL,
    "prices": {"tea": Decimal("1.10"), "all": [Decimal("0.10000000000000001"), 2]},
    "days": [date(2024, 2, 29), Infinite.PAST],
}


@pytest.fixture
def ferrule_template() -> list[str]:
    return [
        """
        CREATE TABLE lease (
            id int PRIMARY KEY, until date, signed timestamptz, billed interval, opens time,
            meta jsonb, prices jsonb, days date[], parent_id int REFERENCES lease
        )
        """
    ]


@pytest.fixture
async def db(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    async with connect(database_url) as database:
        yield database


def odd_of(lease: Lease) -> dict[str, Any]:
    return {name: getattr(lease, name) for name in ODD}


async def test_what_create_returns_is_what_get_and_a_stream_read():
    created = await Lease.create(id=1, **ODD)
    found = await Lease.get(id=1)
    streamed = [lease async for lease in Lease.filter().stream()]

    assert odd_of(created) == odd_of(found) == odd_of(streamed[0]) == ODD


async def test_many_are_written_at_once_by_insert_and_by_copy(db: Database):
    await Lease.bulk_create([Lease(id=number, **ODD) for number in range(1, 4)])
    await db.copy_in(Lease, [Lease(id=4, **ODD)])

    assert [odd_of(lease) for lease in await Lease.filter().all()] == [ODD] * 4


async def test_an_unchanged_instance_writes_nothing_and_a_changed_one_only_that():
    await Lease.create(id=1, **ODD)
    version = sql("SELECT xmin::text FROM lease")
    before = await version.get(str)
    lease = await Lease.get(id=1)
    assert odd_of(lease) == ODD
    await lease.save()
    assert await version.get(str) == before

    lease.until = date.max
    await lease.save()

    assert odd_of(await Lease.get(id=1)) == ODD | {"until": date.max}


async def test_values_and_aggregates():
    await Lease.create(id=1, **ODD)
    await Lease.create(id=2, until=date(2024, 1, 1), billed=Interval(days=1))

    listed = await Lease.filter().order_by(Lease.id).values_list(Lease.until, Lease.billed)
    latest = await Lease.filter().aggregate(func.max(Lease.until), func.sum(Lease.billed))

    assert listed == [
        (Infinite.FUTURE, Interval(1, -3)),
        (date(2024, 1, 1), Interval(days=1)),
    ]
    assert latest == (Infinite.FUTURE, Interval(1, -2))


async def test_look_ups_and_arithmetic_take_them():
    await Lease.create(id=1, **ODD)
    await Lease.create(id=2, until=date.max, signed=datetime(2024, 1, 31, tzinfo=UTC))

    assert await Lease.filter(until=Infinite.FUTURE).values_list("id") == [(1,)]
    assert await Lease.filter(Lease.until == date.max).values_list("id") == [(2,)]
    assert await Lease.filter(Lease.billed == Interval(1, -3)).count() == 1
    moved = await Lease.filter(id=2).values_list(Lease.signed + Interval(months=1))
    assert moved == [(datetime(2024, 2, 29, tzinfo=UTC),)]


async def test_a_relation_that_is_joined_or_fetched_ahead():
    await Lease.create(id=1, **ODD)
    await Lease.create(id=2, parent_id=1)

    joined = await Lease.filter(id=2).include(Lease.parent).get()
    fetched = await Lease.get(id=2)
    await fetched.fetch(Lease.parent)

    for found in (joined, fetched):
        assert found.parent is not None
        assert odd_of(found.parent) == ODD


async def test_rows_of_own_sql(db: Database):
    await Lease.create(id=1, **ODD)

    assert await sql("SELECT until, billed FROM lease").all(Term) == [
        Term(Infinite.FUTURE, Interval(1, -3))
    ]
    assert await sql("SELECT until, signed, billed, opens, meta FROM lease").get() == {
        name: ODD[name] for name in ("until", "signed", "billed", "opens", "meta")
    }
    assert odd_of(await sql("SELECT * FROM lease").get(Lease)) == ODD
    with pytest.raises(ValueRefused) as refused:
        await sql("SELECT until FROM lease").all(NarrowTerm)
    assert refused.value.message == (
        'column "until": the value in the database is infinity, which a date cannot be'
    )
    with pytest.raises(QueryError, match='"meta" has values of type JsonNull'):
        await sql("SELECT meta FROM lease").all(dict[str, Any])
    assert await db.execute("SELECT 1") == 1


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        (
            "until",
            "the value in the database is infinity, which a date cannot be",
            "Column[date | Infinite] takes it",
        ),
        (
            "signed",
            (
                "the value in the database is timestamptz 4339-04-02 04:26:40+00 BC, "
                "which a datetime cannot be"
            ),
            "Column[datetime | Beyond] takes it",
        ),
        (
            "billed",
            (
                "the value in the database is an interval of months (P1M-3D), "
                "which a timedelta cannot be"
            ),
            "Column[Interval] takes it, or Column[timedelta | Interval]",
        ),
        (
            "meta",
            "the document is JSON's null, which the annotation does not allow",
            "add JsonNull to it: Column[dict[str, Any] | JsonNull]",
        ),
    ],
)
async def test_a_refusal_names_the_column_the_value_and_what_to_do(
    name: str, message: str, hint: str
):
    await Lease.create(id=1, **{name: ODD[name]})

    with pytest.raises(ValueRefused) as refused:
        _ = (await NarrowLease.get(id=1)).meta

    assert refused.value.message == f'column "{name}": {message}'
    assert refused.value.hint == hint


async def test_a_value_that_the_annotation_does_not_allow_is_not_written():
    wrong: dict[str, Any] = {
        "until": (Infinite.FUTURE, "the value is infinity, which a date cannot be"),
        "billed": (Interval(1), "the value is an interval of months (P1M), which a timedelta"),
        "meta": (JSON_NULL, "JSON's null is not allowed by the annotation"),
    }
    for name, (value, message) in wrong.items():
        narrow = NarrowLease(id=1, until=None, signed=None, billed=None, meta=None)
        setattr(narrow, name, value)
        with pytest.raises(ValueRefused) as refused:
            await narrow.save()
        assert refused.value.message.startswith(f'column "{name}": {message}')


async def test_the_null_of_json_is_not_null():
    await Lease.create(id=1, meta=JSON_NULL)
    await Lease.create(id=2, meta=None)
    await Lease.create(id=3, meta={"a": None})

    metas = await Lease.filter().order_by(Lease.id).values_list(Lease.meta, Lease.meta["a"])

    assert metas == [(JSON_NULL, None), (None, None), ({"a": None}, JSON_NULL)]
    assert isinstance(metas[0][0], JsonNull)
    assert await Lease.filter(Lease.meta.is_null()).values_list("id") == [(2,)]
    assert await Lease.filter(Lease.meta["a"] == JSON_NULL).values_list("id") == [(3,)]
    assert await Lease.filter(id=3).values_list(Lease.meta["a"].as_(dict)) == [(None,)]


async def test_pydantic_writes_out_a_row_with_them():
    await Lease.create(id=1, **ODD | {"prices": {"tea": Decimal("1.10")}})

    written = TypeAdapter(Lease).dump_python(await Lease.get(id=1), mode="json")

    assert written["until"] == "infinity"
    assert written["billed"] == "P1M-3D"
    assert written["meta"] is None
    assert written["prices"] == {"tea": 1.1}


async def test_pages_are_found_again_by_odd_values():
    for number, until in enumerate([Infinite.PAST, date(2024, 1, 1), Infinite.FUTURE]):
        await Lease.create(id=number, until=until)
    query = Lease.filter().order_by(Lease.until, Lease.id)

    first = await query.page(size=2)
    second = await query.page(size=2, after=first.next)

    assert [lease.id for lease in [*first.items, *second.items]] == [0, 1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "date 0001-12-31 BC",
        "date 4714-11-24 BC",
        "date 10000-02-29",
        "date 5874897-12-31",
        "timestamp 0044-03-15 01:02:03.4 BC",
        "timestamp 294276-12-31 23:59:59.999999",
        "timestamptz 4714-11-24 00:00:00+00 BC",
        "timestamptz 10000-01-01 00:00:00+00",
        "time 24:00:00",
        "timetz 24:00:00+05:45:30",
        "timetz 24:00:00-15:59",
        "timetz 24:00:00+00",
    ],
)
async def test_what_is_beyond_pythons_classes_is_shown_as_the_server_shows_it(text: str):
    type_, _, value = text.partition(" ")

    statement: Any = f"SELECT '{value}'::{type_} AS found"
    found = await sql(statement).get()

    assert str(found["found"]) == text


async def test_intervals_are_read_by_the_server_as_they_show_themselves():
    for interval in [
        Interval(),
        Interval(14, -3, 4 * 3_600_000_000 + 5_000_000),
        Interval(-13, 0, -1),
        Interval(0, 5, -61_500_000),
        Interval(-5, 2147483647, 2**63 - 1),
    ]:
        found = await sql("SELECT {}::text::interval AS found", str(interval)).get()

        same = interval if interval.months else interval.to_timedelta()
        assert found["found"] == same
        assert await sql("SELECT {}::text::interval = {}", str(interval), interval).get(bool)


async def test_moments_are_moved_by_an_interval_as_the_server_moves_them():
    moment = datetime(2024, 1, 31, 12, tzinfo=UTC)
    for interval in [Interval(1), Interval(13, -1, 1), Interval(-11), Interval(-2, 40, -5)]:
        moved = await sql("SELECT {}::timestamptz + {}::interval", moment, interval).get(datetime)
        back = await sql("SELECT {}::timestamptz - {}::interval", moment, interval).get(datetime)

        assert (moment + interval, moment - interval) == (moved, back)
