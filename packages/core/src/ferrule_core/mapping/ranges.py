"""What can be asked of ranges and multiranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import QueryError
from ferrule_core.mapping.operands import Operand, node_of
from ferrule_core.mapping.value_types import DATE, INTEGER, NUMERIC, TIMESTAMP, ValueType
from ferrule_core.sql.nodes import BinaryOp, Expression, Param
from ferrule_core.sql.operators import Operator

_SUBTYPES: Mapping[str, tuple[str, ValueType]] = {
    "int4": ("int4", INTEGER),
    "int8": ("int8", INTEGER),
    "num": ("numeric", NUMERIC),
    "ts": ("timestamp", TIMESTAMP),
    "tstz": ("timestamptz", TIMESTAMP),
    "date": ("date", DATE),
}


def bound_type(value_type: ValueType | None) -> tuple[TypeRef | None, ValueType | None]:
    """The type of what a range is made of; ``None`` of one that is not PostgreSQL's own."""
    if value_type is None or value_type.stored is None:
        return None, None
    name = value_type.stored.name.removesuffix("multirange").removesuffix("range")
    found = _SUBTYPES.get(name)
    if found is None:
        return None, None
    return TypeRef(PG_CATALOG, found[0]), replace(found[1], nullable=True)


def related(operand: Operand, operator: Operator, other: object) -> Expression:
    """``operand operator other``, where ``other`` is a range, or a value that may lie in one.

    Raises:
        QueryError: ``other`` is ``None``.
    """
    if other is None:
        raise QueryError(f'nothing compares by "{operator.symbol}" with NULL')
    if isinstance(other, Operand):
        return BinaryOp(operand.node, operator, other.node)
    if isinstance(other, int | float | Decimal | date | datetime):
        cast, kind = bound_type(operand.value_type)
        value = other if kind is None else kind.send(other)
        return BinaryOp(operand.node, operator, Param(value, cast))
    # A range of the driver, or whatever the column's own values are: they have the same type.
    return BinaryOp(operand.node, operator, node_of(other, operand.value_type))
