"""Several databases: by model, by block, by call; relations from one to the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ferrule import (
    Column,
    ForeignKey,
    InverseForeignKey,
    Model,
    column,
    foreign_key,
    inverse_foreign_key,
    transaction,
    using,
)
from ferrule_core.database import Database, connect
from ferrule_core.errors import ConfigurationError, QueryError
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.query.roles import name_within, role_of

pytestmark = pytest.mark.anyio


class Shop(Model, table="shop"):
    id: Column[int] = column(primary_key=True)
    name: Column[str]
    sales: InverseForeignKey[Sale] = inverse_foreign_key("Sale.shop")


class Sale(Model, table="sale", database="reports"):
    id: Column[int] = column(primary_key=True)
    shop_id: Column[int]
    shop: ForeignKey[Shop] = foreign_key("shop_id")


SHOPS = "CREATE TABLE shop (id int PRIMARY KEY, name text NOT NULL)"


@pytest.fixture
async def reports(
    database: Database, database_url: DatabaseUrl, plugins: Plugins
) -> AsyncIterator[Database]:
    """Another database, which is empty but for its tables."""
    name = f"r_{database_url.database}"[:63]
    await database.execute(f'CREATE DATABASE "{name}"')
    url = replace(database_url, database=name)
    await database.execute(SHOPS)
    async with connect(url, plugins=plugins, name="reports") as opened:
        await opened.execute("CREATE TABLE sale (id int PRIMARY KEY, shop_id int NOT NULL)")
        await opened.execute(SHOPS)
        await Shop.create(id=1, name="here")
        await Shop.create(id=2, name="there")
        await Sale.create(id=10, shop_id=1)
        await Sale.create(id=11, shop_id=2)
        yield opened
    await database.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.usefixtures("reports")
async def test_a_relation_to_another_database_is_loaded_by_a_second_query():
    sales = await Sale.filter().include(Sale.shop).order_by(Sale.id).all()
    shops = await Shop.filter().include(Shop.sales).order_by(Shop.id).all()

    assert [sale.shop.name for sale in sales] == ["here", "there"]
    assert [[sale.id for sale in shop.sales] for shop in shops] == [[10], [11]]
    assert (await Sale.filter().prefetch_related("shop").get(id=11)).shop.name == "there"


@pytest.mark.usefixtures("reports")
async def test_a_join_across_databases_is_refused():
    said = (
        '"Sale.shop" cannot be joined: Sale is in database "reports", Shop in the default '
        "database, and no statement reaches both"
    )
    for attempt in (
        lambda: Sale.filter(Sale.shop.name == "here").all(),
        lambda: Sale.filter(shop__name="here").all(),
        lambda: Sale.filter().order_by(Sale.shop.name).all(),
        lambda: Sale.filter().select_related("shop").all(),
    ):
        with pytest.raises(QueryError) as caught:
            await attempt()
        assert caught.value.message == said
        assert (
            caught.value.hint == "load it by include(), or fetch the keys first and filter by these"
        )
    with pytest.raises(QueryError, match=r'"Shop\.sales" cannot be joined'):
        await Shop.filter(Shop.sales.id == 10).all()


async def test_a_block_and_a_call_choose_the_database(reports: Database):
    with using("reports"):
        await Shop.create(id=3, name="in reports")
        async with transaction():
            assert reports.in_transaction()
            assert [shop.id for shop in await Shop.filter().all()] == [3]
        seen = await asyncio.create_task(_shops())

    assert seen == [3]
    assert await _shops() == [1, 2]
    assert [shop.id for shop in await Shop.filter().using("reports").all()] == [3]


async def _shops() -> list[int]:
    return [shop.id for shop in await Shop.filter().order_by(Shop.id).all()]


@pytest.mark.usefixtures("reports")
async def test_without_replicas_the_primary_is_the_replica():
    with using("replica"):
        assert await _shops() == [1, 2]
        assert await Sale.filter().using("replica").count() == 2
    assert await Shop.filter().using("reports.replica").count() == 0
    async with transaction("replica"):
        assert await _shops() == [1, 2]


@pytest.mark.usefixtures("reports")
async def test_a_name_that_is_not_open_is_refused():
    with pytest.raises(ConfigurationError, match='no database "report" is connected'):
        await Shop.filter().using("report.replica").all()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("replica", (None, "replica")),
        ("primary", (None, "primary")),
        ("reports", ("reports", None)),
        ("reports.replica", ("reports", "replica")),
        ("a.b", ("a.b", None)),
        ("my_replica", ("my_replica", None)),
    ],
)
def test_a_name_says_database_and_role(name: str, parts: tuple[str | None, str | None]):
    assert role_of(name) == parts


@pytest.mark.parametrize(
    ("model", "asked", "name"),
    [
        (None, "replica", "replica"),
        ("reports", "replica", "reports.replica"),
        ("reports.replica", "primary", "reports.primary"),
        ("replica", "primary", "primary"),
        ("reports", "other", "other"),
        ("reports", "other.replica", "other.replica"),
    ],
)
def test_a_role_is_one_of_the_models_own_database(model: str | None, asked: str, name: str):
    assert name_within(model, asked) == name
