"""Writes by query: with values of related rows, and with what they give back."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from packages.core.tests.integration.writes.warehouse import Cell, Item, Page, State, Supplier

from ferrule_core.database import Database, transaction
from ferrule_core.errors import UniqueViolation

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def stocked() -> tuple[Supplier, Supplier]:
    """Two suppliers, the second a part of the first, with items of each."""
    parent = await Supplier.create(name="parent", discount=1)
    child = await Supplier.create(name="child", discount=2, parent=parent)
    await Item.bulk_create(
        [
            Item(code="a", supplier=parent, stock=10, price=Decimal(2)),
            Item(code="b", supplier=child, stock=20, maker=parent),
            Item(code="c", supplier=child, stock=30),
        ]
    )
    return parent, child


async def column_of(column: str) -> list[object]:
    return await Item.filter().order_by("code").values_list(column, flat=True)


class TestUpdates:
    async def test_values_may_come_from_related_rows(self):
        await stocked()

        touched = await Item.filter(stock__gte=20).update(
            Item.title.set(Item.supplier.name), Item.stock.set(Item.stock - Item.supplier.discount)
        )

        assert touched == 2
        assert await column_of("title") == ["", "child", "child"]
        assert await column_of("stock") == [10, 18, 28]

    async def test_a_row_without_the_related_row_is_written_too(self):
        await stocked()

        touched = await Item.filter().update(shelf=Item.maker.name, title=Item.supplier.name)

        assert touched == 3
        assert await column_of("shelf") == [None, "parent", None]
        assert await column_of("title") == ["parent", "child", "child"]

    async def test_values_may_come_from_two_relations_further(self):
        await stocked()

        await Item.filter(code__ne="b").update(shelf=Item.supplier.parent.name)

        assert await column_of("shelf") == [None, None, "parent"]

    async def test_conditions_may_be_on_related_rows(self):
        await stocked()

        certain = await Item.filter(supplier__name="child").update(stock=1)
        uncertain = await Item.filter(maker__name=None, stock=1).update(stock=2)
        part = (
            await Item.filter(supplier__parent__name="parent")
            .order_by("-code")
            .limit(1)
            .update(stock=3)
        )

        assert (certain, uncertain, part) == (2, 1, 1)
        assert await column_of("stock") == [10, 1, 3]

    async def test_workers_that_take_the_same_row_do_so_one_after_the_other(self):
        await stocked()
        free = Item.filter(state=State.NEW).order_by("code").limit(1)

        taken = await asyncio.gather(*[free.update(state=State.SOLD) for _ in range(8)])

        assert sum(taken) == await Item.filter(state=State.SOLD).count()

    async def test_rows_of_united_queries_are_written_by_their_keys(self):
        await stocked()
        united = Item.filter(code="a").union(Item.filter(supplier__name="child"))

        assert await united.filter(stock__lt=30).update(stock=0) == 2
        assert await column_of("stock") == [0, 0, 30]
        assert await united.returning(Item.code).delete() != []
        assert await column_of("code") == []

    async def test_counts_are_true(self):
        await stocked()

        assert await Item.filter(code="z").update(stock=1) == 0
        assert await Item.filter(code="a").delete() == 1
        assert await Item.filter(supplier__name="child").delete() == 2
        assert await Item.filter().delete() == 0


class TestReturning:
    async def test_instances_are_as_the_row_is_now(self):
        await stocked()

        items = await Item.filter(stock__gt=10).returning().update(stock=Item.stock + 1)

        assert sorted((item.code, item.stock) for item in items) == [("b", 21), ("c", 31)]
        items[0].title = "x"
        await items[0].save()
        assert await Item.filter(title="x").count() == 1

    async def test_columns_are_tuples_and_related_ones_may_be_among_them(self):
        await stocked()
        await Item.filter(code="a").update(state=State.LOST)

        by_column = (
            await Item.filter(code="a")
            .returning(Item.state, Item.supplier.name)
            .update(price=Decimal(3))
        )
        by_name = await Item.filter(code="b").returning("stock", "maker__name").update(stock=5)
        missing = await Item.filter(code="c").returning("maker__name").update(stock=5)

        assert by_column == [(State.LOST, "parent")]
        assert by_name == [(5, "parent")]
        assert missing == [(None,)]

    async def test_parts_of_rows_are_returned_where_only_parts_are_asked_for(self):
        await stocked()

        (item,) = await Item.filter(code="a").only(Item.stock).returning().update(stock=7)
        item.stock = 8
        await item.save()

        assert (await Item.get(code="a")).stock == 8

    async def test_deleted_rows_are_instances_that_are_in_no_table(self):
        await stocked()

        (item,) = await Item.filter(code="a").returning().delete()
        assert (item.stock, item.labels) == (10, [])
        assert not await Item.filter(code="a").exists()
        again = Item(code="a", supplier_id=item.supplier_id)
        await again.save()

        assert await Item.filter(code="b").returning(Item.code, Item.supplier.name).delete() == [
            ("b", "child")
        ]
        with pytest.raises(UniqueViolation):
            await Item.filter(code="c").returning().update(code="a")

    async def test_keys_of_several_columns_leave_siblings_alone(self):
        await Cell.bulk_create([Cell(row=row, column_=n) for row in "ab" for n in (1, 2)])

        rows = await Cell.filter(row="a").order_by("column_").limit(1).returning().update(value=5)
        gone = await Cell.filter(row="b", column_=2).returning(Cell.row, Cell.column_).delete()

        assert [(cell.row, cell.column_, cell.value) for cell in rows] == [("a", 1, 5)]
        assert gone == [("b", 2)]
        left = await Cell.filter().order_by("row", "column_").values_list()
        assert [row[:3] for row in left] == [("a", 1, 5), ("a", 2, 0), ("b", 1, 0)]

    async def test_the_version_that_is_returned_is_the_new_one(self):
        await Page.create(title="a")

        (page,) = await Page.filter().returning().update(body="x")
        page.body = "y"
        await page.save()

        assert page.version == 3

    async def test_it_takes_part_in_transactions(self, db: Database):
        await stocked()

        with pytest.raises(RuntimeError):
            async with transaction():
                assert len(await Item.filter().returning(Item.code).delete()) == 3
                raise RuntimeError

        assert (await db.fetch("SELECT count(*) FROM item"))[0][0] == 3
