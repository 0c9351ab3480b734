"""How much memory a process takes while it streams all books: the reading must not keep them."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from pathlib import Path

from benchmarks.contestants.asyncpg_pool import open_asyncpg_pool
from benchmarks.contestants.contract import Contestant
from benchmarks.contestants.ferrule_models import open_ferrule
from benchmarks.workloads import FERRULE, POOL, bookshop
from ferrule_core.plugins.contracts import DatabaseUrl

_WARM = 50
"""How many books are read before, one by one: what code takes is not the stream's."""

_OPEN: Mapping[str, Callable[[DatabaseUrl], AbstractAsyncContextManager[Contestant]]] = {
    POOL: open_asyncpg_pool,
    FERRULE: open_ferrule,
}


async def run_streaming(url: DatabaseUrl) -> dict[str, float]:
    """By how many MB the peak of a new process grows while it streams 20,000 books, by who does."""
    place = json.dumps(asdict(url))
    async with bookshop(url):
        return {who: await asyncio.to_thread(_growth_of, who, place) for who in _OPEN}


def _growth_of(who: str, place: str) -> float:
    command = [sys.executable, "-m", "benchmarks.streaming", who, place]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return float(run.stdout)


async def _measured(who: str, url: DatabaseUrl) -> float:
    async with _OPEN[who](url) as contestant:
        for key in range(1, _WARM):
            await contestant.get_by_key(key)
        before = _resident("VmRSS")
        _forget_peak()
        await contestant.stream_all()
        return (_resident("VmHWM") - before) / 1024


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")  # man 5 proc


def _resident(what: str) -> int:
    """Kilobytes, as the kernel counts them."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    if found is None:
        raise ValueError(f"the kernel does not say {what}")
    return int(found[1])


if __name__ == "__main__":
    print(asyncio.run(_measured(sys.argv[1], DatabaseUrl(**json.loads(sys.argv[2])))))
