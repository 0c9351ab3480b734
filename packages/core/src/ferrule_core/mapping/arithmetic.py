"""What ``+ - * / % **`` and operators of bits mean in SQL: the node, and the type of the result."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from ferrule_core.errors import QueryError
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.operands import Operand, as_float, as_integer, as_interval, node_of
from ferrule_core.mapping.value_types import (
    DURATION,
    FLOAT,
    NUMERIC,
    TEXT,
    TSVECTOR,
    ValueType,
)
from ferrule_core.sql.nodes import BinaryOp, Expression, UnaryOp
from ferrule_core.sql.operators import Operator, UnaryOperator

Result = tuple[Expression, ValueType | None]

_DURATIONS = (timedelta, Interval)


def add(left: Operand, right: object) -> Result:
    """Numbers are added, texts joined, moments moved by a duration."""
    if str in (_python(left), _python(right)):
        vector = left.value_type is not None and left.value_type.stored == TSVECTOR.stored
        joined = BinaryOp(left.node, Operator.CONCAT, node_of(right, TEXT))
        return joined, TSVECTOR if vector else TEXT
    if _python(right) in _DURATIONS:
        return BinaryOp(left.node, Operator.ADD, as_interval(right)), left.value_type
    return _calculated(left, Operator.ADD, right)


def subtract(left: Operand, right: object) -> Result:
    """Numbers and moments are subtracted."""
    if _python(right) in _DURATIONS:
        return BinaryOp(left.node, Operator.SUB, as_interval(right)), left.value_type
    if _python(right) is datetime:
        node = BinaryOp(left.node, Operator.SUB, node_of(right, left.value_type))
        return node, DURATION
    return _calculated(left, Operator.SUB, right)


def multiply(left: Operand, right: object) -> Result:
    """Numbers are multiplied."""
    return _calculated(left, Operator.MUL, right)


def divide(left: Operand, right: object) -> Result:
    """Numbers are divided; of two integers the fraction is kept, as Python does."""
    if _python(left) is int and _python(right) is int:
        divisor = right.node if isinstance(right, Operand) else node_of(float_of(right), FLOAT)
        return BinaryOp(as_float(left.node), Operator.DIV, divisor), FLOAT
    return _calculated(left, Operator.DIV, right)


def modulo(left: Operand, right: object) -> Result:
    """What is left of a division."""
    return _calculated(left, Operator.MOD, right)


def power(left: Operand, right: object) -> Result:
    """Raised; PostgreSQL has it of doubles and of numerics."""
    if _python(left) is int and _python(right) is int:
        exponent = right.node if isinstance(right, Operand) else node_of(float_of(right), FLOAT)
        return BinaryOp(as_float(left.node), Operator.POW, exponent), FLOAT
    return _calculated(left, Operator.POW, right)


def negative(operand: Operand) -> Result:
    """The number with the other sign."""
    return UnaryOp(UnaryOperator.NEGATE, operand.node), operand.value_type


def bit_not(operand: Operand) -> Result:
    """All bits turned."""
    return UnaryOp(UnaryOperator.BIT_NOT, operand.node), operand.value_type


def bit_and(left: Operand, right: object) -> Result:
    """The bits that both have."""
    return _calculated(left, Operator.BIT_AND, right)


def bit_or(left: Operand, right: object) -> Result:
    """The bits that either has."""
    return _calculated(left, Operator.BIT_OR, right)


def bit_xor(left: Operand, right: object) -> Result:
    """The bits that only one of them has."""
    return _calculated(left, Operator.BIT_XOR, right)


def shift_left(left: Operand, right: object) -> Result:
    """All bits moved to the left."""
    return BinaryOp(left.node, Operator.SHIFT_LEFT, as_integer(right)), left.value_type


def shift_right(left: Operand, right: object) -> Result:
    """All bits moved to the right."""
    return BinaryOp(left.node, Operator.SHIFT_RIGHT, as_integer(right)), left.value_type


def float_of(value: object) -> float:
    """The float that is exactly this integer.

    Raises:
        QueryError: There is none.
    """
    if not isinstance(value, int) or int(float(value)) != value:
        raise QueryError(f"{value!r} cannot be divided by exactly", hint="divide by a Decimal")
    return float(value)


def _calculated(left: Operand, operator: Operator, right: object) -> Result:
    if right is None:
        raise QueryError("nothing can be calculated with None")
    result = NUMERIC if Decimal in (_python(left), _python(right)) else left.value_type
    like = None if _python(right) is Decimal else left.value_type
    return BinaryOp(left.node, operator, node_of(right, like)), result


def _python(value: object) -> type | None:
    if isinstance(value, Operand):
        return None if value.value_type is None else value.value_type.python
    return datetime if isinstance(value, datetime) else type(value)
