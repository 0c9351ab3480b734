"""Tables."""

from __future__ import annotations

from ferrule_core.catalog.columns import Column
from ferrule_core.catalog.constraints import Check, ForeignKey, NotNull, PrimaryKey, Unique
from ferrule_core.catalog.indexes import Index
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.triggers import Trigger
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table. Columns stand in their physical order; what has a name is sorted by it."""

    name: QualifiedName
    columns: tuple[Column, ...]
    primary_key: PrimaryKey | None = None
    uniques: tuple[Unique, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    not_nulls: tuple[NotNull, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    comment: str | None = None
