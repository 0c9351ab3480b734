"""Constraints of a table. Each names its columns and, where it points, the table it points to.

Keys and exclusions have an index of their name; ``parameters``, ``tablespace``, ``part_of`` and
``index_comment`` are the index's, as they are in ``Index``.
"""

from __future__ import annotations

from ferrule_core.catalog.actions import MatchType, ReferentialAction
from ferrule_core.catalog.indexes import IndexElement
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryKey:
    """``PRIMARY KEY``; ``include`` are the payload columns of its index."""

    name: str
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    deferrable: bool = False
    initially_deferred: bool = False
    without_overlaps: bool = False
    parameters: tuple[tuple[str, str], ...] = ()
    tablespace: str | None = None
    part_of: str | None = None
    comment: str | None = None
    index_comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique:
    """``UNIQUE`` as a constraint; a unique index without one is an ``Index``."""

    name: str
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    without_overlaps: bool = False
    parameters: tuple[tuple[str, str], ...] = ()
    tablespace: str | None = None
    part_of: str | None = None
    comment: str | None = None
    index_comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionElement:
    """What is compared, and by which operator.

    ``operator`` stands as it does in SQL: ``=``, or ``OPERATOR(schema.=)`` outside of
    ``pg_catalog``.
    """

    element: IndexElement
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """``EXCLUDE``: of no two rows are all elements in agreement with their operators."""

    name: str
    elements: tuple[ExclusionElement, ...]
    method: str = "gist"
    predicate: str | None = None
    include: tuple[str, ...] = ()
    deferrable: bool = False
    initially_deferred: bool = False
    parameters: tuple[tuple[str, str], ...] = ()
    tablespace: str | None = None
    part_of: str | None = None
    comment: str | None = None
    index_comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """``FOREIGN KEY``: ``columns`` here refer to ``target_columns`` of ``target``, pairwise.

    Attributes:
        on_delete_columns: The columns that ``SET NULL`` or ``SET DEFAULT`` touches; empty means
            all.
        validated: False for a constraint that was added ``NOT VALID`` and never validated.
        enforced: False for ``NOT ENFORCED`` (PostgreSQL 18).
        period: Whether the last pair of columns is a ``PERIOD`` (PostgreSQL 18).
    """

    name: str
    columns: tuple[str, ...]
    target: QualifiedName
    target_columns: tuple[str, ...]
    on_update: ReferentialAction = "no action"
    on_delete: ReferentialAction = "no action"
    on_delete_columns: tuple[str, ...] = ()
    match: MatchType = "simple"
    deferrable: bool = False
    initially_deferred: bool = False
    validated: bool = True
    enforced: bool = True
    period: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """``CHECK``; ``expression`` is as the server prints it, without the outer ``CHECK ( )``.

    ``local`` is false for one that a table has only from those that it inherits from.
    """

    name: str
    expression: str
    no_inherit: bool = False
    validated: bool = True
    enforced: bool = True
    local: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNull:
    """A ``NOT NULL`` that says more than a column's ``nullable`` can (PostgreSQL 18).

    One that was named by the server, is valid and inherits is not listed: the column says it all.
    But a table that inherits lists all of its own; those that it has only from others are not
    ``local``.
    """

    name: str
    column: str
    no_inherit: bool = False
    validated: bool = True
    local: bool = True
    comment: str | None = None
