"""Statement nodes to SQL: one ``write_*`` for each node or clause, in the order of SQL."""

from __future__ import annotations

from ferrule_core.errors import QueryError
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_core.sql.compiler.statements import write_statement
from ferrule_core.sql.nodes import Param, Statement
from ferrule_core.sql.writer import SqlWriter

__all__ = ["compile_statement", "compile_text", "nested_too_deeply"]


def nested_too_deeply() -> QueryError:
    """Say that expressions stand in each other deeper than Python's stack can follow."""
    return QueryError(
        "a statement has expressions nested too deeply",
        hint="join many conditions in one AND or OR, and compare with a list by in_()",
    )


def compile_text(statement: Statement) -> tuple[str, list[Param]]:
    """Compile a statement into its text and its params, in the order of their numbers.

    Raises:
        QueryError: The statement cannot be SQL: a row that is too short, an update of nothing,
            expressions in each other deeper than Python can follow.
        NameRefused: A name in it cannot be one in PostgreSQL.
    """
    out = SqlWriter()
    try:
        write_statement(out, statement)
    except RecursionError:
        raise nested_too_deeply() from None
    return out.text(), out.params


def compile_statement(statement: Statement) -> CompiledQuery:
    """Compile a statement into its text and its parameters, remembering nothing.

    ``ferrule_core.sql.shapes.ShapeCache`` gives the same result and keeps the text.

    Raises:
        QueryError, NameRefused: As ``compile_text``.
    """
    text, params = compile_text(statement)
    return CompiledQuery(text, tuple([param.value for param in params]), statement)
