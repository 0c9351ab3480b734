"""Values that the server makes: our own, and those that lie beside the repository, if any do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from packages.core.tests.integration.values.cases import shared_file

from ferrule_core.catalog.types import TypeRef
from ferrule_core.mapping import types
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.json_values import DecimalJson, JsonNull, JsonValue
from ferrule_core.mapping.moments import Beyond, Infinite

EXACT, REFUSED, CHANGED = "exact", "refused", "changed"


@dataclass(frozen=True)
class Made:
    """A value as SQL, and what becomes of it by what a column's annotation says.

    Attributes:
        verdicts: By annotation: ``EXACT``, ``REFUSED``, or an expected Python value.
        since: The first version of PostgreSQL that has it.
    """

    id: str
    type: str
    literal: str
    verdicts: Mapping[Any, object]
    since: int = 0
    setup: tuple[str, ...] = ()
    needs: str = ""


ANY_DATE, ANY_MOMENT, ANY_TIME = (
    date | Infinite | Beyond,
    datetime | Infinite | Beyond,
    time | Beyond,
)
ANY_INTERVAL, EITHER = Interval | Infinite, timedelta | Interval

_DAY = 86_400_000_000

_INFINITE_DATE = {date: REFUSED, date | Beyond: REFUSED, ANY_DATE: EXACT}
_FAR_DATE = {date: REFUSED, date | Infinite: REFUSED, ANY_DATE: EXACT}
_INFINITE = {datetime: REFUSED, datetime | Beyond: REFUSED, ANY_MOMENT: EXACT}
_FAR = {datetime: REFUSED, datetime | Infinite: REFUSED, ANY_MOMENT: EXACT}
_MONTHS = {timedelta: REFUSED, Interval: EXACT, ANY_INTERVAL: EXACT, EITHER: EXACT}
_HOURS = {timedelta: EXACT, Interval: EXACT, EITHER: EXACT}
_ENDLESS = {timedelta: REFUSED, Interval: REFUSED, ANY_INTERVAL: EXACT}

_NULL = {
    JsonValue: EXACT,
    dict[str, Any]: REFUSED,
    dict[str, Any] | JsonNull: EXACT,
    DecimalJson: EXACT,
}
_TOO_FINE = {JsonValue: REFUSED, DecimalJson: EXACT}

_OWN: list[tuple[str, str, Mapping[Any, object]]] = [
    ("date", "infinity", _INFINITE_DATE | {date | Infinite: Infinite.FUTURE}),
    ("date", "-infinity", _INFINITE_DATE | {date | Infinite: Infinite.PAST}),
    ("date", "9999-12-31", {date: date.max, date | Infinite: date.max, ANY_DATE: date.max}),
    ("date", "0001-01-01", {date: date.min, ANY_DATE: date.min}),
    ("date", "10000-01-01", _FAR_DATE),
    ("date", "0001-12-31 BC", _FAR_DATE),
    ("date", "4714-11-24 BC", _FAR_DATE),
    ("date", "5874897-12-31", _FAR_DATE),
    ("timestamp", "infinity", _INFINITE),
    ("timestamp", "-infinity", _INFINITE),
    ("timestamp", "9999-12-31 23:59:59.999999", {datetime: datetime.max, ANY_MOMENT: EXACT}),  # noqa: DTZ901
    ("timestamp", "0001-01-01", {datetime: datetime.min, ANY_MOMENT: EXACT}),  # noqa: DTZ901
    ("timestamp", "10000-01-01", _FAR),
    ("timestamp", "4714-11-24 BC", _FAR),
    ("timestamp", "294276-12-31 23:59:59.999999", _FAR),
    ("timestamptz", "infinity", _INFINITE),
    ("timestamptz", "-infinity", _INFINITE),
    ("timestamptz", "9999-12-31 23:59:59.999999+00", {datetime: EXACT, ANY_MOMENT: EXACT}),
    ("timestamptz", "0001-01-01 00:00:00+01", _FAR),
    ("timestamptz", "4714-11-24 00:00:00+00 BC", _FAR),
    ("timestamptz", "294276-12-31 23:59:59.999999+00", _FAR),
    ("time", "24:00:00", {time: REFUSED, ANY_TIME: Beyond("time", _DAY)}),
    ("time", "23:59:59.999999", {time: time.max, ANY_TIME: time.max}),
    ("timetz", "24:00:00+05:45:30", {time: REFUSED, ANY_TIME: Beyond("timetz", _DAY, 20_730)}),
    ("timetz", "12:00:00+05:45:30", {time: EXACT}),
    ("timetz", "12:00:00-15:59:59", {time: EXACT}),
    ("interval", "1 mon", _MONTHS),
    ("interval", "-1 mon 2 days -00:00:00.000001", _MONTHS),
    ("interval", "178956970 years 7 mons 2147483647 days", _MONTHS),
    ("interval", "24:00:00", _HOURS | {timedelta: timedelta(1)}),
    ("interval", "-01:00:00", _HOURS | {timedelta: timedelta(hours=-1)}),
    ("interval", "1 day -00:00:01", _HOURS | {timedelta: timedelta(days=1, seconds=-1)}),
    ("interval", "999999999 days 24:00:00", _HOURS | {timedelta: REFUSED}),
    ("interval", "1 day", _HOURS | {timedelta: timedelta(1), Interval: Interval(days=1)}),
    ("date[]", "{2024-01-01,NULL,infinity}", {list[date]: REFUSED, list[date | Infinite]: EXACT}),
    ("date[]", "{{2024-01-01},{9999-12-31}}", {list[date]: EXACT, list[date | Infinite]: EXACT}),
    ("timestamptz[]", "{-infinity}", {list[datetime]: REFUSED, list[ANY_MOMENT]: EXACT}),
    ("time[]", "{24:00,01:00}", {list[time]: REFUSED, list[ANY_TIME]: EXACT}),
    ("interval[]", "{1 mon,1 day}", {list[timedelta]: REFUSED, list[Interval]: EXACT}),
    ("interval[]", "{24:00:00,1 day}", {list[timedelta]: EXACT, list[Interval]: EXACT}),
    ("jsonb", "null", _NULL),
    ("json", "null", _NULL),
    ("jsonb", "1.10", {JsonValue: 1.1, DecimalJson: Decimal("1.10")}),
    ("jsonb", '{"a": [1.10, {"b": 2.500}]}', {dict[str, Any]: EXACT, DecimalJson: EXACT}),
    ("jsonb", "1.50000", {JsonValue: 1.5, DecimalJson: EXACT}),
    ("jsonb", "0.1", {JsonValue: 0.1, DecimalJson: Decimal("0.1")}),
    ("jsonb", "0.00000000000000000001", {JsonValue: 1e-20, DecimalJson: EXACT}),
    ("jsonb", "12345678901234567890.123", _TOO_FINE),
    ("jsonb", "[[{}, 0.10000000000000001]]", _TOO_FINE),
    ("jsonb", "10000000000000000.0", {JsonValue: 1e16, DecimalJson: EXACT}),
    ("jsonb", "1e400", {JsonValue: 10**400, DecimalJson: 10**400}),
    ("jsonb", "9" * 5000, {JsonValue: REFUSED, DecimalJson: EXACT}),
    ("jsonb", str([number / 7 for number in range(100)]), {JsonValue: EXACT, DecimalJson: EXACT}),
    ("jsonb", str([number / 8 for number in range(100)]), {JsonValue: EXACT, DecimalJson: EXACT}),
    ("json", "1E5", {JsonValue: 1e5, DecimalJson: Decimal("1E5")}),
    ("json", "1e400", {JsonValue: REFUSED, DecimalJson: Decimal("1E400")}),
    ("jsonb[]", '{NULL,"null","1.10"}', {list[JsonValue]: EXACT, list[DecimalJson]: EXACT}),
]


def own_made() -> list[Made]:
    """Our own."""
    found = [
        Made(f"{type_} {text}", type_, f"'{text}'::{type_}", verdicts)
        for type_, text, verdicts in _OWN
    ]
    endless = [
        Made(f"interval {text}", "interval", f"'{text}'::interval", _ENDLESS, since=17)
        for text in ("infinity", "-infinity")
    ]
    return [*found, *endless]


def shared_made() -> list[Made]:
    """Those that lie beside the repository."""
    file = shared_file()
    found: list[Made] = []
    for group in json.loads(file.read_text())["types"] if file.exists() else []:
        made = [case for case in group["cases"] if case["write"]["k"] == "sql"]
        for place, case in enumerate(made):
            verdicts = _BY_TYPE.get(group["column"], {object: EXACT})
            found.append(
                Made(
                    case["id"],
                    group["column"],
                    case["write"]["literal"],
                    _INSTEAD.get(case["id"]) or verdicts | _BY_ID.get(case["id"], {}),
                    since=17 if case["id"] == "interval/pg-inf" else 0,
                    setup=tuple(group.get("setup", ())) if place == 0 else (),
                    needs=group.get("needs", "").removeprefix("extension "),
                )
            )
    return found


_BY_TYPE: Mapping[str, dict[Any, object]] = {
    "date": {date: REFUSED, ANY_DATE: EXACT},
    "timestamp": {datetime: REFUSED, ANY_MOMENT: EXACT},
    "timestamptz": {datetime: REFUSED, ANY_MOMENT: EXACT},
    "timetz": {time: EXACT},
    "interval": {ANY_INTERVAL: EXACT},
    "json": {JsonValue: EXACT, DecimalJson: EXACT},
    "jsonb": {JsonValue: EXACT, DecimalJson: EXACT},
}


_BY_ID: Mapping[str, Mapping[Any, object]] = {
    "json/1e400": {JsonValue: REFUSED},
    "int4[]/lower-bound": {object: CHANGED},
}
"""The driver does not tell where an array begins, so that is lost; ``docs/types.md`` says it."""


_INSTEAD: Mapping[str, dict[Any, object]] = {"sparsevec/from-db": {str: EXACT}}
"""A type that nobody knows has the server's text for a value, and a class has to say so."""


def type_ref(name: str) -> TypeRef:
    """The type of a column, as models say it."""
    inner = name.removesuffix("[]")
    parts = re.fullmatch(r'"?(\w+)"?(?:\((\d+)\))?', inner)
    assert parts is not None
    kind = "int4" if parts[1] == "integer" else parts[1]
    schema = "public" if kind in ("h_pair", "sparsevec") else "pg_catalog"
    arguments = () if parts[2] is None else (int(parts[2]),)
    unknown = kind == "sparsevec"  # whose values are the server's text
    named = (types.AsText if unknown else types.Named)(kind, *arguments, schema=schema)
    return types.Array(named) if name.endswith("[]") else named
