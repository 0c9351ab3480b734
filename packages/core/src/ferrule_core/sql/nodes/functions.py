"""Calls of functions, aggregates and window functions, and what only looks like one."""

from __future__ import annotations

from enum import Enum

from ferrule_core.sql.nodes.expressions import Expression, Param
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.nodes.ordering import Ordering
from ferrule_core.sql.nodes.windows import Window
from ferrule_core.sql.values import value


@value
class NamedArgument(Node):
    """``name => value``: an argument that is found by the name of its parameter."""

    name: str
    value: Expression

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (NamedArgument, self.name)
        self.value.shape(key, params)


@value
class FunctionCall(Node):
    """``name(arguments)`` of a function, an aggregate or a window function.

    Attributes:
        name: Name of the function, without its schema. ``coalesce`` and its kin are
            ``KeywordCall``.
        schema: Schema of the function; ``None`` leaves it to the search path.
        star: ``count(*)``: no arguments but all rows.
        distinct: Each value once; for aggregates.
        order_by: The order in which an aggregate sees its rows.
        within_group: The order of an ordered-set aggregate: ``percentile_cont(0.5) WITHIN GROUP
            (ORDER BY x)``.
        filter: The rows that an aggregate takes.
        over: The window of a window function: one of its own, or the name of one that the
            statement has.
        variadic: The last argument is an array with all further ones.
    """

    name: str
    arguments: tuple[Expression | NamedArgument, ...] = ()
    schema: str | None = None
    star: bool = False
    distinct: bool = False
    order_by: tuple[Ordering, ...] = ()
    within_group: tuple[Ordering, ...] = ()
    filter: Expression | None = None
    over: Window | str | None = None
    variadic: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        over = self.over
        key += (FunctionCall, self.name, self.schema, self.star, self.distinct, self.variadic)
        key += (
            len(self.arguments),
            len(self.order_by),
            len(self.within_group),
            self.filter is None,
            over if over is None or isinstance(over, str) else Window,
        )
        for part in (*self.arguments, *self.order_by, *self.within_group):
            part.shape(key, params)
        if self.filter is not None:
            self.filter.shape(key, params)
        if isinstance(over, Window):
            over.shape(key, params)


class KeywordFunction(Enum):
    """What looks like a function and is grammar: these names cannot be quoted."""

    COALESCE = "COALESCE"
    NULLIF = "NULLIF"
    GREATEST = "GREATEST"
    LEAST = "LEAST"
    GROUPING = "GROUPING"
    MERGE_ACTION = "MERGE_ACTION"

    __hash__ = object.__hash__


@value
class KeywordCall(Node):
    """``COALESCE(a, b)`` and its kin."""

    function: KeywordFunction
    arguments: tuple[Expression, ...]

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (KeywordCall, self.function, len(self.arguments))
        for argument in self.arguments:
            argument.shape(key, params)


@value
class When(Node):
    """``WHEN condition THEN result``; a value, not a condition, where ``Case`` has an operand."""

    condition: Expression
    result: Expression

    def shape(self, key: Key, params: list[Param]) -> None:
        self.condition.shape(key, params)
        self.result.shape(key, params)


@value
class Case(Node):
    """``CASE WHEN … THEN … ELSE … END``."""

    branches: tuple[When, ...]
    default: Expression | None = None
    operand: Expression | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Case, self.operand is None, len(self.branches), self.default is None)
        if self.operand is not None:
            self.operand.shape(key, params)
        for branch in self.branches:
            branch.shape(key, params)
        if self.default is not None:
            self.default.shape(key, params)
