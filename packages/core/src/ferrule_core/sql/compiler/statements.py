"""Whole statements: which kind, and the common tables before it."""

from __future__ import annotations

from typing import assert_never

from ferrule_core.sql.compiler import functions, merge, select, sources, writes
from ferrule_core.sql.nodes import (
    Call,
    CommonTable,
    Cycle,
    Delete,
    Explain,
    ExplainFormat,
    Insert,
    Merge,
    Search,
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
        case Merge():
            merge.write_merge(out, statement)
        case Explain():
            write_explain(out, statement)
        case Call(call):
            out.sql("CALL ")
            functions.write_call(out, call)
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
    if table.search is not None:
        write_search(out, table.search)
    if table.cycle is not None:
        write_cycle(out, table.cycle)


def write_search(out: SqlWriter, node: Search) -> None:
    out.sql(" SEARCH BREADTH FIRST BY " if node.breadth else " SEARCH DEPTH FIRST BY ")
    out.comma(node.by, SqlWriter.ident).sql(" SET ").ident(node.column)


def write_cycle(out: SqlWriter, node: Cycle) -> None:
    out.sql(" CYCLE ").comma(node.columns, SqlWriter.ident)
    out.sql(" SET ").ident(node.mark).sql(" USING ").ident(node.path)


def write_explain(out: SqlWriter, node: Explain) -> None:
    asked = {
        "ANALYZE": node.analyze,
        "VERBOSE": node.verbose,
        "COSTS OFF": not node.costs,
        "SETTINGS": node.settings,
        "GENERIC_PLAN": node.generic_plan,
        "BUFFERS": node.buffers,
        "WAL": node.wal,
        f"FORMAT {node.format.value}": node.format is not ExplainFormat.TEXT,
    }
    options = ", ".join([option for option, wanted in asked.items() if wanted])
    out.sql(f"EXPLAIN ({options}) " if options else "EXPLAIN ")
    write_statement(out, node.statement)
