"""Rows that are marked as deleted, and hidden wherever queries would meet them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import assert_type

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.errors import ModelError, NotFound, NotLoaded, StaleObject
from ferrule_core.mapping.columns import Column, column, identity, version_column
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    ManyToMany,
    foreign_key,
    inverse_foreign_key,
    many_to_many,
)
from ferrule_core.model.model import Model
from ferrule_core.model.soft_delete import SoftDelete
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.query.functions import func
from ferrule_core.query.merging import incoming
from ferrule_core.query.query import Query
from ferrule_core.query.servers import major_version

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("opened")]

TABLES = """
CREATE TABLE room (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
    deleted_at timestamptz);
CREATE UNIQUE INDEX ON room (name) WHERE deleted_at IS NULL;
CREATE TABLE desk (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, label text NOT NULL,
    room_id int NOT NULL REFERENCES room, spare_room_id int REFERENCES room,
    deleted_at timestamptz, changed_at timestamptz NOT NULL, version int NOT NULL);
CREATE TABLE tag (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, label text NOT NULL,
    parent_id int REFERENCES tag, deleted_at timestamptz);
CREATE TABLE desk_tag (desk_id int NOT NULL REFERENCES desk ON DELETE CASCADE,
    tag_id int NOT NULL REFERENCES tag, PRIMARY KEY (desk_id, tag_id));
"""


@pytest.fixture
def ferrule_template() -> list[str]:
    return [TABLES]


@pytest.fixture
async def opened(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    async with connect(database_url) as database:
        yield database


class Room(SoftDelete, table="room"):
    id: Column[int] = identity(always=True, primary_key=True)
    name: Column[str]
    desks: InverseForeignKey[Desk] = inverse_foreign_key("Desk.room")


class Desk(SoftDelete, table="desk"):
    id: Column[int] = identity(always=True, primary_key=True)
    label: Column[str]
    room_id: Column[int]
    spare_room_id: Column[int | None] = column(default=None)
    changed_at: Column[datetime] = column(auto_now=True)
    version: Column[int] = version_column()
    room: ForeignKey[Room] = foreign_key("room_id")
    spare_room: ForeignKey[Room | None] = foreign_key("spare_room_id")
    tags: ManyToMany[Tag] = many_to_many(through="desk_tag")


class Tag(SoftDelete, table="tag"):
    id: Column[int] = identity(always=True, primary_key=True)
    label: Column[str]
    parent_id: Column[int | None] = column(default=None)
    parent: ForeignKey[Tag | None] = foreign_key("parent_id")
    children: InverseForeignKey[Tag] = inverse_foreign_key("Tag.parent")


class Plain(Model, table="tag"):
    id: Column[int] = identity(always=True, primary_key=True)


async def furnished() -> tuple[Room, list[Desk]]:
    """A room with three desks, the last of them deleted."""
    room = await Room.create(name="r")
    desks = [await Desk.create(label=label, room_id=room.id) for label in "abc"]
    await desks[2].delete()
    return room, desks


async def labels(query: Query[Desk]) -> list[str]:
    return await query.order_by("label").values_list(Desk.label, flat=True)


async def test_a_deleted_row_is_hidden_from_whatever_reads():
    room, (_, _, gone) = await furnished()

    assert await labels(Desk.filter()) == ["a", "b"]
    assert await labels(Desk.exclude(label="a")) == ["b"]
    assert await Desk.filter().count() == 2
    assert await Desk.filter(label="c").exists() is False
    assert await Desk.get_or_none(id=gone.id) is None
    assert await Desk.get_or_none(Desk.id == gone.id) is None
    with pytest.raises(NotFound):
        await Desk.get(id=gone.id)
    assert await Desk.filter().aggregate(func.count()) == (2,)
    assert [desk.label async for desk in Desk.filter().order_by("label").stream()] == ["a", "b"]
    assert await Desk.filter().update(label="x") == 2
    assert (await Desk.filter().paginate(size=5, total=True)).total == 2
    assert gone.deleted_at is not None
    assert datetime.now(UTC) - gone.deleted_at < timedelta(minutes=1)
    assert room.deleted_at is None


async def test_it_is_hidden_behind_relations():
    room, (a, b, c) = await furnished()
    tag, lost = await Tag.create(label="t"), await Tag.create(label="lost")
    for desk in (a, b):
        await desk.linked(Desk.tags).add(tag, lost)
    await lost.delete()

    await room.fetch(Room.desks)
    assert sorted(desk.label for desk in room.desks) == ["a", "b"]
    assert await Room.filter(Room.desks.label == "c").count() == 0
    assert await Room.filter(desks__label="a").count() == 1
    loaded = await Desk.filter(label="a").include(Desk.tags).get()
    assert [tag.label for tag in loaded.tags] == ["t"]
    assert await Desk.filter(Desk.tags.label == "lost").count() == 0
    assert await Desk.filter(tags__label="t").count() == 2
    counted = Room.filter().annotate(desks_there=func.count(Room.desks.id))
    assert await counted.values("name", "desks_there") == [{"name": "r", "desks_there": 2}]

    other = await Room.create(name="other")
    a.spare_room_id = other.id
    await a.save()
    await other.delete()
    again = await Desk.filter(label="a").include(Desk.spare_room).get()
    assert again.spare_room is None
    assert await Desk.filter(spare_room__name="other").count() == 0
    fetched = await (await Desk.get(label="a")).fetch(Desk.spare_room)
    assert fetched.spare_room is None

    await room.delete()
    for desk in await Desk.filter().include(Desk.room).all():
        with pytest.raises(NotLoaded):
            _ = desk.room
    assert await Desk.filter(Desk.room.name == "r").update(label="y") == 0
    assert await Desk.filter().update(Desk.label.set(Desk.label + "!")) == 2
    assert c.deleted_at is not None


async def test_queries_may_ask_for_deleted_rows():
    _, (a, _, c) = await furnished()

    assert await labels(Desk.with_deleted()) == ["a", "b", "c"]
    assert await labels(Desk.only_deleted()) == ["c"]
    assert await labels(Desk.filter(label__in=["a", "c"]).with_deleted()) == ["a", "c"]
    assert await labels(Desk.with_deleted(label="c")) == ["c"]
    assert await labels(Desk.only_deleted().with_deleted()) == ["a", "b", "c"]
    assert_type(await Desk.with_deleted().get(id=c.id), Desk)
    hidden = Desk.filter()
    hidden.with_deleted()
    assert await labels(hidden) == ["a", "b"]
    assert a in await Desk.with_deleted().all()


async def test_unions_and_walks_do_not_meet_deleted_rows():
    _, (a, *_) = await furnished()
    top = await Tag.create(label="top")
    middle = await Tag.create(label="middle", parent_id=top.id)
    await Tag.create(label="low", parent_id=middle.id)
    await middle.delete()

    assert await labels(Desk.filter(id=a.id).union(Desk.filter())) == ["a", "b"]
    assert await labels(Desk.filter(id=a.id).union(Desk.only_deleted())) == ["a", "c"]
    walked = Tag.filter(label="top").walk(Tag.children)
    assert [tag.label for tag in await walked.all()] == ["top"]
    everything = Tag.with_deleted(label="top").walk(Tag.children)
    assert [tag.label for tag in await everything.all()] == ["top", "middle", "low"]


async def test_an_instance_is_marked_restored_and_purged():
    _, (a, _, c) = await furnished()
    version, changed = a.version, a.changed_at

    await a.delete()
    assert a.version == version + 1
    assert a.changed_at > changed
    with pytest.raises(StaleObject):
        await a.delete()
    await a.restore()
    assert a.deleted_at is None
    assert await Desk.get(id=a.id) == a
    with pytest.raises(StaleObject) as caught:
        await a.restore()
    assert (
        caught.value.message == "the row of this Desk is not marked as deleted, or no longer there"
    )
    await c.purge()
    assert await Desk.with_deleted(label="c").exists() is False
    await a.refresh()
    a.label = "still"
    await a.save()
    with pytest.raises(ModelError, match="is in no table"):
        await Desk(label="new", room_id=1).delete()


async def test_another_version_is_not_marked():
    _, (a, *_) = await furnished()
    same = await Desk.get(id=a.id)
    same.label = "changed"
    await same.save()

    with pytest.raises(StaleObject, match="another writer was first"):
        await a.delete()
    assert await Desk.filter(id=a.id).exists()


async def test_rows_are_marked_restored_and_purged_by_query():
    _, (_, _, c) = await furnished()
    first = c.deleted_at

    assert await Desk.filter(Desk.room.name == "r", label="a").delete() == 1
    assert await Desk.with_deleted().delete() == 1
    assert await labels(Desk.filter()) == []
    assert (await Desk.with_deleted().get(label="c")).deleted_at == first
    assert await Desk.filter(label__in=["a", "c"]).restore() == 2
    assert await labels(Desk.filter()) == ["a", "c"]
    assert await Desk.filter(label="a").purge() == 1
    assert await Desk.only_deleted().purge() == 1
    assert await labels(Desk.with_deleted()) == ["c"]
    marked = await Desk.filter().returning().delete()
    assert [desk.deleted_at is not None for desk in marked] == [True]
    await marked[0].restore()
    assert await Desk.filter().order_by("id").limit(1).delete() == 1


async def test_many_instances_are_marked_or_none():
    _, (a, b, c) = await furnished()

    with pytest.raises(StaleObject):
        await Desk.bulk_delete([a, c])
    assert await labels(Desk.filter()) == ["a", "b"]
    assert await Desk.bulk_delete([a, b]) == 2
    assert a.deleted_at is not None
    assert await labels(Desk.filter()) == []
    await b.restore()
    assert await Desk.bulk_delete([]) == 0


async def test_another_row_may_take_its_place():
    room = await Room.create(name="r")
    await room.delete()

    again, created = await Room.get_or_create(name="r")

    assert created
    assert again.id != room.id


async def test_other_models_know_no_deleted_rows():
    for verb in (Plain.filter().with_deleted, Plain.filter().only_deleted):
        with pytest.raises(ModelError) as caught:
            verb()
    for work in (Plain.filter().restore, Plain.filter().purge):
        with pytest.raises(ModelError) as caught:
            await work()

    assert caught.value.message == "rows of Plain are deleted at once, and not marked before"
    assert caught.value.hint == "inherit from SoftDelete to mark them"


async def test_a_merge_marks_what_it_deletes():
    if await major_version(None) < 15:
        pytest.skip("MERGE came with PostgreSQL 15")
    room, (first, second, gone) = await furnished()
    marked_at = gone.deleted_at
    await Tag.bulk_create([Tag(label="a"), Tag(label="c")])
    merge = (
        Desk.merge(Tag.filter(), on=Desk.label == incoming(Tag.label))
        .when_matched(Desk.room_id == room.id)
        .delete()
        .when_matched()
        .update(label="taken for one that stays")
    )

    assert await merge.run() == 1

    assert await labels(Desk.filter()) == ["b"]
    assert await labels(Desk.only_deleted()) == ["a", "c"]
    assert (await Desk.with_deleted().get(id=gone.id)).deleted_at == marked_at
    found = await Desk.with_deleted().get(id=first.id)
    assert (found.version, found.changed_at > first.changed_at) == (2, True)
    await second.refresh()
    assert second.version == 1
