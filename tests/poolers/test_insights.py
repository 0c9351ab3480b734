"""Health, logs and plans through a pooler in transaction mode."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from ferrule_core.database import Database, LogOptions, connect
from ferrule_core.plugins.manager import Plugins
from ferrule_testing.pgbouncer import PgBouncer

pytestmark = pytest.mark.anyio


async def test_health_names_the_pooler(pooled: Database):
    health = await pooled.health()

    assert health.healthy
    assert health.pool is not None
    assert health.pool.pooler == "transaction"
    assert health.as_json()["pool"]["pooler"] == "transaction"


async def test_a_slow_statement_has_its_plan(
    bouncer: PgBouncer, plugins: Plugins, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.WARNING, "ferrule.sql")
    log = LogOptions(slow_after=timedelta(0))
    async with connect(bouncer.url, plugins=plugins, log=log) as database:
        await database.fetch("SELECT relname FROM pg_class WHERE relname = $1", "sesame")
        async with asyncio.timeout(20):
            while "plan of: SELECT relname" not in caplog.text:  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0.01)

    assert "sesame" not in caplog.text
