"""Whole statements: which kind, and the common tables before it."""

from __future__ import annotations

from typing import assert_never

from ferrule_core.sql.compiler import select, sources, writes
from ferrule_core.sql.nodes import (
    CommonTable,
    Delete,
    Insert,
    Select,
    SetOperation,
    Statement,
    Update,
    With,
)
from ferrule_core.sql.writer import SqlWriter


def write_statement(out: SqlWriter, statement: Statement) -> None:
    match statement:
        case Select() | SetOperation():
            select.write_select_like(out, statement)
        case Insert():
            writes.write_insert(out, statement)
        case Update():
            writes.write_update(out, statement)
        case Delete():
            writes.write_delete(out, statement)
        case _:
            assert_never(statement)


def write_with(out: SqlWriter, node: With | None) -> None:
    if node is not None:
        out.sql("WITH RECURSIVE " if node.recursive else "WITH ")
        out.comma(node.tables, write_common_table).sql(" ")


def write_common_table(out: SqlWriter, table: CommonTable) -> None:
    out.ident(table.name)
    sources.write_names(out, table.columns)
    out.sql(" AS ")
    if table.materialized is not None:
        out.sql("MATERIALIZED " if table.materialized else "NOT MATERIALIZED ")
    out.sql("(")
    write_statement(out, table.statement)
    out.sql(")")
