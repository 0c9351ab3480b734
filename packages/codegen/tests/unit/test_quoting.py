from __future__ import annotations

import ast
import inspect

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ferrule_codegen.quoting import python_docstring, python_string

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


@given(ANY_TEXT)
@example('""" + open("FC", "w") + """')
@example("\\")
@example("\ud800\u202e\u2028\x85")
def test_a_string_literal_means_exactly_the_text_that_it_was_made_of(text):
    literal = python_string(text)

    assert ast.literal_eval(literal) == text
    assert len(literal.splitlines()) == 1


@given(ANY_TEXT)
@example('a"""')
@example('""""""')
@example("a\\")
@example('\\"""\nopen("FC", "w")\n"""')
@example("  two\n    lines\n\n  and more  ")
def test_a_docstring_is_one_literal_that_says_the_text_line_by_line(text):
    source = python_docstring(text, indent=4)

    parsed = ast.parse(f"class C:\n    {source or 'pass'}\n").body[0]
    assert isinstance(parsed, ast.ClassDef)
    assert len(parsed.body) == 1
    expected = [line.rstrip() for line in inspect.cleandoc(text.strip()).split("\n")]
    assert (ast.get_docstring(parsed) or "").split("\n") == expected


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("it's", '"it\'s"'),
        ('say "x"', "'say \"x\"'"),
        ("é😀", '"é😀"'),
        ("a\nb\t", '"a\\nb\\t"'),
        ("\u202e", '"\\u202e"'),
        ("{x!r} %s", '"{x!r} %s"'),
    ],
)
def test_text_is_quoted_as_the_formatter_would(text, literal):
    assert python_string(text) == literal
