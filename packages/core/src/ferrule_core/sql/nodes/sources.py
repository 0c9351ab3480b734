"""Where rows come from: tables, subqueries, functions, and their joins."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from ferrule_core.sql.nodes.expressions import Expression, Param
from ferrule_core.sql.nodes.functions import FunctionCall
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.values import value

if TYPE_CHECKING:
    from ferrule_core.sql.nodes.select import SelectLike


@value
class TableRef(Node):
    """A table, a view, or a common table of ``WITH``.

    Attributes:
        schema: ``None`` for common tables, and where the search path decides.
        alias: The name that ``ColumnRef.source`` uses; without one it is ``name``.
        only: Leave out the rows of tables that inherit from it.
    """

    name: str
    schema: str | None = None
    alias: str | None = None
    only: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (TableRef, self.name, self.schema, self.alias, self.only)


@value
class SubqueryRef(Node):
    """``(SELECT …) AS alias``; with ``lateral`` it may use what stands before it."""

    select: SelectLike
    alias: str
    columns: tuple[str, ...] = ()
    lateral: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (SubqueryRef, self.alias, self.columns, self.lateral)
        self.select.shape(key, params)


@value
class FunctionRef(Node):
    """``function(…) AS alias (columns)``: a function that gives rows, such as ``unnest``.

    It may always use what stands before it, as PostgreSQL allows.
    """

    call: FunctionCall
    alias: str
    columns: tuple[str, ...] = ()
    ordinality: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (FunctionRef, self.alias, self.columns, self.ordinality)
        self.call.shape(key, params)


Source: TypeAlias = "TableRef | SubqueryRef | FunctionRef"
"""Whatever may stand in ``FROM``."""


class JoinKind(Enum):
    """How rows of two sources meet."""

    INNER = "JOIN"
    LEFT = "LEFT JOIN"
    RIGHT = "RIGHT JOIN"
    FULL = "FULL JOIN"
    CROSS = "CROSS JOIN"

    __hash__ = object.__hash__


@value
class Join(Node):
    """One more source, joined to all that stand before it.

    Attributes:
        on: The condition; every kind but ``CROSS`` needs one.
    """

    source: Source
    on: Expression | None
    kind: JoinKind = JoinKind.INNER

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.kind, self.on is None)
        self.source.shape(key, params)
        if self.on is not None:
            self.on.shape(key, params)
