"""JSON is read alike, whatever is installed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_asyncpg.codecs import json_readers, read_json, write_json
from ferrule_core.mapping.json_values import JSON_NULL, WrittenFloat, shown_float

pytest.importorskip("msgspec", reason="without msgspec there is one reader only")

json_documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(document=json_documents)
def test_the_quick_reader_of_json_agrees_with_pythons(document: object):
    written = write_json(document)

    expected = repr(JSON_NULL if document is None else document)
    assert repr(read_json(written)) == repr(json_readers().json(written)) == expected
    assert repr(json_readers().jsonb(b"\x01" + written)) == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        "18446744073709551616",
        "-9223372036854775809",
        "0.1234567890123456789012345",
        "-0",
        "-0.0",
        '"\\ud800"',
        '"\\ud83d\\ude00"',
        "1e-400",
        "1E5",
        " [ ] ",
    ],
)
def test_the_readers_of_json_agree_on_the_odd_ones(text: str):
    assert repr(json_readers().json(text.encode())) == repr(read_json(text.encode()))


@pytest.mark.parametrize("text", ["1e400", "-1e400", "1" * 5001, "0.10000000000000001"])
def test_a_number_that_python_would_not_read_exactly_is_a_decimal(text: str):
    for read in (json_readers().json, read_json):
        found = read(f"[{text}]".encode())[0]

        assert isinstance(found, Decimal)
        assert found == Decimal(text)
        assert read(write_json([found])) == [found]


fractions = st.tuples(
    st.integers(-(10**20), 10**20).map(str),
    st.text("0123456789", min_size=1, max_size=20),
).map(".".join)


@given(texts=st.lists(fractions, min_size=1, max_size=20))
def test_no_digit_of_a_number_is_lost_by_either_reader(texts: list[str]):
    document = f"[{', '.join(texts)}]".encode()

    for found in (read_json(document), json_readers().jsonb(b"\x01" + document)):
        for text, number in zip(texts, found, strict=True):
            if isinstance(number, WrittenFloat):
                kept = Decimal(number.text)
            else:
                kept = Decimal(shown_float(number)) if isinstance(number, float) else number
            assert kept.as_tuple() == Decimal(text).as_tuple()
            assert float(number) == float(text)
        assert type(found[0]) is type(read_json(document)[0])
