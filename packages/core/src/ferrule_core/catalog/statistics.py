"""Statistics over several columns, or over expressions."""

from __future__ import annotations

from ferrule_core.catalog.names import QualifiedName
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """A statistics object.

    Attributes:
        table: What it is about; it goes with it.
        definition: ``CREATE STATISTICS ...`` in full, as the server prints it.
        target: How much is sampled; ``None`` is what the columns say.
    """

    name: QualifiedName
    table: QualifiedName
    definition: str
    target: int | None = None
    comment: str | None = None
