"""A statement that is known by its columns is the one that would have been built."""

from __future__ import annotations

import gc
import weakref
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.relations import ForeignKey, foreign_key
from ferrule_core.model.model import Model
from ferrule_core.model.saving import known_insert
from ferrule_core.query.quick import find_by_columns
from ferrule_core.sql.compiled import CompiledQuery


class Binding(Enum):
    PAPER = "paper"


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]


class Book(Model, table="book", schema="shop"):
    id: Column[int] = identity()
    title: Column[str]
    price: Column[Decimal] = column(default=Decimal(1))
    binding: Column[Binding | None] = column(default=None)
    author_id: Column[int] = column(name="writer")
    author: ForeignKey[Author] = foreign_key("author_id")


def find(**values: Any) -> CompiledQuery | None:
    return find_by_columns(Book.__table__, values)


@pytest.mark.parametrize(
    "values",
    [
        {"id": 7},
        {"title": "x", "author_id": 3},
        {"author_id": 3, "title": "x"},
        {"binding": Binding.PAPER, "price": Decimal("1.50")},
        {"binding": "paper"},
    ],
)
def test_it_is_the_statement_that_filter_builds(values: dict[str, Any]):
    built = Book.filter(**values).limit(2).sql()

    for _ in range(2):
        known = find(**values)
        assert known is not None
        assert (known.text, known.parameters) == (built.text, built.parameters)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"title": None},
        {"title": Book.title},
        {"title__iexact": "x"},
        {"author": None},
        {"nothing": 1},
        {"id": 1, "author__name": "x"},
    ],
)
def test_everything_else_has_to_be_built(values: dict[str, Any]):
    assert find(**values) is None


def test_a_value_is_refused_as_the_built_statement_refuses_it():
    with pytest.raises(ValueRefused, match="integer"):
        find(id="7")
    with pytest.raises(ValueRefused, match="no label of Binding"):
        find(binding="papper")


def test_what_is_kept_has_no_values():
    class Secret(str):
        __slots__ = ("__weakref__",)

    secret = Secret("a")
    kept = weakref.ref(secret)
    assert find(title=secret) is not None
    assert known_insert(Book(title=secret, author_id=1)) is not None

    del secret
    gc.collect()

    assert kept() is None


def test_hostile_keywords_are_not_remembered():
    before = len(Book.__table__.plans)

    for number in range(50):
        assert find(**{f"1=1 OR {number}": 1}) is None

    assert len(Book.__table__.plans) == before


def test_an_insert_is_known_by_its_attributes():
    first = known_insert(Book(title="x", author_id=1))
    second = known_insert(Book(title="y", author_id=2, price=Decimal(3)))

    assert first is not None
    assert second is not None
    assert first.text is second.text
    assert second.parameters == ("y", Decimal(3), None, 2)
    assert '"writer"' in second.text


def test_an_insert_with_a_relation_is_not():
    author = Author(name="x")
    author.id = 3

    assert known_insert(Book(title="x", author=author)) is None
