"""What a query asks for, as an immutable value. ``Query`` is its face."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from typing import Any, Self

    from ferrule_core.mapping.expressions import Expr, Order
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.sql.nodes import Locking

Inclusion: TypeAlias = "tuple[tuple[str, bool, Inclusion], ...]"
"""Relations to load: attribute, whether it is joined, and what to load from there on."""


class Selection:
    """Rows of one model: which, in what order, and how much of each.

    Attributes:
        conditions: All must be met.
        orders: Empty leaves the order to the server.
        distinct: ``True`` for rows that differ; expressions for the first row of each of their
            values.
        inclusion: Relations that are loaded with the rows.
        attributes: The columns that are loaded; ``None`` for all.
        database: Where the query runs, if not where the model says.
    """

    __slots__ = (
        "attributes",
        "conditions",
        "database",
        "distinct",
        "inclusion",
        "limit",
        "locking",
        "offset",
        "orders",
        "table",
    )

    table: ModelTable
    conditions: tuple[Expr[bool], ...]
    orders: tuple[Order, ...]
    limit: int | None
    offset: int | None
    distinct: bool | tuple[Expr[Any], ...]
    inclusion: Inclusion
    attributes: tuple[str, ...] | None
    database: str | None
    locking: tuple[Locking, ...]

    def __init__(self, table: ModelTable) -> None:
        self.table = table
        self.conditions = ()
        self.orders = ()
        self.limit = None
        self.offset = None
        self.distinct = False
        self.inclusion = ()
        self.attributes = None
        self.database = table.database
        self.locking = ()

    def copy(self) -> Self:
        """A new one, to be changed by whoever asked for it before anybody else sees it."""
        new = self.__new__(type(self))
        new.table = self.table
        new.conditions = self.conditions
        new.orders = self.orders
        new.limit = self.limit
        new.offset = self.offset
        new.distinct = self.distinct
        new.inclusion = self.inclusion
        new.attributes = self.attributes
        new.database = self.database
        new.locking = self.locking
        return new

    def changed(self, **changes: object) -> Self:
        """A new one that differs in these attributes."""
        new = self.copy()
        for name, value in changes.items():
            setattr(new, name, value)
        return new

    @property
    def narrowed(self) -> bool:
        """Whether rows are left out by something other than the conditions."""
        return self.limit is not None or self.offset is not None or self.distinct is not False
