"""What functions give for rows of a real server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from packages.core.tests.integration.expressions.things import Thing

from ferrule_core.mapping import types
from ferrule_core.query.by_name import F, Q
from ferrule_core.query.functions import func

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("things")]

MOMENT = datetime(2024, 12, 30, tzinfo=UTC)

OF_THE_FIRST = [
    (Thing.number % 3, 2),
    (Thing.number**2, 25.0),
    (Thing.price % 2, Decimal("1.90")),
    (Thing.price**2, Decimal("98.01")),
    (Thing.number.bit_and(4), 4),
    (Thing.number.bit_or(2), 7),
    (Thing.number.bit_xor(1), 4),
    (Thing.number.bit_not(), -6),
    (Thing.number << 2, 20),
    (Thing.number >> 1, 2),
    (F("number") * 2 + 1, 11),
    (func.ltrim(Thing.name, "D"), "une"),
    (func.rtrim(Thing.name, "e"), "Dun"),
    (func.lpad(Thing.name, 6, "."), "..Dune"),
    (func.rpad(Thing.name, 3), "Dun"),
    (func.repeat(Thing.name, 2), "DuneDune"),
    (func.reverse(Thing.name), "enuD"),
    (func.translate(Thing.name, "ue", "ai"), "Dani"),
    (func.concat_ws("-", Thing.name, "x"), "Dune-x"),
    (func.format("%s!", Thing.name), "Dune!"),
    (func.regexp_replace(Thing.name, "[ue]", "_", "g"), "D_n_"),
    (func.regexp_match(Thing.name, "(.)u(.)"), ["D", "n"]),
    (func.ascii(Thing.name), 68),
    (func.chr(68), "D"),
    (func.octet_length(Thing.name), 4),
    (func.md5(func.value("")), "d41d8cd98f00b204e9800998ecf8427e"),
    (func.trunc(Thing.price, 0), Decimal(9)),
    (func.sign(Thing.price), Decimal(1)),
    (func.mod(Thing.number, 3), 2),
    (func.div(Thing.price, Decimal(2)), Decimal(4)),
    (func.exp(func.value(0.0)), 1.0),
    (func.ln(func.value(1.0)), 0.0),
    (func.log(func.value(100.0)), 2.0),
    (func.degrees(func.pi()), 180.0),
    (func.width_bucket(Thing.weight, 0.0, 1.0, 4), 3),
    (func.to_number(func.value("12.5"), "99.9"), Decimal("12.5")),
    (func.make_date(2024, 2, 29), date(2024, 2, 29)),
    (func.to_char(Thing.day, "YYYY-MM"), "2024-12"),
    (func.to_date(func.value("2024/03"), "YYYY/MM"), date(2024, 3, 1)),
    (func.to_timestamp(func.value(0.0)), datetime(1970, 1, 1, tzinfo=UTC)),
    (
        func.date_bin(timedelta(hours=1), Thing.moment, MOMENT),
        datetime(2024, 12, 30, 23, tzinfo=UTC),
    ),
    (func.array(Thing.number, 1), [5, 1]),
    (func.array("a", "b"), ["a", "b"]),
    (func.array_append(Thing.numbers, 9), [1, 2, 3, 9]),
    (func.array_prepend(9, Thing.numbers), [9, 1, 2, 3]),
    (func.array_concat(Thing.words, ["x"]), ["sand", "worm", "x"]),
    (func.array_remove(Thing.words, "worm"), ["sand"]),
    (func.array_replace(Thing.numbers, 1, 7), [7, 2, 3]),
    (func.array_position(Thing.words, "worm"), 2),
    (func.array_position(Thing.words, "x"), None),
    (func.array_positions(Thing.numbers, 3), [3]),
    (func.array_slice(Thing.numbers, 2, 3), [2, 3]),
    (func.array_to_string(Thing.words, "+"), "sand+worm"),
    (func.string_to_array(Thing.name, "u"), ["D", "ne"]),
    (
        func.jsonb_build_object(a=Thing.name, b=1, c=None, d=[True, "x"], e={"f": 1.5}),
        {"a": "Dune", "b": 1, "c": None, "d": [True, "x"], "e": {"f": 1.5}},
    ),
    (func.jsonb_build_array(Thing.number, "'; --", None), [5, "'; --", None]),
    (func.to_jsonb(Thing.words), ["sand", "worm"]),
    (func.jsonb_typeof(Thing.document["a"]["list"]), "array"),
    (func.jsonb_array_length(Thing.document["a"]["list"]), 3),
    (func.jsonb_merge(func.jsonb_build_object(a=1), {"b": None}), {"a": 1, "b": None}),
    (func.jsonb_set(func.jsonb_build_object(a=1), ["b"], [1]), {"a": 1, "b": [1]}),
    (func.jsonb_delete(func.jsonb_build_object(a=1, b=2), ["b"]), {"a": 1}),
    (func.jsonb_strip_nulls(func.jsonb_build_object(a=1, b=None)), {"a": 1}),
    (func.jsonb_path_exists(Thing.document, "$.a.b ? (@ == $n)", n=5), True),
    (func.jsonb_path_query_first(Thing.document, "$.a.list[*]"), 1),
    (func.jsonb_path_query_array(Thing.document, "$.a.list[*]"), [1, "x", None]),
    (Thing.document["a"]["list"], [1, "x", None]),
    (Thing.document["a"]["b"].as_(Decimal), Decimal(5)),
    (Thing.document["a"]["list"].as_(list), [1, "x", None]),
    (Thing.profile.path(lambda p: p.tags), ["hot", "dry"]),
    (Thing.profile.path(lambda p: p.city.founded), 10191),
    (func.range_lower(Thing.span), 1),
    (func.range_upper(Thing.days), date(2024, 2, 1)),
    (func.range_contains(Thing.span, 4), True),
    (func.range_contains(func.int4range(1, 9), Thing.span), True),
    (func.range_overlaps(Thing.span, func.int4range(None, 1, "[]")), True),
    (func.range_adjacent(Thing.span, func.int4range(5, None)), True),
    (func.range_before(Thing.span, func.int4range(5, 6)), True),
    (func.isempty(func.numrange(1, 1)), True),
    (func.row(Thing.number, Thing.name) > (5, "D"), True),
    (func.row(Thing.number, Thing.name) == func.row(5, F("name")), True),
    (func.row(Thing.number, Thing.name).in_([(5, "Dune"), (1, "x")]), True),
    (func.row(Thing.number, Thing.name).not_in([(5, "Dune")]), False),
    (func.row(Thing.number, Thing.name).in_([]), False),
    (func.value(Decimal(7), types.Numeric()), Decimal(7)),
    (func.value([1, 2]), [1, 2]),
    (func.coalesce(F("truth"), False), True),
    (func.case((Q(number__gt=3), Thing.number), otherwise=0), 5),
    (func.numnode(func.to_tsquery("the", config="english")), 0),
    (Thing.name.headline("dune", config="simple", start="<", stop=">"), "<Dune>"),
]


async def test_what_functions_give():
    for expression, expected in OF_THE_FIRST:
        (row,) = await Thing.filter(id=1).values_list(expression)
        assert row == (expected,), Thing.filter(expression.is_null()).sql().text
        assert type(row[0]) is type(expected)


async def test_json_is_gathered_from_rows():
    found = await Thing.filter(id__lt=3).aggregate(func.jsonb_object_agg(Thing.name, Thing.number))

    assert found == ({"Dune": 5, "100% \\_x": -7},)


async def test_f_is_what_an_update_assigns():
    assert await Thing.filter(id=1).update(number=F("number") + 1, name=func.upper(F("name"))) == 1
    assert await Thing.filter(id=1).update(Thing.number.set(F("number") * 2)) == 1

    assert await Thing.filter(id=1).values_list("number", "name") == [(12, "DUNE")]


HOSTILE_KEYS = ["' OR 1=1 --", 'a"b', "a'b", "$1", "%", "\\", "{a,b}", "a b", "é", ""]


async def test_a_key_is_only_that_key(things):
    for key in HOSTILE_KEYS:
        await things.execute(
            "UPDATE thing SET document = jsonb_build_object($1::text, 7) WHERE id = 3", key
        )
        by_keyword = await Thing.filter(**{f"document__{key}": 7}).values_list("id", flat=True)
        by_item = await Thing.filter(Thing.document[key] == 7).values_list("id", flat=True)
        having = await Thing.filter(Thing.document.has_key(key)).values_list("id", flat=True)
        deeper = await Thing.filter(Thing.document[key]["x"] == 7).count()

        assert (by_keyword, by_item, 3 in having, deeper) == ([3], [3], True, 0), key
