"""Writes that the server makes of the rows of a query: MERGE, and INSERT ... SELECT."""

from __future__ import annotations

from decimal import Decimal

import pytest
from packages.core.tests.integration.writes.warehouse import (
    Cell,
    Item,
    Mark,
    Page,
    State,
    Supplier,
)

from ferrule_core.database import Database
from ferrule_core.errors import QueryError, UniqueViolation, UnknownColumn
from ferrule_core.query.functions import func
from ferrule_core.query.merging import Merge, incoming
from ferrule_core.query.servers import major_version

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def stocked() -> Supplier:
    supplier = await Supplier.create(name="one", discount=3)
    await Item.bulk_create(
        [Item(code=c, title=c.upper(), supplier=supplier, stock=n) for n, c in enumerate("abc")]
    )
    return supplier


def pages_of_items() -> Merge[Page]:
    return (
        Page.merge(Item.filter(stock__lt=5), on=Page.title == incoming(Item.code))
        .when_matched(incoming(Item.stock) == 0)
        .delete()
        .when_matched()
        .update(Page.hits.set(Page.hits + incoming(Item.stock)), body="merged")
        .when_not_matched(incoming(Item.stock) < 5)
        .insert(Page.title.set(incoming(Item.code)), body=incoming(Item.title), hits=1)
    )


class TestMerging:
    async def test_each_row_takes_the_first_branch_that_fits(self):
        await stocked()
        await Page.bulk_create([Page(title=c, hits=10) for c in "abz"])
        b = await Page.get(title="b")

        count = await pages_of_items().run()

        assert count == 3
        rows = await Page.filter().order_by("title").values_list("title", "body", "hits", "version")
        assert rows == [("b", "merged", 11, 2), ("c", "C", 1, 1), ("z", "", 10, 1)]
        await b.refresh()
        assert b.changed_at > b.created_at

    async def test_the_rows_come_back_from_17_on(self):
        await stocked()
        await Page.create(title="b")

        if await major_version(None) < 17:
            with pytest.raises(QueryError) as caught:
                await pages_of_items().returning()
            assert "what MERGE gives back needs PostgreSQL 17, and the server has 15" in str(
                caught.value
            )
            assert await Page.filter().count() == 1
            return
        pages = await pages_of_items().returning()
        assert sorted((page.title, page.hits) for page in pages) == [("a", 1), ("b", 1), ("c", 1)]
        pages[0].body = "x"
        await pages[0].save()

    async def test_rows_that_nothing_comes_in_for_can_be_dealt_with_from_17_on(self):
        await stocked()
        await Page.bulk_create([Page(title=c) for c in "ayz"])
        merge = (
            Page.merge(Item.filter(), on=Page.title == incoming(Item.code))
            .when_not_matched_by_source(Page.title == "z")
            .do_nothing()
            .when_not_matched_by_source()
            .delete()
            .when_not_matched()
            .do_nothing()
        )

        if await major_version(None) < 17:
            with pytest.raises(QueryError, match="when_not_matched_by_source needs PostgreSQL 17"):
                await merge.run()
            return
        assert await merge.run() == 1
        assert sorted(await Page.filter().values_list("title", flat=True)) == ["a", "z"]

    async def test_a_query_with_a_limit_brings_no_more_rows(self):
        await stocked()
        first = Item.filter().order_by("-code").limit(1)

        await (
            Mark.merge(first, on=Mark.label == incoming(Item.code))
            .when_not_matched()
            .insert(label=incoming(Item.code))
            .run()
        )

        assert await Mark.filter().values_list("label", flat=True) == ["c"]

    async def test_mistakes_are_refused(self):
        merge = Page.merge(Item.filter(), on=Page.title == incoming(Item.code))

        for mistake, message in [
            (lambda: incoming(Item.supplier.name), "takes a column of the model"),
            (lambda: merge.when_matched().update(), "nothing to update"),
            (lambda: merge.when_not_matched().insert(), "nothing to insert"),
            (lambda: merge.when_matched().update(titel="x"), 'did you mean "title"'),
            (lambda: merge.when_matched().update(title=Item.code), "is neither the row of Page"),
            (
                lambda: merge.when_matched(incoming(Mark.label) == "x").delete(),
                "is neither the row",
            ),
            (lambda: merge.when_matched(Page.hits).delete(), "is no condition"),
            (lambda: Page.merge(Item.filter(), on=Page.title), "is no condition"),
            (lambda: merge.when_matched().update(version=3), "is counted by each update"),
        ]:
            with pytest.raises(QueryError) as caught:
                mistake()
            assert message in str(caught.value)
        with pytest.raises(QueryError, match="a merge needs at least one branch"):
            await merge.run()


class TestInsertingFromQueries:
    async def test_each_row_of_the_query_makes_one(self):
        await stocked()

        count = await Page.insert_from(
            Item.filter(stock__gt=0).order_by("code"),
            Page.title.set(Item.code),
            body=Item.supplier.name,
            hits=Item.stock * 2,
            meta={"from": ["items"]},
        )

        assert count == 2
        pages = await Page.filter().order_by("title").all()
        assert [(p.title, p.body, p.hits) for p in pages] == [("b", "one", 2), ("c", "one", 4)]
        assert [(p.meta, p.version) for p in pages] == [({"from": ["items"]}, 1)] * 2
        assert pages[0].created_at == pages[1].changed_at

    async def test_rows_in_the_way_are_an_error_or_left_out(self):
        supplier = await stocked()
        copies = {"supplier_id": supplier.id, "state": State.SOLD, "price": Decimal(2)}

        with pytest.raises(UniqueViolation):
            await Item.insert_from(Item.filter(), code=Item.code, **copies)
        assert (
            await Item.insert_from(Item.filter(), code=Item.code, ignore_conflicts=True, **copies)
            == 0
        )
        assert await Item.insert_from(Item.filter(code="a"), code=Item.title, **copies) == 1

        assert (await Item.get(code="A")).state is State.SOLD

    async def test_mistakes_are_refused(self):
        with pytest.raises(UnknownColumn, match='did you mean "title"'):
            await Page.insert_from(Item.filter(), titel=Item.code)
        with pytest.raises(QueryError, match="nothing to insert"):
            await Page.insert_from(Item.filter())
        with pytest.raises(QueryError, match='Page needs a value for "title"'):
            await Page.insert_from(Item.filter(), body=Item.code)
        with pytest.raises(QueryError, match="is assigned twice"):
            await Cell.insert_from(Item.filter(), Cell.row.set("a"), row="b", column_=1)
        with pytest.raises(QueryError, match="belongs to Mark"):
            await Page.insert_from(Item.filter(), title=Mark.label)


class TestRowsThatAStatementWrites:
    async def test_rows_are_moved_by_one_statement(self, db: Database):
        await stocked()

        with db.log_queries() as log:
            gone = Item.filter(Item.stock < 2).delete_as("gone")
            count = await Page.insert_from(
                gone, title=Item.code, hits=Item.stock, body="", meta=None
            )

        assert (count, len(log)) == (2, 1)
        assert await Page.filter().order_by("title").values_list("title", "hits") == [
            ("a", 0),
            ("b", 1),
        ]
        assert await Item.filter().values_list("code", flat=True) == ["c"]

    async def test_rows_that_are_changed_are_read_as_they_are_then(self):
        await stocked()

        changed = Item.filter(Item.stock > 0).update_as("changed", Item.stock.set(Item.stock + 10))
        found = await changed.filter(Item.stock > 11).include(Item.supplier).all()

        assert [(item.code, item.stock, item.supplier.name) for item in found] == [("c", 12, "one")]
        assert await Item.filter().order_by("code").values_list("stock", flat=True) == [0, 11, 12]

    async def test_rows_that_are_deleted_are_counted_and_put_together(self):
        await stocked()

        gone = Item.filter(supplier__name="one").delete_as("gone")
        totals = await gone.aggregate(func.count(), func.sum(Item.stock))

        assert totals == (3, 3)
        assert await Item.filter().count() == 0

    async def test_what_such_a_statement_cannot_be_is_refused(self):
        with pytest.raises(QueryError) as annotated:
            Item.filter().annotate(x=Item.stock).delete_as("gone")
        with pytest.raises(QueryError) as included:
            Item.filter().include(Item.supplier).update_as("new", stock=1)
        with pytest.raises(QueryError) as named:
            Item.filter().delete_as('x"; --')

        assert annotated.value.message == "delete_as() gives the columns of the model alone"
        assert included.value.hint == "say include() of what comes of it"
        assert named.value.message == '"x"; --" cannot be the name of a common table'
