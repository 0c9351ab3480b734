"""A document is sent as the same, or refused, whether msgspec is installed or not."""

from __future__ import annotations

from collections import OrderedDict, UserDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping import quick_documents, typed_documents
from ferrule_core.mapping.json_values import JSON_NULL, WrittenFloat
from ferrule_core.mapping.quick_documents import QuickJson, quick_json
from ferrule_core.mapping.typed_documents import own_document
from ferrule_core.mapping.values import same


class Size(IntEnum):
    SMALL = 1


class Word(StrEnum):
    ONE = "one"


class Fraction(float):
    """Not a float that JSON knows."""


@dataclass
class Point:
    x: int


def nested(levels: int) -> object:
    found: object = 1
    for _ in range(levels):
        found = [found]
    return found


ODD: list[object] = [
    *({"a": float("nan")}, {"a": float("inf")}, {1: "a"}, {None: 1}, {True: 1}, {(1,): 2}),
    *([1, (2, 3)], (1,), {1, 2}, frozenset([1]), b"x", bytearray(b"x"), UserDict(a=1)),
    *(OrderedDict(b=1, a=2), defaultdict(list, a=[1]), Size.SMALL, {"a": Size.SMALL}, Word.ONE),
    *({Word.ONE: Word.ONE}, Fraction(1.5), [Fraction(2)], Point(1), {"p": Point(1)}, object()),
    *(date(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC), UUID(int=1), Decimal("1.5"), 2**64),
    *(-(2**70), 10**400, 1e16, 1e15, 1e-7, 1e300, -0.0, 0.1, "\0", {"\0": 1}, "\\u0000", "\ud800"),
    *("", None, True, [], {}, [None, True, 1.0], nested(200), nested(502), nested(900), "3e7"),
    *([WrittenFloat("1.10")], JSON_NULL, [JSON_NULL], {"deep": nested(600)}, {"a": [{}, [[]]]}),
]
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(ODD),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=8,
)


def sent(document: object) -> object:
    """The copy, or the message of the refusal."""
    try:
        return own_document(document)
    except ValueRefused as refused:
        return str(refused)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sends as where msgspec is not installed."""

    def slowly(document: object) -> object:
        with monkeypatch.context() as patch:
            patch.setattr(typed_documents, "quick_json", lambda: None)
            return sent(document)

    return slowly


@pytest.mark.parametrize("document", ODD, ids=[str(number) for number in range(len(ODD))])
def test_odd_documents_are_the_same(document: object, slowly: Any):
    assert same(sent(document), slowly(document))


@given(document=documents)
def test_any_document_is_the_same(document: object):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typed_documents, "quick_json", lambda: None)
        slow = sent(document)

    assert same(sent(document), slow)


def quick() -> QuickJson:
    pytest.importorskip("msgspec", reason="msgspec is not installed here")
    found = quick_json()
    assert found is not None
    return found


def test_what_is_plain_is_copied_quickly_and_shares_nothing():
    document = {"a": [1, {"b": None}], "c": "ä"}

    copy = quick().copied(document)

    assert copy == document
    assert copy["a"] is not document["a"]
    assert copy["a"][1] is not document["a"][1]
    assert quick().written(document) == '{"a":[1,{"b":null}],"c":"ä"}'.encode()


@pytest.mark.parametrize("document", [{"a": float("nan")}, {1: 2}, (1,), [1e16], Decimal(1)])
def test_what_is_not_plain_is_left_to_others(document: object):
    assert quick().copied(document) is None
    assert quick().written(document) is None


def test_without_msgspec_there_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(__import__("sys").modules, "msgspec", None)

    assert quick_documents.quick_json.__wrapped__() is None
