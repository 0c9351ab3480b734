"""What tests of databases share; the database itself is given by ferrule-testing."""

from __future__ import annotations

import pytest

from ferrule_core.database import Database
from ferrule_core.plugins.manager import Plugins


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    return Plugins.load()


@pytest.fixture
async def numbers(database: Database) -> Database:
    """With a table ``numbers`` that holds 1 to 5."""
    await database.execute("CREATE TABLE numbers (n int PRIMARY KEY)")
    await database.execute("INSERT INTO numbers SELECT generate_series(1, 5)")
    return database
