"""What fills a column that nobody gave a value: Python, the server, or nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from anyio import to_thread
from packages.core.tests.integration.writes.warehouse import Cell, Item, Mark, Page, Supplier

from ferrule_core.database import Database
from ferrule_core.errors import DatabaseError, DataError, ModelError
from ferrule_core.mapping.columns import Column, column, generated, identity, server_default
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.model.model import Model

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


def moment() -> datetime:
    return datetime(2001, 2, 3, tzinfo=UTC)


class Sheet(Model, table="sheet"):
    id: Column[UUID] = column(primary_key=True, default_factory=uuid4)
    number: Column[int] = identity(always=True, primary_key=False)
    code: Column[str] = server_default("'s-' || gen_random_uuid()")
    short: Column[str] = column(default="abc")
    labels: Column[list[str]] = column(default_factory=list)
    data: Column[JsonValue] = column(default={"a": [1]})
    at: Column[datetime] = column(default_factory=moment)
    twice: Column[str] = generated("short || short")


@pytest.fixture
async def _sheets(db: Database) -> None:
    await db.execute(
        "CREATE TABLE sheet (id uuid PRIMARY KEY, number int GENERATED ALWAYS AS IDENTITY,"
        " code text NOT NULL UNIQUE DEFAULT 's-' || gen_random_uuid(), short varchar(3) NOT NULL,"
        " labels text[] NOT NULL, data jsonb NOT NULL, at timestamptz NOT NULL,"
        " twice text GENERATED ALWAYS AS (short || short) STORED)"
    )


@pytest.mark.usefixtures("_sheets")
class TestDefaults:
    async def test_callables_are_called_for_each_row_and_nothing_is_shared(self):
        one, two = Sheet(), Sheet()
        one.labels.append("x")
        assert isinstance(one.data, dict)
        one.data["b"] = 2

        await one.save()
        await Sheet.bulk_create([two, Sheet()])

        found = await Sheet.filter().order_by("number").all()
        assert [sheet.number for sheet in found] == [1, 2, 3]
        assert len({sheet.id for sheet in found}) == len({sheet.code for sheet in found}) == 3
        assert [sheet.labels for sheet in found] == [["x"], [], []]
        assert [sheet.data for sheet in found] == [{"a": [1], "b": 2}, {"a": [1]}, {"a": [1]}]
        assert {sheet.at for sheet in found} == {moment()}
        assert (two.number, two.twice) == (2, "abcabc")

    async def test_upserts_leave_what_the_server_counts(self):
        sheet = await Sheet.create(short="a")
        again = Sheet(id=sheet.id, short="b")

        await again.upsert()

        assert (again.number, again.code, again.twice) == (sheet.number, sheet.code, "bb")

    async def test_a_number_that_the_server_always_counts_is_not_the_callers(self):
        with pytest.raises(DatabaseError, match="cannot insert a non-DEFAULT value"):
            await Sheet.create(number=7)
        with pytest.raises(ModelError, match='"twice" of Sheet is computed by the server'):
            Sheet(twice="x")  # type: ignore[call-arg]

    async def test_documents_come_back_as_they_went(self):
        documents: list[JsonValue] = ["1", "null", "", [1], 1, 1.5, True, [], {}, ["1"], [["1"]]]

        for document in documents:
            await Sheet.filter().delete()
            await Sheet.create(data=document)
            (many,) = await Sheet.bulk_create([Sheet(data=document)])
            await Sheet.bulk_create([Sheet(data=document)], copy=True)
            await Sheet(data=document).upsert()

            found = await Sheet.filter().values_list("data", flat=True)
            assert found == [document] * 4
            assert {type(one) for one in found} == {type(document)}
            many.data = {"new": document}
            assert await Sheet.bulk_update([many]) == 1
            assert (await Sheet.get(id=many.id)).data == {"new": document}

    async def test_text_that_is_too_long_is_refused_and_never_cut(self):
        sheet = await Sheet.create()
        long: list[Callable[[], object]] = [
            lambda: Sheet.create(short="abcd"),
            lambda: Sheet.bulk_create([Sheet(short="abcd")]),
            lambda: Sheet.bulk_create([Sheet(short="abcd")], copy=True),
            lambda: Sheet(short="abcd").upsert(),
            lambda: Sheet.filter().update(short="abcd"),
            lambda: Sheet.bulk_update([sheet]),
            sheet.save,
        ]
        sheet.short = "abcd"

        for attempt in long:
            with pytest.raises(DataError):
                await attempt()  # type: ignore[misc]

        assert await Sheet.filter().values_list("short", flat=True) == ["abc"]


async def test_parts_of_rows_are_written_together_and_no_more():
    await Page.bulk_create([Page(title=c, body=c, hits=5) for c in "ab"])
    parts = await Page.filter().only(Page.title).order_by("title").all()
    for part in parts:
        part.title += "x"

    assert await Page.bulk_update(parts) == 2

    rows = await Page.filter().order_by("title").values_list("title", "body", "hits", "version")
    assert rows == [("ax", "a", 5, 2), ("bx", "b", 5, 2)]
    assert [part.version for part in parts] == [2, 2]


async def test_all_of_it_is_there_without_an_event_loop():
    def work() -> None:
        supplier = Supplier.sync.create(name="one")
        item, other = Item.sync.bulk_create(
            [Item(code=c, supplier=supplier) for c in "ab"], chunk_rows=1
        )
        mark, made = Mark.sync.update_or_create(None, label="x")
        assert made
        assert item.linked(Item.marks).sync.add(mark, weight=3) == 1
        assert item.linked(Item.marks).sync.set([]) == (0, 1)
        assert (
            item.linked(Item.marks).sync.remove(mark) == item.linked(Item.marks).sync.clear() == 0
        )
        assert item.sync.increment(Item.stock, 4) == 4
        other.title = "x"
        assert Item.sync.bulk_update([item, other]) == 1
        item.title = item.code = "y"
        item.sync.save(only=[Item.title])
        again = Item(code="b", supplier=supplier, stock=1)
        assert again.sync.upsert(on=["code"]) == "updated"
        assert len(Item.sync.bulk_upsert([Item(code="c", supplier=supplier)]).inserted) == 1
        assert Item.filter(code="c").returning(Item.code).sync.update(stock=2) == [("c",)]
        assert Cell.sync.insert_from(Item.filter(), row=Item.code, column_=Item.stock) == 3
        assert Mark.merge(Item.filter(), on=Mark.id == 0).when_matched().delete().sync.run() == 0
        assert list(Item.sync.in_bulk([item.id])) == [item.id]
        assert len(Item.filter(code="c").returning().sync.delete()) == 1
        assert Item.sync.bulk_delete([item, other]) == 2

    await to_thread.run_sync(work)
