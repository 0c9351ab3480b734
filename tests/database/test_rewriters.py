"""What rewriters do to statements, on every way to the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import replace
from types import ModuleType

import pytest

from ferrule_core.database import Database, connect, transaction
from ferrule_core.errors import NotFound, PluginError, StaleObject
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model.model import Model
from ferrule_core.plugins.contracts import DatabaseUrl, Rewriter
from ferrule_core.plugins.manager import Plugins
from ferrule_core.plugins.markers import hookimpl
from ferrule_core.query.raw import sql
from ferrule_core.sql.nodes import (
    BinaryOp,
    BoolOp,
    ColumnRef,
    Delete,
    Expression,
    Insert,
    Param,
    Select,
    Statement,
    TableRef,
    Update,
    Values,
)
from ferrule_core.sql.operators import Connective, Operator

pytestmark = pytest.mark.anyio

TABLES = """
CREATE TABLE shop (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org int NOT NULL, name text);
CREATE TABLE sale (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org int NOT NULL,
    shop_id int NOT NULL REFERENCES shop, amount int NOT NULL);
"""
SCOPED = frozenset({"shop", "sale"})


class Shop(Model, table="shop"):
    id: Column[int] = identity(always=True, primary_key=True)
    name: Column[str | None] = column(default=None)
    sales: InverseForeignKey[Sale] = inverse_foreign_key("Sale.shop")


class Sale(Model, table="sale"):
    id: Column[int] = identity(always=True, primary_key=True)
    shop_id: Column[int]
    amount: Column[int]
    shop: ForeignKey[Shop] = foreign_key("shop_id")


organisation: ContextVar[int] = ContextVar("organisation", default=1)


class Scope:
    """Lets each organisation see and write its own rows only."""

    name = "scope"

    def rewrite(self, statement: Statement, /) -> Statement:
        org = Param(organisation.get())
        match statement:
            case Select(source=TableRef() as table) if table.name in SCOPED:
                return replace(statement, where=self._where(table, statement.where, org))
            case Update() | Delete() if statement.table.name in SCOPED:
                table = statement.table
                return replace(statement, where=self._where(table, statement.where, org))
            case Insert(rows=Values(rows)) if statement.table.name in SCOPED:
                owned = tuple([(*row, org) for row in rows])
                return replace(statement, columns=(*statement.columns, "org"), rows=Values(owned))
            case _:
                return statement

    def _where(self, table: TableRef, where: Expression | None, org: Param) -> Expression:
        own = BinaryOp(ColumnRef(table.alias, "org"), Operator.EQ, org)
        return own if where is None else BoolOp(Connective.AND, (where, own))


class Idle:
    """Changes nothing."""

    name = "idle"

    def rewrite(self, statement: Statement, /) -> Statement:
        return statement


class Careless:
    """Makes something else of a SELECT."""

    name = "careless"

    def __init__(self, make: Callable[[Select], object]) -> None:
        self._make = make

    def rewrite(self, statement: Statement, /) -> Statement:
        made: Statement = statement
        if isinstance(statement, Select):
            made = self._make(statement)  # type: ignore[assignment]
        return made


def opened(url: DatabaseUrl, *rewriters: Rewriter) -> Database:
    import ferrule_asyncpg.plugin

    module = ModuleType("rewriters")

    @hookimpl
    def ferrule_rewriters() -> Sequence[Rewriter]:
        return list(rewriters)

    module.ferrule_rewriters = ferrule_rewriters  # type: ignore[attr-defined]
    return connect(url, plugins=Plugins.of(module, ferrule_asyncpg.plugin))


@pytest.fixture
def ferrule_template() -> list[str]:
    return [TABLES]


async def test_they_reach_every_statement_of_models_and_queries(database_url: DatabaseUrl):
    async with opened(database_url, Scope()) as database:
        organisation.set(2)
        theirs = await Shop.create(name="theirs")
        await Sale.bulk_create(
            [Sale(shop_id=theirs.id, amount=100), Sale(shop_id=theirs.id, amount=200)]
        )
        organisation.set(1)
        ours = await Shop.create(name="ours")
        await Sale.bulk_create([Sale(shop_id=ours.id, amount=1), Sale(shop_id=ours.id, amount=2)])

        assert [sale.amount for sale in await Sale.filter().order_by("id").all()] == [1, 2]
        assert [sale.amount async for sale in Sale.filter().order_by("id").stream()] == [1, 2]
        assert await Sale.filter().count() == 2
        assert await Sale.filter(amount=100).exists() is False
        assert await Shop.get_or_none(id=theirs.id) is None
        with pytest.raises(NotFound):
            await Shop.get(name="theirs")
        assert await Shop.filter(Shop.sales.amount > 50).all() == []
        await ours.fetch(Shop.sales)
        assert len(ours.sales) == 2
        assert [sale.shop.name for sale in await Sale.filter().include(Sale.shop).all()] == [
            "ours"
        ] * 2

        assert await Sale.filter().update(amount=5) == 2
        theirs.name = "stolen"
        for write in (theirs.save, theirs.delete, theirs.refresh):
            with pytest.raises(StaleObject):
                await write()
        async with transaction():
            assert await Sale.filter(amount__gte=100).delete() == 0
        pieces = [piece async for piece in database.copy_out(Sale.filter().only("amount"))]
        assert len(b"".join(pieces).split()) == 2

        amounts = await sql("SELECT amount FROM sale ORDER BY id").all(int)
        assert amounts == [100, 200, 5, 5]


async def test_one_that_changes_nothing_changes_no_text(database_url: DatabaseUrl):
    async with opened(database_url, Idle()) as database:
        query = Shop.filter(Shop.sales.amount > 50).order_by("name").sql()

        assert database.watch.rewritten(query) is query


async def test_one_that_makes_another_kind_is_refused(database_url: DatabaseUrl):
    for make, kind in [
        (lambda select: Delete(select.source), "Delete"),
        (lambda _: None, "NoneType"),
        (lambda _: "SELECT 1", "str"),
    ]:
        async with opened(database_url, Careless(make)):
            with pytest.raises(PluginError) as caught:
                await Shop.filter().all()

        assert caught.value.message == f'the rewriter "careless" made {kind} of Select'


async def test_without_rewriters_nothing_is_asked(database_url: DatabaseUrl):
    async with opened(database_url) as database:
        assert not database.watch
