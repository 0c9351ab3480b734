"""How a table is cut into partitions, and which piece of another table one is."""

from __future__ import annotations

from typing import Literal

from ferrule_core.catalog.names import QualifiedName
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Partitioning:
    """``PARTITION BY``; ``key`` is as the server prints it, without its parentheses.

    It holds columns and expressions, with collations and operator classes that are not the
    default.
    """

    strategy: Literal["list", "range", "hash"]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """What makes a table a partition of ``parent``.

    ``bound`` is as the server prints it: ``FOR VALUES IN (1)`` or ``DEFAULT``.
    """

    parent: QualifiedName
    bound: str
