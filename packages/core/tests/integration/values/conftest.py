"""A table with a column of each type, in a database of each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from packages.core.tests.integration.values.held import TABLE

from ferrule_core.database import Database, connect
from ferrule_core.plugins.contracts import DatabaseUrl


@pytest.fixture
def ferrule_template() -> list[str]:
    return TABLE


@pytest.fixture
async def db(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    async with connect(database_url) as database:
        yield database
