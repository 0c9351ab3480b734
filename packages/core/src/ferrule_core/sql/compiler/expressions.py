"""Expressions as text."""

from __future__ import annotations

from typing import assert_never

from ferrule_core.sql.compiler import functions, parts, select
from ferrule_core.sql.compiler.precedence import precedence_of
from ferrule_core.sql.literals import quote_literal, write_constant
from ferrule_core.sql.nodes import (
    AnyOf,
    ArrayLiteral,
    ArraySubquery,
    AtTimeZone,
    Between,
    BinaryOp,
    BoolOp,
    Case,
    Cast,
    Collate,
    ColumnRef,
    Constant,
    Exists,
    Expression,
    Extract,
    FieldOf,
    FunctionCall,
    IsNull,
    IsTest,
    KeywordCall,
    Like,
    Param,
    RawFragment,
    RowValue,
    ScalarSubquery,
    Slice,
    Subscript,
    UnaryOp,
)
from ferrule_core.sql.operators import Connective, Precedence, UnaryOperator
from ferrule_core.sql.writer import SqlWriter


def write_operand(out: SqlWriter, expression: Expression, least: Precedence) -> None:
    """Write an expression that must bind at least so tightly; parenthesise it where it does not."""
    if precedence_of(expression) >= least:
        write_expression(out, expression)
        return
    out.sql("(")
    write_expression(out, expression)
    out.sql(")")


def write_expression(out: SqlWriter, expression: Expression) -> None:  # noqa: C901, PLR0912, PLR0915 - one line per node
    """Write an expression that stands alone in its clause."""
    match expression:
        case ColumnRef(source, name):
            out.ident(source, name)
        case Param():
            out.param(expression)
        case BinaryOp():
            write_binary(out, expression)
        case BoolOp():
            write_bool(out, expression)
        case AnyOf():
            write_any(out, expression)
        case IsNull():
            write_is_null(out, expression)
        case IsTest():
            write_is_test(out, expression)
        case UnaryOp():
            write_unary(out, expression)
        case Like():
            write_like(out, expression)
        case Between():
            write_between(out, expression)
        case Constant(value):
            out.sql(write_constant(value))
        case FunctionCall():
            functions.write_call(out, expression)
        case KeywordCall():
            functions.write_keyword_call(out, expression)
        case Case():
            functions.write_case(out, expression)
        case Cast(operand, type_ref):
            write_operand(out, operand, Precedence.CAST)
            out.sql(f"::{type_ref.sql}")
        case Collate(operand, collation):
            write_operand(out, operand, Precedence.SIGN)
            out.sql(" COLLATE ").ident(collation.schema, collation.name)
        case Exists(statement):
            out.sql("EXISTS (")
            select.write_select_like(out, statement)
            out.sql(")")
        case ScalarSubquery(statement):
            out.sql("(")
            select.write_select_like(out, statement)
            out.sql(")")
        case ArraySubquery(statement):
            out.sql("ARRAY(")
            select.write_select_like(out, statement)
            out.sql(")")
        case RowValue(items):
            out.sql("ROW(").comma(items, write_expression).sql(")")
        case ArrayLiteral(items):
            out.sql("ARRAY[").comma(items, write_expression).sql("]")
        case Subscript() | Slice() | FieldOf() | Extract() | AtTimeZone():
            parts.write_part(out, expression)
        case RawFragment():
            write_raw(out, expression)
        case _:
            assert_never(expression)


def write_binary(out: SqlWriter, node: BinaryOp) -> None:
    operator = node.operator
    write_operand(out, node.left, operator.precedence if operator.chains else operator.above)
    out.operator(operator)
    write_operand(out, node.right, operator.above)


def write_unary(out: SqlWriter, node: UnaryOp) -> None:
    match node.operator:
        case UnaryOperator.NOT:
            out.sql("NOT ")
            write_operand(out, node.operand, Precedence.NOT)
        case UnaryOperator.NEGATE:
            out.sql("-")
            write_operand(out, node.operand, Precedence.SUBSCRIPT)  # "--" begins a comment
        case UnaryOperator.BIT_NOT:
            out.sql("~ ")
            write_operand(out, node.operand, Precedence.ADDITIVE)


def write_bool(out: SqlWriter, node: BoolOp) -> None:
    connective, operands = node.connective, node.operands
    if not operands:
        out.sql("TRUE" if connective is Connective.AND else "FALSE")
        return
    if len(operands) == 1:
        write_expression(out, operands[0])
        return
    for index, operand in enumerate(operands):
        if index:
            out.operator(connective)
        write_operand(out, operand, connective.precedence)


def write_is_null(out: SqlWriter, node: IsNull) -> None:
    write_operand(out, node.operand, Precedence.COMPARISON)
    out.sql(" IS NOT NULL" if node.negated else " IS NULL")


def write_is_test(out: SqlWriter, node: IsTest) -> None:
    write_operand(out, node.operand, Precedence.COMPARISON)
    out.sql(" IS NOT " if node.negated else " IS ").sql(node.kind.value)


def write_any(out: SqlWriter, node: AnyOf) -> None:
    operator = node.operator
    write_operand(out, node.left, operator.precedence if operator.chains else operator.above)
    out.operator(operator).sql("ALL " if node.every else "ANY ")
    if isinstance(node.array, ScalarSubquery):  # its own parentheses: two pairs mean one array
        write_expression(out, node.array)
        return
    out.sql("(")
    write_expression(out, node.array)
    out.sql(")")


def write_between(out: SqlWriter, node: Between) -> None:
    write_operand(out, node.operand, Precedence.OTHER)
    out.sql(" NOT BETWEEN " if node.negated else " BETWEEN ")
    write_operand(out, node.low, Precedence.OTHER)
    out.sql(" AND ")
    write_operand(out, node.high, Precedence.OTHER)


def write_like(out: SqlWriter, node: Like) -> None:
    write_operand(out, node.operand, Precedence.OTHER)
    out.sql(" NOT" if node.negated else "").sql(" ILIKE " if node.ignore_case else " LIKE ")
    write_operand(out, node.pattern, Precedence.OTHER)
    if node.escape is not None:
        out.sql(" ESCAPE ").sql(quote_literal(node.escape))


def write_raw(out: SqlWriter, node: RawFragment) -> None:
    for part in node.parts:
        if isinstance(part, str):
            out.sql(part)
        else:
            write_operand(out, part, Precedence.ATOM)
