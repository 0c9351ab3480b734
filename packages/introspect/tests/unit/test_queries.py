"""Names in the queries are spelt with their schema, so that nothing can shadow them."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import get_args

import pytest

from ferrule_core.catalog import VerbatimKind
from ferrule_introspect import queries, rows, rows_beside
from ferrule_introspect.queries import query_text, verbatim_names, verbatim_text

QUERIES = sorted(
    path.name.removesuffix(".sql")
    for path in files(queries).iterdir()
    if path.name.endswith(".sql")
)
EVERY = [*QUERIES, *verbatim_names()]
WORDS_BEFORE_A_PARENTHESIS = {
    "and", "any", "array", "as", "coalesce", "exists", "from", "in", "lateral", "materialized",
    "not", "nullif", "operator", "or", "select", "with", "then", "union", "values", "when", "where",
}  # fmt: skip
COLUMN_LISTS = re.compile(r"\bAS \w+ \([\w, ]+\)|\w+ \([\w, ]+\)(?= AS \()")


def code_of(name: str) -> str:
    """The statement without comments, literals and what is spelt in full."""
    text = re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", query_text(name))
    text = re.sub(r"OPERATOR\(pg_catalog\.[^)]+\)", "", text)
    return COLUMN_LISTS.sub("", text)


@pytest.mark.parametrize("name", EVERY)
def test_every_operator_is_qualified(name: str):
    bare = re.sub(r"::|\.\*|SELECT \*", "", code_of(name))

    assert re.findall(r"[=<>+\-*/~!@#%^&|`?]+", bare) == []


@pytest.mark.parametrize("name", EVERY)
def test_every_function_is_qualified(name: str):
    called = re.findall(r"((?:pg_catalog\.)?\w+)\s*\(", code_of(name))

    bare = [word for word in called if not word.startswith("pg_catalog.")]
    assert {word.lower() for word in bare} - WORDS_BEFORE_A_PARENTHESIS == set()


@pytest.mark.parametrize("name", EVERY)
def test_every_relation_and_type_is_qualified(name: str):
    relations = re.findall(r"\b(?:FROM|JOIN)\s+(?!LATERAL|ROWS)(\w[\w.]*)", code_of(name))
    types = re.findall(r"::\s*([\w.]+)", code_of(name))
    own = set(re.findall(r"(\w+) (?:\([\w, ]+\) )?AS (?:MATERIALIZED )?\(", query_text(name)))

    assert relations
    assert {each for each in relations if not each.startswith("pg_catalog.")} <= own
    assert [each for each in types if not each.startswith("pg_catalog.")] == []


@pytest.mark.parametrize("name", EVERY)
def test_a_query_is_one_statement_with_a_comment_that_says_what_it_reads(name: str):
    text = query_text(name)

    assert text.startswith("-- ")
    assert ";" not in re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", text)


def test_every_query_has_its_class_of_rows():
    classes = {
        found[1] if (found := re.search(r"``(\w+)\.sql``", kind.__doc__ or "")) else kind
        for kind in vars(rows).values()
        if isinstance(kind, type) and hasattr(kind, "_fields")
    }

    assert classes == {*QUERIES, rows_beside.VerbatimRow}


def test_each_kind_that_is_kept_verbatim_has_one_query():
    known = set(get_args(VerbatimKind))

    told = [
        set(re.findall(r"'([a-z ]+)'(?=::\S+ AS kind| THEN| ELSE| END::)", head(name)))
        for name in verbatim_names()
    ]

    assert set().union(*told) == known
    assert sum(map(len, told)) == len(known)


def test_only_the_kinds_that_are_there_are_asked_for():
    assert verbatim_text(frozenset({"pg_class", "pg_proc"})) == ""
    both = verbatim_text(frozenset({"pg_cast", "pg_class", "pg_operator"}))
    assert both == (
        f"({query_text('verbatim/casts')})\nUNION ALL\n({query_text('verbatim/operators')})"
    )


def head(name: str) -> str:
    """What says the kind."""
    return query_text(name).partition("AS kind")[0].partition("SELECT")[2] + "AS kind"
