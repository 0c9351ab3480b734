"""``MERGE``, from PostgreSQL 15 on."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from ferrule_core.sql.nodes.common_tables import With
from ferrule_core.sql.nodes.expressions import Default, Expression, Param
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.nodes.select import Projection
from ferrule_core.sql.nodes.sources import Source, TableRef
from ferrule_core.sql.nodes.writes import Assignment, Overriding, RowAssignment
from ferrule_core.sql.values import value


class MergeMatch(Enum):
    """For which rows a branch of ``MERGE`` is; by source needs PostgreSQL 17."""

    MATCHED = "MATCHED"
    NOT_MATCHED = "NOT MATCHED"
    NOT_MATCHED_BY_SOURCE = "NOT MATCHED BY SOURCE"

    __hash__ = object.__hash__


@value
class MergeUpdate(Node):
    """``UPDATE SET …``."""

    assignments: tuple[Assignment | RowAssignment, ...]

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (MergeUpdate, len(self.assignments))
        for assignment in self.assignments:
            assignment.shape(key, params)


@value
class MergeInsert(Node):
    """``INSERT (…) VALUES (…)``; without columns, ``INSERT DEFAULT VALUES``."""

    columns: tuple[str, ...] = ()
    values: tuple[Expression | Default, ...] = ()
    overriding: Overriding | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (MergeInsert, self.columns, len(self.values), self.overriding)
        for cell in self.values:
            cell.shape(key, params)


@value
class MergeDelete(Node):
    """``DELETE``."""

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(MergeDelete)


@value
class MergeNothing(Node):
    """``DO NOTHING``."""

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(MergeNothing)


MergeAction: TypeAlias = MergeUpdate | MergeInsert | MergeDelete | MergeNothing
"""What a branch of ``MERGE`` does."""


@value
class MergeBranch(Node):
    """``WHEN MATCHED AND condition THEN action``; the first that fits a row is taken."""

    match: MergeMatch
    action: MergeAction
    condition: Expression | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.match, self.condition is None)
        if self.condition is not None:
            self.condition.shape(key, params)
        self.action.shape(key, params)


@value
class Merge(Node):
    """``MERGE INTO table USING source ON condition WHEN …``.

    Attributes:
        returning: Needs PostgreSQL 17.
    """

    table: TableRef
    source: Source
    on: Expression
    branches: tuple[MergeBranch, ...]
    returning: Projection | None = None
    with_: With | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Merge, len(self.branches), self.with_ is None, self.returning is None)
        for part in (
            self.with_,
            self.table,
            self.source,
            self.on,
            *self.branches,
            self.returning,
        ):
            if part is not None:
                part.shape(key, params)
