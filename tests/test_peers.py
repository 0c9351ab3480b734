"""The benchmarks of other libraries run where those are installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PEERS = {
    "sqlalchemy_orm": "sqlalchemy",
    "tortoise_orm": "tortoise",
    "piccolo_orm": "piccolo",
    "django_orm": "django",
}


def run_peers(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.peers", "--quick", "--rounds", "1", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_does_each_workload_or_says_why_not(peer: str):
    if importlib.util.find_spec(PEERS[peer]) is None:
        pytest.skip(f"{PEERS[peer]} is not installed here; `hatch run peers:bench` has it")

    run = run_peers("--peer", peer)

    assert run.returncode == 0, run.stderr
    assert run.stdout.count("| `get_by_key` |") == 2
    assert run.stdout.count("| `update_one` |") == 2


def test_an_unknown_workload_is_refused():
    run = run_peers("no_such_thing")

    assert run.returncode == 2
    assert "no such workload: no_such_thing" in run.stderr
