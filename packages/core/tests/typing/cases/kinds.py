"""What ranges, figures, bits and composites are to a checker."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, assert_type

from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.kinds.bits import Bits
from ferrule_core.mapping.kinds.composites import Composite
from ferrule_core.mapping.kinds.geometry import Point
from ferrule_core.mapping.kinds.spans import Multirange, Range
from ferrule_core.model.model import Model
from ferrule_core.query.functions import func


class Address(Composite, type="address", schema="shop"):
    street: str | None
    number: Annotated[int | None, types.Integer()] = None


class Hall(Model, table="hall"):
    id: Column[int] = identity()
    rented: Column[Range[date]]
    opened: Column[Range[datetime] | None] = column(default=None)
    seats: Column[Multirange[int]]
    place: Column[Point]
    flags: Column[Bits] = column(type=types.Bit(4))
    address: Column[Address | None] = column(default=None)
    others: Column[list[Address]]


def ranges(day: date) -> None:
    assert_type(Range(day, None), Range[date])
    assert_type(Range(day, day, "[]").lower, date | None)
    assert_type(Range(1, 5) & Range(2, 3), Range[int])
    assert_type(Multirange(Range(1, 2)).ranges, tuple[Range[int], ...])
    _ = day in Range(day, None)
    Range(1, 2).overlaps(Range(day, day))  # E
    Range(1, 2, "[[")  # E
    Range(1, 2).lower = 3  # E


def columns(day: date, hall: Hall) -> None:
    assert_type(Hall.rented.contains(day), Expr[bool])
    assert_type(Hall.rented.contains(Range(day, None)), Expr[bool])
    assert_type(Hall.seats.contains(1), Expr[bool])
    assert_type(Hall.seats.overlap(Range(1, 2)), Expr[bool])
    assert_type(Hall.opened.contained_by(Range(datetime.now(), None)), Expr[bool])  # noqa: DTZ005
    assert_type(func.int4range(1, 2), Expr[Range[int]])
    assert_type(hall.rented, Range[date])
    assert_type(hall.address, Address | None)
    assert_type(hall.others, list[Address])
    Hall.seats.contains("x")  # E
    Hall.rented.overlap(Range(1, 2))  # E


def values(day: date) -> None:
    address = Address("Main Street", 1)
    assert_type(address.street, str | None)
    Hall(
        rented=Range(day, None),
        seats=Multirange(Range(1, 2)),
        place=Point(1, 2),
        flags=Bits("0101"),
        address=address,
        others=[Address(None)],
    )
    Address(5)  # E
    address.street = "x"  # E
    Point("1", 2)  # E
    Bits(5)  # E
    _ = Range(Decimal(1), None) < Range(Decimal(2), None)
