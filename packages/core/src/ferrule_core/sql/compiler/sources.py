"""What stands in ``FROM``, as text."""

from __future__ import annotations

from typing import assert_never

from ferrule_core.errors import QueryError
from ferrule_core.sql.compiler import expressions, functions, select
from ferrule_core.sql.nodes import (
    FunctionRef,
    Join,
    JoinKind,
    Source,
    SubqueryRef,
    TableRef,
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
        case FunctionRef(call, alias, columns, ordinality):
            functions.write_call(out, call)
            out.sql(" WITH ORDINALITY AS " if ordinality else " AS ").ident(alias)
            write_names(out, columns)
        case _:
            assert_never(source)


def write_table(out: SqlWriter, table: TableRef) -> None:
    if table.only:
        out.sql("ONLY ")
    out.ident(table.schema, table.name)
    if table.alias is not None:
        out.sql(" AS ").ident(table.alias)


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
