"""Copies are the caller's own, and sameness is what the server would call it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, NewType, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.annotations import value_type_of
from ferrule_core.mapping.values import own_array, own_copy, same

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def containers(value: object) -> list[object]:
    """Everything in a value that could be changed."""
    if isinstance(value, dict):
        return [value, *(one for member in value.values() for one in containers(member))]
    if isinstance(value, list):
        return [value, *(one for item in value for one in containers(item))]
    return []


@given(json_values)
def test_a_copy_is_the_same_and_shares_nothing_that_can_be_changed(value: Any):
    copied = own_copy(value)

    assert same(copied, value)
    assert not set(map(id, containers(copied))) & set(map(id, containers(value)))


@given(json_values, json_values)
def test_what_is_the_same_is_equal_and_reads_the_same(one: Any, other: Any):
    if same(one, other):
        assert one == other
        assert repr(one) == repr(other) or isinstance(one, dict | list)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        (Decimal("1.0"), Decimal("1.00")),
        ([1], (1,)),
        ([1], [True]),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1}, {"a": 1, "b": None}),
        ("a", "A"),
        (None, False),
    ],
)
def test_what_the_server_tells_apart_is_not_the_same(one, other):
    assert not same(one, other)


def test_no_number_is_the_same_as_no_number():
    assert same(float("nan"), float("nan"))
    assert same([float("nan")], [-float("nan")])
    assert not same(float("nan"), 0.0)


def test_moments_are_the_same_in_every_zone():
    moment = datetime(2024, 1, 1, tzinfo=UTC)

    assert same(moment, moment.astimezone(timezone(timedelta(hours=2))))


def test_arrays_of_arrays_are_copied_to_the_ground():
    array = [[1, 2], [3, 4]]
    copied = own_array(array)
    copied[0].append(9)

    assert array == [[1, 2], [3, 4]]
    assert own_array(None) is None
    assert own_array([]) == []


def test_other_values_that_can_be_changed_are_copied_too():
    class Point:
        __hash__ = None  # type: ignore[assignment]

        def __init__(self, x: int) -> None:
            self.x = x

    point = Point(1)

    assert own_copy({"p": point})["p"] is not point
    assert own_copy({"p": (1,)}) == {"p": (1,)}
    assert copy.deepcopy(point).x == 1


class Colour(Enum):
    RED = "red"
    DARK_BLUE = "dark blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Document(TypedDict):
    pages: int


Isbn = NewType("Isbn", str)


@pytest.mark.parametrize(
    ("annotation", "python", "nullable", "mutable"),
    [
        (int, int, False, False),
        (str | None, str, True, False),
        (list[str], list, False, True),
        (Sequence[str], list, False, True),
        (dict[str, Any] | None, dict, True, True),
        (Mapping[str, int], Mapping, False, True),
        (Document, Document, False, True),
        (Any, None, True, True),
        (object, None, True, True),
        (Colour, Colour, False, False),
        (Isbn, str, False, False),
        (Annotated[int, "x"], int, False, False),
        (Literal["a", "b"], str, False, False),
        (int | str, None, False, False),
        (None | bool | Sequence[Any], None, True, True),
        (tuple[int, str], tuple, False, False),
        (bytearray, bytearray, False, True),
    ],
)
def test_an_annotation_says_what_its_values_are(annotation, python, nullable, mutable):
    found = value_type_of(annotation)

    assert (found.python, found.nullable, found.mutable) == (python, nullable, mutable)


def test_enums_travel_as_their_values():
    colour, level = value_type_of(Colour | None), value_type_of(Level)

    assert colour.send(Colour.DARK_BLUE) == "dark blue"
    assert colour.send("red") == "red"
    assert colour.send(None) is None
    assert colour.receive("dark blue") is Colour.DARK_BLUE
    assert colour.receive(None) is None
    assert type(level.send(Level.HIGH)) is int
    assert level.receive(2) is Level.HIGH
    with pytest.raises(ValueRefused, match=r"'blue' is no label of Colour") as caught:
        colour.send("blue")
    assert 'did you mean "dark blue"' in str(caught.value)
    with pytest.raises(ValueRefused, match="a label that Colour does not have: 'green'"):
        colour.receive("green")


def test_arrays_of_enums_travel_as_arrays_of_their_values():
    colours = value_type_of(list[Colour | None])

    assert colours.send((Colour.RED, None)) == ["red", None]
    assert colours.receive([["red"], ["dark blue"]]) == [[Colour.RED], [Colour.DARK_BLUE]]
    assert colours.receive(None) is None


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, 1.0),
        (int, Decimal(1)),
        (int, "1"),
        (str, 1),
        (str, b"x"),
        (str, "a\0"),
        (list[str], "abc"),
        (list[str], {"a": 1}),
        (list[str], ["a\0"]),
        (list[int], [1, [2.5]]),
        (list[str], 3),
    ],
)
def test_what_would_be_stored_otherwise_than_given_is_refused(annotation, value):
    with pytest.raises(ValueRefused):
        value_type_of(annotation).send(value)
