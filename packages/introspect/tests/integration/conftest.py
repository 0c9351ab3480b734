"""A database to read for each test, on every PostgreSQL that is here."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ferrule_core.catalog import Catalog
from ferrule_core.ddl import SETTINGS, create_catalog
from ferrule_core.plugins.contracts import (
    Connection,
    ConnectOptions,
    DatabaseUrl,
    SchemaReading,
    Scope,
)
from ferrule_core.plugins.manager import Plugins
from ferrule_introspect.source import read_database

PLUGINS = Plugins.load()
DUMP_ENTRY = re.compile(r"^--\n-- Name: .*\n--\n", re.MULTILINE)
DUMP_NOISE = re.compile(r"^(\\(un)?restrict .*|SET default_\w+ = .*|--.*)?\n", re.MULTILINE)
DUMP_LISTS = re.compile(r"(?<=WITH \()[\w.]+='.*?(?=\))")  # of storage parameters
DUMP_OPTIONS = ("--schema-only", "--no-owner", "--no-privileges")


def sorted_list(found: re.Match[str]) -> str:
    """The order of storage parameters means nothing."""
    return ", ".join(sorted(found[0].split(", ")))


class Database:
    """A database, and who may look at it."""

    def __init__(self, url: DatabaseUrl, connections: AsyncExitStack) -> None:
        self.url = url
        self.name = url.database
        self._connections = connections
        self._maker: Connection | None = None

    async def connect(self, *, as_role: str | None = None, **settings: str) -> Connection:
        """A new connection, closed after the test."""
        backend = PLUGINS.backend(self.url.scheme)
        url = self.url if as_role is None else replace(self.url, user=as_role, password=None)
        connection = await backend.connect(url, ConnectOptions(server_settings=settings))
        self._connections.push_async_callback(connection.close, within=timedelta(seconds=5))
        return connection

    async def maker(self) -> Connection:
        """The one connection that makes what is read, and is never read over."""
        if self._maker is None:
            self._maker = await self.connect()
        return self._maker

    async def run(self, script: str) -> None:
        """Run statements, over another connection than those that read."""
        await (await self.maker()).execute_script(script)

    async def value(self, text: str, *parameters: object) -> Any:
        """The first value of the first row."""
        row = await (await self.maker()).fetch_first(text, parameters)
        return None if row is None else row[0]

    async def read(
        self,
        *schemas: str,
        connection: Connection | None = None,
        **scope: tuple[str, ...],
    ) -> SchemaReading:
        """What introspection makes of the database."""
        connection = connection or await self.connect()
        return await read_database(connection, Scope(schemas=schemas, **scope))

    async def dump(self) -> Counter[str]:
        """What ``pg_dump --schema-only`` of the same version prints, in no order."""
        folder = await self.value("SELECT setting FROM pg_config() WHERE name = 'BINDIR'")
        url = self.url
        words = {"host": url.host, "port": url.port, "user": url.user, "dbname": url.database}
        connecting = " ".join(f"{name}='{value}'" for name, value in words.items() if value)
        printed = await asyncio.to_thread(
            subprocess.run,
            [Path(folder) / "pg_dump", *DUMP_OPTIONS, "-d", connecting],
            env={"PGPASSWORD": url.password or ""},
            capture_output=True,
            text=True,
            check=True,
        )
        parts = (DUMP_NOISE.sub("", part) for part in DUMP_ENTRY.split(printed.stdout)[1:])
        parts = (DUMP_LISTS.sub(sorted_list, part) for part in parts)
        return Counter(part.strip() for part in parts if part.strip())

    @asynccontextmanager
    async def copy(self, catalog: Catalog) -> AsyncGenerator[Database]:
        """A second database on the same server that holds all of a catalog and nothing else."""
        name = f"copy_of_{self.name}"[:63]
        await self.run(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            async with AsyncExitStack() as connections:
                made = Database(replace(self.url, database=name), connections)
                maker = await made.maker()
                for setting, value in SETTINGS.items():
                    await maker.execute_script(f"SET {setting} = '{value}'")
                for statement in create_catalog(catalog):
                    await maker.execute_script(statement)
                yield made
        finally:
            await self.run(f'DROP DATABASE "{name}" WITH (FORCE)')


class Recorder:
    """A connection that writes down what it sends, and may do something in between."""

    def __init__(
        self,
        connection: Connection,
        before: Callable[[str], Awaitable[object]] | None = None,
    ) -> None:
        self._connection = connection
        self._before = before
        self.statements: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def fetch(self, text: str, parameters: Sequence[object] = ()) -> Sequence[Any]:
        await self._record(text)
        return await self._connection.fetch(text, parameters)

    async def execute(self, text: str, parameters: Sequence[object] = ()) -> int:
        await self._record(text)
        return await self._connection.execute(text, parameters)

    async def _record(self, text: str) -> None:
        self.statements.append(text)
        if self._before is not None:
            await self._before(text)


@pytest.fixture
async def database(database_url: DatabaseUrl) -> AsyncGenerator[Database]:
    """An empty database that only this test has."""
    async with AsyncExitStack() as connections:
        yield Database(database_url, connections)


@pytest.fixture
def recorder() -> type[Recorder]:
    """Makes a connection write down what it sends."""
    return Recorder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpus and hostile values, which stands beside a checkout."""
    named = os.environ.get("FERRULE_SHARED")
    folder = Path(named) if named else Path(__file__).parents[5] / "shared"
    if not folder.is_dir():
        pytest.skip("no corpus here: set FERRULE_SHARED to its folder")
    return folder
