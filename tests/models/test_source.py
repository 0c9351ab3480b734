"""The schema source ``models``: what the package of a project declares."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from ferrule_core.errors import ConfigurationError, UnknownObject
from ferrule_core.plugins.contracts import (
    Connection,
    SchemaReading,
    SchemaRequest,
    Scope,
    Unmodelled,
)
from ferrule_core.plugins.manager import Plugins

pytestmark = pytest.mark.anyio

BASE = """
from __future__ import annotations
from ferrule import Column, Model, View, domain, identity, sequence, types

TICKET = sequence("ticket", schema="shop")
CODE = domain("code", types.Text(), schema="other")

class Book(Model, table="book", schema="shop"):
    id: Column[int] = identity()

class Cheap(View, table="cheap", schema="shop"):
    id: Column[int]

class Elsewhere(Model, table="elsewhere", database="archive"):
    id: Column[int] = identity()
"""
INNER = """
from __future__ import annotations
from enum import Enum
from ferrule import Column, column, enum_type
from {package}.base import Book as Base

@enum_type("status", schema="shop")
class Status(Enum):
    OPEN = "open"

class Plain(Enum):
    NOT_A_TYPE = 1

class Book(Base):
    title: Column[str] = column()
"""


def never() -> AbstractAsyncContextManager[Connection]:
    raise AssertionError("models need no server")


async def read(
    root: Path, scope: Scope | None = None, *, models: str, database: str | None = None
) -> SchemaReading:
    source = Plugins.load().schema_source("models")
    request = SchemaRequest(
        scope=scope or Scope(), root=root, connect=never, models=Path(models), database=database
    )
    return await source.read(request)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """The folder of a project; its modules are imported anew by the next test."""
    before = set(sys.modules)
    package = tmp_path / "models_of_a_shop"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "base.py").write_text(BASE)
    (package / "inner" / "__init__.py").write_text("")
    (package / "inner" / "more.py").write_text(INNER.format(package=package.name))
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("models_of_"):
            del sys.modules[name]


async def test_all_modules_of_the_package_are_read(project):
    path = list(sys.path)

    reading = await read(project, models="models_of_a_shop")

    catalog = reading.catalog
    assert [str(table.name) for table in catalog.tables] == ["shop.book"]
    assert [column.name for column in catalog.tables[0].columns] == ["id", "title"]
    assert [str(enum.name) for enum in catalog.enums] == ["shop.status"]
    assert [str(domain.name) for domain in catalog.domains] == ["other.code"]
    assert [str(sequence.name) for sequence in catalog.sequences] == ["shop.ticket"]
    assert reading.unmodelled == (Unmodelled(kind="view", name="shop.cheap"),)
    assert sys.path == path


async def test_models_of_another_database_are_of_that_one(project):
    reading = await read(project, models="models_of_a_shop", database="archive")

    assert [str(table.name) for table in reading.catalog.tables] == ["public.elsewhere"]


async def test_a_scope_leaves_out_what_it_does_not_mean(project):
    schemas = await read(project, Scope(schemas=("other",)), models="models_of_a_shop")
    patterns = await read(
        project, Scope(include=("shop.*",), exclude=("*.status",)), models="models_of_a_shop"
    )

    assert not schemas.catalog.tables
    assert len(schemas.catalog.domains) == 1
    assert not schemas.unmodelled
    assert len(patterns.catalog.tables) == len(patterns.catalog.sequences) == 1
    assert not patterns.catalog.enums
    assert not patterns.catalog.domains


async def test_a_single_module_will_do(project, tmp_path):
    (tmp_path / "models_of_one.py").write_text(BASE)

    reading = await read(project, models="models_of_one")

    assert len(reading.catalog.tables) == 1


async def test_a_schema_that_no_model_is_in_is_named(project):
    with pytest.raises(UnknownObject) as caught:
        await read(project, Scope(schemas=("shpo",)), models="models_of_a_shop")

    assert 'no model is in the schema "shpo"' in str(caught.value)
    assert "shop" in (caught.value.hint or "")


async def test_a_package_that_is_not_there_is_named(project):
    with pytest.raises(ConfigurationError, match=r'there are no models at ".*models_of_none"'):
        await read(project, models="models_of_none")


async def test_another_module_of_the_name_is_not_taken_for_the_models(project):
    (project / "json").mkdir()
    (project / "json" / "__init__.py").write_text("")

    with pytest.raises(ConfigurationError, match='a module called "json" is there already'):
        await read(project, models="json")
