"""Values on the edges of types: our own, and those that lie beside the repository, if any do."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.moments import Beyond, Infinite

Expect = Literal["exact", "refuse", "exact_or_refuse"]


@dataclass(frozen=True)
class Case:
    """A value that is written to a column.

    Attributes:
        read: What comes back, if not the value itself.
        stored: What the server shows of it, where that is said.
    """

    id: str
    column: str
    value: object
    expect: Expect
    read: object = None
    stored: str | None = None


def _nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth - 1):
        found = [found]
    return found


def _offset(**by: int) -> timezone:
    return timezone(timedelta(**by))


_EXACT: Mapping[str, list[object]] = {
    "boolean": [None, True, False],
    "int2": [-32768, 32767],
    "int8": [-(2**63), 2**63 - 1],
    "oid": [0, 2**32 - 1],
    "float4": [1.5, float("-inf"), -0.0],
    "float8": [0.1, float("nan"), 5e-324],
    "numeric": [Decimal("1.10"), Decimal("NaN"), Decimal("-Infinity"), Decimal(10**200)],
    "price": [Decimal("99999999.99"), Decimal("NaN"), Decimal("-1.20")],
    "text": ["", "😀\x01'\\", "x" * 100_000],
    "varchar": ["12345", "ééééé"],
    "name": ["n" * 63],
    "bytea": [b"", b"\0\xff"],
    "date": [date.min, date.max],
    "time": [time.max, time.min],
    "timetz": [
        time(1, 2, 3, 4, tzinfo=_offset(hours=-15)),
        time(1, tzinfo=_offset(hours=5, seconds=30)),
        time(1, tzinfo=_offset(hours=-15, minutes=-59, seconds=-59)),
    ],
    "timestamp": [datetime.min, datetime.max],  # noqa: DTZ901
    "timestamptz": [
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
        datetime(1890, 1, 1, tzinfo=_offset(minutes=17, seconds=30)),
    ],
    "interval": [timedelta(days=-1, seconds=1), timedelta(microseconds=-1)],
    "uuid": [UUID(int=2**128 - 1)],
    "jsonb": ["x", True, {"": [1, None, {"é": 1.5}]}, 10**40, _nested(500)],
    "json": [[], {"__class__": 1}],
    "inet": [ip_address("::ffff:1.2.3.4")],
    "cidr": [ip_network("10.0.0.0/8")],
    "int4s": [[], [1, None], [[1, 2], [3, 4]]],
    "texts": [["a,b", "NULL", None, '"'], ["é" * 10]],
    "jsonbs": [[{"a": 1}, "x"]],
    "byteas": [[b"", b"\0"]],
    "varchars": [["abc", ""]],
    "positive": [5],
}
_REFUSED: Mapping[str, list[object]] = {
    "boolean": [2, "", "true"],
    "int2": [32768, -32769, 1.5, "1", Decimal(1)],
    "int4": [2**31, float("inf"), 9 * 10**4000],
    "int8": [2**63, -(2**63) - 1],
    "oid": [-1, 2**32],
    "float4": [1e39, "1"],
    "float8": [2**53 + 1, Decimal("0.10000000000000000001"), 10**400, True.__class__],
    "numeric": [Decimal("1E+131072"), Decimal("1E-16384"), Decimal("sNaN"), "1"],
    "price": [Decimal(100000000), Decimal("0.001"), Decimal("Infinity"), 0.1],
    "text": ["a\0b", "a\ud800b", 5, b"x"],
    "varchar": ["123456", "12345 "],
    "char": ["123456"],
    "name": ["n" * 64, "é" * 32],
    "bytea": ["x", 5],
    "date": [datetime.now(UTC), "2024-01-01", 5, Infinite.FUTURE, Beyond("date", -(10**6))],
    "time": [time(1, tzinfo=UTC), "01:00", Beyond("time", 86_400_000_000)],
    "timetz": [time(1), time(1, tzinfo=_offset(hours=16)), time(1, tzinfo=_offset(microseconds=1))],
    "timestamp": [datetime.now(UTC), date(2024, 1, 1), Infinite.PAST],
    "interval": [Interval(months=1), Infinite.PAST, 5, "1 day"],
    "timestamptz": [
        datetime(2024, 1, 1),  # noqa: DTZ001
        datetime(9999, 12, 31, 23, tzinfo=_offset(hours=-12)),
        "now",
        Beyond("timestamptz", 2**62),
    ],
    "uuid": [5, "x", b"x" * 16],
    "jsonb": [
        {"a": [float("nan")]},
        {1: "a"},
        {"a\0": 1},
        ["\0"],
        "\ud800",
        {"a": Decimal(1)},
        {"a": datetime.now(UTC)},
        {1, 2},
        _nested(100_000),
    ],
    "json": [float("inf"), {None: 1}, b"x"],
    "inet": [IPv6Address("fe80::1%eth0")],
    "int4s": [[2**31], [1, "x"], "123", 5, {1: 2}],
    "texts": [["a\0"], [1]],
    "jsonbs": [[float("nan")]],
    "varchars": [["abcd"]],
}

OWN = [
    *(
        Case(f"own/{column}/{number}", column, value, "exact")
        for column, values in _EXACT.items()
        for number, value in enumerate(values)
    ),
    *(
        Case(f"own/{column}/refused-{number}", column, value, "refuse")
        for column, values in _REFUSED.items()
        for number, value in enumerate(values)
    ),
    Case("own/bytea/bytearray", "bytea", bytearray(b"x"), "exact", b"x"),
    Case("own/char/padded", "char", "ab", "exact", "ab   "),
    Case("own/uuid/text", "uuid", str(UUID(int=7)), "exact", UUID(int=7)),
    Case("own/float8/int", "float8", 2**53, "exact", float(2**53)),
    Case("own/numeric/int", "numeric", 10**30, "exact", Decimal(10**30)),
]

_COLUMNS = {
    "numeric(10,2)": "price",
    "varchar(5)": "varchar",
    "char(5)": "char",
    "int4[]": "int4s",
    "text[]": "texts",
    "jsonb[]": "jsonbs",
    "bytea[]": "byteas",
    "domain": "positive",
    **{
        name: name
        for name in [
            "boolean",
            "int2",
            "int4",
            "int8",
            "oid",
            "float4",
            "float8",
            "numeric",
            "text",
            "name",
            "bytea",
            "date",
            "time",
            "timetz",
            "timestamp",
            "timestamptz",
            "interval",
            "uuid",
            "jsonb",
            "json",
            "inet",
            "cidr",
            "macaddr",
        ]
    },
}
_PYTHON: Mapping[str, Callable[[], object]] = {
    "nan": lambda: {"a": float("nan")},
    "int-key": lambda: {1: "a"},
    "datetime": lambda: {"a": datetime.now(UTC)},
}

_MAKE: Mapping[str, Callable[..., object]] = {
    "none": lambda: None,
    "list": lambda items: [_made(item) for item in items],
    "json": json.loads,
    "json_list": lambda items: [json.loads(item) for item in items],
    "datetime_zone": lambda v, zone, fold: datetime.fromisoformat(v).replace(
        tzinfo=ZoneInfo(zone), fold=fold
    ),
    "bytes_repeat": lambda text, n: bytes.fromhex(text) * n,
    "bytearray": bytearray.fromhex,
    "int": int,
    "int_digits": lambda n: 10**n - 1,
    "float": float,
    "float_hex": float.fromhex,
    "decimal": Decimal,
    "decimal_digits": lambda before, after: Decimal((0, (9,) * (before + after), -after)),
    "str": lambda v: v,
    "repeat": lambda unit, n: unit * n,
    "bytes": bytes.fromhex,
    "bool": lambda v: v,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "datetime": datetime.fromisoformat,
    "timedelta": timedelta,
    "uuid": UUID,
    "ip": ip_address,
    "ipnet": ip_network,
    "json_py": lambda v: _PYTHON[v](),
    "json_repeat": lambda n: "x" * n,
    "json_nest": _nested,
}


def _made(spec: Mapping[str, Any]) -> Any:
    kind = spec["k"]
    arguments = [value for key, value in spec.items() if key != "k"]
    return _MAKE[kind](*arguments)


def shared_file() -> Path:
    """Where cases may lie that are not of this repository."""
    beside = Path(__file__).resolve().parents[6] / "shared"
    return Path(os.environ.get("FERRULE_SHARED", beside)) / "hostile" / "values.json"


def shared_cases() -> list[Case]:
    """The cases that lie beside the repository and are written by a model."""
    file = shared_file()
    found: list[Case] = []
    for group in json.loads(file.read_text())["types"] if file.exists() else []:
        column = _COLUMNS.get(group["type"])
        for case in group["cases"] if column is not None else []:
            if case["write"]["k"] == "sql":
                continue
            expect = {"canonical": "exact"}.get(case["expect"], case["expect"])
            read = _made(case["read"]) if "read" in case else None
            made = _made(case["write"])
            found.append(Case(case["id"], column or "", made, expect, read, case.get("stored")))
    return found


def exactly(one: Any, other: Any, column: str) -> bool:
    """Whether a value was read as what was written: equal, of its class, with its digits."""
    if type(one) is not type(other) and not isinstance(one, UUID):  # asyncpg's is a subclass
        return False
    if isinstance(one, float):
        form = "f" if column == "float4" else "d"
        return struct.pack(form, one) == struct.pack(form, other)
    if isinstance(one, Decimal) and column != "price":
        return one.as_tuple() == other.as_tuple() or one == other == 0
    if isinstance(one, datetime):
        same = (one.tzinfo is None) == (other.tzinfo is None)
        return same and (one if one.tzinfo is None else one.astimezone(UTC)) == other
    if isinstance(one, list) and not isinstance(one[0] if one else None, list):
        return len(one) == len(other) and all(
            exactly(a, b, column) for a, b in zip(one, other, strict=True)
        )
    return bool(one == other or str(one) == str(other) == "NaN")
