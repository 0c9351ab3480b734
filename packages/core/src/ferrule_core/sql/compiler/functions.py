"""Calls and conditional expressions as text."""

from __future__ import annotations

from ferrule_core.sql.compiler import expressions, select
from ferrule_core.sql.nodes import Case, Conditional, FunctionCall, When
from ferrule_core.sql.writer import SqlWriter


def write_call(out: SqlWriter, node: FunctionCall) -> None:
    out.ident(node.schema, node.name).sql("(")
    if node.star:
        out.sql("*")
    if node.distinct:
        out.sql("DISTINCT ")
    out.comma(node.arguments, expressions.write_expression)
    if node.order_by:
        out.sql(" ORDER BY ").comma(node.order_by, select.write_ordering)
    out.sql(")")
    if node.within_group:
        out.sql(" WITHIN GROUP (ORDER BY ").comma(node.within_group, select.write_ordering).sql(")")
    if node.filter is not None:
        out.sql(" FILTER (WHERE ")
        expressions.write_expression(out, node.filter)
        out.sql(")")


def write_clauseal(out: SqlWriter, node: Conditional) -> None:
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
