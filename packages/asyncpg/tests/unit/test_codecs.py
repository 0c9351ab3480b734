"""JSON is read alike, whatever is installed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_asyncpg.codecs import json_reader, read_json, write_json
from ferrule_core.mapping.json_values import JSON_NULL

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
    assert repr(read_json(written)) == expected
    assert repr(json_reader()(written)) == repr(json_reader(exponents=False)(written)) == expected


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
    assert repr(json_reader()(text.encode())) == repr(read_json(text.encode()))


@pytest.mark.parametrize("text", ["1e400", "-1e400", "1" * 5001, "0.10000000000000001"])
def test_a_number_that_python_would_not_read_exactly_is_a_decimal(text: str):
    for read in (json_reader(), read_json):
        found = read(f"[{text}]".encode())[0]

        assert isinstance(found, Decimal)
        assert found == Decimal(text)
        assert read(write_json([found])) == [found]
