"""The benchmarks run; what they measure is nobody's pass or fail."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ferrule_core.plugins.contracts import DatabaseUrl

ROOT = Path(__file__).parents[1]
WORKLOADS = {
    "get_by_key",
    "list_1000",
    "join_100",
    "prefetch_100",
    "many_to_many_100",
    "concurrent_50",
    "loader_50",
    "pool_row",
    "tasks_1000",
    "transact_one",
    "stream_20000",
    "insert_one",
    "bulk_1000",
    "bulk_10000",
    "copy_10000",
    "update_one",
}


def run_benchmarks(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.requires_postgres(min=16)  # one server is enough to see that they run
@pytest.mark.timeout(180)
def test_every_benchmark_gives_figures_as_json(database_url: DatabaseUrl):
    url = f"postgresql:///{database_url.database}?host={database_url.host}"
    url += f"&port={database_url.port}&user={database_url.user}"

    run = run_benchmarks("--json", "--rounds", "1", "--url", url)

    assert run.stderr == ""
    report = json.loads(run.stdout)
    assert set(report["workloads"]) == WORKLOADS
    for summaries in report["workloads"].values():
        assert set(summaries) == {"asyncpg pool", "asyncpg held", "ferrule"}
        assert all(summary["wall_us"] > 0 for summary in summaries.values())
        assert summaries["ferrule"]["ratios"]["asyncpg pool"]["cpu"] > 0
    assert all(us > 0 for us in report["building"].values())
    assert all(summary["cpu_us"] > 0 for summary in report["observing"].values())
    assert report["observing"]["nobody looks"]["ratios"]["a path without plugins"]["cpu"] > 0
    read = report["reading"]["50 tables, ferrule"]
    assert (read["relations"], read["columns"]) == (50, 500)
    assert all(cost["wall_ms"] > 0 and cost["peak_mb"] > 0 for cost in report["reading"].values())
    assert report["startup"]["ferrule"]["cpu_ms"] > report["startup"]["asyncpg"]["cpu_ms"]
    assert report["startup"]["ferrule"]["peak_mb"] > report["startup"]["python"]["peak_mb"]


def test_one_benchmark_alone_prints_a_table_and_needs_no_server():
    run = run_benchmarks("building", "--rounds", "1")

    assert run.returncode == 0, run.stderr
    assert "| build and compile one query | CPU µs |" in run.stdout
    assert "| workload |" not in run.stdout


def test_an_unknown_benchmark_is_refused():
    run = run_benchmarks("no_such_thing")

    assert run.returncode == 2
    assert "no such benchmark: no_such_thing" in run.stderr
