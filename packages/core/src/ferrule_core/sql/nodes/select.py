"""Statements that read: ``SELECT`` and set operations, and their clauses."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import TypeAlias

from ferrule_core.sql.nodes.common_tables import With
from ferrule_core.sql.nodes.expressions import Expression, Param
from ferrule_core.sql.nodes.grouping import GroupingElement
from ferrule_core.sql.nodes.node import Key, KeyPart, Node
from ferrule_core.sql.nodes.ordering import Ordering
from ferrule_core.sql.nodes.sources import Join, Source
from ferrule_core.sql.nodes.windows import NamedWindow
from ferrule_core.sql.values import value


@value
class SelectItem(Node):
    """An expression that is selected, and the name it has in the row."""

    expression: Expression
    alias: str | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(self.alias)
        self.expression.shape(key, params)


@value
class Projection(Node):
    """What a statement gives back, in ``SELECT`` or ``RETURNING``.

    Keep one for each model and set of columns and use it again: its part in the statement's shape,
    and its text, are then worked out once.

    Attributes:
        part: Its part in the shape, when it was asked for once and there are no params in it.
        text: Its text, likewise.
    """

    items: tuple[SelectItem, ...]
    part: KeyPart | None = field(default=None, init=False)
    text: str | None = field(default=None, init=False)

    def shape(self, key: Key, params: list[Param]) -> None:
        part = self.part
        if part is not None:
            key.append(part)
            return
        own: Key = [len(self.items)]
        before = len(params)
        for item in self.items:
            item.shape(own, params)
        if len(params) > before:
            key += own
            return
        part = KeyPart(tuple(own))
        object.__setattr__(self, "part", part)
        key.append(part)


class LockStrength(Enum):
    """How firmly rows are held, from the manual's section 13.3.2."""

    UPDATE = "UPDATE"
    NO_KEY_UPDATE = "NO KEY UPDATE"
    SHARE = "SHARE"
    KEY_SHARE = "KEY SHARE"

    __hash__ = object.__hash__


class LockWait(Enum):
    """What happens on a row that another transaction holds."""

    WAIT = ""
    NOWAIT = " NOWAIT"
    SKIP_LOCKED = " SKIP LOCKED"

    __hash__ = object.__hash__


@value
class Locking(Node):
    """``FOR UPDATE OF a SKIP LOCKED``.

    Attributes:
        of: Aliases of the sources whose rows are held; empty means all.
    """

    strength: LockStrength = LockStrength.UPDATE
    of: tuple[str, ...] = ()
    wait: LockWait = LockWait.WAIT

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.strength, self.of, self.wait)


@value
class Select(Node):
    """``SELECT``.

    Attributes:
        distinct: ``True`` for ``DISTINCT``; expressions for ``DISTINCT ON (…)``.
        group_by: With ``group_distinct``, equal ones of several groupings count once.
        windows: Windows that functions of the statement share.
        limit: A ``Param``, so that every limit has one text.
        with_ties: Beyond the limit, also the rows that are equal to its last by ``order_by``.
    """

    projection: Projection
    source: Source | None = None
    joins: tuple[Join, ...] = ()
    where: Expression | None = None
    group_by: tuple[GroupingElement, ...] = ()
    having: Expression | None = None
    order_by: tuple[Ordering, ...] = ()
    limit: Expression | None = None
    offset: Expression | None = None
    distinct: bool | tuple[Expression, ...] = False
    locking: tuple[Locking, ...] = ()
    with_: With | None = None
    windows: tuple[NamedWindow, ...] = ()
    group_distinct: bool = False
    with_ties: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        distinct = self.distinct
        on = () if isinstance(distinct, bool) else distinct
        key += (
            Select,
            distinct is True,
            len(on),
            len(self.joins),
            len(self.group_by),
            len(self.order_by),
            len(self.locking),
            len(self.windows),
            self.group_distinct,
            self.with_ties,
            self.with_ is None,
            self.source is None,
            self.where is None,
            self.having is None,
            self.limit is None,
            self.offset is None,
        )
        for part in (
            self.with_,
            *on,
            self.projection,
            self.source,
            *self.joins,
            self.where,
            *self.group_by,
            self.having,
            *self.windows,
            *self.order_by,
            self.limit,
            self.offset,
            *self.locking,
        ):
            if part is not None:
                part.shape(key, params)


class SetOperator(Enum):
    """How the rows of two queries are put together."""

    UNION = "UNION"
    INTERSECT = "INTERSECT"
    EXCEPT = "EXCEPT"

    __hash__ = object.__hash__


@value
class SetOperation(Node):
    """``left UNION right``, and its kin; each side is parenthesised.

    Attributes:
        all: Keep duplicates.
        order_by: Keys are columns of the result: ``ColumnRef(None, name)``.
    """

    left: SelectLike
    operator: SetOperator
    right: SelectLike
    all: bool = False
    order_by: tuple[Ordering, ...] = ()
    limit: Expression | None = None
    offset: Expression | None = None
    with_: With | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (
            SetOperation,
            self.operator,
            self.all,
            len(self.order_by),
            self.with_ is None,
            self.limit is None,
            self.offset is None,
        )
        for part in (
            self.with_,
            self.left,
            self.right,
            *self.order_by,
            self.limit,
            self.offset,
        ):
            if part is not None:
                part.shape(key, params)


SelectLike: TypeAlias = "Select | SetOperation"
"""Whatever gives rows by reading."""


@value
class Exists(Node):
    """``EXISTS (SELECT …)``; ``NOT EXISTS`` is ``UnaryOp(NOT, Exists(…))``."""

    select: SelectLike

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(Exists)
        self.select.shape(key, params)


@value
class ScalarSubquery(Node):
    """``(SELECT …)`` as one value: one column of at most one row; of any number in ``AnyOf``."""

    select: SelectLike

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(ScalarSubquery)
        self.select.shape(key, params)


@value
class ArraySubquery(Node):
    """``ARRAY(SELECT …)``: the one column of all rows, as an array."""

    select: SelectLike

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(ArraySubquery)
        self.select.shape(key, params)
