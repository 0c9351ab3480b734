"""Many instances at once: inserted, updated, deleted."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from packages.core.tests.integration.writes.warehouse import (
    Cell,
    Item,
    ItemMark,
    Mark,
    Page,
    State,
    Supplier,
)

from ferrule_core.database import Database, transaction
from ferrule_core.errors import (
    DataError,
    ForeignKeyViolation,
    ModelError,
    NotLoaded,
    QueryError,
    StaleObject,
    TransactionAborted,
    UniqueViolation,
    ValueRefused,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


@pytest.fixture
async def supplier(db: Database) -> Supplier:  # noqa: ARG001 - it must be open
    return await Supplier.create(name="one")


class TestCreating:
    async def test_rows_that_others_stand_in_the_way_of_can_be_left_out(self, supplier: Supplier):
        await Item.create(code="b", supplier=supplier)
        items = [Item(code=code, supplier=supplier) for code in "abcb"]
        items[2].stock = 5

        made = await Item.bulk_create(items, ignore_conflicts=True)
        by_code = await Item.bulk_create(
            [Item(code="a", supplier=supplier), Item(code="d", supplier=supplier)],
            ignore_conflicts=True,
            on=[Item.code],
        )

        assert [item.code for item in made] == ["a", "c"]
        assert [item.code for item in by_code] == ["d"]
        assert [item.stock for item in made] == [0, 5]
        assert await Item.filter().count() == 4
        with pytest.raises(NotLoaded):
            _ = items[1].id
        made[0].title = "x"
        await made[0].save()
        assert (await Item.get(code="a")).title == "x"

    async def test_rows_that_stand_in_the_way_can_be_updated(self, supplier: Supplier):
        old = await Item.create(code="a", supplier=supplier, stock=1, title="old")
        items = [Item(code=code, supplier=supplier, stock=7) for code in "ab"]

        await Item.bulk_create(items, on=["code"], update_conflicts=[Item.stock])

        assert items[0].id == old.id
        assert (items[0].stock, items[0].title) == (7, "old")
        assert await Item.filter().count() == 2

    async def test_chunks_are_one_transaction(self, supplier: Supplier):
        pages = [Page(title=str(number % 9)) for number in range(10)]
        with pytest.raises(UniqueViolation):
            await Page.bulk_create(pages, chunk_rows=3)
        assert await Page.filter().count() == 0

        made = await Page.bulk_create(pages[:9], chunk_rows=4)

        assert [page.title for page in made] == [page.title for page in pages[:9]]
        assert len({page.id for page in made}) == 9
        assert supplier.id

    async def test_copy_adds_rows_and_leaves_the_instances_as_they_are(self, supplier: Supplier):
        items = [
            Item(code="a", supplier=supplier, labels=["x"], meta=[1, {"a": None}]),
            Item(code="b", supplier=supplier, state=State.SOLD, price=Decimal("1.50")),
        ]
        pages = [Page(title=str(number)) for number in range(3)]

        assert await Item.bulk_create(items, copy=True) == items
        await Page.bulk_create(pages, copy=True)

        found = await Item.filter().order_by("code").all()
        assert [(one.labels, one.meta) for one in found] == [(["x"], [1, {"a": None}]), ([], None)]
        assert [one.state for one in found] == [State.NEW, State.SOLD]
        page = await Page.get(title="1")
        assert page.version == 1
        assert abs(datetime.now(UTC) - page.created_at).total_seconds() < 60
        assert isinstance(page.changed_on, date)
        with pytest.raises(NotLoaded):
            _ = items[0].id

    async def test_options_that_do_not_go_together_are_refused(self, supplier: Supplier):
        items = [Item(code="a", supplier=supplier)]

        for options, message in [
            ({"copy": True, "ignore_conflicts": True}, "COPY knows neither conflicts nor chunks"),
            ({"ignore_conflicts": True, "update_conflicts": ["stock"]}, "ignored or updated"),
            ({"update_conflicts": []}, "no column is to be updated"),
            ({"on": ["code"]}, "what becomes of conflicts is not said"),
        ]:
            with pytest.raises(ModelError, match=message):
                await Item.bulk_create(items, **options)
        with pytest.raises(QueryError, match="a chunk has at least one row, not 0"):
            await Item.bulk_create(items, chunk_rows=0)
        with pytest.raises(QueryError, match='no column or relation "kode"'):
            await Item.bulk_create(items, ignore_conflicts=True, on=["kode"])
        with pytest.raises(ModelError, match="Item was given an instance of Mark"):
            await Item.bulk_create([Mark(label="x")])  # type: ignore[list-item]

        assert await Item.filter().count() == 0

    async def test_a_value_that_cannot_be_sent_undoes_all_wherever_it_stands(
        self, supplier: Supplier
    ):
        items = [Item(code=str(n), supplier=supplier, stock=n) for n in range(3000)]
        items[-1].stock = 2**40  # more than the column holds, and most rows are sent by then

        with pytest.raises(ValueRefused, match="a value of one of the rows cannot be sent"):
            await Item.bulk_create(items)
        with pytest.raises(TransactionAborted):
            async with transaction():
                with pytest.raises(ValueRefused):
                    await Item.bulk_create(items)

        assert await Item.filter().count() == 0

    async def test_rows_that_a_trigger_leaves_out_are_noticed(self, db: Database):
        await db.execute(
            "CREATE FUNCTION no_b() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN IF NEW.label = ''b'' THEN RETURN NULL; END IF; RETURN NEW; END'"
        )
        await db.execute(
            "CREATE TRIGGER no_b BEFORE INSERT ON mark FOR EACH ROW EXECUTE FUNCTION no_b()"
        )

        with pytest.raises(ModelError) as caught:
            await Mark.bulk_create([Mark(label=c) for c in "ab"])
        marks = await Mark.bulk_create([Mark(label=c) for c in "bc"], ignore_conflicts=True)

        assert "of 2 rows of Mark, 1 were inserted, and which those are is not known" in str(
            caught.value
        )
        assert [mark.label for mark in marks] == ["c"]

    async def test_no_rows_are_no_work(self):
        assert await Item.bulk_create([], ignore_conflicts=True) == []
        assert await Item.bulk_create([], copy=True) == []
        assert await Item.bulk_update([]) == await Item.bulk_delete([]) == 0
        assert (await Item.bulk_upsert([])).inserted == []


class TestUpdating:
    async def test_each_row_gets_what_changed_of_it(self, supplier: Supplier, db: Database):
        made = await Item.bulk_create(
            [Item(code=str(n), supplier=supplier, meta={"n": n}) for n in range(6)]
        )
        items = await Item.filter().order_by("code").all()
        await db.execute("UPDATE item SET title = 'theirs'")
        for item in items[:3]:
            item.stock = item.id * 2
            item.price = Decimal(item.id)
        items[3].labels.append("x")
        items[4].meta = [1, [2]]
        items[4].state = State.LOST

        count = await Item.bulk_update(items)

        assert count == 5
        found = await Item.filter().order_by("code").all()
        assert [one.stock for one in found] == [one.stock for one in items]
        assert [one.worth for one in items] == [one.worth for one in found]
        assert {one.title for one in found} == {"theirs"}
        assert (found[3].labels, found[4].meta, found[4].state) == (["x"], [1, [2]], State.LOST)
        assert await Item.bulk_update(items) == 0
        assert len(made) == 6

    async def test_only_named_columns_are_written(self, supplier: Supplier):
        items = await Item.bulk_create([Item(code=c, supplier=supplier) for c in "ab"])
        for item in items:
            item.stock, item.title = 4, "x"

        assert await Item.bulk_update(items, [Item.stock], chunk_rows=1) == 2
        assert await Item.filter(stock=4, title="").count() == 2
        assert await Item.bulk_update(items, ["title"]) == 2
        assert await Item.filter(stock=4, title="x").count() == 2
        with pytest.raises(QueryError, match='no column or relation "titel"'):
            await Item.bulk_update(items, ["titel"])

    async def test_a_row_that_is_gone_undoes_all(self, supplier: Supplier):
        items = await Item.bulk_create([Item(code=c, supplier=supplier) for c in "abc"])
        await Item.filter(code="b").delete()
        for item in items:
            item.stock = 4

        with pytest.raises(StaleObject) as caught:
            await Item.bulk_update(items)

        assert "of 3 rows of Item, 1 are no longer there" in str(caught.value)
        assert await Item.filter(stock=4).count() == 0
        items.pop(1)
        assert await Item.bulk_update(items) == 2

    async def test_two_instances_of_one_row_are_written_one_after_the_other(
        self, supplier: Supplier
    ):
        item = await Item.create(code="a", supplier=supplier)
        one, two = await Item.get(id=item.id), await Item.get(id=item.id)
        one.stock, two.stock = 1, 2

        assert await Item.bulk_update([one, two]) == 2

        assert (await Item.get(id=item.id)).stock == 2

    async def test_types_are_those_of_the_table(self, supplier: Supplier, db: Database):
        await db.execute("CREATE DOMAIN short AS varchar(3)")
        await db.execute("ALTER TABLE item ALTER title TYPE short, ALTER shelf TYPE char(4)")
        items = await Item.bulk_create([Item(code=c, supplier=supplier) for c in "ab"])
        for item in items:
            item.title, item.shelf, item.price = "abc", item.code, Decimal("1.005")
            item.state = State.SOLD

        await Item.bulk_update(items)
        items[0].title = "abcd"
        with pytest.raises(DataError, match="does not fit its type"):
            await Item.bulk_update(items)

        found = await Item.get(code="b")
        assert (found.title, found.shelf, found.state) == ("abc", "b   ", State.SOLD)
        assert found.price == items[1].price == Decimal("1.01")

    async def test_versions_are_compared(self):
        pages = await Page.bulk_create([Page(title=c) for c in "abc"])
        other = await Page.get(title="b")
        other.body = "theirs"
        await other.save()
        for page in pages:
            page.body = "mine"

        with pytest.raises(StaleObject) as caught:
            await Page.bulk_update(pages)
        await pages[1].refresh()
        pages[1].body = "mine"
        await Page.bulk_update(pages)

        assert "another writer was first at 1 of 3 rows of Page" in str(caught.value)
        assert [page.version for page in pages] == [2, 3, 2]
        assert {page.changed_at for page in pages} == {pages[0].changed_at}
        assert await Page.filter(body="mine").count() == 3

    async def test_keys_of_several_columns_are_told_apart(self):
        cells = await Cell.bulk_create([Cell(row=r, column_=n) for r in "ab" for n in (1, 2)])
        cells[1].value = 5
        cells[2].note = {"x": [1]}
        cells[3].column_ = 9

        assert await Cell.bulk_update(cells) == 3

        rows = await Cell.filter().order_by("row", "column_").values_list()
        assert rows == [
            ("a", 1, 0, None),
            ("a", 2, 5, None),
            ("b", 1, 0, {"x": [1]}),
            ("b", 9, 0, None),
        ]

    async def test_many_rows_are_no_more_parameters(self):
        marks = await Mark.bulk_create([Mark(label=str(n)) for n in range(40_000)])
        for mark in marks:
            mark.label += "x"

        assert await Mark.bulk_update(marks) == 40_000
        assert len(await Mark.in_bulk([mark.id for mark in marks])) == 40_000
        assert await Mark.bulk_delete(marks) == 40_000

    async def test_instances_that_cannot_be_updated_are_refused(self, supplier: Supplier):
        item = await Item.create(code="a", supplier=supplier)
        item.stock = 3

        with pytest.raises(ModelError, match="an instance cannot be updated twice"):
            await Item.bulk_update([item, item])
        with pytest.raises(ModelError, match="this Item is in no table"):
            await Item.bulk_update([Item(code="b", supplier=supplier)])
        with pytest.raises(ModelError, match="this Item is in no table"):
            await Item.bulk_delete([item, Item(code="b", supplier=supplier)])

    async def test_a_refusal_of_the_server_undoes_all(self, supplier: Supplier):
        items = await Item.bulk_create([Item(code=c, supplier=supplier) for c in "abc"])
        items[0].title = items[1].title = "x"
        items[2].supplier_id = 99

        with pytest.raises(ForeignKeyViolation):
            await Item.bulk_update(items)

        assert await Item.filter(title="x").count() == 0
        async with transaction():
            items.pop()
            await Item.bulk_update(items)
        assert await Item.filter(title="x").count() == 2


class TestDeleting:
    async def test_all_rows_are_deleted_or_none(self, supplier: Supplier):
        items = await Item.bulk_create([Item(code=c, supplier=supplier) for c in "abcd"])
        await Item.filter(code="d").delete()

        with pytest.raises(StaleObject, match="of 4 rows of Item, 1 are no longer there"):
            await Item.bulk_delete(items)
        assert await Item.filter().count() == 3
        assert await Item.bulk_delete(items[:2]) == 2

        assert [item.code for item in await Item.filter().all()] == ["c"]
        await Item.bulk_create(items[:2])
        assert await Item.filter().count() == 3

    async def test_versions_are_compared(self):
        pages = await Page.bulk_create([Page(title=c) for c in "abc"])
        await Page.filter(title="c").update(body="theirs")

        with pytest.raises(StaleObject, match="another writer was first at 1 of 3 rows"):
            await Page.bulk_delete(pages)
        assert await Page.bulk_delete(pages[:2]) == 2

        assert await Page.filter().values_list("title", flat=True) == ["c"]

    async def test_siblings_of_a_composite_key_stay(self):
        cells = await Cell.bulk_create([Cell(row=r, column_=n) for r in "ab" for n in (1, 2)])

        assert await Cell.bulk_delete([cells[0], cells[3]]) == 2

        left = await Cell.filter().order_by("row").values_list("row", "column_")
        assert left == [("a", 2), ("b", 1)]


class TestByKey:
    async def test_rows_come_by_their_keys(self):
        marks = await Mark.bulk_create([Mark(label=c) for c in "abc"])
        cells = await Cell.bulk_create([Cell(row=r, column_=n) for r in "ab" for n in (1, 2)])
        keys = [marks[2].id, marks[0].id, 999]

        found = await Mark.in_bulk(keys)
        by_pair = await Cell.in_bulk([("b", 1), ("a", 2), ("a", 1), ("z", 1), ("b", 1)])

        assert list(found) == keys[:2]
        assert found[keys[0]].label == "c"
        assert by_pair == {("b", 1): cells[2], ("a", 2): cells[1], ("a", 1): cells[0]}
        assert await Mark.in_bulk([]) == {}
        with pytest.raises(ModelError, match='the key of Cell is "row", "column_", and 1 values'):
            await Cell.in_bulk(["a"])

    async def test_additions_at_once_are_all_counted(self, supplier: Supplier):
        item = await Item.create(code="a", supplier=supplier, price=Decimal(2))

        seen = await asyncio.gather(*[item.increment(Item.stock) for _ in range(50)])

        assert sorted(seen) == list(range(1, 51))
        assert await item.increment(Item.stock, -10) == item.stock == 40
        assert await item.increment(Item.price, Decimal("0.5")) == Decimal("2.50")
        assert item.worth == Decimal(100)
        await item.save()
        item.stock = 7
        with pytest.raises(ModelError, match='"stock" of this Item was changed'):
            await item.increment(Item.stock)
        await item.delete()
        with pytest.raises(ModelError, match="is in no table"):
            await item.increment(Item.stock)

    async def test_an_addition_counts_the_version_and_hides_no_other_writer(self):
        page = await Page.create(title="a")
        await page.increment(Page.hits)
        page.body = "mine"
        await page.save()
        await Page.filter().update(body="theirs")

        assert await page.increment(Page.hits) == 2
        page.body = "again"

        with pytest.raises(StaleObject):
            await page.save()

    async def test_a_key_of_several_columns_touches_one_row(self, supplier: Supplier):
        item = await Item.create(code="a", supplier=supplier)
        marks = await Mark.bulk_create([Mark(label=c) for c in "ab"])
        one, _ = await ItemMark.bulk_create(
            [ItemMark(item_id=item.id, mark_id=mark.id) for mark in marks]
        )

        assert await one.increment(ItemMark.weight, 4) == 5

        assert await ItemMark.filter().order_by("mark_id").values_list("weight", flat=True) == [
            5,
            1,
        ]
