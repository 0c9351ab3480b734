"""Indexes of a table or a materialized view."""

from __future__ import annotations

from ferrule_core.catalog.names import QualifiedName
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexElement:
    """One key of an index: a column or an expression, never both.

    ``expression`` is as it stands in ``CREATE INDEX``: in its parentheses, but for a function call.
    ``operator_class`` and ``collation`` are given only where they are not the default;
    ``nulls_first`` is ``None`` where the order of nulls is the default of the direction.
    """

    column: str | None = None
    expression: str | None = None
    collation: QualifiedName | None = None
    operator_class: QualifiedName | None = None
    operator_class_parameters: tuple[tuple[str, str], ...] = ()
    descending: bool = False
    nulls_first: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index that no constraint owns.

    Attributes:
        statistics_targets: Of keys that are expressions: their place, from 1, and the target.
        part_of: Of a partition's index: the name of the index of the parent that it is a part of.
    """

    name: str
    elements: tuple[IndexElement, ...]
    method: str = "btree"
    unique: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    predicate: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    tablespace: str | None = None
    statistics_targets: tuple[tuple[int, int], ...] = ()
    part_of: str | None = None
    valid: bool = True
    comment: str | None = None
