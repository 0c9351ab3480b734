"""Both checkers, strict and without a plugin, report the lines marked ``# E`` and no others."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.py"))
MISTAKE = re.compile(r"# E(\s*# noqa: \w+)?$")


def mistakes() -> set[str]:
    """Each marked line, as ``file:line``."""
    return {
        f"{file.name}:{number}"
        for file in CASES
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if MISTAKE.search(line)
    }


def reported_by_mypy(folder: Path) -> Iterator[str]:
    """Each line that mypy complains of."""
    options = ["--strict", "--output=json", f"--cache-dir={folder}", "--no-warn-unused-ignores"]
    output = run("mypy", *options, *CASES)
    for line in output.splitlines():
        row = json.loads(line)
        if row["severity"] == "error":
            yield f"{Path(row['file']).name}:{row['line']}"


def reported_by_pyright(folder: Path) -> Iterator[str]:
    """Each line that pyright complains of."""
    settings = {
        "include": [str(file) for file in CASES],
        "extraPaths": [str(HERE)],
        "typeCheckingMode": "strict",
        "reportUnusedExpression": False,
        "reportUnusedCoroutine": False,
        "reportUnnecessaryComparison": False,
    }
    project = folder / "pyrightconfig.json"
    project.write_text(json.dumps(settings))
    output = run("basedpyright", "--outputjson", f"--pythonpath={sys.executable}", "-p", project)
    for row in json.loads(output)["generalDiagnostics"]:
        if row["severity"] == "error":
            yield f"{Path(row['file']).name}:{row['range']['start']['line'] + 1}"


def run(module: str, *arguments: object) -> str:
    """The output of a checker; one that fails itself fails the test."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env={**os.environ, "MYPYPATH": str(HERE)},
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(300)
@pytest.mark.parametrize("report", [reported_by_mypy, reported_by_pyright])
def test_a_checker_reports_every_mistake_and_nothing_else(report, tmp_path: Path):
    expected = mistakes()
    assert len(expected) > 50

    reported = set(report(tmp_path))

    assert sorted(reported - expected) == [], "correct code is reported"
    assert sorted(expected - reported) == [], "mistakes are not reported"
