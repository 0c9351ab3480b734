"""Tables: their columns and keys first, the rest when all tables are there."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.catalog.tables import Table
from ferrule_core.ddl.clauses import comment_on
from ferrule_core.ddl.columns import write_column
from ferrule_core.ddl.constraints import (
    write_check,
    write_foreign_key,
    write_key,
    write_not_null,
)
from ferrule_core.ddl.indexes import create_index


def create_table(table: Table) -> Iterator[str]:
    """The statements that make a table with its keys, which views may already depend on."""
    named = {constraint.column for constraint in table.not_nulls}
    lines = [
        write_column(column, not_null=not column.nullable and column.name not in named)
        for column in table.columns
    ]
    lines += [write_not_null(one) for one in table.not_nulls if one.validated]
    lines += [write_check(check) for check in table.checks if check.validated or not check.enforced]
    inside = ",\n    ".join(lines)
    yield (
        f"CREATE TABLE {table.name.sql} (\n    {inside}\n)"
        if lines
        else (f"CREATE TABLE {table.name.sql} ()")
    )
    alter = f"ALTER TABLE {table.name.sql} ADD"
    if table.primary_key is not None:
        yield f"{alter} {write_key(table.primary_key)}"
    for unique in table.uniques:
        yield f"{alter} {write_key(unique)}"
    for check in table.checks:
        if check.enforced and not check.validated:
            yield f"{alter} {write_check(check)}"
    for constraint in table.not_nulls:
        if not constraint.validated:
            yield f"{alter} {write_not_null(constraint)}"


def complete_table(table: Table) -> Iterator[str]:
    """Indexes and comments: what may need functions and views that need the table."""
    for index in table.indexes:
        yield create_index(index, table.name)
    yield from comment_on("TABLE", table.name.sql, table.comment)
    for column in table.columns:
        name = f"{table.name.sql}.{quote_identifier(column.name)}"
        yield from comment_on("COLUMN", name, column.comment)
    keys = () if table.primary_key is None else (table.primary_key,)
    for constraint in (*keys, *table.uniques, *table.checks, *table.not_nulls):
        name = f"{quote_identifier(constraint.name)} ON {table.name.sql}"
        yield from comment_on("CONSTRAINT", name, constraint.comment)
    for index in table.indexes:
        name = f"{quote_identifier(table.name.schema)}.{quote_identifier(index.name)}"
        yield from comment_on("INDEX", name, index.comment)


def connect_table(table: Table) -> Iterator[str]:
    """Foreign keys, which may lead to any table in circles."""
    for key in table.foreign_keys:
        yield f"ALTER TABLE {table.name.sql} ADD {write_foreign_key(key)}"
        name = f"{quote_identifier(key.name)} ON {table.name.sql}"
        yield from comment_on("CONSTRAINT", name, key.comment)
