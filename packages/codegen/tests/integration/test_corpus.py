"""Real schemas: each is pulled, and its package imported in a fresh interpreter."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from packages.codegen.tests.integration.corpus import CORPUS, load

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

TYPE_CHECKED = ["chinook", "pagila", "procrastinate"]
EVERYTHING = """
import importlib.util
import models, models.managers
if importlib.util.find_spec("models.functions"):
    import models.functions
named = [getattr(models, name) for name in models.__all__]
tables = [model.__table__ for model in named if hasattr(model, "__table__")]
for table in tables:
    table.layout
    for column in table.columns.values():
        column.value_type
    for relation in table.relations:
        table.link(relation)
managers = [getattr(models.managers, name) for name in models.managers.__all__]
assert len(managers) == len(tables)
print(len(tables))
"""


@pytest.mark.parametrize("name", CORPUS)
async def test_a_real_schema_becomes_a_package_that_can_be_imported(project, shared, name):
    await load(project, (shared / "corpus" / f"{name}.sql").read_text(encoding="utf-8"))

    code = await project.pull(schema=[], output=Path("models"))

    assert code == 0
    tables = sum(
        path.startswith("models/managers/") and path != "models/managers/__init__.py"
        for path in project.files()
    )
    assert int(project.python(EVERYTHING)) == tables > 0
    before = project.files()
    assert await project.pull(schema=[], output=Path("models"), check=True) == 0
    assert project.files() == before


@pytest.mark.requires_postgres(min=18)  # what checkers say does not depend on it
@pytest.mark.parametrize("name", TYPE_CHECKED)
async def test_both_checkers_find_nothing_in_a_real_package(project, shared, name):
    await load(project, (shared / "corpus" / f"{name}.sql").read_text(encoding="utf-8"))
    await project.pull(schema=[], output=Path("models"))
    (project.root / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')

    project.command("-m", "mypy", "--strict", "models")
    project.command("-m", "basedpyright", "models", PYTHONPATH=os.fspath(project.root))
