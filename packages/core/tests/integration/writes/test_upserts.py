"""Rows that are inserted, or update those that stand in their way."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from packages.core.tests.integration.writes.warehouse import (
    Cell,
    Item,
    Mark,
    Page,
    Part,
    State,
    Supplier,
)

from ferrule_core.database import Database, transaction
from ferrule_core.errors import (
    FerruleError,
    ModelError,
    MultipleRows,
    NotLoaded,
    QueryError,
    UniqueViolation,
    UnknownColumn,
)
from ferrule_core.query.conflicts import excluded
from ferrule_core.query.servers import major_version

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


@pytest.fixture
async def supplier(db: Database) -> Supplier:  # noqa: ARG001 - it must be open
    return await Supplier.create(name="one")


class TestOne:
    async def test_it_says_what_it_did(self, supplier: Supplier):
        first = Item(code="a", supplier=supplier, stock=1, title="first")
        second = Item(code="a", supplier=supplier, stock=5, title="second")
        third = Item(code="a", supplier=supplier, stock=9)

        outcomes = [
            await first.upsert(on=[Item.code]),
            await second.upsert(on=["code"], update=[Item.stock]),
            await third.upsert(on=[Item.code], update=[]),
        ]

        assert outcomes == ["inserted", "updated", "untouched"]
        assert second.id == first.id
        assert (second.stock, second.title) == (5, "first")
        second.title = "x"
        await second.save()
        found = await Item.get(code="a")
        assert (found.stock, found.title) == (5, "x")
        with pytest.raises(NotLoaded):
            _ = third.id

    async def test_all_values_are_updated_where_nothing_else_is_said(self, supplier: Supplier):
        await Item(code="a", supplier=supplier, stock=1, title="t", meta={"a": 1}).upsert(
            on=["code"]
        )

        await Item(code="a", supplier=supplier, stock=2, state=State.SOLD).upsert(on=["code"])

        found = await Item.get(code="a")
        assert (found.stock, found.title, found.state, found.meta) == (2, "t", State.SOLD, None)

    async def test_the_primary_key_is_what_conflicts_are_about(self):
        outcomes = [await Cell(row="a", column_=1, value=n).upsert() for n in (1, 2)]
        await Cell(row="a", column_=2, value=9).upsert()

        rows = await Cell.filter().order_by("column_").values_list("column_", "value")
        assert outcomes == ["inserted", "updated"]
        assert rows == [(1, 2), (2, 9)]

    async def test_expressions_see_both_rows_and_a_condition_chooses(self, supplier: Supplier):
        await Item.create(code="a", supplier=supplier, stock=10)
        add = Item.stock.set(Item.stock + excluded(Item.stock))

        async def offer(stock: int) -> str:
            item = Item(code="a", supplier=supplier, stock=stock)
            return await item.upsert(
                on=[Item.code], update=[add], where=excluded(Item.stock) < Item.stock
            )

        assert [await offer(5), await offer(20), await offer(1)] == [
            "updated",
            "untouched",
            "updated",
        ]
        assert (await Item.get(code="a")).stock == 16

    async def test_a_constraint_or_a_partial_index_may_be_meant(self, supplier: Supplier):
        await Item.create(code="a", supplier=supplier, shelf="s1")
        await Item.create(code="old", supplier=supplier, shelf="s2", retired=True)

        by_name = await Item(code="a", supplier=supplier, stock=3).upsert(
            constraint="item_code_key", update=[Item.stock]
        )
        live = ~Item.retired
        same = await Item(code="b", supplier=supplier, shelf="s1", stock=4).upsert(
            on=[Item.shelf], index_where=live, update=[Item.stock]
        )
        other = await Item(code="c", supplier=supplier, shelf="s2", stock=4).upsert(
            on=[Item.shelf], index_where=live, update=[Item.stock]
        )

        assert [by_name, same, other] == ["updated", "updated", "inserted"]
        assert (await Item.get(code="a")).stock == 4

    async def test_a_row_that_is_locked_or_was_updated_is_still_told_apart(
        self, supplier: Supplier
    ):
        await Item.create(code="a", supplier=supplier)
        async with transaction():
            await Item.filter().select_for_update().all()
            known = await Item(code="a", supplier=supplier).upsert(on=["code"])
            new = await Item(code="n", supplier=supplier).upsert(on=["code"])
            again = await Item(code="n", supplier=supplier).upsert(on=["code"])

        assert [known, new, again] == ["updated", "inserted", "updated"]

    async def test_times_and_versions_go_on(self):
        first = Page(title="a", body="x")
        await first.upsert(on=[Page.title])
        second = Page(title="a", body="y")

        await second.upsert(on=[Page.title])
        second.body = "z"
        await second.save()

        assert second.created_at == first.created_at
        assert second.changed_at > first.changed_at
        assert (first.version, second.version) == (1, 3)

    async def test_rows_of_nothing_but_keys_stay_as_they_are(self):
        mark = await Mark.create(label="x")

        assert await Mark(label="x").upsert(on=["label"]) == "untouched"
        assert await Mark.filter().values_list("id", flat=True) == [mark.id]

    async def test_what_does_not_fit_is_refused_before_anything_is_sent(self, supplier: Supplier):
        def item() -> Item:
            return Item(code="a", supplier=supplier)

        for options, message in [
            ({"on": ["kode"]}, 'did you mean "code"'),
            ({"on": ["code"], "update": ["titel"]}, 'did you mean "title"'),
            ({"on": ["code"], "update": ["title"]}, '"title" of Item has no new value to take'),
            ({"on": ["code"], "update": [Item.id.set(1), "id"]}, "has no new value"),
            ({"on": ["code"], "constraint": "x"}, "about columns or a constraint"),
            ({"index_where": Item.stock > 1}, "the condition of an index needs its columns"),
            ({"on": ["code"], "update": [], "where": Item.stock > 1}, "takes no condition"),
            ({"on": ["code"], "where": Item.supplier.name == "x"}, "is another row"),
            ({"on": ["code"], "where": Mark.label == "x"}, "is another row"),
            ({"on": ["code"], "update": [Item.title.set(Item.supplier.name)]}, "is another row"),
            ({"on": [Mark.label]}, "is no column of Item itself"),
            ({"onn": ["code"]}, "an upsert knows no onn"),
            ({"on": ["marks"]}, 'no columns of Item make the relation "marks"'),
        ]:
            with pytest.raises(QueryError) as caught:
                await item().upsert(**options)
            assert message in str(caught.value)
        with pytest.raises(ModelError, match="in the table already"):
            await (await Item.create(code="z", supplier=supplier)).upsert()
        with pytest.raises(QueryError, match="takes a column of the model itself"):
            excluded(Item.supplier.name)

        assert await Item.filter(code="a").count() == 0


class TestMany:
    async def test_each_is_told_apart(self, supplier: Supplier):
        await Item.bulk_create([Item(code=c, supplier=supplier, stock=1) for c in "ab"])
        items = [Item(code=c, supplier=supplier, stock=n) for n, c in enumerate("cabad")]
        items[4].title = "of another group"

        done = await Item.bulk_upsert(
            items, on=[Item.code], update=[Item.stock], where=excluded(Item.stock) != 2
        )

        assert [item.code for item in done.inserted] == ["c", "d"]
        assert [item.code for item in done.updated] == ["a", "a"]
        assert [item.code for item in done.untouched] == ["b"]
        assert items[3].stock == (await Item.get(code="a")).stock == 3
        assert items[1].id == items[3].id
        items[0].title = "x"
        await items[0].save()
        assert (await Item.get(code="c")).title == "x"

    async def test_all_is_done_or_nothing(self, supplier: Supplier):
        items = [Item(code=c, supplier=supplier) for c in "ab"]
        items.append(Item(code="c", supplier_id=99, stock=1))

        with pytest.raises(FerruleError):
            await Item.bulk_upsert(items, on=["code"])
        assert await Item.filter().count() == 0
        with pytest.raises(NotLoaded):
            _ = items[0].id
        await Item.bulk_upsert(items[:2], on=["code"], chunk_rows=1)

        assert items[1].id == (await Item.get(code="b")).id

    async def test_partitioned_tables_tell_what_became_of_rows_from_18_on(self):
        parts = [Part(region=r, number=1, value=n) for n, r in enumerate(("north", "south"))]
        await Part.bulk_create(parts[:1])
        new = [Part(region=p.region, number=1, value=7) for p in parts]

        if await major_version(None) >= 18:
            done = await Part.bulk_upsert(new)
            assert (done.updated, done.inserted) == (new[:1], new[1:])
            assert await new[0].__class__(region="north", number=1, value=1).upsert() == "updated"
        else:
            with pytest.raises(QueryError, match="Part, which is partitioned, cannot tell"):
                await Part.bulk_upsert(new)
            assert await Part.bulk_create(new, ignore_conflicts=True) == new[1:]


class TestGetOrUpdate:
    async def test_a_row_is_made_or_changed(self, supplier: Supplier):
        made = await Item.update_or_create({"stock": 1, "supplier": supplier}, code="a")
        found = await Item.update_or_create({"stock": 2, "price": Decimal(3)}, code="a")

        assert [made[1], found[1]] == [True, False]
        assert made[0] == found[0]
        assert (found[0].stock, found[0].price, found[0].worth) == (2, 3, 6)
        assert (await Item.get(code="a")).supplier_id == supplier.id

    async def test_many_at_once_make_one_row_and_each_has_its_turn(self, db: Database):
        results = await asyncio.gather(
            *[Page.update_or_create({"body": str(n)}, title="a") for n in range(50)],
            *[Page.get_or_create({"body": "x"}, title="b") for _ in range(50)],
        )

        assert [made for _, made in results].count(True) == 2
        assert len({page.id for page, _ in results}) == 2
        page = await Page.get(title="a")
        assert page.version == 50
        assert page.body in {str(n) for n in range(50)}
        assert db.statistics().in_use == 0

    async def test_mistakes_are_refused(self, supplier: Supplier):
        await Item.bulk_create([Item(code=c, supplier=supplier, title="x") for c in "ab"])

        with pytest.raises(UnknownColumn, match='did you mean "stock"'):
            await Item.update_or_create({"stok": 1}, code="a")
        with pytest.raises(ModelError, match="other end of a relation"):
            await Item.update_or_create({"marks": []}, code="a")
        with pytest.raises(MultipleRows):
            await Item.update_or_create({"stock": 1}, title="x")
        with pytest.raises(UniqueViolation):
            await Item.update_or_create({"code": "a", "supplier": supplier}, title="new")

        assert await Item.filter(stock=0).count() == 2
