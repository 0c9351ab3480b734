"""Every type of PostgreSQL that a column can have, with values that are read as written."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from typing import Annotated, Any
from uuid import UUID

from ferrule_core.catalog.types import TypeRef
from ferrule_core.mapping import types
from ferrule_core.mapping.intervals import Interval, Span
from ferrule_core.mapping.json_values import JSON_NULL, DecimalJson, JsonValue, WrittenFloat
from ferrule_core.mapping.kinds.bits import Bits
from ferrule_core.mapping.kinds.composites import Composite
from ferrule_core.mapping.kinds.geometry import (
    Box,
    Circle,
    Line,
    LineSegment,
    Path,
    Point,
    Polygon,
)
from ferrule_core.mapping.kinds.spans import Multirange, Range
from ferrule_core.mapping.moments import Beyond, Infinite

INF = float("inf")
DAY = date(2024, 2, 29)
NAIVE = datetime(2024, 2, 29, 12, 30, 0, 1)  # noqa: DTZ001
MOMENT = NAIVE.replace(tzinfo=UTC)


class Mood(enum.Enum):
    SAD = "sad"
    SO_SO = "so, so"
    HAPPY = "happy \"'\\"


class Place(Composite, type="place", schema="k"):
    name: str | None
    at: Point | None = None
    zone: Annotated[str | None, types.Varchar(3), types.Attribute("class")] = None


class Visit(Composite, type="visit", schema="k"):
    place: Place | None
    during: Range[datetime] | None
    moods: Annotated[list[Mood] | None, types.Array(types.Named("mood", schema="k"))]
    price: Annotated[Decimal | None, types.Numeric(10, 2)]
    tags: list[str | None] | None


@dataclass
class Size:
    width: Annotated[int, types.Integer()]
    height: Annotated[int | None, types.Integer()]


@dataclass(frozen=True)
class Kind:
    """A type of a column, and what is stored in it.

    Attributes:
        sql: The type, as ``CREATE TABLE`` has it.
        annotation: What stands in ``Column[...]``.
        values: Are read as they are written.
        said: ``type=`` of the column.
        respelt: Values that the server gives another form: what is written, and what is read.
        refused: Values that are refused before they are sent.
        equal: Whether the server can tell that two values are equal.
            copied: Whether COPY takes rows of them.
        copied: Whether COPY takes rows of them.
    extension: What the type comes with.
    """

    sql: str
    annotation: Any
    values: Sequence[Any]
    said: TypeRef | None = None
    respelt: Sequence[tuple[Any, Any]] = ()
    refused: Sequence[Any] = ()
    equal: bool = True
    copied: bool = True
    extension: str | None = None


def _named(name: str, *arguments: int) -> TypeRef:
    return types.Named(name, *arguments)


def _of_k(name: str) -> TypeRef:
    return types.Named(name, schema="k")


SCHEMA = """
CREATE SCHEMA k;
CREATE TYPE k.mood AS ENUM ('sad', 'so, so', 'happy "''\\');
CREATE DOMAIN k.positive AS integer CONSTRAINT positive_check CHECK (VALUE > 0);
CREATE DOMAIN k.code AS varchar(5);
CREATE DOMAIN k.tags AS text[];
CREATE DOMAIN k.deep AS k.positive CHECK (VALUE < 100);
CREATE TYPE k.floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE k.timerange AS RANGE (subtype = time);
CREATE TYPE k.inetrange AS RANGE (subtype = inet);
CREATE TYPE k.place AS (name text, at point, class varchar(3));
CREATE TYPE k.visit AS (
    place k.place, during tstzrange, moods k.mood[], price numeric(10, 2), tags text[]
);
CREATE TYPE k.size AS (width integer, height integer);
"""

PLAIN = [
    Kind("boolean", bool, [True, False], refused=["x"]),
    Kind("smallint", int, [-32768, 32767], types.SmallInt(), refused=[32768]),
    Kind("integer", int, [-(2**31), 2**31 - 1], types.Integer(), refused=[2**31]),
    Kind("bigint", int, [-(2**63), 2**63 - 1], refused=[2**63]),
    Kind("real", float, [1.5, -INF, -0.0], types.Real(), refused=[1e39]),
    Kind("double precision", float, [0.1, INF, 5e-324]),
    Kind("numeric", Decimal, [Decimal("1.10"), Decimal("-1E-20"), Decimal("Infinity")]),
    Kind(
        "numeric(10,2)",
        Decimal,
        [Decimal("1.10"), Decimal("-99999999.99")],
        types.Numeric(10, 2),
        refused=[Decimal("0.001"), Decimal("Infinity")],
    ),
    Kind("text", str, ["", "é😀'\\", "a" * 10_000], refused=["\0", "\ud800"]),
    Kind("varchar(5)", str, ["", "éé"], types.Varchar(5), refused=["123456"]),
    Kind("char(3)", str, ["abc"], types.Char(3), respelt=[("a", "a  ")], refused=["abcd"]),
    Kind("name", str, ["n" * 63], types.Name(), refused=["n" * 64]),
    Kind('"char"', bytes, [b"a", b"\0"], types.InternalChar(), refused=[b"", b"ab", "a"]),
    Kind("bytea", bytes, [b"", b"\0\xff"], refused=["x"]),
    Kind("uuid", UUID, [UUID(int=7), UUID(int=2**128 - 1)]),
    Kind("date", date, [DAY, date(1, 1, 2)]),
    Kind("time", time, [time(1, 2, 3, 4), time.max]),
    Kind("timetz", time, [time(1, 2, tzinfo=UTC)], types.TimeTz()),
    Kind("timestamp", datetime, [NAIVE], types.Timestamp(), refused=[MOMENT]),
    Kind("timestamptz", datetime, [MOMENT], refused=[NAIVE]),
    Kind("interval", timedelta, [timedelta(days=3, microseconds=1), timedelta(-1)]),
    Kind("jsonb", JsonValue, [{"a": [1, None, "x"]}, [], "x", 1.5, True]),
    Kind("json", JsonValue, [{"a": [1, None]}, "x"], types.Json(), equal=False),
    Kind("oid", int, [0, 2**32 - 1], types.Oid(), refused=[-1, 2**32]),
    Kind("xid8", int, [0, 2**64 - 1], types.Xid8(), refused=[-1, 2**64]),
    Kind("pg_lsn", int, [0, 2**64 - 1], types.PgLsn(), refused=[-1, 2**64]),
]

CLASSES = [
    Kind(
        "money",
        Decimal,
        [Decimal("0.00"), Decimal("1234.56"), Decimal("-0.01"), Decimal("92233720368547758.07")],
        types.Money(),
        respelt=[(Decimal(5), Decimal("5.00")), (Decimal("1.500"), Decimal("1.50"))],
        refused=[Decimal("NaN"), Decimal(10**20), 1.5, "1"],
    ),
    Kind(
        "inet",
        IPv4Address | IPv6Address | IPv4Interface | IPv6Interface,
        [IPv4Address("10.0.0.1"), IPv4Interface("10.0.0.1/24"), IPv6Address("::1")],
        types.Inet(),
        refused=[IPv6Address("fe80::1%eth0"), IPv6Interface("fe80::1%eth0/64")],
    ),
    Kind(
        "cidr",
        IPv4Network | IPv6Network,
        [IPv4Network("10.0.0.0/8"), IPv6Network("::/0")],
        types.Cidr(),
    ),
    Kind(
        "macaddr",
        str,
        ["08:00:2b:01:02:03"],
        types.MacAddr(),
        respelt=[("08002B-010203", "08:00:2b:01:02:03"), ("0800.2b01.0203", "08:00:2b:01:02:03")],
        refused=["", "08:00:2b:01:02", "08:00-2b:01:02:03", "x8:00:2b:01:02:03"],
    ),
    Kind(
        "macaddr8",
        str,
        ["08:00:2b:01:02:03:04:05"],
        types.MacAddr8(),
        respelt=[("08002b010203", "08:00:2b:ff:fe:01:02:03")],
        refused=["08:00:2b:01:02"],
    ),
    Kind("bit(4)", Bits, [Bits("0101")], types.Bit(4), refused=[Bits("01"), Bits("01010"), "01"]),
    Kind("varbit", Bits, [Bits(""), Bits("1" * 70), Bits("0001")], types.VarBit()),
    Kind("varbit(3)", Bits, [Bits("010")], types.VarBit(3), refused=[Bits("0101")]),
    Kind("xml", str, ["<a>é</a>", "text"], types.Xml(), refused=["<?xml?><a/>"], equal=False),
    Kind(
        "tsvector",
        str,
        ["'a':1A 'b':2"],
        types.TsVector(),
        respelt=[("b a", "'a' 'b'")],
        copied=False,
    ),
    Kind(
        "tsquery", str, ["'a' & 'b'"], types.TsQuery(), respelt=[("a&b", "'a' & 'b'")], copied=False
    ),
    Kind("point", Point, [Point(1.5, -0.0), Point(INF, 0.0)]),
    Kind("line", Line, [Line(1.0, -1.0, 0.5)], refused=[(1, 2, 3)]),
    Kind("lseg", LineSegment, [LineSegment(Point(0, 0), Point(1, 1))]),
    Kind("box", Box, [Box(Point(0, 3), Point(2, 0))]),
    Kind("path", Path, [Path((Point(0, 0), Point(1, 0))), Path((Point(0, 0),), True)], equal=False),
    Kind("polygon", Polygon, [Polygon((Point(0, 0), Point(1, 0), Point(1, 1)))]),
    Kind(
        "circle",
        Circle,
        [Circle(Point(1, 2), 3), Circle(Point(0, 0), 0)],
        refused=[Circle(Point(2**53 + 1, 0), 1)],
    ),
]

RANGES = [
    Kind(
        "int4range",
        Range[int],
        [Range(1, 5), Range(None, 5), Range(1, None), Range(None, None), Range.empty()],
        types.Int4Range(),
        respelt=[(Range(1, 5, "[]"), Range(1, 6)), (Range(1, 2, "()"), Range.empty())],
        refused=[Range(0, 2**31), (1, 2), Range(1.5, 2.0), Multirange(Range(1, 2))],
    ),
    Kind("int8range", Range[int], [Range(-(2**63), 2**63 - 1)], refused=[Range(0, 2**63)]),
    Kind(
        "numrange",
        Range[Decimal],
        [
            Range(Decimal("1.50"), Decimal("2000000.0"), "(]"),
            Range(Decimal("-0.00001"), Decimal(120_000), "[]"),
            Range(Decimal("NaN"), None),
            Range(Decimal("-Infinity"), Decimal("Infinity"), "()"),
        ],
        refused=[Range("a", "b")],
    ),
    Kind("daterange", Range[date], [Range(DAY, None), Range(date(1, 1, 2), DAY)]),
    Kind(
        "tsrange",
        Range[datetime],
        [Range(NAIVE, None, "()"), Range(datetime(1, 1, 2), NAIVE, "[]")],  # noqa: DTZ001
        types.TsRange(),
        refused=[Range(MOMENT, None)],
    ),
    Kind("tstzrange", Range[datetime], [Range(MOMENT, MOMENT, "[]")], refused=[Range(NAIVE, None)]),
    Kind(
        "int4multirange",
        Multirange[int],
        [Multirange(), Multirange(Range(1, 3), Range(7, None))],
        types.Int4Multirange(),
        respelt=[(Multirange(Range(4, 6), Range(1, 4)), Multirange(Range(1, 6)))],
        refused=[Multirange(Range(0, 2**31)), Range(1, 2)],
    ),
    Kind("int8multirange", Multirange[int], [Multirange(Range(None, None))]),
    Kind("nummultirange", Multirange[Decimal], [Multirange(Range(Decimal("1.0"), None))]),
    Kind("datemultirange", Multirange[date], [Multirange(Range(DAY, None))]),
    Kind(
        "tsmultirange", Multirange[datetime], [Multirange(Range(NAIVE, None))], types.TsMultirange()
    ),
    Kind("tstzmultirange", Multirange[datetime], [Multirange(Range(MOMENT, None))]),
    Kind("k.floatrange", Range[float], [Range(1.5, INF), Range(None, 0.1)], _of_k("floatrange")),
    Kind("k.timerange", Range[time], [Range(time(9), time(17, 30))], _of_k("timerange")),
    Kind(
        "k.floatmultirange",
        Multirange[float],
        [Multirange(Range(1.0, 2.0), Range(3.0, 4.0))],
        _of_k("floatmultirange"),
    ),
    Kind(
        "k.inetrange",
        str,
        ["[9.0.0.1,10.0.0.2)"],
        types.AsText("inetrange", schema="k"),
        copied=False,
    ),
]

PLACE = Place('Büro, "x" (y)\\', Point(1.0, 2.0), "abc")
VISIT = Visit(PLACE, Range(MOMENT, None), [Mood.SAD, Mood.HAPPY], Decimal("1.10"), ["a", None])

DEFINED = [
    Kind("k.mood", Mood, list(Mood), _of_k("mood"), refused=["glad"]),
    Kind("k.mood[]", list[Mood], [[], [Mood.SO_SO, Mood.HAPPY]], types.Array(_of_k("mood"))),
    Kind(
        "k.positive",
        int,
        [1, 2**31 - 1],
        types.Domain("positive", types.Integer(), schema="k"),
        refused=[2**31, 1.5],
    ),
    Kind(
        "k.code",
        str,
        ["", "12345"],
        types.Domain("code", types.Varchar(5), schema="k"),
        refused=["123456"],
    ),
    Kind(
        "k.tags",
        list[str | None],
        [[], ["a", None]],
        types.Domain("tags", types.Array(types.Text()), schema="k"),
        refused=[[1]],
    ),
    Kind(
        "k.deep[]",
        list[int],
        [[1, 99]],
        types.Array(
            types.Domain("deep", types.Domain("positive", types.Integer(), schema="k"), schema="k")
        ),
        refused=[[2**31]],
    ),
    Kind(
        "k.place",
        Place,
        [PLACE, Place(None), Place("", None, "")],
        refused=[Place("\0"), Place("x", None, "abcd"), ("x", None, None)],
        equal=False,  # points have no equality that an index could serve, nor so their composites
    ),
    Kind("k.place[]", list[Place | None], [[], [PLACE, None, Place(None)]], equal=False),
    Kind(
        "k.visit",
        Visit,
        [VISIT, Visit(None, None, None, None, None), Visit(Place(None), None, [], None, [])],
        refused=[Visit(None, None, None, Decimal("0.001"), None)],
        equal=False,
    ),
    Kind("k.visit[]", list[Visit], [[VISIT, VISIT]], equal=False),
    Kind(
        "k.size",
        Size,
        [Size(1, 2), Size(1, None)],
        types.Composite("size", schema="k"),
        refused=[Size(2**31, 1)],
    ),
    Kind("k.size[]", list[Size], [[Size(1, 2)]], types.Array(types.Composite("size", schema="k"))),
]

ARRAYS = [
    Kind("integer[]", list[int | None], [[], [1, None], [None]], types.Array(types.Integer())),
    Kind(
        "integer[][]",
        list[list[int | None]],
        [[[1, 2], [3, None]], []],
        types.Array(types.Integer(), 2),
        refused=[[[1], [2, 3]]],
    ),
    Kind(
        "bigint[][][]",
        list[list[list[int]]],
        [[[[1], [2]], [[3], [4]]]],
        types.Array(types.BigInt(), 3),
    ),
    Kind("text[]", list[str | None], [["", "NULL", None, 'a,"b"{\\}']]),
    Kind("numeric[]", list[Decimal], [[Decimal("1.10"), Decimal("NaN")]], equal=False),
    Kind("uuid[]", list[UUID], [[UUID(int=1)]]),
    Kind("timestamptz[]", list[datetime], [[MOMENT]]),
    Kind("jsonb[]", list[JsonValue], [[{"a": 1}, "x"]], types.Array(types.Jsonb())),
    Kind(
        "int4range[]",
        list[Range[int]],
        [[Range(1, 2), Range.empty()]],
        types.Array(types.Int4Range()),
    ),
    Kind("int8range[][]", list[list[Range[int]]], [[[Range(1, 2)], [Range(3, 4)]]]),
    Kind("nummultirange[]", list[Multirange[Decimal]], [[Multirange(Range(Decimal(1), None))]]),
    Kind("bit(2)[]", list[Bits], [[Bits("01")]], types.Array(types.Bit(2)), refused=[[Bits("0")]]),
    Kind("point[]", list[Point], [[Point(1.0, 2.0)]], equal=False),
    Kind(
        "box[]",
        list[Box],
        [[Box(Point(1, 1), Point(0, 0)), Box(Point(2, 1), Point(0, 0))]],
        equal=False,
    ),
    Kind("path[]", list[Path], [[Path((Point(0, 0),))]], equal=False),
    Kind("money[]", list[Decimal], [[Decimal("1.10")]], types.Array(types.Money())),
    Kind("macaddr[]", list[str], [["08:00:2b:01:02:03"]], types.Array(types.MacAddr())),
    Kind("inet[]", list[IPv4Address], [[IPv4Address("10.0.0.1")]], types.Array(types.Inet())),
    Kind("xml[]", list[str], [["<a/>"]], types.Array(types.Xml()), equal=False),
    Kind("tsvector[]", list[str], [["'a'"]], types.Array(types.TsVector()), copied=False),
    Kind('"char"[]', list[bytes], [[b"a"]], types.Array(types.InternalChar())),
    Kind("varchar(3)[]", list[str], [["abc"]], types.Array(types.Varchar(3)), refused=[["abcd"]]),
]

OF_EXTENSIONS = [
    Kind(
        "k.hstore",
        dict[str, str | None],
        [{}, {"a": None, 'b "\\': "x=>y,", "": ""}],
        types.Hstore(schema="k"),
        refused=[{"a": 1}, {1: "a"}, {None: "a"}, {"a": "\0"}, "a=>1"],
        extension="hstore",
    ),
    Kind(
        "k.hstore[]",
        list[dict[str, str | None]],
        [[{"a": "1"}, {}]],
        types.Array(types.Hstore(schema="k")),
        extension="hstore",
    ),
    Kind("k.citext", str, ["aB", ""], types.Citext(schema="k"), refused=["\0"], extension="citext"),
    Kind(
        "k.ltree",
        str,
        ["", "Top.Science_1"],
        types.Ltree(schema="k"),
        refused=["a..b", "a b", "."],
        extension="ltree",
    ),
    Kind(
        "k.ltree[]", list[str], [["a.b"]], types.Array(types.Ltree(schema="k")), extension="ltree"
    ),
    Kind("k.lquery", str, ["a.*{1,2}.!b"], _of_k("lquery"), equal=False, extension="ltree"),
    Kind(
        "k.cube",
        str,
        ["(1, 2),(3, 4)"],
        types.AsText("cube", schema="k"),
        copied=False,
        extension="cube",
    ),
]

_DAY = 86_400_000_000

ODD = [  # what Python's classes have not
    Kind("date", date | Infinite, [Infinite.FUTURE, Infinite.PAST, date.max]),
    Kind(
        "date",
        date | Infinite | Beyond,
        [Infinite.PAST, Beyond("date", -1_000_000), Beyond("date", 3_000_000), date.min, DAY],
    ),
    Kind(
        "timestamp",
        datetime | Infinite | Beyond,
        [
            Infinite.FUTURE,
            Beyond("timestamp", -64_503_000_000_000_001),
            Beyond("timestamp", 252_455_616_000_000_000),
            NAIVE,
        ],
        types.Timestamp(),
    ),
    Kind(
        "timestamptz",
        datetime | Infinite | Beyond,
        [Infinite.PAST, Beyond("timestamptz", -63_114_000_000_000_000), MOMENT],
    ),
    Kind("time", time | Beyond, [Beyond("time", _DAY), time.min, time.max], types.Time()),
    Kind(
        "timetz",
        time | Beyond,
        [Beyond("timetz", _DAY, 20_730), Beyond("timetz", _DAY, -3600), time(1, tzinfo=UTC)],
        types.TimeTz(),
    ),
    Kind(
        "interval",
        Interval,
        [
            Interval(),
            Interval(14, -3, 1),
            Interval(-14, 3, -500_000),
            Interval(0, 2, _DAY),
            Interval(-(2**31), 2**31 - 1, -(2**63)),
        ],
    ),
    Kind(
        "interval",
        timedelta | Interval,
        [Interval(1), Span(1, -1), Span(0, _DAY), timedelta(-1, 1), timedelta(2)],
    ),
    Kind("interval", timedelta, [Span(0, _DAY), Span(-1, -1_000_000), Span(3, 2 * _DAY)]),
    Kind("date[]", list[date | Infinite | None], [[DAY, None, Infinite.PAST], []]),
    Kind("interval[]", list[Interval], [[Interval(1), Interval(0, 0, _DAY)]]),
    Kind("interval[][]", list[list[timedelta]], [[[Span(0, _DAY)], [timedelta(1)]]]),
    Kind(
        "jsonb",
        JsonValue,
        [
            JSON_NULL,
            {"$json": None},
            {"$json": {"$json": [1]}},
            {"$json": 1, "a": None},
            {"a": [WrittenFloat("1.10"), 1e300, 1e16, 12.5]},
            [{"b": {}}, [], WrittenFloat("2.50")],
        ],
    ),
    Kind(
        "jsonb",
        DecimalJson,
        [JSON_NULL, {"a": [Decimal("1.10"), 1]}, Decimal("0.12345678901234567890"), 10**400],
    ),
    Kind("json", JsonValue, [JSON_NULL, WrittenFloat("1E5")], types.Json(), equal=False),
    Kind("jsonb[]", list[JsonValue], [[JSON_NULL, None, {"$json": 1}]], types.Array(types.Jsonb())),
    Kind("jsonb", dict[str, Any], [{"a": 1e300}, {"$json": {}}]),
    Kind(
        "int4multirange[]",
        list[Multirange[int] | None],
        [[Multirange(), None, Multirange(Range(1, 2), Range(5, 6))], []],
        types.Array(types.Int4Multirange()),
    ),
    Kind(
        "int8multirange[][]",
        list[list[Multirange[int]]],
        [[[Multirange()], [Multirange(Range(1, 2))]], [[Multirange(), Multirange()]]],
    ),
    Kind("circle", Circle, [Circle(Point(-INF, 0.5), INF)]),
]

KINDS = [*PLAIN, *CLASSES, *RANGES, *DEFINED, *ARRAYS]
