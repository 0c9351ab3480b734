"""What expressions are to a checker."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, assert_type
from uuid import UUID

from cases.shop import Author, Binding, Book

from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.expressions import Assignment, Expr, Order
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.json_values import JsonNull
from ferrule_core.mapping.moments import Beyond, Infinite
from ferrule_core.model.model import Model
from ferrule_core.query.functions import Aggregate, WindowFunction, func


def columns() -> None:
    assert_type(Book.title, Column[str])
    assert_type(Book.published, Column[datetime | None])
    assert_type(Book.created, Column[datetime])
    assert_type(Book.author.name, Column[str])
    assert_type(Book.author.mentor.name, Column[str])
    assert_type(Book.editor.books.tags.label, Column[str])
    assert_type(Author.shelf_mark, str)


def comparisons(moment: datetime) -> None:
    assert_type(Book.title == "x", Expr[bool])
    assert_type(Book.price < 10, Expr[bool])
    assert_type(Book.price >= Decimal(10), Expr[bool])
    assert_type(Book.price == Book.price_with_tax, Expr[bool])
    assert_type(Book.published < Book.created, Expr[bool])
    assert_type(Book.created < Book.published, Expr[bool])
    assert_type(Book.published == None, Expr[bool])  # noqa: E711
    assert_type(Book.published.is_distinct_from(moment), Expr[bool])
    assert_type(Book.published.between(moment, Book.created), Expr[bool])
    assert_type(Book.binding.in_([Binding.PAPER]), Expr[bool])
    assert_type(Book.editor_id.not_in({1, None}), Expr[bool])
    assert_type((Book.stock > 1) & ~(Book.stock > 3) | (Book.title == "x"), Expr[bool])
    assert_type(Book.in_print & (Book.stock > 1), Expr[bool])
    assert_type(Book.editor.name.icontains("x"), Expr[bool])
    assert_type(Book.title.desc(), Order)
    assert_type(Book.title.asc().nulls_last(), Order)


def arithmetic() -> None:
    assert_type(Book.stock + 1, Expr[int])
    assert_type(Book.stock + Book.editor_id, Expr[int | None])
    assert_type(Book.stock / 2, Expr[float])
    assert_type(Book.price * 2, Expr[Decimal])
    assert_type(Book.price * Book.stock, Expr[Decimal])
    assert_type(Book.price - Decimal("0.1"), Expr[Decimal])
    assert_type(Book.title + "!", Expr[str])
    assert_type(Book.created + timedelta(days=1), Expr[datetime])
    assert_type(Book.created - Book.created, Expr[timedelta])
    assert_type(-Book.weight, Expr[float])


def functions() -> None:
    assert_type(func.count(), Aggregate[int])
    assert_type(func.count(Book.published, distinct=True), Aggregate[int])
    assert_type(func.sum(Book.stock), Aggregate[int | None])
    assert_type(func.sum(Book.price), Aggregate[Decimal | None])
    assert_type(func.avg(Book.stock), Aggregate[Decimal | None])
    assert_type(func.avg(Book.weight), Aggregate[float | None])
    assert_type(func.max(Book.published), Aggregate[datetime | None])
    assert_type(func.min(Book.binding), Aggregate[Binding | None])
    assert_type(func.lower(Book.title), Expr[str])
    assert_type(func.coalesce(Book.published, func.now()), Expr[datetime])
    assert_type(func.coalesce(Book.editor_id, 0), Expr[int])
    assert_type(func.now(), Expr[datetime])
    assert_type(func.date_part("year", Author.born), Expr[int])
    assert_type(func.length(Book.title) + 1, Expr[int])
    assert_type(func.case((Book.stock > 0, "in"), otherwise="out"), Expr[str])
    assert_type(func.case((Book.stock > 0, Book.price)), Expr[Decimal | None])
    assert_type(func.case((Book.stock > 0, 1), (Book.stock < 0, 2)), Expr[int | None])
    assert_type(func.nullif(Book.stock, 0), Expr[int | None])
    assert_type(func.greatest(Book.price, Decimal(1)), Expr[Decimal])
    assert_type(func.cast(Book.stock, types.Text(), str), Expr[str])
    assert_type(func.call("similarity", float, Book.title, "dune"), Expr[float])
    assert_type(func.date_trunc("month", Book.published), Expr[datetime | None])
    assert_type(func.array_agg(Book.title), Aggregate[list[str] | None])
    assert_type(func.sum(Book.stock).filter(Book.in_print), Aggregate[int | None])
    assert_type(func.sum(Book.stock).over(partition_by=Book.author_id), Expr[int | None])
    assert_type(func.rank(), WindowFunction[int])
    assert_type(func.rank().over(order_by=Book.price.desc()), Expr[int])
    assert_type(func.lag(Book.price).over(order_by=Book.created), Expr[Decimal | None])
    assert_type(func.lag(Book.price, 1, Decimal(0)).over(), Expr[Decimal])


def assignments() -> None:
    assert_type(Book.price.set(Decimal(1)), Assignment)
    assert_type(Book.published.set(None), Assignment)
    assert_type(Book.price.set(Book.price * 2), Assignment)


def conditions(*conditions: Expr[bool]) -> None:
    """Take conditions only."""


def mistakes(key: UUID) -> None:
    conditions(Book.id == "x")  # E
    conditions(Book.title == None)  # E  # noqa: E711
    conditions(Book.stock < "x")  # E
    conditions(Book.stock < 1.5)  # E
    conditions(Book.price < 1.5)  # E
    conditions(Book.title < Book.stock)  # E
    conditions(Book.title)  # E
    conditions(Book.stock & (Book.stock > 1))  # E
    conditions(~Book.title)  # E
    conditions(Book.binding.in_(["paper"]))  # E
    conditions(Book.stock.contains("x"))  # E
    conditions(Book.title.contains(3))  # E
    conditions(Book.author == 3)  # E
    conditions(Book.nothing == 3)  # E
    conditions(Book.author.nothing == 3)  # E
    Book.title + 1  # E
    Book.id + key  # E
    Book.created + 1  # E
    Book.title * 2  # E
    Book.price.set("1")  # E
    Book.price.set(None)  # E
    Book.price.set(Book.title)  # E


def mistaken_functions() -> None:
    func.sum(Book.title)  # E
    func.sqrt(Book.title)  # E
    func.rank() + 1  # E
    func.date_trunc("fortnight", Book.created)  # E
    func.count().filter(Book.title)  # E
    func.lower(Book.stock)  # E
    func.date_part("yaer", Author.born)  # E
    func.date_part("year", Book.title)  # E
    func.coalesce(Book.editor_id, "x").asc().nothing()  # E


class Lease(Model, table="lease"):
    until: Column[date | Infinite]
    signed: Column[datetime | Infinite | Beyond | None]
    billed: Column[Interval]
    meta: Column[dict[str, Any] | JsonNull]


def odd_values(lease: Lease, moment: datetime) -> None:
    assert_type(lease.until, date | Infinite)
    assert_type(lease.billed, Interval)
    assert_type(lease.meta, dict[str, Any] | JsonNull)
    assert_type(lease.until is Infinite.FUTURE, bool)
    assert_type(Lease.until == Infinite.FUTURE, Expr[bool])
    assert_type(Lease.until < date.max, Expr[bool])
    assert_type(Lease.signed + Interval(months=1), Expr[datetime | Infinite | Beyond | None])
    assert_type(Book.created + Interval(months=1), Expr[datetime])
    assert_type(Book.created - timedelta(days=1), Expr[datetime])
    assert_type(func.sum(Lease.billed), Aggregate[Interval | None])
    assert_type(moment + lease.billed, datetime)
    assert_type(moment - lease.billed, datetime)
    assert_type(lease.billed + timedelta(days=1), Interval)
    assert_type(timedelta(days=1) - lease.billed, Interval)
    assert_type(2 * -lease.billed, Interval)
    assert_type(lease.billed.to_timedelta(), timedelta)
    _ = date.max + lease.billed  # E
    _ = lease.billed * 1.5  # E
    _ = Book.created + 1  # E
