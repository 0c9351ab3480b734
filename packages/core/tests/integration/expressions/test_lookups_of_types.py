"""Look-ups of arrays, JSON, ranges, networks, dates: by keyword and by expression."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from packages.core.tests.integration.expressions.things import Thing

from ferrule_core.mapping.kinds.spans import Range

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("things")]

BY_KEYWORD = [
    ({"day__year": 2024}, {1, 2}),
    ({"day__iso_year": 2025}, {1}),
    ({"day__week": 1}, {1}),
    ({"day__quarter__in": [4]}, {1}),
    ({"moment__second": 59}, {1}),
    ({"moment__microsecond": 750_000}, {1}),
    ({"moment__microsecond__gt": 0}, {1}),
    ({"moment__date": date(2024, 12, 30)}, {1}),
    ({"moment__date__lt": date(2024, 1, 1)}, {3}),
    ({"moment__date__year": 1999}, {3}),
    ({"moment__time": time(12)}, {3}),
    ({"moment__time__gte": time(12)}, {1, 3}),
    ({"clock__second": 59}, {1}),
    ({"clock__hour__lt": 12}, {2}),
    ({"name__match": "^D.n"}, {1}),
    ({"numbers__contains": [1]}, {1}),
    ({"numbers__contains": []}, {1, 2, 3}),
    ({"numbers__contained_by": [3, 4]}, {2, 3}),
    ({"numbers__overlap": [3, 9]}, {1, 3}),
    ({"numbers__len": 3}, {1}),
    ({"numbers__len__lt": 3}, {2, 3}),
    ({"numbers__0": 1}, {1}),
    ({"numbers__2__gte": 3}, {1}),
    ({"numbers__7__isnull": True}, {1, 2, 3, 4}),
    ({"words__0__icontains": "ORM"}, {3}),
    ({"document__a__b": 5}, {1, 3}),
    ({"document__a__b": 5.0}, {1, 3}),
    ({"document__a__b": Decimal("5.0")}, {1, 3}),
    ({"document__a__b": "5"}, {2}),
    ({"document__a__b__ne": 5}, {2}),
    ({"document__a__b__gt": 4}, {1, 3}),
    ({"document__a__b__gt": "4"}, {2}),
    ({"document__a__b__lte": Decimal(5)}, {1, 3}),
    ({"document__a__b__in": [5, "5", None]}, {1, 2, 3}),
    ({"document__a__b__not_in": ["5"]}, {1, 3}),
    ({"document__a__b__between": (4, 6)}, {1, 3}),
    ({"document__text__lt": "2"}, {1}),
    ({"document__text__gt": 1}, set()),
    ({"document__text__icontains": "X"}, {2}),
    ({"document__flag": True}, {1}),
    ({"document__flag": 1}, set()),
    ({"document__none": None}, {1}),
    ({"document__none__isnull": True}, {2, 3, 4}),
    ({"document__none__isnull": False}, {1}),
    ({"document__none__ne": None}, set()),
    ({"document__text__in": [None]}, set()),
    ({"document__a__list__0": 1}, {1}),
    ({"document__a__list__1": "x"}, {1}),
    ({"document__a__list__2": None}, {1}),
    ({"document__a__list": [1, "x", None]}, {1}),
    ({"document__a__in": [{"b": "5"}, [1]]}, {2}),
    ({"document__k%": 1}, {1}),
    ({"document__' OR 1=1 --": 1}, set()),
    ({"document__": 1}, {3}),
    ({"document__contains": {"a": {"b": 5}}}, {1, 3}),
    ({"document__contained_by": {"a": {"b": 5}, "": 1, "z": None}}, {3}),
    ({"document__has_key": "text"}, {1, 2}),
    ({"document__has_key": "k%"}, {1}),
    ({"document__has_any_keys": ["none", ""]}, {1, 3}),
    ({"document__has_all_keys": ["text", "none"]}, {1}),
    ({"document__a__has_key": "list"}, {1}),
    ({"document__a__contains": {"b": 5}}, {1, 3}),
    ({"document__jsonpath": "$.a.list[*] ? (@ == 1)"}, {1}),
    ({"document__isnull": True}, {4}),
    ({"document": None}, {4}),
    ({"plain__a": 1}, {1}),
    ({"plain__1": 2}, {2}),
    ({"plain__a__isnull": False}, {1}),
    ({"plain__contains": [2]}, {2}),
    ({"span__contains": 4}, {1}),
    ({"span__contained_by": Range(0, 6, "[]")}, {1, 3}),
    ({"span__overlap": Range(4, 6, "[]")}, {1, 2}),
    ({"span__fully_lt": Range(5, 9, "[]")}, {1}),
    ({"span__fully_gt": Range(1, 4, "[]")}, {2}),
    ({"span__not_gt": Range(1, 5, "[]")}, {1}),
    ({"span__not_lt": Range(5, 9, "[]")}, {2}),
    ({"span__adjacent_to": Range(5, 9, "[]")}, {1}),
    ({"span__startswith": 5}, {2}),
    ({"span__startswith__lt": 5}, {1}),
    ({"span__endswith__in": [5, 9]}, {1, 2}),
    ({"span__isempty": True}, {3}),
    ({"days__contains": date(2024, 1, 5)}, {1}),
    ({"days__upper_inf": True}, {2}),
    ({"days__lower__year": 2024}, {1, 2}),
    ({"address__contained_by": "10.0.0.0/8"}, {1, 2}),
    ({"address__contains": "10.0.0.9"}, {2}),
    ({"address__overlap": "10.0.0.0/24"}, {1, 2}),
    ({"vector__search": "worm"}, {1}),
    ({"vector__search": "cities -worm"}, {2}),
    ({"name__search": "dune"}, {1}),
    ({"parent__document__a__b": 5}, {2, 3}),
    ({"parent__words__0": "sand"}, {2, 3}),
]

BY_EXPRESSION = [
    (Thing.numbers.contains([1, 2]), {1}),
    (Thing.numbers.contained_by({1, 2, 3}), {1, 2, 3}),
    (Thing.numbers.overlap(Thing.numbers), {1, 3}),
    (Thing.numbers.length() == 3, {1}),
    (Thing.numbers[0] == 1, {1}),
    (Thing.numbers[-1] == 3, {1, 3}),
    (Thing.words[1].startswith("wo"), {1}),
    (Thing.document["a"]["b"] == 5, {1, 3}),
    (Thing.document["a"]["b"] != 5, {2}),
    (Thing.document["a"]["list"][0] == 1, {1}),
    (Thing.document["a"]["list"][-1] == None, {1}),  # noqa: E711
    (Thing.document["a"]["b"] < 6, {1, 3}),
    (Thing.document["a"]["b"].between(5, 6), {1, 3}),
    (Thing.document["a"]["b"] == Thing.number, {1}),
    (Thing.document["a"]["b"] >= Thing.number, {1, 3}),
    (Thing.document["a"]["b"].as_(Decimal) + 1 == 6, {1, 2, 3}),
    (Thing.document["text"].as_(str).contains("0"), {1}),
    (Thing.document["flag"].as_(bool) == True, {1}),  # noqa: E712
    (Thing.document["none"].is_null(), {2, 3, 4}),
    (Thing.document["none"].is_not_null(), {1}),
    (Thing.document["a"]["b"].in_([5, "x"]), {1, 3}),
    (Thing.document.has_key("text"), {1, 2}),
    (Thing.document.has_all_keys(["text", "none"]), {1}),
    (Thing.document["a"].has_any_keys(["list"]), {1}),
    (Thing.document.contains({"text": "x"}), {2}),
    (Thing.document["a"].contains({"b": "5"}), {2}),
    (Thing.document.jsonpath("$.flag ? (@ == true)"), {1}),
    (Thing.plain["a"] == 1, {1}),
    (Thing.plain.contains([1]), {2}),
    (Thing.profile.path(lambda p: p.city.name) == "Rome", {2}),
    (Thing.profile.path(lambda p: p.city.name).istartswith("a"), {1}),
    (Thing.profile.path(lambda p: p.city.founded) > 10_000, {1}),
    (Thing.profile.path(lambda p: p.city.founded).is_null(), {2, 3, 4}),
    (Thing.profile.path(lambda p: p.nick) == None, {1, 3, 4}),  # noqa: E711
    (Thing.profile.path(lambda p: p.tags[0]) == "hot", {1}),
    (Thing.vector.search("sand dune", kind="plain", config="english"), {1}),
    (Thing.vector.search("worms of dune", kind="phrase", config="english"), {1}),
    (Thing.vector.search("cit:*", kind="raw", config="english"), {2}),
    (Thing.name.search("dunes", config="english"), {1}),
    (Thing.name.search("dunes", config="simple"), set()),
    (Thing.vector.rank("worm", config="english") > 0, {1}),
]


async def test_look_ups_by_keyword():
    for lookups, expected in BY_KEYWORD:
        things = await Thing.filter(**lookups).only("id").all()
        assert {thing.id for thing in things} == expected, lookups
        kept = await Thing.exclude(**lookups).only("id").all()
        assert {thing.id for thing in kept} == {1, 2, 3, 4} - expected, lookups


async def test_look_ups_by_expression():
    for condition, expected in BY_EXPRESSION:
        things = await Thing.filter(condition).only("id").all()
        assert {thing.id for thing in things} == expected, Thing.filter(condition).sql().text
