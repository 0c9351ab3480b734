"""Importing Ferrule stays cheap: what only some programs need is imported when they need it."""

from __future__ import annotations

import os
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


BEFORE_A_QUERY = """
import sys
import ferrule


class Book(ferrule.Model, table="book"):
    id: ferrule.Column[int] = ferrule.identity()


ferrule.connect("postgresql://localhost/shop")
Book.filter(Book.id == 1)
import ferrule_asyncpg.opening

print(*sys.modules)
"""


def test_a_program_that_queries_loads_nothing_of_commands_settings_files_and_schemas():
    printed = subprocess.run(
        [sys.executable, "-c", BEFORE_A_QUERY],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "FERRULE_DISABLE_PLUGINS": "otel"},
    ).stdout.split()

    unwanted = {name for name in ON_DEMAND if name != "asyncpg"}
    unwanted |= {"dotenv", "opentelemetry", "packaging", "tomllib", "zoneinfo"}
    unwanted |= {
        f"ferrule_core.database.observing.{what}" for what in ("health", "plans", "counters")
    }
    unwanted |= {
        "difflib",
        "ferrule_core.catalog.catalog",
        "ferrule_core.ddl",
        "ferrule_core.settings.tables",
    }
    assert [name for name in printed if name in unwanted] == []
