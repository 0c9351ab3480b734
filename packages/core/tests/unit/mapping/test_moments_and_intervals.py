"""Values that stand for what Python's own classes cannot hold."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.intervals import Interval, Span, parts_of, span
from ferrule_core.mapping.json_values import JSON_NULL, JsonNull, WrittenFloat
from ferrule_core.mapping.moments import Beyond, Infinite
from ferrule_core.mapping.values import same

_DAY = 86_400_000_000


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - it was written in the same line


@pytest.mark.parametrize("other", [date.min, date.max, datetime.now(UTC), timedelta(1)])
def test_infinity_is_before_or_after_everything_else(other: Any):
    assert Infinite.PAST < other < Infinite.FUTURE
    assert Infinite.PAST <= other <= Infinite.FUTURE
    assert not other < Infinite.PAST
    assert not other > Infinite.FUTURE


def test_infinity_is_neither_before_nor_after_itself():
    assert not Infinite.FUTURE < Infinite.FUTURE
    assert not Infinite.PAST > Infinite.PAST
    assert Infinite.PAST < Infinite.FUTURE
    assert Infinite.FUTURE <= Infinite.FUTURE
    assert sorted([Infinite.FUTURE, date.max, Infinite.PAST]) == [
        Infinite.PAST,
        date.max,
        Infinite.FUTURE,
    ]
    assert str(Infinite.PAST) == "-infinity"


@pytest.mark.parametrize(
    ("type_", "count"),
    [("date", 0), ("date", 2_921_939), ("timestamp", -1), ("time", _DAY - 1), ("timetz", 0)],
)
def test_what_python_has_is_not_beyond_it(type_: Any, count: int):
    with pytest.raises(ValueRefused, match="can be a value of Python's own class"):
        Beyond(type_, count)


def test_the_first_day_beyond_is_the_one_after_the_last():
    assert str(Beyond("date", 2_921_940)) == "date 10000-01-01"
    assert Beyond("date", 2_921_940).year == 10_000
    assert Beyond("date", -730_120).year == 0
    assert str(Beyond("date", -730_120)) == "date 0001-12-31 BC"
    assert Beyond("time", _DAY).year is None


@given(
    st.integers(-50, 50),
    st.integers(-50, 50),
    st.integers(-(10**12), 10**12),
)
def test_an_interval_less_itself_is_none(months: int, days: int, microseconds: int):
    interval = Interval(months, days, microseconds)

    assert interval - interval == Interval()
    assert not interval - interval
    assert Interval() - (-interval) == interval
    assert 3 * interval == interval + interval + interval
    assert interval == interval.of(months=months, days=days, time=timedelta(0, 0, microseconds))
    for made in (pickled(interval), copy.deepcopy(interval)):
        assert made == interval


@given(st.integers(-(10**6), 10**6), st.integers(-(10**12), 10**12))
def test_a_timedelta_is_written_again_as_it_was_read(days: int, microseconds: int):
    value = span(days, microseconds)

    assert parts_of(value) == (days, microseconds)
    assert value == timedelta(days, 0, microseconds)
    assert parts_of(pickled(value)) == (days, microseconds)
    assert type(value + timedelta(0)) is timedelta
    assert Interval.from_timedelta(value) == Interval(0, days, microseconds)
    assert Interval(0, days, microseconds).to_timedelta() == value


def test_a_span_of_other_parts_is_another_value_to_store():
    assert Span(0, _DAY) == timedelta(1)
    assert not same(Span(0, _DAY), Span(2, -_DAY))
    assert not same(Span(0, _DAY), timedelta(1))
    assert same(Span(0, _DAY), Span(0, _DAY))


def test_an_interval_is_added_by_the_clock_and_the_calendar_of_the_moments_zone():
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2024, 3, 30, 12, tzinfo=berlin)  # the clocks go forward in the night

    assert (before + Interval(days=1)).hour == 12
    assert (before + Interval.of(time=timedelta(hours=24))).hour == 13
    assert datetime(2024, 1, 31) + Interval(1) == datetime(2024, 2, 29)  # noqa: DTZ001
    assert datetime(2024, 3, 31) - Interval(1) == datetime(2024, 2, 29)  # noqa: DTZ001
    assert timedelta(1) - Interval(1) == Interval(-1, 1)
    assert Interval(1) - timedelta(1) == Interval(1, -1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Interval(2**31), "a part of the interval is beyond what PostgreSQL holds"),
        (lambda: Interval(1) * 2**31, "a part of the interval is beyond what PostgreSQL holds"),
        (lambda: Interval(1.5), "a part of an interval is an integer, not a value of type float"),  # type: ignore[arg-type]
        (lambda: Interval(12, 1).to_timedelta(), "the interval P1Y1D has months, which have no"),
        (lambda: Interval(0, 10**9).to_timedelta(), "the interval P1000000000D is too long"),
        (lambda: datetime.max + Interval(1), "the sum is beyond the years 1 to 9999"),  # noqa: DTZ901
    ],
)
def test_what_cannot_be_is_refused_and_said(make: Any, message: str):
    with pytest.raises(ValueRefused) as refused:
        make()

    assert refused.value.message.startswith(message)


def test_an_interval_is_not_multiplied_by_a_float_nor_added_to_a_number():
    one: Any = Interval(1)
    for calculate in (lambda: one * 1.5, lambda: one + 1, lambda: one - 1, lambda: 1 - one):
        with pytest.raises(TypeError):
            calculate()


def test_a_number_in_another_spelling_is_a_float_to_everybody_else():
    price = WrittenFloat("1.10")

    assert price == 1.1
    assert repr(price) == json.dumps(price) == "1.1"
    assert type(price * 2) is float
    assert pickled(price).text == "1.10"
    assert copy.deepcopy([price])[0].text == "1.10"
    assert same(price, WrittenFloat("1.10"))
    assert not same(price, 1.1)
    assert not same(price, WrittenFloat("1.100"))
    assert same(price, Decimal("1.10"))
    assert not same(price, Decimal("1.1"))


def test_pydantic_writes_them_out_and_reads_them():
    for annotation, value, written in [
        (date | Infinite, Infinite.FUTURE, b'"infinity"'),
        (Interval, Interval(1, 2, 3), b'{"months":1,"days":2,"microseconds":3}'),
        (JsonNull, JSON_NULL, b"null"),
    ]:
        adapter: TypeAdapter[Any] = TypeAdapter(annotation)

        assert adapter.dump_json(value) == written
        assert adapter.validate_json(written) == value
