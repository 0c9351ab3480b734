"""What `func` gives on a server, beside what the same would be in Python."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest

from ferrule_core.database import Database
from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column, identity, server_default
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.relations import ForeignKey, foreign_key
from ferrule_core.model.model import Model
from ferrule_core.query.functions import func

pytestmark = pytest.mark.anyio

SPRING = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)


class Binding(Enum):
    PAPER = "paper"
    HARD_COVER = "hard cover"


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    binding: Column[Binding] = server_default("'paper'")
    keywords: Column[list[str]] = server_default("'{}'")
    meta: Column[dict[str, Any] | None] = column(default=None)
    published: Column[datetime | None] = column(default=None)
    stock: Column[int] = server_default("0")
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")


@pytest.fixture(autouse=True)
async def shop(db: Database) -> None:
    ann, bob = await Author.create(name="Ann"), await Author.create(name="Bob")
    rows = [
        ("Ash", "10.00", 5, ann, SPRING),
        ("Beech", "20.50", 0, ann, SPRING + timedelta(days=40)),
        ("cedar", "20.50", -3, bob, None),
        ("Elm", "7.25", 8, bob, SPRING + timedelta(days=1)),
    ]
    async with db.transaction():
        await Book.bulk_create(
            [
                Book(title=title, price=Decimal(price), stock=stock, author=author, published=when)
                for title, price, stock, author, when in rows
            ]
        )


async def of_each(*expressions: Expr[Any]) -> list[Any]:
    """The expressions for each book, by title; bare where there is one."""
    by_title = Book.filter().order_by(func.lower(Book.title))
    rows = await by_title.values_list(*expressions)  # type: ignore[call-overload]
    return [row[0] if len(expressions) == 1 else tuple(row) for row in rows]


async def of_ash(expression: Expr[Any]) -> Any:
    return (await of_each(expression))[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (func.initcap(func.lower(Book.title)), "Ash"),
        (func.trim(func.concat("  ", Book.title, " ")), "Ash"),
        (func.trim(Book.title, "Ah"), "s"),
        (func.left(Book.title, 2), "As"),
        (func.right(Book.title, -1), "sh"),
        (func.substring(Book.title, 2), "sh"),
        (func.substring(Book.title, 2, 1), "s"),
        (func.position(Book.title, "h"), 3),
        (func.replace(Book.title, "s", "%"), "A%h"),
        (func.split_part(func.concat(Book.title, ",", Book.author.name), ",", 2), "Ann"),
        (func.concat(Book.title, None, "!"), "Ash!"),
        (func.abs(Book.stock - 7), 2),
        (func.round(Book.price / 3, 2), Decimal("3.33")),
        (func.floor(Book.price / 3), Decimal(3)),
        (func.ceil(Book.price / 3), Decimal(4)),
        (func.power(Book.price, 2), Decimal(100)),
        (func.sqrt(Book.price * 10), Decimal(10)),
        (func.power(Book.stock, 2), 25.0),
        (func.floor(Book.stock), 5.0),
        (func.coalesce(Book.published, func.now()), SPRING),
        (func.nullif(Book.stock, 5), None),
        (func.greatest(Book.stock, 6), 6),
        (func.least(Book.price, Decimal(6)), Decimal(6)),
        (func.cast(Book.stock, types.Text(), str), "5"),
        (func.cast("7", types.Integer(), int), 7),
        (func.epoch(Book.published), Decimal(int(SPRING.timestamp()))),
        (func.date_trunc("month", Book.published, "UTC"), datetime(2026, 3, 1, tzinfo=UTC)),
        (func.date(func.at_time_zone(Book.published, "UTC")), date(2026, 3, 15)),
        (func.at_time_zone(Book.published, "Asia/Tokyo"), datetime(2026, 3, 15, 19, 30)),  # noqa: DTZ001
        (func.age(func.coalesce(Book.published, SPRING), Book.published), timedelta(0)),
        (func.call("repeat", str, Book.title, 2), "AshAsh"),
        (func.call("cardinality", int, ["a", "b"]), 2),
        (func.call("jsonb_typeof", str, {"a": 1}), "object"),
        (func.call("int8inc", int, 2**40, schema="pg_catalog"), 2**40 + 1),
        (func.call("array_append", list[str], ["a"], Book.title), ["a", "Ash"]),
        (func.call("pi", float), 3.141592653589793),
    ],
)
async def test_a_function_gives_what_its_name_says(expression: Expr[Any], expected: object):
    found = await of_ash(expression)

    assert found == expected
    assert type(found) is type(expected)


async def test_a_random_number_is_from_0_to_1():
    assert 0 <= await of_ash(func.random()) < 1


async def test_a_case_takes_the_first_branch_that_is_met():
    fair = func.case((Book.price < 10, "cheap"), (Book.price < 20, "fair"), otherwise="dear")
    stock = func.case((Book.stock > 0, Book.stock), (Book.stock == 0, 100))
    binding = func.case((Book.stock > 0, Binding.HARD_COVER), otherwise=Book.binding)

    assert await of_each(fair) == ["fair", "dear", "dear", "cheap"]
    assert await of_each(stock) == [5, 100, None, 8]
    assert await of_each(func.case((Book.stock > 0, 1), otherwise=2)) == [1, 2, 2, 1]
    assert await of_ash(binding) is Binding.HARD_COVER


async def test_a_case_can_be_ordered_and_filtered_by():
    first = func.case((Book.title == "Elm", 0), otherwise=1)

    titles = [book.title for book in await Book.filter(first < 2).order_by(first, Book.title).all()]

    assert titles[0] == "Elm"
    assert len(titles) == 4


async def test_aggregates_filter_order_and_count_values_once():
    found = await Book.filter().aggregate(
        func.sum(Book.stock).filter(Book.stock > 0),
        func.count(Book.price).distinct(),
        func.array_agg(Book.title).order_by(Book.title.desc()).filter(Book.stock >= 0),
        func.string_agg(Book.title, "; ").order_by(func.lower(Book.title)),
        func.bool_and(Book.stock > 0),
    )

    assert found == (13, 3, ["Elm", "Beech", "Ash"], "Ash; Beech; cedar; Elm", False)


async def test_aggregates_of_an_order_and_of_json():
    found = await Book.filter().aggregate(
        func.percentile_cont(0.5, within=func.cast(Book.price, types.Double(), float)),
        func.percentile_disc(0.5, within=Book.price),
        func.mode(within=Book.price),
        func.jsonb_agg(Book.stock).order_by(Book.stock),
        func.bool_or(Book.stock > 7),
    )

    assert found == (15.25, Decimal("10.00"), Decimal("20.50"), [-3, 0, 5, 8], True)


async def test_filters_of_an_aggregate_add_up():
    both = func.count().filter(Book.stock > 0).filter(Book.price < 10)

    assert await Book.filter().aggregate(both) == (1,)


async def test_aggregates_of_no_row_are_none():
    found = await Book.filter(Book.title == "?").aggregate(
        func.array_agg(Book.title), func.string_agg(Book.title, ","), func.bool_and(Book.stock > 0)
    )

    assert found == (None, None, None)


async def test_window_functions_compare_a_row_with_others():
    dear = Book.price.desc()

    assert await of_each(
        func.row_number().over(order_by=(dear, Book.title)),
        func.rank().over(order_by=dear),
        func.dense_rank().over(order_by=dear),
        func.ntile(2).over(order_by=(dear, Book.title)),
    ) == [(3, 3, 2, 2), (1, 1, 1, 1), (2, 1, 1, 1), (4, 4, 3, 2)]


async def test_neighbours_have_defaults():
    by_title = func.lower(Book.title)

    assert await of_each(
        func.lag(Book.stock).over(order_by=by_title),
        func.lag(Book.stock, 1, 99).over(order_by=by_title),
        func.lead(Book.title, 2).over(order_by=by_title),
    ) == [(None, 99, "cedar"), (5, 5, "Elm"), (0, 0, None), (-3, -3, None)]


async def test_aggregates_over_a_frame():
    by_title = func.lower(Book.title)
    total = func.sum(Book.stock)

    assert await of_each(
        total.over(partition_by=Book.author_id),
        total.over(order_by=by_title, rows=(-1, 0)),
        total.over(order_by=by_title, rows=(None, None), exclude="current row"),
        func.first_value(Book.title).over(order_by=by_title, rows=(1, None)),
    ) == [(5, 5, 5, "Beech"), (5, 5, 10, "cedar"), (5, -3, 13, "Elm"), (5, 5, 2, None)]


async def test_a_frame_of_days():
    within_a_week = func.count().over(
        order_by=Book.published, range_=(-timedelta(days=7), timedelta(0))
    )
    dated = Book.filter(Book.published.is_not_null()).order_by(Book.title)

    assert [row[0] for row in await dated.values_list(within_a_week)] == [1, 1, 2]


async def test_a_window_reaches_through_relations():
    ranked = func.rank().over(partition_by=Book.author.name, order_by=Book.price)

    assert await of_each(Book.author.name, ranked) == [
        ("Ann", 1),
        ("Ann", 2),
        ("Bob", 2),
        ("Bob", 1),
    ]
