"""The command: ``python -m benchmarks.peers``, in the environment ``peers``."""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import json
import statistics
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import asyncpg

from benchmarks.bookshop import FORGET_NEW_BOOKS, SCHEMA
from benchmarks.measuring import Sample
from benchmarks.peers.contract import WORKLOADS, Peer
from benchmarks.peers.worker import OURS, peer_named
from benchmarks.report import conditions
from ferrule_core.plugins.contracts import ConnectOptions, DatabaseUrl
from ferrule_core.plugins.manager import Plugins

PEERS = ("sqlalchemy_orm", "tortoise_orm", "piccolo_orm", "django_orm")
BASE = "asyncpg"


class Worker:
    """The process of one contestant."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def turn(self, workload: str, times: int) -> Sample:
        """Have it call so many times."""
        stdin = self._process.stdin
        if stdin is None:
            raise RuntimeError("the process has no pipe")
        stdin.write(f"{json.dumps([workload, times])}\n".encode())
        wall, cpu = json.loads(await self.read())
        return Sample(wall, cpu)

    async def read(self) -> bytes:
        """A line of what it says."""
        stdout = self._process.stdout
        line = b"" if stdout is None else await stdout.readline()
        if not line:
            raise RuntimeError("a contestant ended; its complaint stands above")
        return line


@asynccontextmanager
async def _working(name: str, url: DatabaseUrl) -> AsyncIterator[Worker]:
    place = {
        "scheme": url.scheme,
        "host": url.host,
        "port": url.port,
        "user": url.user,
        "password": url.password,
        "database": url.database,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.peers.worker",
        name,
        json.dumps(place),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        worker = Worker(process)
        await worker.read()
        yield worker
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


async def _version(url: DatabaseUrl) -> str:
    connection = await Plugins.load().backend(url.scheme).connect(url, ConnectOptions())
    await connection.close(within=timedelta(seconds=1))
    return ".".join(map(str, connection.server_version))


async def _measure(
    url: DatabaseUrl, peers: Mapping[str, Peer], only: Sequence[str], rounds: int, seconds: float
) -> dict[str, dict[str, list[Sample]]]:
    admin: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
        host=url.host, port=url.port, user=url.user, password=url.password, database=url.database
    )
    await admin.execute(SCHEMA)
    samples: dict[str, dict[str, list[Sample]]] = {}
    try:
        async with AsyncExitStack() as stack:
            workers = {name: await stack.enter_async_context(_working(name, url)) for name in peers}
            for workload in only:
                able = [name for name in peers if workload not in peers[name].cannot]
                times = 1
                for name in able:
                    first = await workers[name].turn(workload, 3)
                    if name == BASE:
                        times = max(1, round(seconds / first.wall))
                found: dict[str, list[Sample]] = {name: [] for name in able}
                for number in range(rounds):
                    start = number % len(able)
                    for name in able[start:] + able[:start]:
                        found[name].append(await workers[name].turn(workload, times))
                        await admin.execute(FORGET_NEW_BOOKS)
                samples[workload] = found
    finally:
        await admin.execute("DROP SCHEMA bench CASCADE")
        await admin.close()
    return samples


def _lines(
    samples: Mapping[str, Mapping[str, Sequence[Sample]]], peers: Mapping[str, Peer]
) -> Iterator[str]:
    for title, of in (
        ("wall", lambda sample: sample.wall),
        ("CPU of the client", lambda sample: sample.cpu),
    ):
        names = list(peers)
        yield ""
        yield f"Ratios of {title} to asyncpg's pool; reach: the best peer's by ferrule's."
        yield ""
        shown = " | ".join(peers[name].name for name in names)
        yield f"| workload | {shown} | best peer | reach |"
        yield "|---" * (len(names) + 3) + "|"
        for workload, found in samples.items():
            ratios = {
                name: statistics.median(
                    of(mine) / of(base) for mine, base in zip(own, found[BASE], strict=True)
                )
                for name, own in found.items()
            }
            others = {name: ratio for name, ratio in ratios.items() if name not in OURS}
            cells = [
                f"{ratios[name]:.2f}{'*' if workload in peers[name].otherwise else ''}"
                if name in ratios
                else "cannot"
                for name in names
            ]
            best = min(others, key=lambda name: others[name], default=None)
            cells += (
                ["", ""]
                if best is None
                else [peers[best].name, f"{others[best] / ratios['ferrule']:.1f}"]
            )
            yield f"| `{workload}` | {' | '.join(cells)} |"
    yield ""
    for peer in peers.values():
        for workload, how in peer.otherwise.items():
            yield f"\\* {peer.name}, `{workload}`: {how}."
        for workload, why in peer.cannot.items():
            yield f"{peer.name} cannot `{workload}`: {why}."


async def _main(options: argparse.Namespace) -> None:
    peers = {name: peer_named(name) for name in (*OURS, *(options.peer or PEERS))}
    only = options.only or WORKLOADS
    rounds = options.rounds or (3 if options.quick else 9)
    seconds = 0.02 if options.quick else 0.15
    async with Plugins.load().server(options.server).open() as url:
        stated = conditions(await _version(url))
        found = await _measure(url, peers, only, rounds, seconds)
    for peer in peers.values():
        stated[peer.name] = importlib.metadata.version(peer.distribution)
    print("; ".join(f"{name} {value}" for name, value in stated.items()))
    print("\n".join(_lines(found, peers)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"some of: {', '.join(WORKLOADS)}")
    parser.add_argument("--peer", action="append", choices=PEERS, help="only this one; repeatable")
    parser.add_argument("--quick", action="store_true", help="a look: figures are rough")
    parser.add_argument("--rounds", type=int, help="how often each contestant has its turn")
    parser.add_argument("--server", default="embedded", help="the plugin that runs PostgreSQL")
    options = parser.parse_args()
    if unknown := set(options.only) - set(WORKLOADS):
        parser.error(f"no such workload: {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    asyncio.run(_main(_options()))
