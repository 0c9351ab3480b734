"""What can be asked of ranges and multiranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, cast

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import QueryError
from ferrule_core.mapping.kinds.spans import Multirange, Range
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
_BY_CLASS: Mapping[type, str] = {
    int: "int8",
    float: "float8",
    Decimal: "numeric",
    date: "date",
    time: "time",
    datetime: "timestamptz",
}
"""What the ends of ranges of users' own types are, by their class."""


def bound_type(value_type: ValueType | None) -> tuple[TypeRef | None, ValueType | None]:
    """The type of what a range is made of; ``None`` of one that is not known."""
    if value_type is None:
        return None, None
    inner, stored = value_type.inner, value_type.stored
    name = "" if stored is None else stored.name.removesuffix("range").removesuffix("multi")
    found = _SUBTYPES.get(name) if stored is not None and stored.builtin else None
    if found is not None:
        return TypeRef(PG_CATALOG, found[0]), replace(inner or found[1], nullable=True)
    if inner is None or inner.python is None:
        return None, None
    of = _BY_CLASS.get(inner.python)
    return None if of is None else TypeRef(PG_CATALOG, of), replace(inner, nullable=True)


def related(operand: Operand, operator: Operator, other: object) -> Expression:
    """``operand operator other``, where ``other`` is a range, or a value that may lie in one.

    Raises:
        QueryError: ``other`` is ``None``, or no range and no value of one.
    """
    if other is None:
        raise QueryError(f'nothing compares by "{operator.symbol}" with NULL')
    if isinstance(other, Operand):
        return BinaryOp(operand.node, operator, other.node)
    given = type(other).__name__
    if isinstance(other, tuple | list):
        raise QueryError(
            f"a range is compared with a range, not with a value of type {given}",
            hint="write Range(1, 5)",
        )
    if not isinstance(other, Range | Multirange):
        cast_to, kind = bound_type(operand.value_type)
        value = other if kind is None else kind.send(other)
        return BinaryOp(operand.node, operator, Param(value, cast_to))
    return BinaryOp(operand.node, operator, _several(operand, cast("Any", other)))


def _several(operand: Operand, other: Range[Any] | Multirange[Any]) -> Expression:
    """A range, or several, as what the operand is compared with."""
    of = operand.value_type
    if of is None or of.python is None or isinstance(other, of.python):
        return node_of(other, of)
    if isinstance(other, Range):
        return node_of(Multirange(other), of)
    stored = of.stored
    if stored is None or not stored.builtin:
        raise QueryError(
            "a range of a type of your own is not compared with a multirange",
            hint="ask for each of its ranges, joined by |",
        )
    name = f"{stored.name.removesuffix('range')}multirange"
    return Param(other, replace(stored, name=name))
