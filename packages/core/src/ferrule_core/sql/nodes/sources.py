"""Where rows come from: tables, subqueries, functions, and their joins."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from ferrule_core.catalog.types import TypeRef
from ferrule_core.sql.nodes.expressions import Expression, Param
from ferrule_core.sql.nodes.functions import FunctionCall
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.values import value

if TYPE_CHECKING:
    from ferrule_core.sql.nodes.select import SelectLike


class SampleMethod(Enum):
    """How a sample of rows is taken: each row by chance, or each page."""

    BERNOULLI = "BERNOULLI"
    SYSTEM = "SYSTEM"

    __hash__ = object.__hash__


@value
class Sample(Node):
    """``TABLESAMPLE BERNOULLI (percent) REPEATABLE (seed)``."""

    percent: Expression
    method: SampleMethod = SampleMethod.BERNOULLI
    seed: Expression | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.method, self.seed is None)
        self.percent.shape(key, params)
        if self.seed is not None:
            self.seed.shape(key, params)


@value
class TableRef(Node):
    """A table, a view, or a common table of ``WITH``.

    Attributes:
        schema: ``None`` for common tables, and where the search path decides.
        alias: The name that ``ColumnRef.source`` uses; without one it is ``name``.
        only: Leave out the rows of tables that inherit from it.
        sample: Read some of its rows.
    """

    name: str
    schema: str | None = None
    alias: str | None = None
    only: bool = False
    sample: Sample | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (TableRef, self.name, self.schema, self.alias, self.only, self.sample is None)
        if self.sample is not None:
            self.sample.shape(key, params)


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
class ValuesRef(Node):
    """``(VALUES (…), (…)) AS alias (columns)``: rows that the statement brings along."""

    rows: tuple[tuple[Expression, ...], ...]
    alias: str
    columns: tuple[str, ...]

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (ValuesRef, self.alias, self.columns, tuple(map(len, self.rows)))
        for row in self.rows:
            for cell in row:
                cell.shape(key, params)


@value
class ColumnDefinition(Node):
    """A column of a function that gives records: ``name type``."""

    name: str
    type: TypeRef

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.name, self.type)


@value
class FunctionRef(Node):
    """``function(…) AS alias (columns)``: a function that gives rows, such as ``unnest``.

    It may always use what stands before it, as PostgreSQL allows.

    Attributes:
        definitions: The columns of a function that gives records; then ``columns`` is empty.
    """

    call: FunctionCall
    alias: str
    columns: tuple[str, ...] = ()
    ordinality: bool = False
    definitions: tuple[ColumnDefinition, ...] = ()

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (FunctionRef, self.alias, self.columns, self.ordinality, len(self.definitions))
        self.call.shape(key, params)
        for definition in self.definitions:
            definition.shape(key, params)


@value
class JoinedSource(Node):
    """``(source JOIN … ON …)``: joins that are done before the one that this stands in."""

    source: Source
    joins: tuple[Join, ...]

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (JoinedSource, len(self.joins))
        self.source.shape(key, params)
        for join in self.joins:
            join.shape(key, params)


Source: TypeAlias = "TableRef | SubqueryRef | ValuesRef | FunctionRef | JoinedSource"
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
