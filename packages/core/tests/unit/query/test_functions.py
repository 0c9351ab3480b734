"""What `func` refuses before anything is sent, and how it shows itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ferrule_core.errors import QueryError, ValueRefused
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.model.model import Model
from ferrule_core.query.functions import func


class Book(Model, table="book"):
    id: Column[int] = identity()
    title: Column[str]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (func.case, "a case needs a branch"),
        (
            lambda: func.count().over(rows=(0, 1), groups=(0, 1)),
            "a window has one frame: rows, range or groups",
        ),
        (lambda: func.count().over(exclude="ties"), "exclude belongs to a frame"),
        (lambda: func.count().over(rows=(1, 0)), "a frame must not end before it begins"),
        (
            lambda: func.count().over(range_=(timedelta(1), 0)),
            "a frame must not end before it begins",
        ),
        (
            lambda: func.call("f", int, object()),
            "which type of PostgreSQL a value of type object has is not known",
        ),
        (
            lambda: func.call("f", int, [1, "a"]),
            "the type of an array is that of its values, which must all have the same",
        ),
    ],
)
def test_what_has_no_meaning_is_refused(make, message: str):
    with pytest.raises(QueryError) as caught:
        make()

    assert caught.value.message == message


def test_a_value_that_cannot_be_sent_exactly_is_refused():
    with pytest.raises(ValueRefused, match="NUL"):
        func.concat(Book.title, "\0")


def test_a_window_function_without_its_window_says_so():
    assert repr(func.rank()) == "<rank() without its window: .over(...) is missing>"
