"""Columns that each write fills by itself: the version, and the time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from packages.core.tests.integration.writes.warehouse import Page

from ferrule_core.database import Database
from ferrule_core.errors import ModelError, QueryError, StaleObject

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


class TestTimes:
    async def test_an_insert_fills_them_with_the_servers_time(self, db: Database):
        before = (await db.fetch("SELECT now()"))[0][0]

        page = await Page.create(title="a")
        one, two = await Page.bulk_create([Page(title="b"), Page(title="c")])

        assert before <= page.created_at == page.changed_at <= one.created_at == two.changed_at
        assert page.changed_on == (await db.fetch("SELECT current_date"))[0][0]
        assert (page.version, one.version) == (1, 1)

    async def test_a_value_of_the_caller_is_kept(self):
        then = datetime(2001, 2, 3, tzinfo=UTC)
        page = Page(title="a")
        page.created_at = page.changed_at = then

        await page.save()
        page.body = "b"
        page.changed_at = then + timedelta(days=1)
        await page.save()

        found = await Page.get(id=page.id)
        assert (found.created_at, found.changed_at) == (then, then + timedelta(days=1))

    async def test_each_update_renews_what_changes_with_the_row(self):
        page = await Page.create(title="a")
        created, changed = page.created_at, page.changed_at

        page.body = "b"
        await page.save()
        by_save = page.changed_at
        await Page.filter(id=page.id).update(body="c")
        await page.refresh()

        assert page.created_at == created
        assert changed < by_save < page.changed_at

    async def test_a_save_without_changes_renews_nothing(self):
        page = await Page.create(title="a")
        changed = page.changed_at

        await page.save()

        assert ((await Page.get(id=page.id)).changed_at, page.version) == (changed, 1)

    async def test_an_update_by_query_may_say_the_time_itself(self):
        page = await Page.create(title="a")
        then = datetime(2001, 2, 3, tzinfo=UTC)

        await Page.filter().update(changed_at=then)

        assert (await Page.get(id=page.id)).changed_at == then


class TestVersions:
    async def test_each_save_counts(self):
        page = await Page.create(title="a")

        page.body = "b"
        await page.save()
        page.body = "c"
        await page.save()

        assert page.version == (await Page.get(id=page.id)).version == 3

    async def test_whoever_comes_second_is_told(self):
        page = await Page.create(title="a")
        one, two, three = [await Page.get(id=page.id) for _ in range(3)]
        one.body = "one"
        two.title = "two"

        await one.save()
        with pytest.raises(StaleObject) as caught:
            await two.save()
        with pytest.raises(StaleObject):
            await three.delete()

        assert "another writer was first at the row of this Page" in str(caught.value)
        found = await Page.get(id=page.id)
        assert (found.title, found.body, found.version) == ("a", "one", 2)
        await two.refresh()
        two.title = "two"
        await two.save()
        assert two.version == 3
        await two.delete()
        assert not await Page.filter().exists()

    async def test_an_update_by_query_counts_too(self):
        page = await Page.create(title="a")

        await Page.filter().update(body="x")
        page.body = "y"

        with pytest.raises(StaleObject):
            await page.save()

    async def test_a_part_of_a_row_is_saved_with_its_version(self):
        page = await Page.create(title="a")
        part = await Page.filter().only(Page.body).get()
        rest = await Page.filter().defer(Page.version, Page.changed_at).get()
        part.body = "x"
        rest.body = "y"

        await part.save()
        with pytest.raises(StaleObject):
            await rest.save()

        assert part.version == 2
        assert part.changed_at > page.changed_at

    async def test_the_version_is_nobodys_to_set(self):
        page = await Page.create(title="a")
        page.version = 7

        with pytest.raises(ModelError) as caught:
            await page.save()
        with pytest.raises(QueryError) as by_query:
            await Page.filter().update(version=8)

        assert '"version" of Page is counted by each save' in str(caught.value)
        assert 'column "version" is counted by each update' in str(by_query.value)

    async def test_of_fifty_writers_at_once_one_wins_each_round(self):
        page = await Page.create(title="a")

        for number in range(3):
            readers = [await Page.get(id=page.id) for _ in range(50)]
            for reader in readers:
                reader.hits += 1
            outcomes = await asyncio.gather(
                *[reader.save() for reader in readers], return_exceptions=True
            )
            assert [outcome is None for outcome in outcomes].count(True) == 1
            assert all(isinstance(one, StaleObject) for one in outcomes if one is not None)
            assert (await Page.get(id=page.id)).hits == number + 1


class TestParts:
    async def test_only_named_columns_are_saved(self):
        page = await Page.create(title="a", body="b")
        page.title = "x"
        page.body = "y"

        await page.save(only=[Page.body])
        found = await Page.get(id=page.id)
        await page.save(only=["title"])

        assert (found.title, found.body) == ("a", "y")
        assert (await Page.get(id=page.id)).title == "x"

    async def test_wrong_names_are_refused_before_anything_is_sent(self):
        page = await Page.create(title="a")
        page.title = "x"

        with pytest.raises(QueryError, match='no column or relation "titel"'):
            await page.save(only=["titel"])
        with pytest.raises(QueryError, match="columns are named in a list"):
            await page.save(only="title")
        with pytest.raises(ModelError, match="this Page is in no table"):
            await Page(title="b").save(only=["title"])

        assert (await Page.get(id=page.id)).title == "a"

    async def test_a_deleted_instance_keeps_what_nobody_had_read_yet(self):
        created = await Page.create(title="a", meta={"deep": [1]})
        page = await Page.get(id=created.id)

        await page.delete()

        assert page.meta == {"deep": [1]}
