"""Finding rows by the values of columns: the text is known by which columns they are.

``Book.get(id=7)`` is the most frequent query of most programs. Building it each time would cost
more than all the rest that is done for it here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ferrule_core.mapping.operands import Operand
from ferrule_core.query import running
from ferrule_core.query.plans import plan_of, remember
from ferrule_core.query.where import conjunction, presence
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_core.sql.nodes import BinaryOp, Param, Select
from ferrule_core.sql.operators import Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable

_Prepared = tuple[str, tuple[Callable[[Any], object] | None, ...], Select]

_TWO = 2
"""Rows that are asked for, to see whether there is more than one."""


def find_by_columns(table: ModelTable, values: Mapping[str, object]) -> CompiledQuery | None:
    """The statement for at most two rows with these values.

    Its ``origin`` has the shape of the statement; the values are in ``parameters`` only.

    Returns:
        ``None`` where a query has to be built: a keyword is no column, or a value none of its.

    Raises:
        ValueRefused: A value cannot be sent exactly.
    """
    key = (find_by_columns, *values)
    prepared: _Prepared | None = table.plans.get(key)
    if prepared is None:
        if not values or not table.columns.keys() >= values.keys():
            return None
        prepared = remember(table, key, _prepare(table, tuple(values)))
    text, encoders, statement = prepared
    parameters: list[object] = []
    for value, encode in zip(values.values(), encoders, strict=True):
        if value is None or isinstance(value, Operand):
            return None
        parameters.append(value if encode is None else encode(value))
    parameters.append(_TWO)
    return CompiledQuery(text, tuple(parameters), statement)


def _prepare(table: ModelTable, attributes: tuple[str, ...]) -> _Prepared:
    columns = [table.path.column(attribute) for attribute in attributes]
    conditions = [BinaryOp(column.node, Operator.EQ, Param(None)) for column in columns]
    statement = Select(
        plan_of(table).projection,
        table.source(table.path.alias),
        where=conjunction([*conditions, *presence(table, table.path.alias)]),
        limit=Param(_TWO),
    )
    encoders = tuple([table.columns[attribute].compared_type.encode for attribute in attributes])
    return running.compiled(statement).text, encoders, statement
