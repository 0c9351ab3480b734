"""Types as SQL text."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import QualifiedName, TypeRef


@pytest.mark.parametrize(
    ("type_", "sql"),
    [
        (TypeRef("pg_catalog", "int4"), "integer"),
        (TypeRef("pg_catalog", "jsonb"), '"jsonb"'),
        (TypeRef("pg_catalog", "numeric", (10, -2)), "numeric(10,-2)"),
        (TypeRef("pg_catalog", "varchar", (20,), 2), "character varying(20)[][]"),
        (TypeRef("pg_catalog", "timestamptz", (3,)), "timestamp(3) with time zone"),
        (TypeRef("pg_catalog", "time"), "time without time zone"),
        (TypeRef("pg_catalog", "interval"), "interval"),
        (TypeRef("pg_catalog", "interval", (3,)), "interval(3)"),
        (TypeRef("pg_catalog", "interval", ("year",)), "interval year"),
        (TypeRef("pg_catalog", "interval", ("day to second", 3)), "interval day to second(3)"),
        (TypeRef("pg_catalog", "char"), '"char"'),
        (TypeRef("pg_catalog", "bpchar", (3,)), "character(3)"),
        (TypeRef("pg_catalog", "bpchar"), '"bpchar"'),
        (TypeRef("pg_catalog", "bit", (3,)), "bit(3)"),
        (TypeRef("pg_catalog", "bit"), '"bit"'),
        (TypeRef("shop", "Status", (), 1), '"shop"."Status"[]'),
        (TypeRef("public", "vector", (3,)), '"public"."vector"(3)'),
        (TypeRef("public", "geometry", ("Point", 4326)), '"public"."geometry"(Point,4326)'),
    ],
)
def test_a_type_is_spelt_so_that_the_server_reads_the_same_type(type_: TypeRef, sql: str):
    assert type_.sql == sql


def test_a_type_knows_whether_the_server_brings_it():
    assert TypeRef("pg_catalog", "int4").builtin
    assert not TypeRef("shop", "status").builtin
    assert TypeRef("shop", "status", (1,), 1).qualified == QualifiedName("shop", "status")


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (TypeRef("pg_catalog", "int4"), "integer"),
        (TypeRef("pg_catalog", "jsonb", (), 1), "jsonb[]"),
        (TypeRef("pg_catalog", "numeric", (10, 2)), "numeric(10,2)"),
        (TypeRef("pg_catalog", "bpchar"), "bpchar"),
        (TypeRef("shop", "Status", (), 1), 'shop."Status"[]'),
        (TypeRef("public", "vector", (3,)), "public.vector(3)"),
    ],
)
def test_a_type_is_shown_to_people_with_quotes_only_where_they_are_needed(
    type_: TypeRef, text: str
):
    assert str(type_) == text
