"""Bases of models for columns that many tables have, and views whose rows are stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import assert_type

import pytest
from anyio import to_thread

from ferrule_core.database import Database, connect, transaction
from ferrule_core.errors import DatabaseError, QueryError, StaleObject
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.model.materialized import MaterializedView
from ferrule_core.model.mixins import Timestamps, Versioned
from ferrule_core.model.soft_delete import SoftDelete
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.query.query import Query

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("opened")]

TABLES = """
CREATE SCHEMA "Odd shop";
CREATE TABLE page (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL,
    created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, version bigint NOT NULL,
    deleted_at timestamptz);
CREATE MATERIALIZED VIEW "Odd shop"."A ""view"" too" AS SELECT id, text FROM public.page;
CREATE MATERIALIZED VIEW page_text AS SELECT id, text FROM page;
CREATE UNIQUE INDEX ON page_text (id);
"""


@pytest.fixture
def ferrule_template() -> list[str]:
    return [TABLES]


@pytest.fixture
async def opened(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    async with connect(database_url) as database:
        yield database


class Page(Timestamps, Versioned, SoftDelete, table="page"):
    id: Column[int] = identity(always=True)
    text: Column[str]


class PageText(MaterializedView, table="page_text"):
    id: Column[int] = column(primary_key=True)
    text: Column[str]


class OddView(MaterializedView, table='A "view" too', schema="Odd shop"):
    id: Column[int]
    text: Column[str]


async def test_mixins_bring_times_a_version_and_marks_of_deletion():
    page = await Page.create(text="one")
    assert_type(page.created_at, datetime)
    assert page.created_at == page.updated_at
    assert page.version == 1
    other = await Page.get(id=page.id)
    page.text = "two"
    await page.save()
    assert page.version == 2
    assert page.updated_at > page.created_at
    other.text = "three"
    with pytest.raises(StaleObject):
        await other.save()
    await page.delete()
    assert await Page.filter().count() == 0
    await to_thread.run_sync(page.sync.restore)
    assert await Page.filter().count() == 1


async def test_a_materialized_view_is_refreshed_and_only_read():
    await Page.create(text="one")
    assert await PageText.filter().count() == 0
    await PageText.refresh_view()
    assert [row.text for row in await PageText.filter().all()] == ["one"]
    await Page.create(text="two")
    async with transaction():
        await PageText.refresh_view(concurrently=True)
    found = PageText.filter().order_by(PageText.id)
    assert_type(found, Query[PageText])
    assert [row.text for row in await found.all()] == ["one", "two"]
    await Page.create(text="three")
    await to_thread.run_sync(PageText.sync.refresh_view)
    assert await PageText.filter().count() == 3
    await OddView.refresh_view()
    assert await OddView.filter().count() == 3
    with pytest.raises(DatabaseError) as refused:
        await OddView.refresh_view(concurrently=True)
    assert refused.value.sqlstate == "55000"
    for verb in ("create", "save", "delete", "bulk_create"):
        assert not hasattr(PageText, verb)
    with pytest.raises(QueryError, match="MaterializedView is abstract and has no rows"):
        await MaterializedView.refresh_view()
