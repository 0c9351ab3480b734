"""Foreign tables."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog.constraints import Check, NotNull
from ferrule_core.catalog.foreign import ForeignTable
from ferrule_core.catalog.names import quote_identifier
from ferrule_core.ddl.clauses import comment_on
from ferrule_core.ddl.columns import set_columns, write_column
from ferrule_core.ddl.constraints import write_check, write_not_null
from ferrule_core.ddl.tables import attach
from ferrule_core.sql.literals import quote_literal


def create_foreign_table(table: ForeignTable) -> Iterator[str]:
    """The statements that make a foreign table."""
    named = {constraint.column for constraint in table.not_nulls}
    lines = [
        write_column(column, not_null=not column.nullable and column.name not in named)
        for column in table.columns
        if column.local
    ]
    lines += [write_not_null(one) for one in table.not_nulls if one.validated and one.local]
    checks = (check for check in table.checks if check.local)
    lines += [write_check(check) for check in checks if check.validated or not check.enforced]
    inside = ",\n    ".join(lines)
    if table.inherits:
        inside += f"\n) INHERITS ({', '.join(parent.sql for parent in table.inherits)}"
    options = f" OPTIONS ({_options(table.options)})" if table.options else ""
    name, server = table.name.sql, quote_identifier(table.server)
    yield f"CREATE FOREIGN TABLE {name} (\n    {inside}\n) SERVER {server}{options}"
    for column, told in table.column_options:
        where = f"ALTER FOREIGN TABLE {name} ALTER COLUMN {quote_identifier(column)}"
        yield f"{where} OPTIONS ({_options(told)})"
    if table.partition_of is not None:
        yield from _add_not_valid(table)


def attach_foreign_table(table: ForeignTable) -> Iterator[str]:
    """The statement that makes it a partition, which has no part in its parent's indexes.

    Those count as valid only where each partition that is there has its part.
    """
    if table.partition_of is not None:
        yield attach(table.name, table.partition_of)


def complete_foreign_table(table: ForeignTable) -> Iterator[str]:
    """Constraints that are not valid yet, and comments."""
    if table.partition_of is None:
        yield from _add_not_valid(table)
    yield from set_columns("FOREIGN TABLE", table.name, table.columns)
    yield from comment_on("FOREIGN TABLE", table.name.sql, table.comment)
    for column in table.columns:
        name = f"{table.name.sql}.{quote_identifier(column.name)}"
        yield from comment_on("COLUMN", name, column.comment)
    constraints: tuple[Check | NotNull, ...] = (*table.checks, *table.not_nulls)
    for each in constraints:
        name = f"{quote_identifier(each.name)} ON {table.name.sql}"
        yield from comment_on("CONSTRAINT", name, each.comment)


def _add_not_valid(table: ForeignTable) -> Iterator[str]:
    alter = f"ALTER FOREIGN TABLE {table.name.sql} ADD"
    for check in table.checks:
        if check.local and check.enforced and not check.validated:
            yield f"{alter} {write_check(check)}"
    for constraint in table.not_nulls:
        if constraint.local and not constraint.validated:
            yield f"{alter} {write_not_null(constraint)}"


def _options(options: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{quote_identifier(name)} {quote_literal(text)}" for name, text in options)
