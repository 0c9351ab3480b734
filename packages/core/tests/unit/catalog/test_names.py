"""Names of objects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_core.catalog import QualifiedName, default_name, quote_identifier
from ferrule_core.errors import NameRefused


@pytest.mark.parametrize(
    ("name", "quoted"),
    [("book", '"book"'), ("Order", '"Order"'), ('a"b', '"a""b"'), ("ü😀", '"ü😀"'), ("$1", '"$1"')],
)
def test_every_name_is_quoted(name: str, quoted: str):
    assert quote_identifier(name) == quoted


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "a name must not be empty"),
        ("a\0b", "a name must not contain a NUL character: 'a\\x00b'"),
        ("x" * 64, f"a name must not be longer than 63 bytes: '{'x' * 64}'"),
        ("ü" * 32, f"a name must not be longer than 63 bytes: '{'ü' * 32}'"),
    ],
)
def test_a_name_that_the_server_cannot_hold_is_refused(name: str, message: str):
    with pytest.raises(NameRefused) as caught:
        quote_identifier(name)

    assert caught.value.message == message


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_a_name_of_at_most_63_bytes_is_never_refused(name: str):
    fits = name.encode()[:63].decode(errors="ignore") or "x"

    assert quote_identifier(fits)[1:-1].replace('""', '"') == fits


def test_a_qualified_name_is_shown_with_quotes_only_where_they_are_needed():
    assert str(QualifiedName("shop", "book")) == "shop.book"
    assert str(QualifiedName("Shop", 'a"b')) == '"Shop"."a""b"'
    assert QualifiedName("shop", "book").sql == '"shop"."book"'


@pytest.mark.parametrize(
    ("table", "column", "label", "name"),
    [
        ("book", "id", "seq", "book_id_seq"),
        ("t" * 40, "c" * 10, "seq", f"{'t' * 40}_{'c' * 10}_seq"),
        ("t" * 60, "c" * 10, "seq", f"{'t' * 48}_{'c' * 10}_seq"),
        ("t" * 60, "c" * 60, "seq", f"{'t' * 29}_{'c' * 29}_seq"),
        ("t" * 10, "c" * 60, "not_null", f"{'t' * 10}_{'c' * 43}_not_null"),
        ("ü" * 31, "id", "seq", f"{'ü' * 28}_id_seq"),
    ],
)
def test_a_default_name_is_cut_as_the_server_cuts_it(
    table: str, column: str, label: str, name: str
):
    assert default_name(table, column, label) == name
    assert len(name.encode()) <= 63
