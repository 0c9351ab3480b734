"""The command: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from benchmarks.building import run_building
from benchmarks.observing import run_observing
from benchmarks.reading import run_reading
from benchmarks.report import Report, conditions
from benchmarks.startup import run_startup
from benchmarks.workloads import WORKLOADS, run_workloads
from ferrule_core.plugins.contracts import ConnectOptions, DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.urls import parse_url

ALL = (*WORKLOADS, "building", "observing", "reading", "startup")


def main() -> int:
    """Measure, and print what was seen. It fails only where something cannot run."""
    options = _options()
    if options.without_msgspec:
        sys.modules["msgspec"] = None  # type: ignore[assignment]  # to import it is an ImportError
    report = asyncio.run(_measure(options))
    print(json.dumps(report.as_json(), indent=2) if options.json else "\n".join(report.lines()))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"some of: {', '.join(ALL)}")
    parser.add_argument("--quick", action="store_true", help="a look: figures are rough")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rounds", type=int, help="how often each contestant has its turn")
    parser.add_argument(
        "--apart", action="store_true", help="server and client on a processor each: steadier"
    )
    parser.add_argument(
        "--without-msgspec", action="store_true", help="read JSON by the standard library"
    )
    parser.add_argument("--server", default="embedded", help="the plugin that runs PostgreSQL")
    parser.add_argument("--url", help="a database that is there; schema `bench` of it is replaced")
    options = parser.parse_args()
    if unknown := set(options.only) - set(ALL):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return options


async def _measure(options: argparse.Namespace) -> Report:
    wanted = options.only or ALL
    rounds = options.rounds or (3 if options.quick else 15)
    names = [name for name in WORKLOADS if name in wanted]
    server, workloads, observing, reading = "none", {}, {}, {}
    if names or {"observing", "reading"} & set(wanted):
        seconds = 0.005 if options.quick else 0.1
        async with _server(options) as url:
            server = await _version(url)
            if names:
                workloads = await run_workloads(url, names, rounds=rounds, seconds=seconds)
            if "observing" in wanted:
                observing = await run_observing(url, rounds=rounds, seconds=seconds)
            if "reading" in wanted:
                tables, times = (50, 1) if options.quick else (1000, 5)
                reading = await run_reading(url, tables=tables, rounds=times)
    return Report(
        conditions=conditions(server),
        workloads=workloads,
        building=run_building(rounds=rounds) if "building" in wanted else {},
        observing=observing,
        reading=reading,
        startup=run_startup(starts=1 if options.quick else 5) if "startup" in wanted else {},
    )


@asynccontextmanager
async def _server(options: argparse.Namespace) -> AsyncIterator[DatabaseUrl]:
    if options.url:
        yield parse_url(options.url)
        return
    processors = sorted(os.sched_getaffinity(0)) if options.apart else []
    _keep_to(processors[:1])  # what this process starts inherits it
    async with Plugins.load().server(options.server).open() as url:
        _keep_to(processors[1:2])
        yield url


def _keep_to(processors: list[int]) -> None:
    """Run on these processors from now on.

    Left to itself, the system moves the servers of single connections about, and whoever's is on
    the client's own processor has round trips of half the time.
    """
    if processors:
        os.sched_setaffinity(0, processors)


async def _version(url: DatabaseUrl) -> str:
    backend = Plugins.load().backend(url.scheme)
    connection = await backend.connect(url, ConnectOptions())
    await connection.close(within=timedelta(seconds=1))
    return ".".join(map(str, connection.server_version))


sys.exit(main())
