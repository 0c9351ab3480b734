"""The database of a provider's profile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from ferrule_core.database import connect
from ferrule_core.database.creating import with_database
from ferrule_core.errors import InsufficientPrivilege
from ferrule_core.plugins.contracts import ConnectOptions, DatabaseUrl
from ferrule_core.plugins.manager import Plugins

pytestmark = pytest.mark.anyio

NAME = 'a "quoted" name'


async def test_is_created_once_also_by_several_at_once(
    ferrule_server: DatabaseUrl, plugins: Plugins
):
    name = f"{NAME} {uuid4().hex[:8]}"
    backend = plugins.backend(ferrule_server.scheme)

    made = await asyncio.gather(
        *(with_database(backend, ferrule_server, name, ConnectOptions()) for _ in range(6))
    )

    assert {url.database for url in made} == {name}
    async with connect(made[0], plugins=plugins) as database:
        row = await database.fetch_first("SELECT current_database()::text")
        assert row is not None
        assert row[0] == name
    async with connect(ferrule_server, plugins=plugins) as server:
        await server.execute('DROP DATABASE "' + name.replace('"', '""') + '"')


async def test_says_who_may_not_create_it(database_url: DatabaseUrl, plugins: Plugins):
    role = f"plain_{uuid4().hex[:8]}"
    async with connect(database_url, plugins=plugins) as database:
        await database.execute(f"CREATE ROLE {role} LOGIN")
        try:
            with pytest.raises(InsufficientPrivilege, match="permission denied to create database"):
                await with_database(
                    plugins.backend(database_url.scheme),
                    replace(database_url, user=role),
                    NAME,
                    ConnectOptions(),
                )
        finally:
            await database.execute(f"DROP ROLE {role}")
