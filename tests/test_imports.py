"""Importing Ferrule stays cheap: what only some programs need is imported when they need it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ON_DEMAND = ["asyncpg", "cyclopts", "jinja2", "pydantic", "pytest", "rich"]


@pytest.mark.parametrize("package", ["ferrule", "ferrule_core"])
def test_importing_loads_nothing_that_only_some_programs_need(package: str):
    program = f"import sys, {package}; print(*sys.modules)"

    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout

    assert [name for name in ON_DEMAND if name in printed.split()] == []
