"""Names that PostgreSQL accepts and that break others, from a database through generated code."""

from __future__ import annotations

import dataclasses
import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from ferrule_core.catalog import quote_identifier
from ferrule_core.database import connect

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]


def cases(shared: Path, kind: str) -> list[str]:
    document: dict[str, Any] = json.loads((shared / "hostile" / "identifiers.json").read_text())
    return list(dict.fromkeys(c["name"] for c in document["cases"] if kind in c["where"]))


def literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"


def columns(shared: Path) -> list[str]:
    """One table for each name of a column."""
    statements: list[str] = []
    for number, name in enumerate(cases(shared, "column")):
        column, key = quote_identifier(name), "key" if name != "key" else "other"
        default = literal(name)
        statements += [
            f"CREATE TABLE h.t{number} ({key} int PRIMARY KEY, {column} text DEFAULT {default})",
            f"COMMENT ON COLUMN h.t{number}.{column} IS {default}",
        ]
    return statements


def tables(shared: Path) -> list[str]:
    """One table for each name of a table, each with a foreign key to itself."""
    statements: list[str] = []
    for name in cases(shared, "table"):
        table = f"h.{quote_identifier(name)}"
        statements += [
            f"CREATE TABLE {table} (id int PRIMARY KEY, up int REFERENCES {table})",
            f"COMMENT ON TABLE {table} IS {literal(name)}",
        ]
    return statements


def labels(shared: Path) -> list[str]:
    """One enum of all labels."""
    listed = ", ".join(literal(label) for label in cases(shared, "enum_label"))
    return [
        f"CREATE TYPE h.mood AS ENUM ({listed})",
        "CREATE TABLE h.moods_of_all (id int PRIMARY KEY, mood h.mood)",
    ]


def functions(shared: Path) -> list[str]:
    """One function for each name, with an argument and a column of a result that are called so."""
    statements: list[str] = []
    for number, name in enumerate(cases(shared, "column")):
        odd, said = quote_identifier(name), literal(name)
        column = "b" if name == "a" else odd
        out = f"{odd} text DEFAULT {said}, OUT a int, OUT b text"
        table = f"TABLE (a int, {column} text)"
        body = f"LANGUAGE sql AS $$ SELECT 1, {said} $$"
        statements += [
            f"CREATE FUNCTION h.{odd}({odd} text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
            f"COMMENT ON FUNCTION h.{odd}(text) IS {said}",
            f"CREATE FUNCTION h.rows_{number}({out}) LANGUAGE sql AS 'SELECT 1, $1'",
            f"CREATE FUNCTION h.result_{number}() RETURNS {table} {body}",
        ]
    return statements


@pytest.fixture
async def pulled(project, shared: Path, import_package, tmp_path: Path, monkeypatch, request):
    """The package of what the test's parameter makes; nothing but that may have happened."""
    canary = ["CREATE TABLE canary (id int)", "INSERT INTO canary VALUES (1)", "CREATE SCHEMA h"]
    await project.run(";\n".join([*canary, *request.param(shared)]))
    await project.pull(schema=["h"], output=Path("hostile_models"))
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    package = import_package(tmp_path / "hostile_models")
    async with connect(project.url) as database:
        yield package
        assert await database.fetch("SELECT id FROM canary") == [(1,)]
    assert list(empty.iterdir()) == []


def models_of(package: Any) -> dict[str, Any]:
    models = (getattr(package, name) for name in package.__all__)
    return {m.__table__.name: m for m in models if hasattr(m, "__table__")}


@pytest.mark.parametrize("pulled", [columns], indirect=True, ids=["columns"])
async def test_rows_of_columns_with_odd_names_live_through_everything(pulled, shared: Path):
    models = models_of(pulled)
    for number, name in enumerate(cases(shared, "column")):
        model = models[f"t{number}"]
        key, column = model.__table__.columns.values()
        assert column.name == name
        manager = getattr(pulled.managers, f"{model.__name__}Manager")()

        made = await manager.create_item(**{key.attribute: 1})
        assert getattr(made, column.attribute) == name
        await manager.update_item(1, **{column.attribute: "b"})
        await manager.create_item(**{key.attribute: 2, column.attribute: "a"})
        found = await model.filter(**{f"{column.attribute}__exact": "b"}).all()
        assert [getattr(one, key.attribute) for one in found] == [1]
        ordered = await model.filter().order_by(column.attribute).all()
        assert [getattr(one, column.attribute) for one in ordered] == ["a", "b"]
        assert await model.filter(**{f"{column.attribute}__in": ["a"]}).delete() == 1
        assert await manager.delete_item(1)
        assert await manager.count() == 0


@pytest.mark.parametrize("pulled", [tables], indirect=True, ids=["tables"])
async def test_rows_of_tables_with_odd_names_live_through_everything(pulled, shared: Path):
    models = models_of(pulled)
    for name in cases(shared, "table"):
        model = models[name]
        manager = getattr(pulled.managers, f"{model.__name__}Manager")()
        (forward,) = (a for a, r in model.__table__.relations.items() if r.is_foreign_key)

        await manager.create_items([{"id": 1}, {"id": 2, "up": 1}])
        (loaded,) = await model.filter(**{forward: {"id": 1}}).select_related(forward).all()
        assert getattr(loaded, forward).id == 1
        assert await manager.delete_items([2, 1]) == 2


@pytest.mark.parametrize("pulled", [labels], indirect=True, ids=["labels"])
async def test_every_label_of_an_enum_is_read_and_written(pulled, shared: Path):
    members = list(pulled.Mood)

    assert [member.value for member in members] == cases(shared, "enum_label")
    table = pulled.MoodsOfAll
    await table.bulk_create([table(id=n, mood=member) for n, member in enumerate(members)])
    assert [row.mood for row in await table.filter().order_by("id").all()] == members
    assert await table.filter(mood__in=members[:3]).count() == 3


@pytest.mark.parametrize("pulled", [functions], indirect=True, ids=["functions"])
async def test_functions_with_odd_names_are_called(pulled, shared: Path):
    module = importlib.import_module(f"{pulled.__name__}.functions")
    by_name = {repr(value).split("(")[0]: value for value in vars(module).values()}
    names = cases(shared, "column")

    for number, name in enumerate(names):
        echo = by_name[f"<stored h.{name}".split("(")[0]]
        assert await echo("said") == "said"
        rows = getattr(module, f"rows_{number}")
        assert dataclasses.astuple(await rows()) == (1, name)
        assert dataclasses.astuple(await rows("x")) == (1, "x")
        (row,) = await getattr(module, f"result_{number}")()
        assert dataclasses.astuple(row) == (1, name)
