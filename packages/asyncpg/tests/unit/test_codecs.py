"""JSON is read alike, whatever is installed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_asyncpg.codecs import json_reader, read_json, write_json

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

    assert repr(json_reader()(written)) == repr(read_json(written)) == repr(document)


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


@pytest.mark.parametrize("text", ["1e400", "-1e400", "1" * 5001])
def test_the_readers_of_json_agree_on_what_cannot_be_read(text: str):
    for read in (json_reader(), read_json):
        with pytest.raises(ValueError, match=r"too great|Exceeds"):
            read(text.encode())
