"""Conditions on keys: that a row has this one, or one of these, whatever columns a key has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ferrule_core.errors import ModelError
from ferrule_core.mapping.expressions import Condition, Expr, connect
from ferrule_core.mapping.value_types import BOOLEAN
from ferrule_core.query.where import conjunction
from ferrule_core.sql.nodes import (
    AnyOf,
    BinaryOp,
    ColumnRef,
    Constant,
    Exists,
    Expression,
    FunctionCall,
    FunctionRef,
    Param,
    Projection,
    Select,
    SelectItem,
)
from ferrule_core.sql.operators import Connective, Operator

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable

_ONE = Projection((SelectItem(Constant(1)),))


def has_key(table: ModelTable, key: object) -> Expr[bool]:
    """Whether a row has this key; of several columns it is a tuple.

    Raises:
        ModelError: The key has another number of columns.
    """
    columns, values = table.key(), key_values(table, key)
    path = table.path
    equal = tuple(
        path.column(column.attribute) == value
        for column, value in zip(columns, values, strict=True)
    )
    return connect(Connective.AND, equal)


def has_one_of(table: ModelTable, keys: Collection[object]) -> Expr[bool]:
    """Whether a row has one of these keys; the text is the same for any number of them.

    Raises:
        ModelError: A key has another number of columns.
    """
    columns = table.key()
    if len(columns) == 1:
        return table.path.column(columns[0].attribute).in_(list(keys))
    sent = [
        tuple(
            column.value_type.send(value)
            for column, value in zip(columns, key_values(table, key), strict=True)
        )
        for key in keys
    ]
    path = table.path
    node = among([ColumnRef(path.alias, column.name) for column in columns], sent)
    return Condition(node, path.reached, BOOLEAN)


def key_values(table: ModelTable, key: object) -> tuple[object, ...]:
    """The values of a key, one for each column of it.

    Raises:
        ModelError: There are more, or fewer.
    """
    columns = table.key()
    values: tuple[object, ...] = tuple(key) if isinstance(key, tuple) else (key,)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if len(values) != len(columns):
        names = ", ".join(f'"{column.attribute}"' for column in columns)
        raise ModelError(
            f"the key of {table.model_name} is {names}, and {len(values)} values were given"
        )
    return values


def among(columns: Sequence[ColumnRef], rows: Sequence[Sequence[object]]) -> Expression:
    """Whether these columns have the values of one of the rows, whose values are ready to be sent.

    The values of each column are one array. That each of them is asked for alone tells the server
    the types of the arrays, before they are put side by side.
    """
    arrays = [Param(list(values)) for values in zip(*rows, strict=True)] or [
        Param([]) for _ in columns
    ]
    alone: list[Expression] = [
        AnyOf(column, Operator.EQ, array) for column, array in zip(columns, arrays, strict=True)
    ]
    if len(columns) == 1:
        return alone[0]
    names = tuple([f"c{number}" for number in range(len(columns))])
    beside = FunctionRef(FunctionCall("unnest", tuple(arrays)), "wanted", names)
    pairs: list[Expression] = [
        BinaryOp(ColumnRef("wanted", name), Operator.EQ, column)
        for name, column in zip(names, columns, strict=True)
    ]
    return conjunction([*alone, Exists(Select(_ONE, beside, (), conjunction(pairs)))])
