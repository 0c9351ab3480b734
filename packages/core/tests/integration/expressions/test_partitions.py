"""Any filter divides the rows: some meet it, some do not, and of some it is unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages.core.tests.integration.expressions.things import Thing

from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.kinds.spans import Range
from ferrule_core.query.by_name import Q
from ferrule_core.query.lookups import lookups_for
from ferrule_core.query.transforms import transforms_for

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("things")]

TEXTS = st.sampled_from(["Dune", "u", "%", "_", "\\", "", "100% \\_x", "x"])
NUMBERS = st.sampled_from([-8, -7, 0, 1, 3, 5, 59])
RANGES = st.sampled_from([Range(0, 5), Range(5, 9), Range(1, 4), Range.empty()])
SCALARS = st.one_of(NUMBERS, TEXTS, st.booleans(), st.just(Decimal("5.0")))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "id": NUMBERS,
    "name": TEXTS,
    "number": NUMBERS,
    "price": st.sampled_from([Decimal("9.9"), Decimal(0), Decimal(12)]),
    "weight": st.sampled_from([0.0, 0.5, 1.5]),
    "day": st.sampled_from([date(2024, 12, 30), date(1999, 1, 1), date(2024, 2, 29)]),
    "moment": st.sampled_from(
        [datetime(2024, 2, 29, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)]
    ),
    "clock": st.sampled_from([time(0), time(12)]),
    "numbers": st.lists(st.integers(1, 4), max_size=3),
    "words": st.lists(st.sampled_from(["sand", "worm"]), max_size=2),
    "document__a__b": SCALARS,
    "document__text": SCALARS,
    "document__none": SCALARS,
    "plain__a": SCALARS,
    "span": RANGES,
    "address": st.sampled_from(["10.0.0.7", "192.168.1.1"]),
    "truth": st.booleans(),
}
PAIRS = ("between", "range")
LISTS = ("in", "not_in")
PATTERNS = ("regex", "iregex", "match")


def fitting(lookup: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - each look-up its values
    """What a look-up takes of a column with these values."""
    if lookup in PAIRS:
        return st.tuples(values, values)
    if lookup in LISTS:
        return st.lists(st.one_of(values, st.none()), max_size=3)
    if lookup == "isnull":
        return st.booleans()
    if lookup in PATTERNS:
        return st.sampled_from(["^D", "u|x", ".", "$"])
    if lookup.removeprefix("not_") in ("like", "ilike"):
        return values.filter(lambda text: text != "\\")  # which is refused: it escapes nothing
    if lookup in ("exact", "ne"):
        return st.one_of(values, st.none())
    return values


@st.composite
def keywords(draw: Callable[..., Any]) -> dict[str, Any]:
    """One keyword and its value."""
    name = draw(st.sampled_from(sorted(VALUES)))
    values = VALUES[name]
    if "__" in name:
        known = ["exact", "ne", "in", "not_in", "isnull", "icontains", "startswith"]
        lookup = draw(st.sampled_from(known))
        values = TEXTS if lookup in ("icontains", "startswith") else values
        return {f"{name}__{lookup}": draw(fitting(lookup, values))}
    kind = Thing.__table__.columns[name].value_type
    parts = [part for part in transforms_for(kind) if part not in ("date", "time")]
    if name != "span" and parts and draw(st.booleans()):
        name = f"{name}__{draw(st.sampled_from(parts))}"
        values = NUMBERS
        known = ["exact", "ne", "in", "not_in", "gt", "lte", "between"]
    else:
        known = sorted(lookups_for(kind))
    lookup = draw(st.sampled_from(known))
    return {f"{name}__{lookup}": draw(fitting(lookup, values))}


LEAVES = st.one_of(
    keywords(), keywords().map(lambda one: {f"parent__{k}": v for k, v in one.items()})
)
FILTERS: st.SearchStrategy[Q] = st.recursive(
    LEAVES.map(lambda one: Q(**one)),
    lambda parts: st.one_of(
        st.tuples(parts, parts).map(lambda pair: pair[0] & pair[1]),
        st.tuples(parts, parts).map(lambda pair: pair[0] | pair[1]),
        parts.map(lambda one: ~one),
    ),
    max_leaves=4,
)


async def ids(query: Any) -> set[int]:
    return set(await query.values_list("id", flat=True))


async def check(condition: Expr[bool]) -> None:
    everything = {1, 2, 3, 4}
    met = await ids(Thing.filter(condition))
    unmet = await ids(Thing.filter(~condition))
    unknown = await ids(Thing.filter(condition.is_null()))
    rest = await ids(Thing.exclude(condition))

    assert met | unmet | unknown == everything, condition
    assert len(met) + len(unmet) + len(unknown) == len(everything), condition
    assert rest == everything - met, condition
    assert await Thing.filter(condition).count() == len(met)


@pytest.mark.timeout(120)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=FILTERS)
async def test_a_filter_and_its_opposites_divide_the_rows(condition: Q):
    await check(condition)
