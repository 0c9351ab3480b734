"""What a query asks for, as an immutable value. ``Query`` is its face."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Self

    from ferrule_core.mapping.expressions import Expr, Order
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.paths import Path
    from ferrule_core.query.grouping import Grouping
    from ferrule_core.sql.nodes import Locking, Source, With

M_co = TypeVar("M_co", covariant=True)

NO_PREFETCHES: Mapping[tuple[str, ...], Selection] = MappingProxyType({})
NO_ANNOTATIONS: Mapping[str, Expr[Any]] = MappingProxyType({})

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
        locked: Relations whose rows are locked too, and so are joined as rows that are there.
        annotations: Further values of each row, by name.
        prefetches: Which rows of a relation are loaded, by the steps that lead to it.
        groups: What rows are put together by; then a row of the query is one of them.
        having: Conditions on those.
        origin: Where the rows come from, if not from the model's table.
        tables: What stands in ``WITH``.
    """

    __slots__ = (
        "annotations",
        "attributes",
        "conditions",
        "database",
        "distinct",
        "groups",
        "having",
        "inclusion",
        "limit",
        "locked",
        "locking",
        "offset",
        "orders",
        "origin",
        "prefetches",
        "table",
        "tables",
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
    locked: tuple[Path, ...]
    annotations: Mapping[str, Expr[Any]]
    prefetches: Mapping[tuple[str, ...], Selection]
    groups: tuple[Grouping, ...]
    having: tuple[Expr[bool], ...]
    origin: Source | None
    tables: With | None

    def __init__(self, table: ModelTable) -> None:
        self.table = table
        self.conditions = table.visible
        self.orders = ()
        self.limit = None
        self.offset = None
        self.distinct = False
        self.inclusion = ()
        self.attributes = None
        self.database = table.database
        self.locking = ()
        self.locked = ()
        self.annotations = NO_ANNOTATIONS
        self.prefetches = NO_PREFETCHES
        self.groups = ()
        self.having = ()
        self.origin = None
        self.tables = None

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
        new.locked = self.locked
        new.annotations = self.annotations
        new.prefetches = self.prefetches
        new.groups = self.groups
        new.having = self.having
        new.origin = self.origin
        new.tables = self.tables
        return new

    def changed(self, **changes: object) -> Self:
        """A new one that differs in these attributes."""
        new = self.copy()
        for name, value in changes.items():
            setattr(new, name, value)
        return new

    @property
    def cut(self) -> bool:
        """Whether rows are left out, or put together, after the conditions were looked at."""
        return bool(
            self.limit is not None or self.offset is not None or self.distinct is not False
        ) or bool(self.groups)

    @property
    def narrowed(self) -> bool:
        """Whether the conditions do not say all about which rows of the table are meant."""
        return self.cut or self.origin is not None

    def source(self) -> Source:
        """Where the rows come from, as it stands in ``FROM``."""
        table = self.table
        return table.source(table.path.alias) if self.origin is None else self.origin


class RowsOf(Generic[M_co]):
    """Rows of a model, as far as checkers need to know of which: ``RowsOf[Writable]``."""

    __slots__ = ()

    _selection: Selection
