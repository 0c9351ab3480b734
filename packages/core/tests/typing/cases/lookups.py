"""What look-ups, ``Q``, ``F`` and the constructors of values are to a checker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, assert_type

from cases.shop import Book

from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.json_parts import JsonPart
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.model.model import Model
from ferrule_core.query.by_name import F, Q
from ferrule_core.query.functions import Aggregate, func
from ferrule_core.query.functions.rows import Row
from ferrule_core.query.query import Query


@dataclass
class City:
    name: str
    founded: int | None


@dataclass
class Profile:
    city: City
    tags: list[str]


class Document(Model, table="document"):
    id: Column[int] = identity()
    body: Column[str]
    words: Column[str] = column(type=types.Named("tsvector"))
    numbers: Column[list[int]]
    labels: Column[list[str] | None]
    meta: Column[dict[str, Any] | None]
    anything: Column[JsonValue]
    profile: Column[Profile | None]
    flags: Column[int]
    made: Column[datetime]


def names() -> None:
    assert_type(Q(price__lt=1) & Q(title="x"), Q)
    assert_type(Q(price__lt=1) | (Book.stock > 1), Q)
    assert_type(~Q(price__lt=1), Q)
    assert_type((Book.stock > 1) & Q(price__lt=1), Expr[bool])
    assert_type(Book.filter(Q(price__lt=1), Book.stock > 1), Query[Book])
    assert_type(Book.exclude(Q() | Q(title="x")), Query[Book])
    assert_type(Book.filter().order_by(F("price").desc(), F("title")), Query[Book])
    assert_type(Book.price > F("stock"), Expr[bool])
    assert_type(F("price") == 1, Expr[bool])


def containers() -> None:
    assert_type(Document.numbers.contains([1]), Expr[bool])
    assert_type(Document.numbers.contained_by({1, 2}), Expr[bool])
    assert_type(Document.labels.overlap(["x"]), Expr[bool])
    assert_type(Document.numbers.length(), Expr[int])
    assert_type(Document.numbers[0], Expr[int | None])
    assert_type(Document.labels[-1], Expr[str | None])
    assert_type(Document.labels[0].startswith("x"), Expr[bool])
    assert_type(Document.body.contains("x"), Expr[bool])


def documents() -> None:
    assert_type(Document.meta["a"], JsonPart)
    assert_type(Document.meta["a"][0]["b"], JsonPart)
    assert_type(Document.anything["a"], JsonPart)
    assert_type(Document.meta["a"] == 1, Expr[bool])
    assert_type(Document.meta["a"] < Decimal(1), Expr[bool])
    assert_type(Document.meta["a"].in_([1, "x", None]), Expr[bool])
    assert_type(Document.meta["a"].as_(int), Expr[int | None])
    assert_type(Document.meta["a"].as_(datetime), Expr[datetime | None])
    assert_type(Document.meta["a"].text, Expr[str | None])
    assert_type(Document.meta.has_key("a"), Expr[bool])
    assert_type(Document.meta.has_any_keys(["a"]), Expr[bool])
    assert_type(Document.meta.contains({"a": 1}), Expr[bool])
    assert_type(Document.profile.path(lambda p: p.city.name), Expr[str | None])
    assert_type(Document.profile.path(lambda p: p.city.founded), Expr[int | None])
    assert_type(Document.profile.path(lambda p: p.tags), Expr[list[str] | None])


def searching() -> None:
    assert_type(Document.body.search("x", config="english"), Expr[bool])
    assert_type(Document.words.search("x", kind="phrase"), Expr[bool])
    assert_type(Document.words.rank("x", weights=[0.1, 0.2, 0.4, 1]), Expr[float])
    assert_type(Document.body.headline("x", max_words=3), Expr[str])
    assert_type(func.to_tsvector(Document.body, config="english"), Expr[str])
    assert_type(func.setweight(Document.words, "A"), Expr[str])


def calculations() -> None:
    assert_type(Book.stock % 2, Expr[int])
    assert_type(Book.price % 2, Expr[Decimal])
    assert_type(Book.stock**2, Expr[float])
    assert_type(Book.price**2, Expr[Decimal])
    assert_type(Document.flags.bit_and(4), Expr[int])
    assert_type(Document.flags << 1, Expr[int])
    assert_type(Document.flags.bit_not(), Expr[int])


def constructors(moment: datetime, day: date) -> None:
    assert_type(func.array(Book.stock, 1), Expr[list[int]])
    assert_type(func.array(Book.title, Book.title), Expr[list[str]])
    assert_type(func.array_append(Document.numbers, 1), Expr[list[int]])
    assert_type(func.array_position(Document.labels, "x"), Expr[int | None])
    assert_type(func.jsonb_build_object(a=Book.title, b=1), Expr[dict[str, Any]])
    assert_type(func.jsonb_object_agg(Book.title, Book.price), Aggregate[dict[str, Any] | None])
    assert_type(func.value(1, types.BigInt()), Expr[int])
    assert_type(func.value(moment), Expr[datetime])
    assert_type(func.row(Book.stock, Book.title), Row)
    assert_type(func.row(Book.stock, Book.title) > (1, "x"), Expr[bool])
    assert_type(func.row(Book.stock, Book.title).in_([(1, "x")]), Expr[bool])
    assert_type(func.make_date(2024, 1, 2), Expr[date])
    assert_type(func.to_char(Document.made, "YYYY"), Expr[str])
    assert_type(func.date_bin(timedelta(hours=1), Document.made, moment), Expr[datetime])
    assert_type(func.lpad(Book.title, 10), Expr[str])
    assert_type(func.regexp_match(Book.title, "x"), Expr[list[str] | None])
    assert_type(func.mod(Book.stock, 2), Expr[int])
    assert_type(func.trunc(Book.price, 1), Expr[Decimal])
    assert_type(func.range_contains(func.daterange(day, None), day), Expr[bool])


def mistakes() -> None:
    Document.numbers.contains(["x"])  # E
    Document.numbers.overlap(1)  # E
    Document.flags.length()  # E
    Document.made["a"]  # E
    Document.made.has_key("a")  # E
    Document.meta["a"].as_("int")  # E
    Document.profile.path(lambda p: p.town)  # E
    Document.flags.search("x")  # E
    Document.body.search("x", kind="fuzzy")  # E
    Document.body.search(3)  # E
    func.setweight(Document.words, "E")  # E
    Book.title % 2  # E
    Book.title.bit_and(1)  # E
    Book.price << 1  # E
    Q("title")  # E
    Book.filter(Q(price=1) & "x")  # E
    F(3)  # E
    Book.filter(F("price").desc())  # E
    func.array_append(Document.numbers, "x")  # E
    func.row(Book.stock).in_([1])  # E
    func.int4range("a", 1)  # E
    func.daterange(1, 2)  # E
    func.lpad(Book.stock, 3)  # E
    func.make_date("2024", 1, 1)  # E
    func.mod(Book.title, 2)  # E
