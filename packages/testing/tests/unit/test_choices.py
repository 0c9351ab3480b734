"""Which servers fit a test, what databases are called, and which templates are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_testing.choices import Needs, ServerChoice, describe, refusal
from ferrule_testing.databases import database_name
from ferrule_testing.templates import Step, template_name


def choice(name: str, version: tuple[int, int], *extensions: str) -> ServerChoice:
    return ServerChoice(name=name, version=version, extensions=frozenset(extensions))


NEW = choice("embedded", (18, 4), "plpgsql", "vector")
OLD = choice("binaries", (15, 18), "plpgsql", "pg_trgm")


@pytest.mark.parametrize(
    ("needs", "missing"),
    [
        (Needs(), []),
        (Needs(least=(18, 0)), []),
        (Needs(least=(18, 4)), []),
        (Needs(least=(18, 5)), ["PostgreSQL 18.5 or later"]),
        (Needs(least=(19, 0)), ["PostgreSQL 19 or later"]),
        (Needs(below=(19, 0)), []),
        (Needs(below=(18, 4)), ["PostgreSQL before 18.4"]),
        (Needs(extensions=frozenset({"vector"})), []),
        (
            Needs(least=(19, 0), extensions=frozenset({"pg_trgm", "hstore", "vector"})),
            ["PostgreSQL 19 or later", 'the extension "hstore"', 'the extension "pg_trgm"'],
        ),
    ],
)
def test_a_server_fits_when_nothing_is_missing(needs: Needs, missing: list[str]):
    assert needs.missing(NEW) == missing


def test_a_refusal_says_what_each_server_lacks():
    needs = Needs(least=(18, 0), extensions=frozenset({"pg_trgm"}))

    assert refusal([NEW, OLD], needs) == (
        'embedded-18 lacks the extension "pg_trgm"; binaries-15 lacks PostgreSQL 18 or later'
    )


def test_a_server_is_described_with_its_version():
    assert describe(OLD) == "binaries (PostgreSQL 15.18)"


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (
            ("ferrule", "ab12", "gw0", "test_it[embedded-18]"),
            "ferrule_ab12_gw0_test_it_embedded_18",
        ),
        (("ferrule", 'te"st', "ÄÖ; DROP"), "ferrule_te_st_drop"),
        (("ferrule", "x" * 100), "ferrule_" + "x" * 55),
    ],
)
def test_a_name_of_a_database_is_short_and_needs_no_quotes(parts: tuple[str, ...], name: str):
    assert database_name(*parts) == name
    assert len(name) <= 63


def fill(url: DatabaseUrl) -> None:
    raise NotImplementedError(url)


def filling(name: str) -> Step:
    def fill(url: DatabaseUrl) -> None:
        raise NotImplementedError(url, name)

    return fill


def test_equal_recipes_have_one_template(tmp_path: Path):
    (tmp_path / "a.sql").write_text("SELECT 1")
    (tmp_path / "b.sql").write_text("SELECT 1")

    assert template_name("run", [tmp_path / "a.sql", fill]) == template_name(
        "run", [tmp_path / "b.sql", fill]
    )
    assert template_name("run", [filling("Ann")]) == template_name("run", [filling("Ann")])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["SELECT 1"], ["SELECT 2"]),
        (["SELECT 1", "SELECT 2"], ["SELECT 2", "SELECT 1"]),
        (["ab", "c"], ["a", "bc"]),
        ([fill], ["SELECT 1"]),
        ([filling("Ann")], [filling("Bob")]),
    ],
)
def test_different_recipes_have_templates_of_their_own(one: list[Step], other: list[Step]):
    assert template_name("run", one) != template_name("run", other)


def test_runs_do_not_share_templates():
    assert template_name("one", ["SELECT 1"]) != template_name("other", ["SELECT 1"])
