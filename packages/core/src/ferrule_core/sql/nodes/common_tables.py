"""``WITH``: tables that a statement makes for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrule_core.sql.nodes.expressions import Param
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.values import value

if TYPE_CHECKING:
    from ferrule_core.sql.nodes.statement import Statement


@value
class Search(Node):
    """``SEARCH DEPTH FIRST BY … SET …``: a column to order the rows of a recursion by.

    Attributes:
        breadth: Breadth first.
    """

    by: tuple[str, ...]
    column: str
    breadth: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.by, self.column, self.breadth)


@value
class Cycle(Node):
    """``CYCLE … SET … USING …``: a recursion ends where it meets the same columns again.

    Attributes:
        mark: Name of a boolean column that says that a row was met before.
        path: Name of a column with the rows on the way.
    """

    columns: tuple[str, ...]
    mark: str
    path: str

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.columns, self.mark, self.path)


@value
class CommonTable(Node):
    """One table of ``WITH``.

    Attributes:
        materialized: ``None`` leaves it to the planner.
    """

    name: str
    statement: Statement
    columns: tuple[str, ...] = ()
    materialized: bool | None = None
    search: Search | None = None
    cycle: Cycle | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (
            self.name,
            self.columns,
            self.materialized,
            self.search is None,
            self.cycle is None,
        )
        for part in (self.statement, self.search, self.cycle):
            if part is not None:
                part.shape(key, params)


@value
class With(Node):
    """``WITH`` before a statement; ``recursive`` lets its tables use themselves."""

    tables: tuple[CommonTable, ...]
    recursive: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (len(self.tables), self.recursive)
        for table in self.tables:
            table.shape(key, params)
