"""What ``order_by`` takes: orders, expressions, names such as ``-author__name``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ferrule_core.errors import QueryError, UnknownLookup
from ferrule_core.mapping.expressions import Expr, Order
from ferrule_core.mapping.model_table import ModelTable
from ferrule_core.mapping.paths import shown
from ferrule_core.query.keywords import follow


def orders_of(table: ModelTable, given: Iterable[Order | Expr[Any] | str]) -> tuple[Order, ...]:
    """The keys to order by.

    Raises:
        UnknownColumn: A name is no column of the model.
        QueryError: Something else was given.
    """
    return tuple(_order(table, one) for one in given)


def _order(table: ModelTable, given: object) -> Order:
    if isinstance(given, Order):
        return given
    if isinstance(given, Expr):
        return given.asc()
    if not isinstance(given, str):
        raise QueryError(f"rows cannot be ordered by a value of type {type(given).__name__}")
    column = column_named(table, given.removeprefix("-"))
    return column.desc() if given.startswith("-") else column.asc()


def column_named(table: ModelTable, name: str) -> Expr[Any]:
    """The column that a name such as ``author__name`` leads to.

    Raises:
        UnknownColumn: There is none.
        UnknownLookup: More follows the column's name.
    """
    path, column, words = follow(table.path, name)
    if words:
        raise UnknownLookup(f'"{shown(name)}" is more than the name of a column')
    if column is None:
        raise QueryError(
            f'"{name}" is a relation of {table.model_name}, not a column',
            hint=f"name a column of it: {name}__{next(iter(path.table.columns), '...')}",
        )
    return column


def key_orders(table: ModelTable) -> tuple[Order, ...]:
    """By the primary key; empty where there is none."""
    return tuple(table.path.column(column.attribute).asc() for column in table.primary_key)
