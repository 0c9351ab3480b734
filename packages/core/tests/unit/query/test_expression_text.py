"""The text of look-ups of JSON, arrays, ranges and text search: values and keys are never in it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.kinds.spans import Range
from ferrule_core.model.model import Model
from ferrule_core.query.by_name import F
from ferrule_core.query.functions import func


class Thing(Model, table="thing"):
    id: Column[int] = column(primary_key=True)
    name: Column[str]
    numbers: Column[list[int]]
    meta: Column[dict[str, Any]]
    plain: Column[dict[str, Any]] = column(type=types.Json())
    days: Column[object] = column(type=types.Named("daterange"))
    words: Column[str] = column(type=types.Named("tsvector"))
    address: Column[object] = column(type=types.Named("inet"))


def condition(query: Any) -> tuple[str, tuple[object, ...]]:
    compiled = query.sql()
    text = compiled.text[compiled.text.index("WHERE ") + 6 :]
    return text.replace('"t".', "").replace('"', ""), compiled.parameters


@pytest.mark.parametrize(
    ("lookups", "text", "parameters"),
    [
        ({"meta__a": 1}, "meta -> $1::text = $2::jsonb", ("a", 1)),
        ({"meta__a": Decimal(1)}, "meta -> $1::text = to_jsonb($2::numeric)", ("a", Decimal(1))),
        ({"meta__a": None}, "meta -> $1::text = 'null'::jsonb", ("a",)),
        ({"meta__a__b__0": "x"}, "meta #> $1::text[] = $2::jsonb", (["a", "b", "0"], "x")),
        ({"meta__0": 1}, "meta #> $1::text[] = $2::jsonb", (["0"], 1)),
        (
            {"meta__a__gt": "x"},
            "jsonb_typeof(meta -> $1::text) = 'string' AND meta -> $1::text > $2::jsonb",
            ("a", "x"),
        ),
        ({"meta__a__in": [1, "x"]}, "meta -> $1::text = ANY ($2::jsonb[])", ("a", [1, "x"])),
        (
            {"meta__a__in": [1, None]},
            "meta -> $1::text = ANY ($2::jsonb[]) OR meta -> $1::text = 'null'::jsonb",
            ("a", [1]),
        ),
        ({"meta__a__isnull": True}, "meta -> $1::text IS NULL", ("a",)),
        ({"meta__a__startswith": "x"}, "meta ->> $1::text LIKE $2", ("a", "x%")),
        ({"meta__contains": {"a": 1}}, "meta @> $1::jsonb", ({"a": 1},)),
        ({"meta__has_key": "a"}, "meta ? $1::text", ("a",)),
        ({"meta__has_any_keys": ["a"]}, "meta ?| $1::text[]", (["a"],)),
        ({"meta__has_all_keys": ["a"]}, "meta ?& $1::text[]", (["a"],)),
        ({"meta__jsonpath": "$.a"}, "meta @? $1::jsonpath", ("$.a",)),
        ({"plain__a": 1}, "plain::jsonb -> $1::text = $2::jsonb", ("a", 1)),
        ({"numbers__len": 2}, "cardinality(numbers) = $1", (2,)),
        ({"numbers__0": 2}, "numbers[$1::integer] = $2", (1, 2)),
        ({"numbers__contains": [2]}, "numbers @> $1", ([2],)),
        ({"numbers__overlap": [2]}, "numbers && $1", ([2],)),
        ({"days__contains": date(2024, 1, 1)}, "days @> $1::date", (date(2024, 1, 1),)),
        ({"days__adjacent_to": Range(1, 2)}, "days -|- $1", (Range(1, 2),)),
        ({"days__isempty": True}, "isempty(days) = $1", (True,)),
        ({"days__startswith__year": 1}, "date_part('year', lower(days))::integer = $1", (1,)),
        ({"address__contained_by": "::/0"}, "address <<= $1", ("::/0",)),
        ({"words__search": "x"}, "words @@ websearch_to_tsquery($1::text)", ("x",)),
        ({"name__search": "x"}, "to_tsvector(name) @@ websearch_to_tsquery($1::text)", ("x",)),
        ({"name__match": "x"}, "name ~ $1", ("x",)),
    ],
)
def test_the_text_of_a_keyword(lookups, text, parameters):
    assert condition(Thing.filter(**lookups)) == (text, parameters)


@pytest.mark.parametrize(
    ("built", "text", "parameters"),
    [
        (Thing.meta["a"]["b"] == 1, "meta #> $1::text[] = $2::jsonb", (["a", "b"], 1)),
        (Thing.meta["a"] == Thing.id, "meta -> $1::text = to_jsonb(id)", ("a",)),
        (Thing.meta["a"] == F("id"), "meta -> $1::text = to_jsonb(id)", ("a",)),
        (Thing.meta["a"].as_(int) > 1, "(meta ->> $1::text)::bigint > $2", ("a", 1)),
        (Thing.numbers[-1] == 1, "numbers[cardinality(numbers) - $1::integer] = $2", (0, 1)),
        (
            Thing.name.search("x", config="simple", kind="phrase"),
            "to_tsvector($1::regconfig, name) @@ phraseto_tsquery($2::regconfig, $3::text)",
            ("simple", "simple", "x"),
        ),
        (
            Thing.words.rank("x", weights=[1, 1, 1, 1], normalization=2) > 0.5,
            "ts_rank($1::real[], words, websearch_to_tsquery($2::text), $3::integer) > $4",
            ([1.0, 1.0, 1.0, 1.0], "x", 2, 0.5),
        ),
        (func.row(Thing.id, Thing.name) > (1, "x"), "ROW(id, name) > ROW($1, $2)", (1, "x")),
        (
            func.row(Thing.id, Thing.name).in_([(1, "x"), (2, "y")]),
            (
                "ROW(id, name) = ANY (SELECT rows.v0, rows.v1"
                " FROM unnest($1::integer[], $2::text[]) AS rows (v0, v1))"
            ),
            ([1, 2], ["x", "y"]),
        ),
        (Thing.id % 2 == 1, "id % $1 = $2", (2, 1)),
        (Thing.id.bit_and(3) == 1, "id & $1 = $2", (3, 1)),
    ],
)
def test_the_text_of_an_expression(built, text, parameters):
    assert condition(Thing.filter(built)) == (text, parameters)
