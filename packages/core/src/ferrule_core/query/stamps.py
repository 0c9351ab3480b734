"""What every write adds by itself: the time in ``auto_now`` columns, and the next version."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ferrule_core.sql.nodes import (
    Assignment,
    BinaryOp,
    ColumnRef,
    Constant,
    Expression,
    FunctionCall,
)
from ferrule_core.sql.operators import Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable

NOW = FunctionCall("now", schema="pg_catalog")
"""When the transaction began, by the server's clock."""


def stamped_on_insert(table: ModelTable, given: Collection[ModelColumn]) -> list[ModelColumn]:
    """The columns that a new row gets the time in, because it was given no value for them."""
    return [
        column
        for column in table.columns.values()
        if (column.options.auto_now or column.options.auto_now_add) and column not in given
    ]


def stamped_on_update(table: ModelTable, given: Collection[ModelColumn]) -> list[ModelColumn]:
    """The columns that change with every update of a row, in the order of the model."""
    return [
        column
        for column in table.columns.values()
        if (column.options.auto_now and column not in given) or column.options.version
    ]


def renewal(column: ModelColumn, source: str | None) -> Assignment:
    """What a column of ``stamped_on_update`` gets; ``source`` names the row as it was."""
    return Assignment(column.name, renewed(column, source))


def renewed(column: ModelColumn, source: str | None) -> Expression:
    """The value in that."""
    if not column.options.version:
        return NOW
    return BinaryOp(ColumnRef(source, column.name), Operator.ADD, Constant(1))
