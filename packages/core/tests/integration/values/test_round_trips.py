"""Rows with values of every type, pickled, copied and written as JSON: what is read is the same."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import ip_address, ip_network
from itertools import count
from math import isnan
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages.core.tests.integration.values.cases import OWN, Case, exactly, shared_cases
from packages.core.tests.integration.values.held import Held, Invoice, Line, Options, Size

from ferrule_core.errors import ValueRefused
from ferrule_core.mapping.json_values import JSON_NULL

pytestmark = pytest.mark.anyio

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
documents: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29))  # noqa: DTZ001
offsets = st.integers(-15 * 60, 15 * 60).map(lambda n: timezone(timedelta(minutes=n)))
lines = st.builds(Line, label=texts, price=st.decimals(-999, 999, places=2), count=st.integers())
prices = st.decimals(-99999999, 99999999, places=2)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "int2": st.integers(-(2**15), 2**15 - 1),
    "int4": st.integers(-(2**31), 2**31 - 1),
    "int8": st.integers(-(2**63), 2**63 - 1),
    "oid": st.integers(0, 2**32 - 1),
    "float4": st.floats(width=32),
    "float8": st.floats(),
    "numeric": st.decimals().filter(
        lambda number: (
            not number.is_snan()
            and not (number.is_nan() and number.is_signed())
            and (not number.is_finite() or abs(number) < 10**2000)
        )
    ),
    "price": prices | st.just(Decimal("NaN")),
    "text": texts,
    "varchar": texts.map(lambda text: text[:5]),
    "char": texts.map(lambda text: text[:5].strip().ljust(5)),
    "name": texts.map(lambda text: text.encode()[:60].decode(errors="ignore")),
    "bytea": st.binary(max_size=40),
    "date": moments.map(datetime.date),
    "time": st.times(),
    "timetz": st.times(timezones=offsets),
    "timestamp": moments,
    "timestamptz": st.builds(lambda moment, zone: moment.replace(tzinfo=zone), moments, offsets),
    "interval": st.timedeltas(timedelta(-999999), timedelta(999999)),
    "uuid": st.uuids(),
    "jsonb": documents | st.just(JSON_NULL),
    "json": documents | st.just(JSON_NULL),
    "inet": st.ip_addresses(),
    "cidr": st.ip_addresses().map(ip_network),
    "macaddr": st.binary(min_size=6, max_size=6).map(lambda octets: octets.hex(":")),
    "int4s": st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), max_size=4)
    | st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=1, max_size=3),
    "texts": st.lists(st.none() | texts, max_size=3),
    "jsonbs": st.lists(st.dictionaries(texts, documents, max_size=2), max_size=3),
    "byteas": st.lists(st.binary(max_size=5), max_size=3),
    "varchars": st.lists(texts.map(lambda text: text[:3]), max_size=3),
    "positive": st.integers(1, 2**31 - 1),
    "invoice": st.builds(
        Invoice, number=st.integers(), due=moments.map(datetime.date), lines=st.lists(lines)
    ),
    "lines": st.lists(lines, max_size=3),
    "size": st.builds(Size, width=st.integers(), height=st.integers()),
    "bill": st.just(JSON_NULL)
    | st.builds(Invoice, number=st.integers(), due=moments.map(datetime.date)),
    "options": st.fixed_dictionaries({"dark": st.booleans(), "name": texts}).map(
        lambda found: Options(dark=found["dark"], name=found["name"])
    ),
}
rows = st.fixed_dictionaries({}, optional=VALUES)
numbers = count(1)


def through_json(held: Held) -> Held:
    return Held.from_json(held.to_json())


def through_a_pickle(held: Held) -> Held:
    again: Held = pickle.loads(pickle.dumps(held))  # noqa: S301
    return again


WAYS: list[Callable[[Held], Held]] = [through_a_pickle, copy.copy, copy.deepcopy]


def differing(one: Held, other: Held) -> list[str]:
    """The columns whose values are not exactly the same."""
    return [
        name
        for name in Held.__table__.columns
        if not alike(getattr(one, name), getattr(other, name), name)
    ]


def alike(one: Any, other: Any, column: str) -> bool:
    """Whether two values are exactly the same; the bits of a NaN say nothing."""
    if isinstance(one, float) and isinstance(other, float) and isnan(one):
        return isnan(other)
    return exactly(one, other, column)


def test_every_column_has_values_to_try():
    assert VALUES.keys() | {"id"} == Held.__table__.columns.keys()


@pytest.mark.timeout(300)  # it looks longer under HYPOTHESIS_PROFILE=search
@pytest.mark.usefixtures("db")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(values=rows)
async def test_a_row_is_the_same_through_a_pickle_a_copy_and_json(values: dict[str, Any]):
    made = await Held.create(id=str(next(numbers)), **values)
    held = await Held.get(id=made.id)

    for again in WAYS:
        other = again(held)
        assert other.changed == ()
        assert differing(held, other) == []
        assert other.changed == ()  # now that documents were read
        assert {**other.original}.keys() == Held.__table__.columns.keys()

    read = through_json(held)
    assert differing(held, read) == []
    assert differing(made, through_json(made)) == []
    read.id = str(next(numbers))
    await read.save()
    read.id = held.id
    assert differing(held, read) == []
    json.loads(held.to_json(), parse_constant=pytest.fail)


async def failure(case: Case) -> str | None:
    """What is wrong about a value's way through a pickle, a copy or JSON."""
    try:
        await Held.create(id=case.id, **{case.column: case.value})
    except ValueRefused:
        return None
    held = await Held.get(id=case.id)
    try:
        pickle.dumps(case.value)
    except RecursionError:
        return None  # a document of more levels than Python pickles
    for again in WAYS:
        other = again(held)
        if differing(held, other) or other.changed:
            return f"{case.id} is another through {again.__name__}"
    try:
        read = through_json(held)
    except ValueRefused as error:
        return None if "cannot be written as JSON" in error.message else f"{case.id}: {error}"
    if differing(held, read):
        return f"{case.id} is another through JSON: {getattr(read, case.column)!r:.80}"
    return None


@pytest.mark.usefixtures("db")
async def test_values_on_the_edges_are_the_same_too():
    cases = [case for case in [*OWN, *shared_cases()] if case.expect != "refuse"]

    failures = [text for case in cases if (text := await failure(case)) is not None]

    assert not failures, "\n".join(failures)


FORMS: list[tuple[str, object, object]] = [
    ("boolean", True, True),
    ("int8", 2**63 - 1, 2**63 - 1),
    ("float8", 0.1, 0.1),
    ("float8", float("nan"), "NaN"),
    ("float8", float("-inf"), "-Infinity"),
    ("numeric", Decimal("1.10"), "1.10"),
    ("numeric", Decimal("NaN"), "NaN"),
    ("numeric", Decimal("-Infinity"), "-Infinity"),
    ("bytea", b"\xff\xfe\xfd", "__79"),
    ("date", datetime(2024, 2, 29, tzinfo=UTC).date(), "2024-02-29"),
    ("time", datetime(2024, 2, 29, 12, 30, tzinfo=UTC).time(), "12:30:00"),
    ("timestamp", datetime(2024, 2, 29, 12, 30, 0, 5), "2024-02-29T12:30:00.000005"),  # noqa: DTZ001
    ("timestamptz", datetime(2024, 2, 29, 12, 30, tzinfo=UTC), "2024-02-29T12:30:00+00:00"),
    ("interval", timedelta(1, 5400, 5), "P1DT1H30M0.000005S"),
    ("interval", timedelta(-1), "-P1DT0H0M0S"),
    ("inet", ip_address("10.0.0.1"), "10.0.0.1"),
    ("cidr", ip_network("10.0.0.0/8"), "10.0.0.0/8"),
    ("int4s", [[1, 2], [3, None]], [[1, 2], [3, None]]),
    ("byteas", [b"a", b""], ["YQ==", ""]),
    ("jsonb", {"a": [1, 1.5, None]}, {"a": [1, 1.5, None]}),
    ("invoice", Invoice(number=1, due=datetime(2024, 2, 29, tzinfo=UTC).date()), None),
]


def test_each_type_has_its_form():
    for column, value, form in FORMS:
        held = Held(id="a", **{column: value})
        shown = json.loads(held.to_json(include=[column]))[column]
        assert shown == (form or {"number": 1, "due": "2024-02-29", "lines": []})
        assert type(shown) is type(form) or form is None


def test_forms_that_others_write_are_read_as_well():
    for column, text, value in [
        ("numeric", "1.10", Decimal("1.10")),
        ("numeric", "5", Decimal(5)),
        ("numeric", '"1E+3"', Decimal("1E+3")),
        ("float8", "5", 5.0),
        ("float8", "-0.0", -0.0),
        ("timestamptz", '"2024-02-29T12:30:00Z"', datetime(2024, 2, 29, 12, 30, tzinfo=UTC)),
        ("interval", '"PT90M"', timedelta(minutes=90)),
        ("interval", '"-P1DT0.5S"', -timedelta(days=1, milliseconds=500)),
        ("bytea", '"//79"', b"\xff\xfe\xfd"),
        ("uuid", '"00000000000000000000000000000001"', None),
    ]:
        held = Held.from_json(f'{{"id": "a", "{column}": {text}}}')
        found = getattr(held, column)
        assert value is None or exactly(value, found, column), column


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        (
            "interval",
            '"P1M"',
            "the value is an interval of months (P1M), which a timedelta cannot be",
        ),
        ("interval", '"P"', "and not this text"),
        ("interval", '"PT"', "and not this text"),
        ("interval", '"P99999999999D"', "a part of the interval is beyond what PostgreSQL holds"),
        ("interval", '"P2147483647D"', "the value is the interval P2147483647D, which a timedelta"),
        ("bytea", '"a b"', "bytes are text in base64, and not this text"),
        ("bytea", '"abcde"', "bytes are text in base64, and not this text"),
        ("bytea", "[1]", "bytes are text in base64, and no JSON of type array"),
        ("float8", "1e999", "the number is too great for a float"),
        ("float8", '"x"', 'a float is a number, "NaN", "Infinity" or "-Infinity", and no JSON'),
        ("float8", "true", "and no JSON of type boolean"),
        ("jsonb", '{"a": 1e999}', "a number in the document has more digits than a float can hold"),
        ("timestamptz", '"2024-02-29T12:30:00"', "a timestamptz needs to know the time zone"),
        ("timestamp", '"2024-02-29T12:30:00Z"', "a timestamp without time zone cannot hold"),
        ("date", '"2024-02-30"', 'a date is text such as "2024-02-29", and not this text'),
        ("inet", '"fe80::1%eth0"', "inet cannot hold the zone of the address"),
        ("cidr", '"10.0.0.1/8"', 'a network is text such as "10.0.0.0/8", and not this text'),
        ("int2", "40000", "the number is out of the range of int2"),
        ("int4s", "[[1], [1, 2]]", "the lists within an array need to have the same lengths"),
        ("size", '{"width": 1}', 'the document does not fit Size: "height" is wrong'),
    ],
)
def test_what_stands_for_no_value_of_a_type_is_refused(column: str, text: str, message: str):
    with pytest.raises(ValueRefused) as caught:
        Held.from_json(f'{{"{column}": {text}}}')

    assert caught.value.message.startswith(f'column "{column}": ')
    assert message in caught.value.message
