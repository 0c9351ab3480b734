"""What was seen, for people and for programs."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from benchmarks.measuring import Summary
from benchmarks.observing import WITHOUT
from benchmarks.reading import ReadingCost
from benchmarks.startup import Startup
from benchmarks.workloads import HELD, POOL


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run found.

    Attributes:
        conditions: On what it ran.
        workloads: For each workload, what each contestant took.
        building: Microseconds of CPU to build and compile one query.
        observing: What one row takes, by who looks at the statement.
        reading: What it takes to read a schema, and pg_dump to write it.
        startup: What a new process costs, by what it imports.
    """

    conditions: Mapping[str, str]
    workloads: Mapping[str, Mapping[str, Summary]]
    building: Mapping[str, float]
    observing: Mapping[str, Summary]
    reading: Mapping[str, ReadingCost]
    startup: Mapping[str, Startup]

    def as_json(self) -> dict[str, object]:
        """Plain values, for ``json.dumps``."""
        return {
            "conditions": dict(self.conditions),
            "workloads": {
                workload: {who: asdict(summary) for who, summary in summaries.items()}
                for workload, summaries in self.workloads.items()
            },
            "building": dict(self.building),
            "observing": {who: asdict(summary) for who, summary in self.observing.items()},
            "reading": {name: cost._asdict() for name, cost in self.reading.items()},
            "startup": {name: startup._asdict() for name, startup in self.startup.items()},
        }

    def lines(self) -> Iterator[str]:
        """A text for a terminal, also good as Markdown."""
        yield "; ".join(f"{name} {value}" for name, value in self.conditions.items())
        if self.workloads:
            yield ""
            yield from _workload_table(self.workloads)
        if self.building:
            yield ""
            yield "| build and compile one query | CPU µs |"
            yield "|---|---|"
            yield from (f"| {name} | {us:.1f} |" for name, us in self.building.items())
        if self.observing:
            yield ""
            yield from _observing_table(self.observing)
        if self.reading:
            yield ""
            yield from _reading_table(self.reading)
        if self.startup:
            yield ""
            yield from _startup_table(self.startup)


def conditions(server: str) -> dict[str, str]:
    """What a reader must know to judge the figures."""
    return {
        "Python": platform.python_version(),
        "asyncpg": importlib.metadata.version("asyncpg"),
        "PostgreSQL": server,
        "Ferrule's JSON": "msgspec" if _has_msgspec() else "standard library",
        "CPUs": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "machine": platform.platform(terse=True),
    }


def _has_msgspec() -> bool:
    """Whether Ferrule reads JSON by it; a run may hide it from all that would import it."""
    if "msgspec" in sys.modules:
        hidden: object = sys.modules["msgspec"]
        return hidden is not None
    return importlib.util.find_spec("msgspec") is not None


def _workload_table(workloads: Mapping[str, Mapping[str, Summary]]) -> Iterator[str]:
    yield (
        "| workload | who | wall | CPU | wall to pool (lowest-highest) | CPU to pool"
        " | wall to held | CPU to held |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for workload, summaries in workloads.items():
        for who, summary in summaries.items():
            pool, held = summary.ratios.get(POOL), summary.ratios.get(HELD)
            cells = [workload, who, _time(summary.wall_us), _time(summary.cpu_us)]
            cells += (
                ["", ""]
                if pool is None
                else [
                    f"{pool.wall:.2f} ({pool.wall_low:.2f}-{pool.wall_high:.2f})",
                    f"{pool.cpu:.2f}",
                ]
            )
            cells += ["", ""] if held is None else [f"{held.wall:.2f}", f"{held.cpu:.2f}"]
            yield f"| {' | '.join(cells)} |"


def _observing_table(observing: Mapping[str, Summary]) -> Iterator[str]:
    yield "| one row through the pool | wall | CPU | wall to without | CPU to without |"
    yield "|---|---|---|---|---|"
    for who, summary in observing.items():
        ratio = summary.ratios.get(WITHOUT)
        cells = [who, _time(summary.wall_us), _time(summary.cpu_us)]
        cells += ["", ""] if ratio is None else [f"{ratio.wall:.2f}", f"{ratio.cpu:.2f}"]
        yield f"| {' | '.join(cells)} |"


def _reading_table(reading: Mapping[str, ReadingCost]) -> Iterator[str]:
    yield "| reading a schema | relations | columns | wall ms | CPU ms | peak MB |"
    yield "|---|---|---|---|---|---|"
    for name, (relations, columns, wall_ms, cpu_ms, peak_mb) in reading.items():
        cpu = "" if cpu_ms is None else f"{cpu_ms:.0f}"
        yield f"| {name} | {relations} | {columns} | {wall_ms:.0f} | {cpu} | {peak_mb:.0f} |"


def _startup_table(startup: Mapping[str, Startup]) -> Iterator[str]:
    bare = startup["python"].peak_mb
    yield "| import | CPU ms | peak MB | more than Python and asyncio, MB |"
    yield "|---|---|---|---|"
    for name, (cpu_ms, peak_mb) in startup.items():
        yield f"| {name} | {cpu_ms:.0f} | {peak_mb:.1f} | {peak_mb - bare:.1f} |"


def _time(us: float) -> str:
    return f"{us:.0f} µs" if us < 1000 else f"{us / 1000:.2f} ms"  # noqa: PLR2004
