"""Types that users and extensions make: domains, composites, and those that nobody knows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from packages.core.tests.integration.values import kinds
from packages.core.tests.integration.values.kinds import Place, Visit

from ferrule_core.database import Database
from ferrule_core.errors import CheckViolation, DatabaseError, ModelError, QueryError, ValueRefused
from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.kinds.composites import Composite
from ferrule_core.mapping.kinds.geometry import Box, Path, Point
from ferrule_core.mapping.kinds.spans import Range
from ferrule_core.mapping.user_types import domain
from ferrule_core.model.changes import changed_columns
from ferrule_core.model.model import Model
from ferrule_core.query.raw import sql

pytestmark = [pytest.mark.anyio]


class Shop(Model, table="shop", schema="k"):
    id: Column[int] = column(primary_key=True, type=types.Integer())
    stock: Column[int | None] = column(
        default=None, type=types.Domain("positive", types.Integer(), schema="k")
    )
    place: Column[Place | None] = column(default=None)
    visit: Column[Visit | None] = column(default=None)
    frame: Column[Box | None] = column(default=None)
    track: Column[Path | None] = column(default=None)
    days: Column[Range[date] | None] = column(default=None)
    price: Column[Decimal | None] = column(default=None, type=types.Money())


@pytest.fixture
def ferrule_template() -> list[str]:
    return [
        kinds.SCHEMA,
        """
        CREATE TABLE k.shop (
            id integer PRIMARY KEY, stock k.positive, place k.place, visit k.visit, frame box,
            track path, days daterange, price money
        )
        """,
    ]


@pytest.mark.usefixtures("db")
async def test_a_check_of_a_domain_is_an_error_with_its_name():
    with pytest.raises(CheckViolation) as caught:
        await Shop.create(id=1, stock=-1)

    assert caught.value.constraint == "positive_check"
    assert "positive" in caught.value.message


@pytest.mark.usefixtures("db")
async def test_no_value_of_a_composite_is_not_a_composite_without_parts():
    await Shop.create(id=1, place=Place(None))
    await Shop.create(id=2, place=None)

    assert (await Shop.get(id=1)).place == Place(None)
    assert (await Shop.get(id=2)).place is None
    assert [shop.id for shop in await Shop.filter(place=None).all()] == [2]
    assert [shop.id for shop in await Shop.filter(Shop.place.is_not_null()).all()] == [1]


@pytest.mark.usefixtures("db")
async def test_only_what_changed_in_a_composite_is_written():
    await Shop.create(id=1, visit=Visit(None, None, None, Decimal("1.0"), ["a"]))
    shop = await Shop.get(id=1)

    assert changed_columns(shop) == []
    shop.visit = Visit(None, None, None, Decimal("1.00"), ["a"])
    await shop.save()

    found = await Shop.get(id=1)
    assert found.visit is not None
    assert str(found.visit.price) == "1.00"


async def test_a_composite_that_was_changed_in_the_database_is_refused(db: Database):
    await Shop.create(id=1, place=Place("x"))
    await db.execute("ALTER TYPE k.place RENAME ATTRIBUTE at TO position")
    db.renew()

    with pytest.raises(ValueRefused) as caught:
        await Shop.get(id=1)

    assert caught.value.message == (
        'column "place": the type k.place has the attributes name, position, class, and Place has '
        "name, at, class"
    )


async def test_an_attribute_that_is_null_is_refused_where_its_field_says_no(db: Database):
    class Strict(Composite, type="place", schema="k"):
        name: str
        at: Point | None
        zone: Annotated[str | None, types.Attribute("class")]

    class StrictShop(Model, table="shop", schema="k"):
        id: Column[int] = column(primary_key=True, type=types.Integer())
        place: Column[Strict]

    await db.execute("INSERT INTO k.shop (id, place) VALUES (1, ROW(NULL, NULL, NULL))")

    with pytest.raises(ValueRefused, match='attribute "name" of Strict is NULL, which its field'):
        await StrictShop.get(id=1)


async def test_a_composite_says_its_type_and_fits_it():
    with pytest.raises(ModelError, match="Nameless does not say which type it is for"):

        class Nameless(Composite):
            name: str

    class Wrong(Model, table="shop", schema="k"):
        id: Column[int] = column(primary_key=True, type=types.Integer())
        place: Column[str] = column(type=types.Composite("place", schema="k"))
        other: Column[Place] = column(type=types.Jsonb())

    with pytest.raises(ModelError, match=r"composite type k\.place cannot be of the class str"):
        _ = Wrong.__table__.columns["place"].value_type
    with pytest.raises(ModelError, match="a column of the type jsonb holds no Place"):
        _ = Wrong.__table__.columns["other"].value_type


@pytest.mark.usefixtures("db")
async def test_figures_are_compared_by_their_points_and_not_by_their_size():
    await Shop.create(id=1, frame=Box(Point(0, 0), Point(1, 4)))
    other = Box(Point(0, 0), Point(2, 2))  # of the same area

    assert await Shop.filter(Shop.frame == other).count() == 0
    assert await Shop.filter(Shop.frame != other).count() == 1
    assert await Shop.filter(frame__in=[other, Box(Point(1, 4), Point(0, 0))]).count() == 1
    with pytest.raises(QueryError, match='does not compare boxes by "<"'):
        Shop.filter(Shop.frame < other)
    with pytest.raises(QueryError, match="does not tell whether two values of paths are equal"):
        Shop.filter(track=Path((Point(0, 0),)))
    with pytest.raises(QueryError, match="values of boxes are not looked up in a query"):
        Shop.filter(Shop.frame.in_(Shop.filter().column(Shop.frame)))


async def test_a_range_that_ends_at_infinity_is_refused_when_it_is_read(db: Database):
    await db.execute("INSERT INTO k.shop (id, days) VALUES (1, '[2024-01-01,infinity)')")

    with pytest.raises(ValueRefused, match="a range ends at infinity"):
        await Shop.get(id=1)

    assert await Shop.filter().count() == 1  # the connection goes on


async def test_money_has_the_digits_of_the_database(db: Database):
    await Shop.create(id=1, price=Decimal("1234.5"))

    with pytest.raises(ValueRefused):
        await Shop.create(id=2, price=Decimal("0.001"))

    assert str((await Shop.get(id=1)).price) == "1234.50"
    assert (await db.fetch("SELECT price::numeric FROM k.shop"))[0][0] == Decimal("1234.50")


async def test_composites_of_text_only_types_are_refused_with_the_reason(db: Database):
    await db.execute("CREATE TYPE k.found AS (words tsvector, rank real)")

    with pytest.raises(DatabaseError) as caught:
        await db.fetch("SELECT ROW('a'::tsvector, 1)::k.found")

    assert caught.value.message == (
        "values of the type k.found cannot be sent or read whole: "
        "a part of them is known as text only"
    )
    assert caught.value.hint == "select its attributes, as in (value).name, or cast it to text"


class Thing(Model, table="thing", schema="k"):
    id: Column[int] = column(primary_key=True, type=types.Integer())
    size: Column[object] = column(default=None, type=types.Named("cube", schema="k"))


@pytest.mark.requires_extension("cube")
async def test_a_type_that_nobody_knows_is_refused_by_the_name_of_the_way_out(db: Database):
    await db.execute("CREATE EXTENSION cube SCHEMA k")
    await db.execute("CREATE TABLE k.thing (id integer PRIMARY KEY, size k.cube)")
    await Thing.create(id=1)

    with pytest.raises(ValueRefused) as caught:
        await Thing.create(id=2, size="(1)")
    await db.execute("UPDATE k.thing SET size = '(1)'")
    with pytest.raises(ValueRefused, match='column "size": nothing is known of the values'):
        _ = (await Thing.get(id=1)).size

    assert (
        caught.value.message == 'column "size": nothing is known of the values of the type k.cube'
    )
    assert caught.value.hint == (
        'annotate Column[str] and say type=types.AsText("cube", schema="k") '
        "to take the server's text"
    )


class Tagged(Model, table="tagged"):
    id: Column[int] = column(primary_key=True, type=types.Integer())
    tags: Column[dict[str, str | None]] = column(type=types.Hstore())


@pytest.mark.requires_extension("hstore")
async def test_a_type_of_an_extension_is_known_again_when_it_was_made_anew(db: Database):
    make = "CREATE TABLE tagged (id integer PRIMARY KEY, tags hstore)"
    await db.execute("CREATE EXTENSION hstore")
    await db.execute(make)
    await Tagged.create(id=1, tags={"a": "1"})
    assert (await Tagged.get(id=1)).tags == {"a": "1"}

    await db.execute("DROP EXTENSION hstore CASCADE")
    await db.execute("DROP TABLE tagged")
    await db.execute("CREATE EXTENSION hstore")
    await db.execute(make)

    await Tagged.create(id=1, tags={"b": None})
    assert (await Tagged.get(id=1)).tags == {"b": None}
    assert (await sql("SELECT tags FROM tagged").all(dict))[0] == {"tags": {"b": None}}


async def test_a_range_type_of_ones_own_is_known_again_when_it_was_made_anew(db: Database):
    for of, value in [("float8", Range(1.0, 2.0)), ("integer", Range(1, 2))]:
        await db.execute("DROP TYPE IF EXISTS k.again")
        await db.execute(f"CREATE TYPE k.again AS RANGE (subtype = {of})")

        (row,) = await db.fetch("SELECT $1::k.again AS it", value)

        assert row["it"] == value


POSITIVE = domain("positive", types.Integer(), schema="k", checks=["VALUE > 0"])


class Counted(Model, table="shop", schema="k"):
    id: Column[int] = column(primary_key=True, type=types.Integer())
    stock: Column[int | None] = column(default=None, type=POSITIVE)


class Numbered(Model, table="numbered", schema="k"):
    id: Column[int] = column(primary_key=True, type=types.Integer())
    many: Column[list[int]] = column(type=types.Array(POSITIVE))


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("value", [1.5, 2**31, "1"])
async def test_a_domain_that_models_declare_is_held_to_its_type(value: Any):
    with pytest.raises(ValueRefused, match='column "stock"'):
        await Counted.create(id=1, stock=value)
    with pytest.raises(ValueRefused, match='column "many"'):
        await Numbered.create(id=1, many=[value])

    assert await Counted.filter().count() == 0


async def test_an_array_of_a_domain_that_models_declare_is_written_and_read(db: Database):
    await db.execute("CREATE TABLE k.numbered (id integer PRIMARY KEY, many k.positive[] NOT NULL)")
    await Numbered.create(id=1, many=[1, 2])
    await Numbered.bulk_create([Numbered(id=2, many=[]), Numbered(id=3, many=[2**31 - 1])])

    rows = await Numbered.filter().order_by(Numbered.id).all()

    assert [row.many for row in rows] == [[1, 2], [], [2**31 - 1]]
    assert await Numbered.filter(many__contains=[2]).count() == 1
    assert await Numbered.filter(many=[1, 2]).count() == 1
