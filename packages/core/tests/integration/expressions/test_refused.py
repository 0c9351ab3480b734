"""What the server could not do is refused before it is asked, and never shows a value."""

from __future__ import annotations

from datetime import date

import pytest
from packages.core.tests.integration.expressions.things import Thing

from ferrule_core.errors import FerruleError
from ferrule_core.query.functions import func

REFUSED = [
    (lambda: Thing.name.contained_by(["x"]), "this is asked of an array"),
    (Thing.number.length, "a length is asked of an array, not of a plain value"),
    (lambda: Thing.name["a"], "a part is asked of JSON or an array, not of text"),
    (lambda: Thing.numbers["a"], "found by a number"),
    (lambda: Thing.numbers.contains(None), "nothing compares"),
    (lambda: Thing.numbers.contains("12"), "an array cannot be made"),
    (lambda: Thing.document["a"] < None, "not compared"),
    (lambda: Thing.document["a"] < [1], "not compared"),
    (lambda: Thing.document["a"].in_([float("nan")]), "no NaN"),
    (lambda: Thing.document["a"] == date(2024, 1, 1), "JSON has no values of type date"),
    (lambda: Thing.document["a"].in_("x"), "a list of values is needed"),
    (lambda: Thing.document["\0"] == 1, "NUL"),
    (lambda: Thing.document[1.5], "a key in JSON is text or a number"),
    (lambda: Thing.document.has_key(1), "has_key needs text"),
    (lambda: Thing.document.has_any_keys("ab"), "a list of keys is needed"),
    (lambda: Thing.number.has_key("a"), "a key is asked of JSON"),
    (lambda: Thing.profile.path(lambda p: p.town), 'Profile has no attribute "town"'),
    (lambda: Thing.profile.path(lambda p: p.city.nam), 'City has no attribute "nam"'),
    (lambda: Thing.profile.path(lambda _: 3), "takes attributes and items"),
    (lambda: Thing.profile.path(lambda p: p.city.founded + 1), "takes attributes and items"),
    (lambda: Thing.document.path(lambda p: p["a"]), "a class with annotated attributes"),
    (lambda: Thing.name.search("x", kind="fuzzy"), 'no query of the kind "fuzzy"'),
    (lambda: Thing.name.search(3), "a search needs text"),
    (lambda: Thing.number.search("x"), "a search is asked of text or a tsvector"),
    (lambda: Thing.vector.headline("x"), "a tsvector has no text"),
    (lambda: Thing.name.headline("x", colour="red"), 'no option "colour"'),
    (lambda: Thing.name.headline("x", start='"'), "double quotes"),
    (lambda: Thing.name.rank("x", weights=[1, 2]), "four weights"),
    (lambda: func.setweight(Thing.vector, "E"), "one of A, B, C and D"),
    (func.array, "the type of an empty array"),
    (func.row, "a row has values"),
    (lambda: func.row(Thing.id, Thing.name) > (1,), "a row of 2 values is compared with one of 1"),
    (lambda: func.row(Thing.id).in_([(1, 2)]), "needs 1 values"),
    (lambda: func.int4range(1, 2, "[["), "the bounds of a range"),
    (lambda: Thing.filter(span__nothing=1), 'no look-up "nothing"'),
    (lambda: Thing.filter(numbers__x=1), 'no look-up "x"'),
    (lambda: Thing.filter(numbers__0__icontains="x"), 'no look-up "icontains"'),
    (lambda: Thing.filter(day__hour=1), 'no look-up "hour"'),
    (lambda: Thing.filter(moment__year__month=1), 'no look-up "month"'),
    (lambda: Thing.filter(document__a__between=3), "between needs two values"),
    (lambda: Thing.filter(document__a__isnull="x"), "isnull is True or False"),
]


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_what_the_server_could_not_do_is_refused_before(build, message):
    with pytest.raises(FerruleError, match=message):
        build()
