"""SQL text that can be shown: no value is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_core.sql.redact import redacted
from ferrule_core.sql.summary import command_of_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("SELECT 1", "SELECT ?"),
        ("SELECT -1.5e-3, .5, 0xFF, 1_000", "SELECT -?, ?, ?, ?"),
        ("SELECT $1, $12::int", "SELECT $1, $12::int"),
        ("SELECT col1, t2.x FROM t2 LIMIT 10", "SELECT col1, t2.x FROM t2 LIMIT ?"),
        ("ALTER ROLE ann PASSWORD 'it''s secret'", "ALTER ROLE ann PASSWORD ?"),
        (r"SELECT E'it\'s secret', name", "SELECT ?, name"),
        (r"SELECT 'a\', secret", "SELECT ?, secret"),
        ("SELECT x'1F', B'01', n'x', U&'d\\0061t'", "SELECT ?, ?, ?, ?"),
        ("SELECT interval'1 day', date '2020-01-01'", "SELECT interval?, date ?"),
        (r"SELECT typee'a\', 'secret'", "SELECT typee?, ?"),
        ("SELECT $$secret$$, $a$se$$cret$a$", "SELECT ?, ?"),
        ("SELECT a$b$c", "SELECT a$b$c"),
        ("DO $x$ never closed", "DO ?"),
        ("SELECT 'never closed", "SELECT ?"),
        ('SELECT "quoted 1 \'name\'", "a""b"', 'SELECT "quoted 1 \'name\'", "a""b"'),
        ("SELECT 1 -- secret\nFROM t", "SELECT ? \nFROM t"),
        ("SELECT /* a /* secret */ b */ x", "SELECT   x"),
        ("/* secret */ SELECT x", "SELECT x"),
        ("SELECT x /* secret", "SELECT x"),
        ("  SELECT ", "SELECT"),
    ],
)
def test_literals_and_comments_are_hidden(text: str, shown: str):
    assert redacted(text) == shown


def test_long_text_is_cut_and_says_so():
    assert redacted("SELECT '" + "x" * 50 + "', secret", longest=20) == "SELECT ?..."


@given(st.text(), st.sampled_from(["'{}'", "E'{}'", "$${}$$", "$q${}$q$", "/*{}*/"]))
def test_no_string_of_any_form_is_shown(value: str, form: str):
    escaped = value.replace("'", "''").replace("\\", "\\\\").replace("$", "").replace("*/", "")
    escaped = escaped.replace("/*", "").replace("/", "")
    literal = form.format(f"sesame{escaped}sesame")

    assert "sesame" not in redacted(f"SELECT a, {literal}, b FROM t WHERE c = {literal}")


@given(st.text())
def test_any_text_can_be_shown(text: str):
    redacted(text)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("select 1", "SELECT"),
        ("\n (SELECT ?)", "SELECT"),
        ("WITH x AS (SELECT ?) SELECT", "WITH"),
        ("COMMIT", "COMMIT"),
        ("sesame open", None),
        ("", None),
    ],
)
def test_the_command_is_the_first_word_that_is_one(text: str, command: str | None):
    assert command_of_text(text) == command
