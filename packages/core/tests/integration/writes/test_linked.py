"""Many-to-many relations: connecting and disconnecting rows."""

from __future__ import annotations

import asyncio

import pytest
from packages.core.tests.integration.writes.warehouse import (
    Cell,
    Item,
    ItemMark,
    Mark,
    State,
    Supplier,
)

from ferrule_core.database import Database
from ferrule_core.errors import (
    ForeignKeyViolation,
    ModelError,
    NotLoaded,
    QueryError,
    UnknownColumn,
    ValueRefused,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


@pytest.fixture
async def item(db: Database) -> Item:  # noqa: ARG001 - it must be open
    return await Item.create(code="a", supplier=await Supplier.create(name="one"))


@pytest.fixture
async def marks(db: Database) -> list[Mark]:  # noqa: ARG001
    return await Mark.bulk_create([Mark(label=c) for c in "abcd"])


async def labels(item: Item) -> list[str]:
    await item.fetch(Item.marks)
    return sorted(mark.label for mark in item.marks)


async def test_rows_are_added_and_removed(item: Item, marks: list[Mark]):
    linked = item.linked(Item.marks)

    assert await linked.add(marks[0], marks[1].id, marks[0]) == 2
    assert await linked.add(*marks[1:3]) == 1
    assert await labels(item) == ["a", "b", "c"]
    assert await linked.remove(marks[0], marks[3]) == 1
    assert await linked.remove() == await linked.add() == 0
    assert await labels(item) == ["b", "c"]
    assert await linked.clear() == 2
    assert await linked.clear() == 0
    assert await labels(item) == []


async def test_what_was_loaded_is_forgotten(item: Item, marks: list[Mark]):
    await item.fetch(Item.marks)

    await item.linked(Item.marks).add(marks[0])

    with pytest.raises(NotLoaded):
        _ = item.marks


async def test_the_row_between_gets_further_values(item: Item, marks: list[Mark]):
    linked = item.linked(Item.marks)

    await linked.add(marks[0], weight=2, state=State.SOLD)
    await linked.add(marks[0], marks[1], weight=5)

    found = await ItemMark.filter().order_by("mark_id").values_list("weight", "state")
    assert found == [(2, State.SOLD), (5, State.NEW)]
    for extra, error, message in [
        ({"wait": 1}, UnknownColumn, 'did you mean "weight"'),
        ({"mark_id": 1}, ModelError, "is what connects the rows"),
        ({"weight": "heavy"}, ValueRefused, "an integer cannot be made"),
    ]:
        with pytest.raises(error, match=message):
            await linked.add(marks[2], **extra)
        with pytest.raises(error, match=message):
            await linked.set([marks[2]], **extra)
    assert await labels(item) == ["a", "b"]


async def test_set_changes_what_differs_and_no_more(item: Item, marks: list[Mark]):
    linked = item.linked(Item.marks)
    await linked.add(*marks[:3], weight=9)

    changes = await linked.set([marks[1], marks[2].id, marks[3]], weight=1)

    assert changes == (1, 1)
    weights = dict(await ItemMark.filter().values_list(ItemMark.mark_id, ItemMark.weight))
    assert weights == {marks[1].id: 9, marks[2].id: 9, marks[3].id: 1}
    assert await linked.set([]) == (0, 3)
    with pytest.raises(ForeignKeyViolation):
        await linked.set([marks[0], 999])
    assert await labels(item) == []


async def test_of_several_that_set_at_once_one_is_last(item: Item, marks: list[Mark]):
    linked = item.linked(Item.marks)

    await asyncio.gather(*[linked.set([mark]) for mark in marks * 3])

    assert len(await labels(item)) == 1


async def test_keys_of_several_columns_leave_siblings_alone(marks: list[Mark]):
    cells = await Cell.bulk_create([Cell(row=r, column_=n) for r in "ab" for n in (1, 2)])
    for cell in cells:
        await cell.linked(Cell.marks).add(*marks[:2])

    assert await cells[0].linked(Cell.marks).set([marks[3]]) == (1, 2)
    assert await cells[3].linked(Cell.marks).remove(marks[0]) == 1

    counts = []
    for cell in cells:
        await cell.fetch(Cell.marks)
        counts.append(len(cell.marks))
    assert counts == [1, 2, 2, 1]


async def test_mistakes_are_refused(item: Item, marks: list[Mark]):
    with pytest.raises(ModelError, match='"supplier" of Item is no many-to-many relation'):
        item.linked(Item.supplier)
    with pytest.raises(ModelError, match='marks" is no relation of Item'):
        item.linked(Cell.marks)
    with pytest.raises(QueryError, match="is no relation"):
        item.linked(Mark)
    with pytest.raises(ModelError, match="the key of Mark has 1 columns, and 2 values"):
        await item.linked(Item.marks).add((1, 2))
    with pytest.raises(ModelError, match='"marks" of Item connects it with Mark, not with Item'):
        await item.linked(Item.marks).add(item)  # type: ignore[arg-type]
    with pytest.raises(ValueRefused):
        await item.linked(Item.marks).add("x")
    with pytest.raises(NotLoaded):
        await Item(code="b", supplier_id=1).linked(Item.marks).add(marks[0])
