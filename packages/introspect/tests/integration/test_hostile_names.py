"""Names and texts that break others, exact code point by code point."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ferrule_core.catalog import QualifiedName, TypeRef, quote_identifier

pytestmark = pytest.mark.anyio


def quoted(text: str) -> str:
    """A text as an SQL literal that means the same whatever the session's settings."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


class Case:
    """One name, and the objects that have it."""

    def __init__(self, number: int, case: dict[str, Any]) -> None:
        self.name = name = case["name"]
        self.comment = name or None
        self.schema = self._where(case, "schema", f"s{number}")
        self.table = QualifiedName(self.schema, self._where(case, "table", "t"))
        self.column = self._where(case, "column", "c")
        self.constraint = self._where(case, "constraint", "k")
        self.index = self._where(case, "index", "i")
        self.enum = QualifiedName(f"types{number}", self._where(case, "enum_type", "e"))
        self.label = self._where(case, "enum_label", "l")

    def _where(self, case: dict[str, Any], kind: str, otherwise: str) -> str:
        return case["name"] if kind in case["where"] else otherwise

    @property
    def script(self) -> str:
        column, table, schema = quote_identifier(self.column), self.table.sql, self.table.schema
        index = quote_identifier("other" if self.index == self.table.name else self.index)
        constraint, text = quote_identifier(self.constraint), quoted(self.name)
        return f"""
            CREATE SCHEMA {quote_identifier(schema)}; CREATE SCHEMA {self.enum.schema};
            CREATE TYPE {self.enum.sql} AS ENUM ({quoted(self.label)});
            CREATE TABLE {table} (
                {column} text DEFAULT {text},
                "enum " {self.enum.sql},
                CONSTRAINT {constraint} CHECK ({column} <> {text})
            );
            CREATE INDEX {index} ON {table} ({column});
            COMMENT ON TABLE {table} IS {text};
            COMMENT ON COLUMN {table}.{column} IS {text};
        """


async def test_hostile_names_and_texts_are_read_exactly(database, shared: Path):
    document = json.loads((shared / "hostile" / "identifiers.json").read_text(encoding="utf-8"))
    cases = [Case(number, case) for number, case in enumerate(document["cases"])]
    await database.run("".join(case.script for case in cases))

    catalog = (await database.read()).catalog

    schemas = {schema.name for schema in catalog.schemas}
    for case in cases:
        table = catalog.table(case.table)
        assert case.schema in schemas
        assert [column.name for column in table.columns] == [case.column, "enum "]
        assert table.columns[0].comment == table.comment == case.comment
        assert table.columns[1].type == TypeRef(case.enum.schema, case.enum.name)
        assert [check.name for check in table.checks] == [case.constraint]
        assert [element.column for element in table.indexes[0].elements] == [case.column]
        assert catalog.types[case.enum].labels == (case.label,)
    assert await default_values(database, cases, catalog) == [case.name for case in cases]


async def default_values(database, cases: list[Case], catalog) -> list[str]:
    """What the printed defaults mean to the server."""
    printed = [catalog.table(case.table).columns[0].default for case in cases]
    connection = await database.connect()
    row = await connection.fetch_first("SELECT " + ", ".join(printed))
    return [] if row is None else list(row)


async def test_names_that_differ_by_little_stay_apart(database, shared: Path):
    document = json.loads((shared / "hostile" / "identifiers.json").read_text(encoding="utf-8"))
    sets = {each["id"]: each["columns"] for each in document["sets"] if "columns" in each}
    labels = next(each["enum_labels"] for each in document["sets"] if "enum_labels" in each)
    for name, columns in sets.items():
        listed = ", ".join(f"{quote_identifier(column)} int" for column in columns)
        await database.run(f"CREATE TABLE {quote_identifier(name)} ({listed})")
    await database.run(f"CREATE TYPE e AS ENUM ({', '.join(map(quoted, labels))})")

    catalog = (await database.read()).catalog

    assert catalog.enums[0].labels == tuple(labels)
    assert {
        table.name.name: [column.name for column in table.columns] for table in catalog.tables
    } == sets
