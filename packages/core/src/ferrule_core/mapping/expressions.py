"""Typed expressions: what ``Book.price < 10`` is, to a checker and at run time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, overload

from ferrule_core.errors import QueryError
from ferrule_core.mapping import predicates
from ferrule_core.mapping.calculating import Calculations
from ferrule_core.mapping.containers import ContainerLookups
from ferrule_core.mapping.operands import Operand, Subquery, Unresolved, paths_of
from ferrule_core.mapping.search import SearchLookups
from ferrule_core.mapping.texts import TextLookups
from ferrule_core.mapping.value_types import BOOLEAN
from ferrule_core.sql.nodes import (
    BinaryOp,
    BoolOp,
    Constant,
    Expression,
    IsNull,
    KeywordCall,
    KeywordFunction,
    Ordering,
    Param,
    UnaryOp,
)
from ferrule_core.sql.operators import Connective, Operator, UnaryOperator

if TYPE_CHECKING:
    from ferrule_core.mapping.value_types import ValueType

T_co = TypeVar("T_co", covariant=True)

# Read once: the members of an enum are slow to get at on Python 3.11.
_LT, _LE, _GT, _GE = Operator.LT, Operator.LE, Operator.GT, Operator.GE
_EQ, _NE = Operator.EQ, Operator.NE
_IS_DISTINCT_FROM = Operator.IS_DISTINCT_FROM


class Expr(
    TextLookups[T_co],
    ContainerLookups[T_co],
    SearchLookups[T_co],
    Calculations[T_co],
    Generic[T_co],
):
    """A value that the server will compute, of the Python type ``T_co``.

    Expressions are immutable. Comparisons give conditions, ``Expr[bool]``, which are joined by
    ``&``, ``|`` and ``~``; Python's own ``and``, ``or`` and ``not`` cannot be used and raise.
    """

    __slots__ = ()

    # Comparison. A nullable column may be compared with one that is not, and a Decimal with an int.
    # What is ignored: that object's own == gives a bool.

    @overload  # type: ignore[override]
    def __eq__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __eq__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __eq__(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, other: object, /
    ) -> Expr[bool]:
        return _compared(self, _EQ, other)

    @overload  # type: ignore[override]
    def __ne__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __ne__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __ne__(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, other: object, /
    ) -> Expr[bool]:
        return _compared(self, _NE, other)

    @overload
    def __lt__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __lt__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __lt__(self, other: object, /) -> Expr[bool]:
        return _compared(self, _LT, other)

    @overload
    def __le__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __le__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __le__(self, other: object, /) -> Expr[bool]:
        return _compared(self, _LE, other)

    @overload
    def __gt__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __gt__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __gt__(self, other: object, /) -> Expr[bool]:
        return _compared(self, _GT, other)

    @overload
    def __ge__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __ge__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __ge__(self, other: object, /) -> Expr[bool]:
        return _compared(self, _GE, other)

    __hash__ = object.__hash__

    def in_(self, values: Collection[T_co] | Subquery[T_co | None], /) -> Expr[bool]:
        """Whether the value is one of these; ``None`` among them stands for NULL.

        Those of a query are ``query.column(...)``.
        """
        if isinstance(values, Subquery):
            return self._condition(predicates.one_of_rows(self, values), values)
        return self._condition(predicates.one_of(self, values))

    def not_in(self, values: Collection[T_co] | Subquery[T_co | None], /) -> Expr[bool]:
        """Whether the value is none of these; a NULL is neither, unless ``None`` is among them.

        Where a query gives NULL among its values, no value is certainly none of them.
        """
        if isinstance(values, Subquery):
            return self._condition(predicates.one_of_rows(self, values, negated=True), values)
        return self._condition(predicates.one_of(self, values, negated=True))

    def between(self, low: T_co | Expr[T_co], high: T_co | Expr[T_co], /) -> Expr[bool]:
        """Whether the value lies between the two, both included."""
        if isinstance(low, Unresolved) or isinstance(high, Unresolved):
            return _later(_between, self, low, high)
        return self._condition(predicates.between(self, low, high), low, high)

    def is_null(self) -> Expr[bool]:
        """Whether there is no value."""
        return self._condition(predicates.null(self))

    def is_not_null(self) -> Expr[bool]:
        """Whether there is a value."""
        return self._condition(predicates.null(self, negated=True))

    def is_distinct_from(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]:
        """Like ``!=``, but a NULL is a value like any other, and the answer is never unknown."""
        return _compared(self, _IS_DISTINCT_FROM, other)

    # Conditions.

    def __and__(self: Expr[bool], other: Expr[bool], /) -> Expr[bool]:
        return connect(Connective.AND, (self, other))

    def __or__(self: Expr[bool], other: Expr[bool], /) -> Expr[bool]:
        return connect(Connective.OR, (self, other))

    def __invert__(self: Expr[bool]) -> Expr[bool]:
        return negate(self)

    def __bool__(self) -> NoReturn:
        raise QueryError(
            "an expression has no truth value before the server has computed it",
            hint="join conditions by & and |, negate by ~, and put parentheses around each",
        )

    # What look-ups and calculations make.

    def _condition(self, node: Expression, *others: object) -> Expr[bool]:
        return Condition(node, paths_of(self, *others) if others else self.paths, BOOLEAN)

    def _expression(
        self, node: Expression, value_type: ValueType | None, *others: object
    ) -> Expr[Any]:
        return Expr(node, paths_of(self, *others), value_type)

    def _calculated(
        self, how: Callable[..., tuple[Expression, ValueType | None]], *others: object
    ) -> Expr[Any]:
        if any(isinstance(other, Unresolved) for other in others):
            return _later(_calculated, self, how, *others)
        return _calculated(self, how, *others)

    # Order.

    def asc(self) -> Order:
        """Smallest first; NULLs come last."""
        return Order(self, Ordering(self.node))

    def desc(self) -> Order:
        """Largest first; NULLs come first, unless ``nulls_last`` says otherwise."""
        return Order(self, Ordering(self.node, descending=True))

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()}>"


class Condition(Expr[bool]):
    """A comparison, or several: true, false, or, because of a NULL, unknown."""

    __slots__ = ()

    def is_null(self) -> Expr[bool]:
        """Whether the answer is unknown."""
        return _combined((self,), lambda nodes: IsNull(nodes[0]))

    def is_not_null(self) -> Expr[bool]:
        """Whether the answer is known."""
        return _combined((self,), lambda nodes: IsNull(nodes[0], negated=True))


class Compound(Condition):
    """Conditions whose parts are still apart, because some look at many related rows.

    Which of those share an ``EXISTS`` is only known when the whole filter is, so there is no node
    yet: ``combine`` makes it of the nodes of the parts.
    """

    __slots__ = ("combine", "connective", "parts")

    def __init__(
        self,
        parts: tuple[Expr[bool], ...],
        combine: Callable[[tuple[Expression, ...]], Expression],
        connective: Connective | None = None,
    ) -> None:
        self.paths = paths_of(*parts)
        self.value_type = BOOLEAN
        self.parts = parts
        self.combine = combine
        self.connective = connective

    # A slot of Expr that this one has not: asking for it is an error, and says so.
    @property
    def node(self) -> Expression:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        """None yet.

        Raises:
            QueryError: It is asked for, so the condition stands where it has no meaning.
        """
        raise QueryError(
            "a condition on many related rows can only be filtered by",
            hint="join it with others by & and |, negate it by ~",
        )


class Order:
    """One key that rows are ordered by."""

    __slots__ = ("expression", "node")

    def __init__(self, expression: Expr[Any], node: Ordering) -> None:
        self.expression = expression
        self.node = node

    def nulls_first(self) -> Order:
        """The same order, with the rows that have no value at its start."""
        return Order(self.expression, replace(self.node, nulls_first=True))

    def nulls_last(self) -> Order:
        """The same order, with the rows that have no value at its end."""
        return Order(self.expression, replace(self.node, nulls_first=False))

    def reverse(self) -> Order:
        """The opposite order; the rows that have no value go to the other end too."""
        was = self.node
        nulls_first = None if was.nulls_first is None else not was.nulls_first
        turned = Ordering(was.expression, not was.descending, nulls_first)
        return Order(self.expression, turned)


class Assignment:
    """A new value for a column, for ``Query.update``."""

    __slots__ = ("column", "value")

    def __init__(self, column: Operand, value: Operand) -> None:
        self.column = column
        self.value = value


def connect(connective: Connective, conditions: tuple[Expr[bool], ...]) -> Expr[bool]:
    """All, or any, of the conditions; of none, all are met and not any.

    Raises:
        QueryError: One of them is no expression.
    """
    for condition in conditions:
        refuse_unconditional(condition)
    if any(isinstance(condition, Unresolved) for condition in conditions):
        conditions = tuple([one for one in conditions if not getattr(one, "empty", False)])
    if len(conditions) == 1:
        return conditions[0]
    return _combined(conditions, lambda nodes: _joined(connective, nodes), connective)


def _joined(connective: Connective, nodes: tuple[Expression, ...]) -> BoolOp:
    """A long chain, ``a | b | c | ...``, is one node, and not as deep as it is long."""
    first = nodes[0] if nodes else None
    if isinstance(first, BoolOp) and first.connective is connective and len(first.operands) > 1:
        nodes = (*first.operands, *nodes[1:])
    return BoolOp(connective, nodes)


def refuse_unconditional(condition: object) -> None:
    """Refuse what is no condition: a text, an instance, an expression of another type.

    Raises:
        QueryError: It can be neither true nor false.
    """
    if not isinstance(condition, Expr):
        kind = type(condition).__name__
    elif condition.value_type is None or condition.value_type.python in (bool, None):
        return
    else:
        kind = f"an expression of type {condition.value_type.python.__name__}"
    raise QueryError(
        f"{kind} is no condition", hint="compare a column with a value, or use a keyword"
    )


def negate(condition: Expr[bool]) -> Expr[bool]:
    """The condition's opposite; what is unknown stays unknown."""
    return _combined((condition,), lambda nodes: UnaryOp(UnaryOperator.NOT, nodes[0]))


def unless(condition: Expr[bool]) -> Expr[bool]:
    """Whether the condition is not met; what is unknown is not met."""
    false = Constant(value=False)
    return _combined(
        (condition,),
        lambda nodes: UnaryOp(
            UnaryOperator.NOT, KeywordCall(KeywordFunction.COALESCE, (nodes[0], false))
        ),
    )


def _combined(
    parts: tuple[Expr[bool], ...],
    combine: Callable[[tuple[Expression, ...]], Expression],
    connective: Connective | None = None,
) -> Expr[bool]:
    if any(isinstance(part, Unresolved) for part in parts):
        return _later(lambda *known: _combined(known, combine, connective), *parts)
    paths = paths_of(*parts)
    if any(path.many for path in paths):
        return Compound(parts, combine, connective)
    return Condition(combine(tuple([part.node for part in parts])), paths, BOOLEAN)


def _compared(left: Expr[Any], operator: Operator, right: object) -> Expr[bool]:
    """``left operator right``; every filter comes through here."""
    node: Expression
    if right is None:
        return Condition(predicates.compare_with_null(left, operator), left.paths, BOOLEAN)
    if isinstance(right, Operand):
        if isinstance(right, Unresolved):
            return _later(_compared, left, operator, right)
        of = left.value_type
        if of is not None and of.equality is not None:
            node = of.equality.compared(left.node, operator, right.node)
        else:
            node = BinaryOp(left.node, operator, right.node)
        return Condition(node, paths_of(left, right), BOOLEAN)
    like = left.value_type
    if like is not None and like.encode is not None:
        right = like.encode(right)
        if like.equality is not None:
            node = like.equality.compared(left.node, operator, Param(right))
            return Condition(node, left.paths, BOOLEAN)
    return Condition(BinaryOp(left.node, operator, Param(right)), left.paths, BOOLEAN)


def _between(operand: Expr[Any], low: object, high: object) -> Expr[bool]:
    return operand.between(low, high)


def _calculated(operand: Expr[Any], how: Callable[..., Any], *others: object) -> Expr[Any]:
    node, value_type = how(operand, *others)
    return Expr(node, paths_of(operand, *others), value_type)


def _later(make: Callable[..., Expr[Any]], *arguments: object) -> Expr[Any]:
    """What can be made only when the query is known that names in the arguments belong to."""
    from ferrule_core.mapping.deferred import later  # it is made of expressions

    return later(make, *arguments)
