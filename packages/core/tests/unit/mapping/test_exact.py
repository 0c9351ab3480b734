"""What a column lets through is exactly what its type can hold."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_core.catalog.types import TypeRef
from ferrule_core.errors import ModelError, ValueRefused
from ferrule_core.mapping import types
from ferrule_core.mapping.columns import ColumnOptions, ModelColumn
from ferrule_core.mapping.scope import Scope
from ferrule_core.mapping.typed_documents import own_document
from ferrule_core.mapping.value_types import ValueType
from ferrule_core.mapping.values import same


class Held:
    """Stands for ``Column`` where only what is in its brackets matters."""

    def __class_getitem__(cls, annotation: Any) -> Any:
        return type("Alias", (), {"__args__": (annotation,)})


def model_column(annotation: Any, declared: TypeRef | None = None) -> ModelColumn:
    return ModelColumn("Book.it", Held[annotation], ColumnOptions(type=declared), Scope(__name__))


def written(annotation: Any, declared: TypeRef | None = None) -> ValueType:
    return model_column(annotation, declared).written


@pytest.mark.parametrize(
    ("declared", "bits"),
    [(types.SmallInt(), 16), (types.Integer(), 32), (types.BigInt(), 64), (None, 64)],
)
@given(number=st.integers(-(2**70), 2**70) | st.integers(-(2**17), 2**17))
def test_an_integer_goes_through_where_its_bits_do(
    declared: TypeRef | None, bits: int, number: int
):
    column = written(int, declared)
    many = written(list[int], None if declared is None else types.Array(declared))

    if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        assert column.send(number) == number
        assert many.send([0, number]) == [0, number]
        return
    with pytest.raises(ValueRefused, match='column "it": the number is out of the range'):
        column.send(number)
    with pytest.raises(ValueRefused, match='column "it": the number is out of the range'):
        many.send([0, number])


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None))
def test_a_decimal_goes_through_where_rounding_changes_nothing(number: Decimal):
    column = written(Decimal, types.Numeric(8, 3))

    fits = abs(number) < 10**5 and number % Decimal("0.001") == 0 if abs(number) < 10**9 else False

    if fits:
        assert column.send(number) is number
    else:
        with pytest.raises(ValueRefused, match='column "it": the number has more than'):
            column.send(number)


@given(st.text(), st.integers(1, 10))
def test_text_goes_through_where_it_is_short_enough(text: str, length: int):
    column = written(str, types.Varchar(length))

    if len(text) <= length and "\0" not in text:
        assert column.send(text) == text
    else:
        with pytest.raises(ValueRefused, match='column "it": '):
            column.send(text)


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def is_storable(document: object) -> bool:
    if isinstance(document, dict):
        return all(is_storable(key) and is_storable(one) for key, one in document.items())
    if isinstance(document, list):
        return all(map(is_storable, document))
    if isinstance(document, float):
        return abs(document) != float("inf")
    return not isinstance(document, str) or "\0" not in document


@given(documents)
def test_a_document_is_copied_or_refused_and_left_as_it_was(document: Any):
    before = copy.deepcopy(document)

    if is_storable(document):
        assert same(own_document(document), document)
    else:
        with pytest.raises(ValueRefused):
            own_document(document)
    assert same(document, before)


@pytest.mark.parametrize(
    ("annotation", "declared", "value", "message", "hint"),
    [
        (
            datetime,
            None,
            datetime(2024, 1, 1),  # noqa: DTZ001
            'column "it": a timestamptz needs to know the time zone of the value',
            (
                "say it, as in datetime.now(UTC); "
                "or write column(type=types.Timestamp()) for one without"
            ),
        ),
        (
            datetime,
            types.Timestamp(),
            datetime(2024, 1, 1, tzinfo=UTC),
            'column "it": a timestamp without time zone cannot hold the zone of the value',
            "take the zone away in the way that you mean, or make the column a timestamptz",
        ),
        (
            Decimal,
            types.Numeric(4, 1),
            Decimal("1.25"),
            'column "it": the number has more than 1 digits after the point',
            "round it first, in the way that you mean",
        ),
        (
            dict[str, Any],
            None,
            {"a": {1: 2}},
            'column "it": a key of a JSON object is text, not a value of type int',
            None,
        ),
    ],
)
def test_a_refusal_names_the_column_and_says_what_to_do(
    annotation: Any, declared: TypeRef | None, value: object, message: str, hint: str | None
):
    with pytest.raises(ValueRefused) as refused:
        written(annotation, declared).send(value)

    assert (refused.value.message, refused.value.hint) == (message, hint)


def test_what_is_compared_is_not_held_to_a_length():
    column = model_column(str, types.Varchar(2))

    assert column.value_type.send("longer") == "longer"
    with pytest.raises(ValueRefused):
        column.written.send("longer")


def test_a_class_that_pydantic_does_not_know_is_named():
    from dataclasses import dataclass

    class Odd:
        pass

    @dataclass
    class Holder:
        odd: Odd

    with pytest.raises(ModelError, match="pydantic cannot tell what documents of Holder look like"):
        written(Holder).send(Holder(Odd()))
