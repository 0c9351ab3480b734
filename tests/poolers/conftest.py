"""Databases behind a pooler."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ferrule_core.database import Database, connect
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_testing.pgbouncer import PgBouncer
from ferrule_testing.pytest_plugin import StartPgBouncer


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    return Plugins.load()


@pytest.fixture
def bouncer(pgbouncer: StartPgBouncer) -> PgBouncer:
    """In transaction mode, with fewer sessions than the pools of the tests have connections."""
    return pgbouncer("transaction", default_pool_size=3)


@pytest.fixture
async def pooled(bouncer: PgBouncer, plugins: Plugins) -> AsyncIterator[Database]:
    """The database through it, as ``default``: nothing is said of a pooler."""
    async with connect(bouncer.url, plugins=plugins) as database:
        yield database


@pytest.fixture
async def straight(database_url: DatabaseUrl, plugins: Plugins) -> AsyncIterator[Database]:
    """The same database without it."""
    async with connect(replace(database_url), plugins=plugins, name="straight") as database:
        yield database
