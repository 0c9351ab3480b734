"""What the tests of SQL on a server share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from ferrule_core.plugins.contracts import Connection, ConnectOptions, DatabaseUrl
from ferrule_core.plugins.manager import Plugins


@pytest.fixture
async def connection(database_url: DatabaseUrl) -> AsyncIterator[Connection]:
    """One connection to a database that only this test has."""
    backend = Plugins.load().backend(database_url.scheme)
    opened = await backend.connect(database_url, ConnectOptions())
    yield opened
    await opened.close(within=timedelta(seconds=5))
