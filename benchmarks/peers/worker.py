"""A process with one contestant: it is told what to call and how often, and says what that took."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys

from benchmarks.contestants.asyncpg_pool import open_asyncpg_pool
from benchmarks.contestants.ferrule_models import open_ferrule
from benchmarks.measuring import Call, take_turn
from benchmarks.peers.contract import Peer
from benchmarks.workloads import WORKLOADS
from ferrule_core.plugins.contracts import DatabaseUrl

OURS = {
    "asyncpg": Peer("asyncpg pool", "asyncpg", open_asyncpg_pool),
    "ferrule": Peer("ferrule", "ferrule", open_ferrule),
}

_COUNTS = {
    "list_1000": 1000,
    "join_100": 100,
    "prefetch_100": 100,
    "many_to_many_100": 100,
    "aggregate": 50,
    "concurrent_50": 50,
    "stream_20000": 20_000,
    "bulk_1000": 1000,
}


def peer_named(name: str) -> Peer:
    """The peer of that name; ``ImportError`` where its library is not installed."""
    if name in OURS:
        return OURS[name]
    peer: Peer = importlib.import_module(f"benchmarks.peers.{name}").PEER
    return peer


async def _answer(name: str, url: DatabaseUrl) -> None:
    loop = asyncio.get_running_loop()
    calls: dict[str, Call] = {}
    async with peer_named(name).open(url) as contestant:
        _say("ready")
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            workload, times = json.loads(line)
            if workload not in calls:
                calls[workload] = await WORKLOADS[workload](contestant)
                await _check(workload, calls[workload])
            sample = await take_turn(calls[workload], times)
            _say([sample.wall, sample.cpu])


async def _check(workload: str, call: Call) -> None:
    """What a workload gives is whole; nobody is quick by reading less."""
    given = await call()
    if given is None and workload != "update_one":
        raise ValueError(f"{workload} gave nothing")
    wanted = _COUNTS.get(workload)
    counted = given if isinstance(given, int) else len(given) if wanted else None
    if counted != wanted and wanted is not None:
        raise ValueError(f"{workload} gave {counted}")


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    asyncio.run(_answer(sys.argv[1], DatabaseUrl(**json.loads(sys.argv[2]))))
