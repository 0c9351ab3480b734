"""``INSERT``, ``UPDATE`` and ``DELETE`` as text, clauses in SQL order."""

from __future__ import annotations

from typing import assert_never

from ferrule_core.errors import QueryError
from ferrule_core.sql.compiler import expressions, select, sources, statements
from ferrule_core.sql.nodes import (
    Assignment,
    ConflictColumns,
    ConflictConstraint,
    Default,
    Delete,
    Expression,
    Insert,
    OnConflict,
    Projection,
    RowAssignment,
    Select,
    SetOperation,
    Update,
    Values,
)
from ferrule_core.sql.writer import SqlWriter


def write_insert(out: SqlWriter, insert: Insert) -> None:
    statements.write_with(out, insert.with_)
    out.sql("INSERT INTO ")
    sources.write_table(out, insert.table)
    sources.write_names(out, insert.columns)
    if insert.overriding is not None:
        out.sql(f" {insert.overriding.value}")
    write_inserted(out, insert)
    if insert.on_conflict is not None:
        write_on_conflict(out, insert.on_conflict)
    write_returning(out, insert.returning)


def write_inserted(out: SqlWriter, insert: Insert) -> None:
    match insert.rows:
        case None:
            if insert.columns:
                raise QueryError("an insert that names columns needs rows for them")
            out.sql(" DEFAULT VALUES")
        case Values(rows):
            check_rows(insert.columns, rows)
            out.sql(" VALUES ").comma(rows, write_row)
        case Select() | SetOperation():
            out.sql(" ")
            select.write_select_like(out, insert.rows)
        case _:
            assert_never(insert.rows)


def check_rows(
    columns: tuple[str, ...], rows: tuple[tuple[Expression | Default, ...], ...]
) -> None:
    """Refuse rows that PostgreSQL would refuse, or would fill up with defaults.

    Raises:
        QueryError: There is no row, or a row has not as many values as there are columns.
    """
    if not rows:
        raise QueryError("an insert needs at least one row")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise QueryError(f"row {number} has {len(row)} values for {len(columns)} columns")


def write_row(out: SqlWriter, row: tuple[Expression | Default, ...]) -> None:
    out.sql("(").comma(row, write_value).sql(")")


def write_value(out: SqlWriter, value: Expression | Default) -> None:
    if isinstance(value, Default):
        out.sql("DEFAULT")
    else:
        expressions.write_expression(out, value)


def write_on_conflict(out: SqlWriter, node: OnConflict) -> None:
    if node.target is None and node.assignments:
        raise QueryError("an upsert that updates must say on which conflict")
    if node.where is not None and not node.assignments:
        raise QueryError("an upsert that does nothing takes no condition")
    out.sql(" ON CONFLICT")
    match node.target:
        case None:
            pass
        case ConflictConstraint(name):
            out.sql(" ON CONSTRAINT ").ident(name)
        case ConflictColumns(keys, where):
            out.sql(" (").comma(keys, write_conflict_key).sql(")")
            select.write_clause(out, "WHERE", where)
        case _:
            assert_never(node.target)
    if not node.assignments:
        out.sql(" DO NOTHING")
        return
    out.sql(" DO UPDATE SET ").comma(node.assignments, write_assignment)
    select.write_clause(out, "WHERE", node.where)


def write_conflict_key(out: SqlWriter, key: str | Expression) -> None:
    if isinstance(key, str):
        out.ident(key)
        return
    out.sql("(")
    expressions.write_expression(out, key)
    out.sql(")")


def write_assignment(out: SqlWriter, assignment: Assignment | RowAssignment) -> None:
    match assignment:
        case Assignment(column, value):
            out.ident(column).sql(" = ")
            write_value(out, value)
        case RowAssignment(columns, row):
            out.sql("(").comma(columns, SqlWriter.ident).sql(") = ")
            expressions.write_expression(out, row)
        case _:
            assert_never(assignment)


def write_update(out: SqlWriter, update: Update) -> None:
    if not update.assignments:
        raise QueryError("an update needs at least one assignment")
    statements.write_with(out, update.with_)
    out.sql("UPDATE ")
    sources.write_table(out, update.table)
    out.sql(" SET ").comma(update.assignments, write_assignment)
    sources.write_from(out, "FROM", update.source, update.joins)
    select.write_clause(out, "WHERE", update.where)
    write_returning(out, update.returning)


def write_delete(out: SqlWriter, delete: Delete) -> None:
    statements.write_with(out, delete.with_)
    out.sql("DELETE FROM ")
    sources.write_table(out, delete.table)
    sources.write_from(out, "USING", delete.source, delete.joins)
    select.write_clause(out, "WHERE", delete.where)
    write_returning(out, delete.returning)


def write_returning(out: SqlWriter, returning: Projection | None) -> None:
    if returning is not None:
        out.sql(" RETURNING ")
        select.write_projection(out, returning)
