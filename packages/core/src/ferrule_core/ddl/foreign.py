"""Foreign tables."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog.constraints import Check, NotNull
from ferrule_core.catalog.foreign import ForeignTable
from ferrule_core.catalog.names import quote_identifier
from ferrule_core.ddl.clauses import comment_on
from ferrule_core.ddl.columns import write_column
from ferrule_core.ddl.constraints import write_check, write_not_null
from ferrule_core.sql.literals import quote_literal


def create_foreign_table(table: ForeignTable) -> Iterator[str]:
    """The statements that make a foreign table."""
    named = {constraint.column for constraint in table.not_nulls}
    lines = [
        write_column(column, not_null=not column.nullable and column.name not in named)
        for column in table.columns
    ]
    lines += [write_not_null(one) for one in table.not_nulls if one.validated]
    lines += [write_check(check) for check in table.checks if check.validated or not check.enforced]
    inside = ",\n    ".join(lines)
    options = f" OPTIONS ({_options(table.options)})" if table.options else ""
    name, server = table.name.sql, quote_identifier(table.server)
    yield f"CREATE FOREIGN TABLE {name} (\n    {inside}\n) SERVER {server}{options}"
    for column, told in table.column_options:
        where = f"ALTER FOREIGN TABLE {name} ALTER COLUMN {quote_identifier(column)}"
        yield f"{where} OPTIONS ({_options(told)})"


def complete_foreign_table(table: ForeignTable) -> Iterator[str]:
    """Constraints that are not valid yet, and comments."""
    alter = f"ALTER FOREIGN TABLE {table.name.sql} ADD"
    for check in table.checks:
        if check.enforced and not check.validated:
            yield f"{alter} {write_check(check)}"
    for constraint in table.not_nulls:
        if not constraint.validated:
            yield f"{alter} {write_not_null(constraint)}"
    yield from comment_on("FOREIGN TABLE", table.name.sql, table.comment)
    for column in table.columns:
        name = f"{table.name.sql}.{quote_identifier(column.name)}"
        yield from comment_on("COLUMN", name, column.comment)
    constraints: tuple[Check | NotNull, ...] = (*table.checks, *table.not_nulls)
    for each in constraints:
        name = f"{quote_identifier(each.name)} ON {table.name.sql}"
        yield from comment_on("CONSTRAINT", name, each.comment)


def _options(options: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{quote_identifier(name)} {quote_literal(text)}" for name, text in options)
