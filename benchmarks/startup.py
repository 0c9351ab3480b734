"""What an import costs: CPU time and memory of a new process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import NamedTuple

PROBE = """
{program}
import json, re, time
seconds = time.process_time()
with open("/proc/self/status") as status:
    peak = re.search(r"VmHWM:\\s+(\\d+) kB", status.read())
print(json.dumps([seconds, int(peak[1])]))
"""
"""The kernel's own peak: what ``resource`` says begins with that of the parent process."""

PROGRAMS = {
    "python": "import asyncio",
    "asyncpg": "import asyncio, asyncpg",
    "ferrule": """
import asyncio, ferrule
class Book(ferrule.Model, table="book"):
    id: ferrule.Column[int] = ferrule.identity()
database = ferrule.connect("postgresql://localhost/shop")
from ferrule_core.plugins.manager import Plugins
Plugins.load().backend("postgresql")
import ferrule_asyncpg.opening
Book.filter(Book.id == 1)
""",
}
"""The last one has all that a program has imported when its first query is sent."""


class Startup(NamedTuple):
    """A process from its start until its imports are done.

    Attributes:
        cpu_ms: CPU time, the least of several starts.
        peak_mb: The most memory that it had in RAM, the least of several starts.
    """

    cpu_ms: float
    peak_mb: float


def run_startup(*, starts: int) -> dict[str, Startup]:
    """Start each program several times, in turns, with all modules compiled, as installed."""
    found: dict[str, list[Startup]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory(prefix="ferrule-bench-") as bytecode:
        for program in PROGRAMS.values():
            _start(program, bytecode)
        for _ in range(starts):
            for name, program in PROGRAMS.items():
                found[name].append(_start(program, bytecode))
    return {
        name: Startup(min(s.cpu_ms for s in starts_), min(s.peak_mb for s in starts_))
        for name, starts_ in found.items()
    }


def _start(program: str, bytecode: str) -> Startup:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    run = subprocess.run(  # noqa: S603 - this interpreter, the programs above
        [sys.executable, "-c", PROBE.format(program=program)],
        capture_output=True,
        env=environment,
        text=True,
        check=True,
    )
    seconds, kilobytes = json.loads(run.stdout)
    return Startup(1e3 * seconds, kilobytes / 1024)
