"""What stands in ``FROM``, as text."""

from __future__ import annotations

from typing import assert_never

from ferrule_core.errors import QueryError
from ferrule_core.sql.compiler import expressions, functions, select
from ferrule_core.sql.nodes import (
    ColumnDefinition,
    Expression,
    FunctionRef,
    Join,
    JoinedSource,
    JoinKind,
    Sample,
    Source,
    SubqueryRef,
    TableRef,
    ValuesRef,
)
from ferrule_core.sql.writer import SqlWriter


def write_source(out: SqlWriter, source: Source) -> None:
    match source:
        case TableRef():
            write_table(out, source)
        case SubqueryRef(statement, alias, columns, lateral):
            out.sql("LATERAL (" if lateral else "(")
            select.write_select_like(out, statement)
            out.sql(") AS ").ident(alias)
            write_names(out, columns)
        case ValuesRef():
            write_values(out, source)
        case FunctionRef():
            write_function(out, source)
        case JoinedSource(first, joins):
            if not joins:
                raise QueryError("a joined source needs a join")
            out.sql("(")
            write_joined(out, first, joins)
            out.sql(")")
        case _:
            assert_never(source)


def write_table(out: SqlWriter, table: TableRef) -> None:
    if table.only:
        out.sql("ONLY ")
    out.ident(table.schema, table.name)
    if table.alias is not None:
        out.sql(" AS ").ident(table.alias)
    if table.sample is not None:
        write_sample(out, table.sample)


def write_sample(out: SqlWriter, sample: Sample) -> None:
    out.sql(f" TABLESAMPLE {sample.method.value} (")
    expressions.write_expression(out, sample.percent)
    out.sql(")")
    if sample.seed is not None:
        out.sql(" REPEATABLE (")
        expressions.write_expression(out, sample.seed)
        out.sql(")")


def write_values(out: SqlWriter, source: ValuesRef) -> None:
    if not source.rows or any(len(row) != len(source.columns) for row in source.rows):
        raise QueryError("a source of values needs rows, each with one value for each column")
    out.sql("(VALUES ").comma(source.rows, write_row).sql(") AS ").ident(source.alias)
    write_names(out, source.columns)


def write_row(out: SqlWriter, row: tuple[Expression, ...]) -> None:
    out.sql("(").comma(row, expressions.write_expression).sql(")")


def write_function(out: SqlWriter, source: FunctionRef) -> None:
    if source.columns and source.definitions:
        raise QueryError("a function has names for its columns, or definitions, not both")
    if source.ordinality and source.definitions:
        raise QueryError("a function that gives records cannot number its rows")
    functions.write_call(out, source.call)
    out.sql(" WITH ORDINALITY AS " if source.ordinality else " AS ").ident(source.alias)
    write_names(out, source.columns)
    if source.definitions:
        out.sql(" (").comma(source.definitions, write_definition).sql(")")


def write_definition(out: SqlWriter, node: ColumnDefinition) -> None:
    out.ident(node.name).sql(f" {node.type.sql}")


def write_names(out: SqlWriter, names: tuple[str, ...]) -> None:
    if names:
        out.sql(" (").comma(names, SqlWriter.ident).sql(")")


def write_from(
    out: SqlWriter, keyword: str, source: Source | None, joins: tuple[Join, ...]
) -> None:
    """Write a source and its joins; ``keyword`` is ``FROM``, or ``USING`` in a ``DELETE``."""
    if source is None:
        if joins:
            raise QueryError("a join needs a source that it joins to")
        return
    out.sql(f" {keyword} ")
    write_joined(out, source, joins)


def write_joined(out: SqlWriter, source: Source, joins: tuple[Join, ...]) -> None:
    write_source(out, source)
    for join in joins:
        write_join(out, join)


def write_join(out: SqlWriter, join: Join) -> None:
    if (join.on is None) != (join.kind is JoinKind.CROSS):
        raise QueryError("a cross join takes no condition, and every other join needs one")
    out.sql(f" {join.kind.value} ")
    write_source(out, join.source)
    if join.on is not None:
        out.sql(" ON ")
        expressions.write_expression(out, join.on)
