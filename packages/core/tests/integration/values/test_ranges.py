"""Ranges as the server has them: their order, their forms, and what is asked of columns."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages.core.tests.integration.values import kinds

from ferrule_core.database import Database
from ferrule_core.errors import QueryError
from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.kinds.spans import Multirange, Range
from ferrule_core.model.model import Model
from ferrule_core.query.functions import func

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


class Shift(Model, table="shift"):
    id: Column[int] = column(primary_key=True, type=types.Integer())
    days: Column[Range[date] | None] = column(default=None)
    hours: Column[Range[time] | None] = column(
        default=None, type=types.Named("timerange", schema="k")
    )
    seats: Column[Multirange[int] | None] = column(default=None, type=types.Int4Multirange())


@pytest.fixture
def ferrule_template() -> list[str]:
    return [
        kinds.SCHEMA,
        """
        CREATE TABLE shift (
            id integer PRIMARY KEY, days daterange, hours k.timerange, seats int4multirange
        )
        """,
    ]


ends = st.none() | st.integers(0, 6)
bounds = st.sampled_from(["[)", "(]", "[]", "()"])


@st.composite
def whole(draw: Any) -> Range[int]:
    low, high = draw(ends), draw(ends)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Range(low, high, draw(bounds))


@st.composite
def decimals(draw: Any) -> Range[Decimal]:
    some = st.none() | st.sampled_from([Decimal("0.5"), Decimal(1), Decimal("1.5"), Decimal(2)])
    low, high = draw(some), draw(some)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Range(low, high, draw(bounds))


ASKED = """
SELECT a = b, a < b, a <= b, a && b, a @> b, a -|- b, a * b, a::text, isempty(a),
       lower_inf(a), upper_inf(a), array(SELECT i FROM unnest({numbers}) i WHERE a @> i)
FROM (SELECT $1::{kind} AS a, $2::{kind} AS b) ab
"""


def told(one: Range[Any], other: Range[Any], numbers: list[Any]) -> list[Any]:
    """What Python says of the same."""
    return [
        one == other,
        one < other,
        one <= other,
        one.overlaps(other),
        one.contains(other),
        one.adjacent_to(other),
        one & other,
        str(one),
        one.is_empty,
        one.lower_inf,
        one.upper_inf,
        [number for number in numbers if number in one],
    ]


fast = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@fast
@given(one=whole(), other=whole())
async def test_python_says_of_ranges_of_numbers_what_the_server_says(
    db: Database, one: Range[int], other: Range[int]
):
    text = ASKED.format(kind="int4range", numbers="'{0,1,2,3,4,5,6,7}'::int[]")

    (row,) = await db.fetch(text, one, other)

    assert list(row) == told(one, other, list(range(8)))


@fast
@given(one=decimals(), other=decimals())
async def test_python_says_of_ranges_without_steps_what_the_server_says(
    db: Database, one: Range[Decimal], other: Range[Decimal]
):
    numbers = [Decimal("0.5"), Decimal("0.7"), Decimal(1), Decimal("1.5"), Decimal(2)]
    text = ASKED.format(kind="numrange", numbers="'{0.5,0.7,1,1.5,2}'::numeric[]")

    (row,) = await db.fetch(text, one, other)

    assert list(row) == told(one, other, numbers)


@fast
@given(ranges=st.lists(whole(), max_size=4), others=st.lists(whole(), max_size=3))
async def test_python_says_of_multiranges_what_the_server_says(
    db: Database, ranges: list[Range[int]], others: list[Range[int]]
):
    one, other = Multirange(*ranges), Multirange(*others)
    text = """
        SELECT range_agg(r), range_agg(r)::text FROM unnest($1::int4range[]) r
    """

    (joined,) = await db.fetch(text, ranges)
    (row,) = await db.fetch(
        "SELECT a < b, a = b, a && b, a @> b FROM (SELECT $1::int4multirange a,"
        " $2::int4multirange b) ab",
        one,
        other,
    )

    assert (joined[0] or Multirange()) == one
    assert (joined[1] or "{}") == str(one)
    assert list(row) == [one < other, one == other, one.overlaps(other), one.contains(other)]


async def test_columns_are_asked_by_values_and_by_ranges():
    june, july = date(2024, 6, 1), date(2024, 7, 1)
    await Shift.create(id=1, days=Range(june, july), seats=Multirange(Range(1, 3), Range(7, 9)))
    await Shift.create(id=2, days=Range(july, None), hours=Range(time(9), time(17)))

    async def ids(condition: Any) -> list[int]:
        return await Shift.filter(condition).order_by(Shift.id).values_list(Shift.id, flat=True)

    assert await ids(Shift.days.contains(june)) == [1]
    assert await ids(Shift.days.contains(Range(july, date(2024, 8, 1)))) == [2]
    assert await ids(Shift.days.contained_by(Range(june, None))) == [1, 2]
    assert await ids(Shift.days.overlap(Range(date(2024, 6, 30), july, "[]"))) == [1, 2]
    assert await ids(Shift.days.overlap(Multirange(Range(june, date(2024, 6, 2))))) == [1]
    assert await ids(Shift.seats.contains(2)) == [1]
    assert await ids(Shift.seats.contains(Range(7, 9))) == [1]
    assert await ids(Shift.seats.overlap(Multirange(Range(8, 20)))) == [1]
    assert await ids(Shift.hours.contains(time(12))) == [2]
    assert await ids(Shift.days == Range(june, july)) == [1]
    assert await ids(func.range_upper(Shift.days) == july) == [1]
    assert await Shift.filter(days__contains=june, seats__overlap=Range(0, 2)).count() == 1
    assert await Shift.filter(days__adjacent_to=Range(july, None)).count() == 1
    assert await Shift.filter(days__isempty=False).count() == 2
    with pytest.raises(
        QueryError, match="a range of a type of your own is not compared with a mul"
    ):
        Shift.hours.overlap(Multirange(Range(time(1), time(2))))
    with pytest.raises(QueryError, match="a range is compared with a range, not with a value of t"):
        Shift.filter(days__overlap=(june, july))


async def test_ranges_are_computed_by_the_server_in_the_same_class():
    await Shift.create(id=1, days=Range(date(2024, 6, 1), date(2024, 7, 1)))

    made = func.int4range(1, 5, "[]")

    assert await Shift.filter().values_list(made, flat=True) == [Range(1, 6)]
