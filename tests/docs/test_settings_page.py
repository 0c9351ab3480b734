"""The page of the settings has every key and every variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from ferrule_core.settings.parameters import SESSION_VARIABLES, VARIABLES
from ferrule_core.settings.tables import (
    CommandTable,
    FileTable,
    LogTable,
    PoolTable,
    ProfileTable,
    Table,
)
from ferrule_core.settings.variables import (
    FALLBACK_URL_VARIABLE,
    PREFIX_VARIABLE,
    PREFIXED,
    PROFILE_VARIABLE,
    URL_VARIABLE,
)

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
BEFORE = {
    FileTable: "At the top of the file:",
    ProfileTable: "In `[profiles.<name>]`,",
    PoolTable: "In `[profiles.<name>.pool]`;",
    LogTable: "In `[profiles.<name>.log]`:",
    CommandTable: "errors name the program and its exit code only.",
}


def first_cells(text: str) -> list[str]:
    """The first column of the first table in a text."""
    lines = text[text.index("\n|") + 1 :].splitlines()
    rows = lines[2 : next((n for n, line in enumerate(lines) if not line), len(lines))]
    return [row.split("|")[1].strip().strip("`") for row in rows]


@pytest.mark.parametrize("table", BEFORE)
def test_every_key_is_on_the_page(table: type[Table]):
    page = PAGE.read_text(encoding="utf-8")

    listed = first_cells(page[page.index(BEFORE[table]) :])

    assert sorted(listed) == sorted(table.model_fields)


def test_every_variable_is_on_the_page():
    page = PAGE.read_text(encoding="utf-8")
    own = {PROFILE_VARIABLE, URL_VARIABLE, PREFIX_VARIABLE, FALLBACK_URL_VARIABLE}
    prefixed = {f"MC_DB_{part}" for part in PREFIXED}
    libpq = {*VARIABLES.values(), *SESSION_VARIABLES.values()}

    assert {name for name in own | prefixed | libpq if f"`{name}`" not in page} == set()
