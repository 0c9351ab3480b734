"""How tightly each expression binds, once it is text."""

from __future__ import annotations

from typing import assert_never

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
from ferrule_core.sql.operators import Precedence


def precedence_of(expression: Expression) -> Precedence:  # noqa: C901, PLR0911 - a table
    """Say how tightly the outermost construct of an expression's text binds.

    PostgreSQL's grammar does not take ``COLLATE`` and ``ANY`` everywhere where their rank would
    allow them (between ``BETWEEN`` and ``AND``: ``b_expr`` in ``gram.y``), so they count as looser
    than they are. Raw SQL, of which nothing is known, counts as the loosest.
    """
    match expression:
        case BinaryOp() | UnaryOp():
            return expression.operator.precedence
        case AnyOf():
            return min(expression.operator.precedence, Precedence.COMPARISON)
        case Param(cast=cast):
            return Precedence.ATOM if cast is None else Precedence.CAST
        case BoolOp(connective, operands):
            return _precedence_of_joined(connective.precedence, operands)
        case Constant(value):
            negative = isinstance(value, int) and value < 0
            return Precedence.SIGN if negative else Precedence.ATOM
        case IsNull() | IsTest():
            return Precedence.IS
        case Between() | Like():
            return Precedence.RANGE
        case Cast():
            return Precedence.CAST
        case Collate() | AtTimeZone() | RawFragment():
            return Precedence.LOWEST
        case (
            ColumnRef()
            | FunctionCall()
            | KeywordCall()
            | Case()
            | Exists()
            | ScalarSubquery()
            | ArraySubquery()
            | RowValue()
            | ArrayLiteral()
            | Subscript()
            | Slice()
            | FieldOf()
            | Extract()
        ):
            return Precedence.ATOM
        case _:
            assert_never(expression)


def _precedence_of_joined(own: Precedence, operands: tuple[Expression, ...]) -> Precedence:
    if not operands:
        return Precedence.ATOM
    return precedence_of(operands[0]) if len(operands) == 1 else own
