"""Calls and conditional expressions as text."""

from __future__ import annotations

from ferrule_core.errors import QueryError
from ferrule_core.sql.compiler import expressions, select, windows
from ferrule_core.sql.nodes import (
    Case,
    Expression,
    FunctionCall,
    KeywordCall,
    NamedArgument,
    When,
    Window,
)
from ferrule_core.sql.writer import SqlWriter


def write_call(out: SqlWriter, node: FunctionCall) -> None:
    out.ident(node.schema, node.name).sql("(")
    if node.star:
        out.sql("*")
    if node.distinct:
        out.sql("DISTINCT ")
    write_arguments(out, node)
    if node.order_by:
        out.sql(" ORDER BY ").comma(node.order_by, select.write_ordering)
    out.sql(")")
    if node.within_group:
        out.sql(" WITHIN GROUP (ORDER BY ").comma(node.within_group, select.write_ordering).sql(")")
    if node.filter is not None:
        out.sql(" FILTER (WHERE ")
        expressions.write_expression(out, node.filter)
        out.sql(")")
    if isinstance(node.over, Window):
        out.sql(" OVER ")
        windows.write_window(out, node.over)
    elif node.over is not None:
        out.sql(" OVER ").ident(node.over)


def write_arguments(out: SqlWriter, node: FunctionCall) -> None:
    if not node.variadic:
        out.comma(node.arguments, write_argument)
        return
    if not node.arguments:
        raise QueryError("a variadic call needs an argument: the array")
    *single, array = node.arguments
    out.comma(single, write_argument)
    out.sql(", VARIADIC " if single else "VARIADIC ")
    write_argument(out, array)


def write_argument(out: SqlWriter, argument: Expression | NamedArgument) -> None:
    if isinstance(argument, NamedArgument):
        out.ident(argument.name).sql(" => ")
        expressions.write_expression(out, argument.value)
        return
    expressions.write_expression(out, argument)


def write_keyword_call(out: SqlWriter, node: KeywordCall) -> None:
    out.sql(node.function.value).sql("(")
    out.comma(node.arguments, expressions.write_expression).sql(")")


def write_case(out: SqlWriter, node: Case) -> None:
    out.sql("CASE")
    if node.operand is not None:
        out.sql(" ")
        expressions.write_expression(out, node.operand)
    for branch in node.branches:
        write_when(out, branch)
    if node.default is not None:
        out.sql(" ELSE ")
        expressions.write_expression(out, node.default)
    out.sql(" END")


def write_when(out: SqlWriter, node: When) -> None:
    out.sql(" WHEN ")
    expressions.write_expression(out, node.condition)
    out.sql(" THEN ")
    expressions.write_expression(out, node.result)
