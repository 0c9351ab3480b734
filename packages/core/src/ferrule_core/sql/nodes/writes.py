"""Statements that write: ``INSERT``, ``UPDATE``, ``DELETE``."""

from __future__ import annotations

from enum import Enum

from ferrule_core.sql.nodes.common_tables import With
from ferrule_core.sql.nodes.expressions import Default, Expression, Param, RowValue
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.nodes.select import Projection, ScalarSubquery, SelectLike
from ferrule_core.sql.nodes.sources import Join, Source, TableRef
from ferrule_core.sql.values import value


@value
class Assignment(Node):
    """``column = value``."""

    column: str
    value: Expression | Default

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Assignment, self.column)
        self.value.shape(key, params)


@value
class RowAssignment(Node):
    """``(a, b) = (SELECT …)``: several columns from one row."""

    columns: tuple[str, ...]
    value: ScalarSubquery | RowValue

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (RowAssignment, self.columns)
        self.value.shape(key, params)


@value
class Values(Node):
    """``VALUES (…), (…)``: rows to insert, each as long as the list of columns."""

    rows: tuple[tuple[Expression | Default, ...], ...]

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Values, tuple(map(len, self.rows)))
        for row in self.rows:
            for cell in row:
                cell.shape(key, params)


@value
class ConflictColumns(Node):
    """The unique index that an upsert means, found by its keys and its predicate."""

    keys: tuple[str | Expression, ...]
    where: Expression | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (ConflictColumns, len(self.keys), self.where is None)
        for element in self.keys:
            if isinstance(element, str):
                key.append(element)
            else:
                element.shape(key, params)
        if self.where is not None:
            self.where.shape(key, params)


@value
class ConflictConstraint(Node):
    """The constraint that an upsert means, by its name."""

    name: str

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (ConflictConstraint, self.name)


@value
class OnConflict(Node):
    """``ON CONFLICT``.

    Attributes:
        target: ``None`` means any conflict; only without assignments.
        assignments: ``DO UPDATE SET …``; empty means ``DO NOTHING``. ``ColumnRef("excluded",
            name)`` is the value that was to be inserted.
        where: The rows that are updated.
    """

    target: ConflictColumns | ConflictConstraint | None = None
    assignments: tuple[Assignment | RowAssignment, ...] = ()
    where: Expression | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.target is None, len(self.assignments), self.where is None)
        if self.target is not None:
            self.target.shape(key, params)
        for assignment in self.assignments:
            assignment.shape(key, params)
        if self.where is not None:
            self.where.shape(key, params)


class Overriding(Enum):
    """Whose value an identity column takes when one was given."""

    SYSTEM_VALUE = "OVERRIDING SYSTEM VALUE"
    USER_VALUE = "OVERRIDING USER VALUE"

    __hash__ = object.__hash__


@value
class Insert(Node):
    """``INSERT``.

    Attributes:
        rows: ``None`` means ``DEFAULT VALUES``; then there are no columns.
    """

    table: TableRef
    columns: tuple[str, ...] = ()
    rows: Values | SelectLike | None = None
    on_conflict: OnConflict | None = None
    returning: Projection | None = None
    overriding: Overriding | None = None
    with_: With | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (
            Insert,
            self.columns,
            self.overriding,
            self.with_ is None,
            self.rows is None,
            self.on_conflict is None,
            self.returning is None,
        )
        for part in (
            self.with_,
            self.table,
            self.rows,
            self.on_conflict,
            self.returning,
        ):
            if part is not None:
                part.shape(key, params)


@value
class Update(Node):
    """``UPDATE``; without ``where`` it changes every row.

    Attributes:
        source: ``FROM``: further rows to take values from.
        joins: Joined to ``source``.
    """

    table: TableRef
    assignments: tuple[Assignment | RowAssignment, ...]
    where: Expression | None = None
    source: Source | None = None
    joins: tuple[Join, ...] = ()
    returning: Projection | None = None
    with_: With | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (
            Update,
            len(self.assignments),
            len(self.joins),
            self.with_ is None,
            self.source is None,
            self.where is None,
            self.returning is None,
        )
        for part in (
            self.with_,
            self.table,
            *self.assignments,
            self.source,
            *self.joins,
            self.where,
            self.returning,
        ):
            if part is not None:
                part.shape(key, params)


@value
class Delete(Node):
    """``DELETE``; without ``where`` it removes every row.

    Attributes:
        source: ``USING``: further rows to decide by.
        joins: Joined to ``source``.
    """

    table: TableRef
    where: Expression | None = None
    source: Source | None = None
    joins: tuple[Join, ...] = ()
    returning: Projection | None = None
    with_: With | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (
            Delete,
            len(self.joins),
            self.with_ is None,
            self.source is None,
            self.where is None,
            self.returning is None,
        )
        for part in (
            self.with_,
            self.table,
            self.source,
            *self.joins,
            self.where,
            self.returning,
        ):
            if part is not None:
                part.shape(key, params)
