"""The bookshop, in a database of each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from packages.core.tests.integration.instances.shop import SHOP

from ferrule_core.database import Database, connect
from ferrule_core.plugins.contracts import DatabaseUrl


@pytest.fixture
def ferrule_template() -> list[str]:
    return SHOP


@pytest.fixture
async def db(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    async with connect(database_url) as database:
        yield database
