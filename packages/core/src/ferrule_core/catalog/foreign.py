"""Tables whose rows are elsewhere."""

from __future__ import annotations

from ferrule_core.catalog.columns import Column
from ferrule_core.catalog.constraints import Check, NotNull
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.partitions import Partition
from ferrule_core.catalog.triggers import Trigger
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTable:
    """A table of another server, by its foreign data wrapper.

    Attributes:
        server: The name of the server, which is kept verbatim.
        options: What the wrapper is told of the table, by name.
        column_options: The same of those columns of which it is told something.
    """

    name: QualifiedName
    server: str
    columns: tuple[Column, ...]
    options: tuple[tuple[str, str], ...] = ()
    column_options: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    checks: tuple[Check, ...] = ()
    not_nulls: tuple[NotNull, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    partition_of: Partition | None = None
    inherits: tuple[QualifiedName, ...] = ()
    comment: str | None = None
