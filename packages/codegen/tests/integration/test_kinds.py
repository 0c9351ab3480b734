"""Columns of every type of PostgreSQL: what a pull says of them, and that it works on a server."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ferrule_core.database import connect
from ferrule_core.mapping.kinds.bits import Bits
from ferrule_core.mapping.kinds.geometry import Box, Circle, Line, LineSegment, Point, Polygon
from ferrule_core.mapping.kinds.geometry import Path as Track
from ferrule_core.mapping.kinds.spans import Multirange, Range

pytestmark = pytest.mark.anyio

OWN = """
CREATE SCHEMA kinds;
CREATE TYPE kinds.mood AS ENUM ('sad', 'happy');
CREATE DOMAIN kinds.positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN kinds.period AS daterange NOT NULL;
CREATE TYPE kinds.place AS (name text, at point, "class" varchar(3), date date);
CREATE TYPE kinds.visit AS (
    place kinds.place, during tstzrange, moods kinds.mood[], price numeric(10, 2),
    places kinds.place[], count kinds.positive
);
CREATE TYPE kinds.nothing AS ();
CREATE TYPE kinds.span AS RANGE (subtype = float8);
COMMENT ON TYPE kinds.place IS 'Somewhere.';
"""

COLUMNS = {
    "boolean": "bool",
    "smallint": "int",
    "numeric(10,2)": "Decimal",
    "money": "Decimal",
    "varchar(5)": "str",
    "char(3)": "str",
    "name": "str",
    '"char"': "bytes",
    "bytea": "bytes",
    "uuid": "UUID",
    "date": "date",
    "timetz": "time",
    "timestamp": "datetime",
    "interval": "timedelta",
    "jsonb": "JsonValue",
    "oid": "int",
    "xid8": "int",
    "pg_lsn": "int",
    "inet": "IPv4Address | IPv6Address",
    "cidr": "IPv4Network | IPv6Network",
    "macaddr": "str",
    "macaddr8": "str",
    "bit(4)": "Bits",
    "varbit": "Bits",
    "tsvector": "str",
    "tsquery": "str",
    "point": "Point",
    "line": "Line",
    "lseg": "LineSegment",
    "box": "Box",
    "path": "Path",
    "polygon": "Polygon",
    "circle": "Circle",
    "int4range": "Range[int]",
    "int8range": "Range[int]",
    "numrange": "Range[Decimal]",
    "daterange": "Range[date]",
    "tsrange": "Range[datetime]",
    "tstzrange": "Range[datetime]",
    "int4multirange": "Multirange[int]",
    "nummultirange": "Multirange[Decimal]",
    "datemultirange": "Multirange[date]",
    "tstzmultirange": "Multirange[datetime]",
    "kinds.mood": "Mood",
    "kinds.mood[]": "list[Mood]",
    "kinds.positive": "int",
    "kinds.period": "Range[date]",
    "kinds.place": "Place",
    "kinds.place[]": "list[Place]",
    "kinds.visit": "Visit",
    "kinds.span": "object",
    "integer[][]": "list[list[int]]",
    "int4range[]": "list[Range[int]]",
    "point[]": "list[Point]",
}


def table_of(columns: dict[str, str]) -> str:
    listed = ", ".join(f"c{n} {sql}" for n, sql in enumerate(columns))
    return f"CREATE TABLE kinds.holder (id integer PRIMARY KEY, {listed});"


@pytest.fixture
async def pulled(project):
    await project.run(OWN + table_of(COLUMNS))
    assert await project.pull(schema=["kinds"], output=Path("models")) == 0
    return project


async def test_each_column_has_the_class_of_its_values(pulled):
    text = (pulled.root / "models" / "generated" / "holder.py").read_text()

    found = dict(
        re.findall(r"^    c(\d+): Column\[\s*(.+?)\s*\](?: = |$)", text, re.MULTILINE | re.DOTALL)
    )

    assert {sql: found[str(n)].replace(" | None", "") for n, sql in enumerate(COLUMNS)} == COLUMNS


async def test_composites_are_classes_with_names_and_types(pulled):
    text = (pulled.root / "models" / "generated" / "composites.py").read_text()

    assert (
        text[text.index("class Nothing") :]
        == '''\
class Nothing(Composite, type="nothing", schema="kinds"):
    pass


class Place(Composite, type="place", schema="kinds"):
    """Somewhere."""

    name: str | None
    at: Annotated[Point | None, types.Named("point")]
    class_: Annotated[str | None, types.Varchar(3), types.Attribute("class")]
    date: date_type | None


class Visit(Composite, type="visit", schema="kinds"):
    place: Annotated[Place | None, types.Composite("place", schema="kinds")]
    during: Annotated[Range[datetime] | None, types.Named("tstzrange")]
    moods: Annotated[
        list[Mood] | None, types.Array(types.Named("mood", schema="kinds"))
    ]
    price: Annotated[Decimal | None, types.Numeric(10, 2)]
    places: Annotated[
        list[Place] | None, types.Array(types.Composite("place", schema="kinds"))
    ]
    count_: Annotated[
        int | None, types.Named("positive", schema="kinds"), types.Attribute("count")
    ]
'''
    )
    assert await pulled.pull(schema=["kinds"], output=Path("models"), check=True) == 0


@pytest.mark.timeout(300)  # for the checkers
@pytest.mark.requires_postgres(min=18)  # what checkers say does not depend on it
async def test_both_checkers_find_nothing_in_the_package(pulled):
    (pulled.root / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    (pulled.root / "usage.py").write_text(
        "from datetime import date\n"
        "from typing import assert_type\n\n"
        "from ferrule import Range\n"
        "from ferrule.geometry import Point\n"
        "from models import Holder, Place, Visit\n\n\n"
        "async def use() -> None:\n"
        "    place = Place(name='x', at=Point(1, 2), class_=None, date=None)\n"
        "    days = Range(date(2024, 1, 1), None)\n"
        "    await Holder.create(id=1, c46=days, c36=days, c47=place)\n"
        "    found = await Holder.get(c26=Point(1, 2))\n"
        "    assert_type(found.c47, Place | None)\n"
        "    assert_type(found.c49, Visit | None)\n"
        "    await Holder.filter(Holder.c36.contains(date(2024, 1, 1))).all()\n"
        "    await Holder.filter(c36__overlap=Range(date(2024, 1, 1), None)).all()\n"
    )

    pulled.command("-m", "mypy", "--strict", "models", "usage.py")
    pulled.command("-m", "basedpyright", "models", "usage.py", PYTHONPATH=os.fspath(pulled.root))
    with pytest.raises(AssertionError, match="c26"):
        (pulled.root / "wrong.py").write_text(
            "from models import Holder\n\n\nasync def use() -> None:\n"
            "    await Holder.create(id=1, c26=(1, 2))\n"
        )
        pulled.command("-m", "mypy", "--strict", "wrong.py")


async def test_rows_are_written_and_read_by_the_package(pulled, import_package):
    models = import_package(pulled.root / "models")
    place = models.Place("x", Point(1, 2), "abc", date(2024, 2, 29))
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    visit = models.Visit(place, Range(moment, None), [models.Mood.SAD], Decimal("1.10"), [place], 7)
    values = {
        "money": Decimal("1.10"),
        "bit(4)": Bits("0101"),
        "point": Point(1, 2),
        "line": Line(1, 2, 3),
        "lseg": LineSegment(Point(1, 2), Point(3, 4)),
        "box": Box(Point(1, 2), Point(3, 4)),
        "path": Track([Point(1, 2)]),
        "polygon": Polygon([Point(1, 2)]),
        "circle": Circle(Point(1, 2), 3),
        "int4range": Range(1, 2),
        "nummultirange": Multirange(Range(Decimal(1), Decimal(2))),
        "kinds.mood[]": [models.Mood.SAD],
        "kinds.positive": 5,
        "kinds.period": Range(date(2024, 1, 1), None),
        "kinds.place": place,
        "kinds.place[]": [place, place],
        "kinds.visit": visit,
        "kinds.span": Range(1.0, 2.5),
        "integer[][]": [[1, 2], [3, 4]],
    }
    attributes = {f"c{list(COLUMNS).index(sql)}": value for sql, value in values.items()}

    async with connect(pulled.url):
        await models.Holder.create(id=1, **attributes)
        found = await models.Holder.get(id=1)

    assert {name: getattr(found, name) for name in attributes} == attributes


@pytest.mark.requires_extension("hstore", "ltree", "citext", "cube")
async def test_types_of_extensions_are_known_or_taken_as_text(project, import_package):
    await project.run(
        "CREATE SCHEMA kinds;"
        "CREATE EXTENSION hstore SCHEMA kinds; CREATE EXTENSION ltree SCHEMA kinds;"
        "CREATE EXTENSION citext SCHEMA kinds; CREATE EXTENSION cube SCHEMA kinds;"
        "CREATE TABLE kinds.holder (id integer PRIMARY KEY, h kinds.hstore, l kinds.ltree,"
        " c kinds.citext, q kinds.cube, qs kinds.cube[])"
    )
    await project.pull(schema=["kinds"], output=Path("models"))
    text = (project.root / "models" / "generated" / "holder.py").read_text()
    models = import_package(project.root / "models")

    async with connect(project.url):
        await models.Holder.create(id=1, h={"a": None}, l="a.b", c="x", q="(1)", qs=["(1)"])
        found = await models.Holder.get(id=1)

    assert (found.h, found.l, found.c, found.q, found.qs) == (
        {"a": None},
        "a.b",
        "x",
        "(1)",
        ["(1)"],
    )
    assert "h: Column[dict[str, str | None] | None] = column(" in text
    assert 'types.AsText("cube", schema="kinds")' in text
    assert 'types.Array(types.AsText("cube", schema="kinds"))' in text
