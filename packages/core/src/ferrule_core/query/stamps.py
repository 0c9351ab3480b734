"""What every write adds by itself: the time, who acts, and the next version."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from ferrule_core.errors import MissingValue
from ferrule_core.query.acting import current_actor
from ferrule_core.sql.nodes import (
    Assignment,
    BinaryOp,
    ColumnRef,
    Constant,
    Expression,
    FunctionCall,
    Param,
)
from ferrule_core.sql.operators import Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable

NOW = FunctionCall("now", schema="pg_catalog")
"""When the transaction began, by the server's clock."""


def stamped_on_insert(table: ModelTable, given: Collection[ModelColumn]) -> list[ModelColumn]:
    """The columns in which a new row gets the time or the actor, having no value for them."""
    return [
        column
        for column in table.columns.values()
        if column.options.stamped and column not in given
    ]


def stamped_on_update(table: ModelTable, given: Collection[ModelColumn]) -> list[ModelColumn]:
    """The columns that change with every update of a row, in the order of the model."""
    return [
        column
        for column in table.columns.values()
        if ((column.options.auto_now or column.options.auto_actor) and column not in given)
        or column.options.version
    ]


def stamp(table: ModelTable, column: ModelColumn) -> Expression:
    """What a column of ``stamped_on_insert`` gets."""
    return Param(actor_for(table, column)) if is_actor(column) else NOW


def renewal(table: ModelTable, column: ModelColumn, source: str | None) -> Assignment:
    """What a column of ``stamped_on_update`` gets; ``source`` names the row as it was."""
    return Assignment(column.name, renewed(table, column, source))


def renewed(table: ModelTable, column: ModelColumn, source: str | None) -> Expression:
    """The value in that."""
    if not column.options.version:
        return stamp(table, column)
    return BinaryOp(ColumnRef(source, column.name), Operator.ADD, Constant(1))


def is_actor(column: ModelColumn) -> bool:
    """Whether the column gets who acts."""
    return column.options.auto_actor or column.options.auto_actor_add


def actors_among(columns: Iterable[ModelColumn]) -> list[ModelColumn]:
    """Those of some columns that get who acts."""
    return [column for column in columns if is_actor(column)]


def actors_for(table: ModelTable, columns: Iterable[ModelColumn]) -> tuple[object, ...]:
    """What such columns get now, ready to be sent."""
    return tuple([actor_for(table, column) for column in columns])


def actor_for(table: ModelTable, column: ModelColumn) -> object:
    """Who acts, ready to be sent.

    Raises:
        MissingValue: Nobody does, and the column is never NULL.
        ValueRefused: The actor is no value of the column.
    """
    actor = current_actor()
    if actor is None and not column.value_type.nullable:
        raise MissingValue(
            f'"{column.attribute}" of {table.model_name} is who acts, and nobody is said to',
            hint="write inside of `with acting_as(user_id):`, or give the column a value",
        )
    return column.written.send(actor)
