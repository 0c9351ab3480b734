"""Classes of values: how they are made, shown, copied, and what is refused."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.kinds.bits import Bits
from ferrule_core.mapping.kinds.composites import Composite
from ferrule_core.mapping.kinds.geometry import (
    Box,
    Circle,
    Line,
    LineSegment,
    Path,
    Point,
    Polygon,
)
from ferrule_core.mapping.kinds.macs import mac_octets
from ferrule_core.mapping.kinds.spans import Multirange, Range
from ferrule_core.mapping.values import same
from ferrule_core.model.border import pydantic_schema
from ferrule_core.model.model import Model

DAY = date(2024, 2, 29)


class Spot(Composite, type="spot"):
    name: str | None
    at: Point | None = None


VALUES = [
    Range(1, 5),
    Range(None, Decimal("1.5"), "(]"),
    Range.empty(),
    Multirange(),
    Multirange(Range(1, 2), Range(5, None)),
    Bits("0101"),
    Bits(),
    Point(1.5, -2),
    Line(1, 2, 3),
    LineSegment(Point(0, 0), Point(1, 1)),
    Box(Point(0, 1), Point(1, 0)),
    Path((Point(0, 0),), closed=True),
    Polygon((Point(0, 0),)),
    Circle(Point(0, 0), 1),
    Spot("x", Point(0, 0)),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_are_equal_to_their_copies_and_shown_as_they_are_made(value: Any):
    names = {type(one).__name__: type(one) for one in [*VALUES, Range(0, 1)]}

    assert copy.deepcopy(value) == value
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own
    assert hash(copy.copy(value)) == hash(value)
    assert eval(repr(value), {"Decimal": Decimal, **names}) == value  # noqa: S307 - our own
    assert value != "something else"
    assert same(value, copy.deepcopy(value))


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_cannot_be_changed(value: Any):
    for name in (
        "lower",
        "ranges",
        "length",
        "x",
        "a",
        "start",
        "high",
        "points",
        "radius",
        "name",
    ):
        if hasattr(value, name):
            with pytest.raises(AttributeError):
                setattr(value, name, None)


def test_ranges_of_what_has_a_next_value_have_one_form():
    assert Range(1, 5, "[]") == Range(0, 6, "()") == Range(1, 6)
    assert Range(DAY, DAY, "[]") == Range(DAY, DAY + timedelta(days=1))
    assert Range(1, 2, "()") == Range(3, 3) == Range.empty()
    assert Range(Decimal(1), Decimal(5), "[]") != Range(Decimal(1), Decimal(6))
    assert Range(None, 5, "[]") == Range(None, 6)
    assert Range(None, None) == Range(None, None, "[]")


def test_what_changes_no_equality_can_change_what_is_stored():
    assert Range(Decimal(1), None) == Range(Decimal("1.0"), None)
    assert not same(Range(Decimal(1), None), Range(Decimal("1.0"), None))
    assert not same(Point(0.0, 0.0), Point(-0.0, 0.0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Range(5, 1), "a range cannot end before it begins"),
        (lambda: Range(1, 5, "["), "the bounds of a range are one of"),
        (lambda: Range(1, "x"), "values of type int and str have no order"),
        (lambda: Range(datetime(2024, 1, 1), datetime.now(UTC)), "have no order"),  # noqa: DTZ001
        (lambda: Range(DAY, date.max, "[]"), "cannot include the last day of Python"),
        (lambda: Multirange((1, 2)), "a multirange is made of ranges, not of a value of type tup"),
        (lambda: Bits("012"), "made of text with zeros and ones"),
        (lambda: Bits.of_number(5, 2), "the number has no 2 bits"),
        (lambda: Bits.of_bytes(b"a", 9), "1 bytes have no 9 bits"),
        (lambda: Line(0, 0, 1), "a and b of a line cannot both be 0"),
        (lambda: Circle(Point(0, 0), -1), "the radius of a circle is not negative"),
        (lambda: Path(()), "a path has at least one point"),
        (lambda: Polygon(()), "a polygon has at least one point"),
        (lambda: mac_octets("08:00", 6), "text with 12 hexadecimal digits"),
    ],
)
def test_what_no_value_can_be_is_refused_with_the_reason(make, message: str):
    with pytest.raises(ValueRefused) as caught:
        make()

    assert message in caught.value.message


def test_bits_are_numbers_and_bytes_too():
    bits = Bits("01011")

    assert (int(bits), bytes(bits), bits.length, str(bits)) == (11, b"\x58", 5, "01011")
    assert Bits.of_number(11, 5) == bits == Bits.of_bytes(b"\x5f", 5)
    assert Bits("01") < Bits("010") < Bits("1")


class Journey(Model, table="journey"):
    id: Column[int] = column(primary_key=True)
    days: Column[Range[date]]
    seats: Column[Multirange[int]]
    flags: Column[Bits]
    start: Column[Point]
    spot: Column[Spot | None] = column(default=None)


def test_pydantic_reads_and_writes_them():
    schema = pydantic_schema(Journey, "create")
    document = {
        "id": 1,
        "days": {"lower": "2024-02-29", "upper": None, "bounds": "[)"},
        "seats": [{"lower": 1, "upper": 3, "bounds": "[)"}],
        "flags": "0101",
        "start": {"x": 1.0, "y": 2.0},
        "spot": {"name": "x", "at": {"x": 0.0, "y": 0.0}},
    }

    read = schema.model_validate(document)
    journey = Journey(**read.model_dump(exclude={"start", "spot"}), start=Point(1, 2))

    assert journey.days == Range(DAY, None)
    assert journey.seats == Multirange(Range(1, 3))
    assert journey.flags == Bits("0101")
    assert read.model_dump(mode="json") == document
    assert "lower" in str(schema.model_json_schema())
    with pytest.raises(ValidationError, match="a range cannot end before it begins"):
        schema.model_validate(document | {"seats": [{"lower": 3, "upper": 1}]})
    empty: TypeAdapter[Any] = TypeAdapter(Range[int])
    assert empty.validate_json(empty.dump_json(Range.empty())) == Range.empty()
