"""Which columns of a row belong to an instance, and where they stand in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ferrule_core.mapping.binding import Comparer, Taker, make_comparer, make_taker
from ferrule_core.sql.nodes import ColumnRef, Projection, SelectItem

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_table import ModelTable


class Layout:
    """Some columns of a model, in the order in which they stand in a row from ``offset`` on.

    Attributes:
        positions: Where each attribute's value stands in the row.
        whole: Whether the instance gets every column of its table.
    """

    def __init__(
        self, table: ModelTable, columns: tuple[ModelColumn, ...], offset: int = 0
    ) -> None:
        self.table = table
        self.columns = columns
        self.offset = offset
        self.positions = {
            column.attribute: place for place, column in enumerate(columns, start=offset)
        }
        self.whole = len(columns) == len(table.columns)

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return tuple(self.positions)

    @cached_property
    def late(self) -> dict[str, tuple[int, Callable[[Any], Any]]]:
        """The attributes that an instance gets on first access: place in the row, and copier.

        Those whose values can be changed in place, such as of jsonb: the instance gets its own copy
        when it asks, so that the row stays what the server sent and ``save()`` sees every change. A
        row whose document nobody reads pays nothing for it.
        """
        return {
            column.attribute: (self.positions[column.attribute], column.value_type.own)
            for column in self.columns
            if column.value_type.mutable
        }

    @cached_property
    def take(self) -> Taker:
        """Makes a row what the server has of an instance."""
        return make_taker(self)

    @cached_property
    def differing(self) -> Comparer:
        """The columns in which the values of an instance differ from its row."""
        return make_comparer(self)

    def items(self, alias: str | None) -> tuple[SelectItem, ...]:
        """The columns, to be selected from the row called ``alias``."""
        return tuple(SelectItem(ColumnRef(alias, column.name)) for column in self.columns)

    @cached_property
    def returning(self) -> Projection:
        """The columns, to be returned by a statement that writes."""
        return Projection(self.items(None))


def forget_row(instance: Mapped) -> None:
    """Make an instance one that is in no table, with all the values that it was loaded with."""
    for attribute in instance.__layout__.late:
        getattr(instance, attribute)
    delattr(instance, "__row__")
    vars(instance).pop("__layout__", None)
