"""Typed expressions: what ``Book.price < 10`` is, to a checker and at run time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, NoReturn, TypeVar, overload

from ferrule_core.errors import QueryError
from ferrule_core.mapping import arithmetic, predicates
from ferrule_core.mapping.operands import Operand, Subquery, paths_of
from ferrule_core.mapping.value_types import BOOLEAN
from ferrule_core.sql.nodes import (
    BoolOp,
    Constant,
    Expression,
    IsNull,
    KeywordCall,
    KeywordFunction,
    Ordering,
    UnaryOp,
)
from ferrule_core.sql.operators import Connective, Operator, UnaryOperator

T_co = TypeVar("T_co", covariant=True)

# Read once: the members of an enum are slow to get at on Python 3.11.
_LT, _LE, _GT, _GE = Operator.LT, Operator.LE, Operator.GT, Operator.GE
_MATCHES, _MATCHES_IGNORING_CASE = Operator.MATCHES, Operator.MATCHES_IGNORING_CASE
_IS_DISTINCT_FROM = Operator.IS_DISTINCT_FROM

Number = int | float | Decimal | timedelta
"""What can be calculated with."""


class Expr(Operand, Generic[T_co]):
    """A value that the server will compute, of the Python type ``T_co``.

    Expressions are immutable. Comparisons give conditions, ``Expr[bool]``, which are joined by
    ``&``, ``|`` and ``~``; Python's own ``and``, ``or`` and ``not`` cannot be used and raise.
    """

    __slots__ = ()

    # Comparison. A nullable column may be compared with one that is not, and a Decimal with an int.

    @overload  # type: ignore[override]
    def __eq__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __eq__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __eq__(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, other: object, /
    ) -> Expr[bool]:
        return _condition(predicates.equal(self, other), self, other)

    @overload  # type: ignore[override]
    def __ne__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __ne__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __ne__(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, other: object, /
    ) -> Expr[bool]:
        return _condition(predicates.unequal(self, other), self, other)

    @overload
    def __lt__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __lt__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __lt__(self, other: object, /) -> Expr[bool]:
        return _condition(predicates.compare(self, _LT, other), self, other)

    @overload
    def __le__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __le__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __le__(self, other: object, /) -> Expr[bool]:
        return _condition(predicates.compare(self, _LE, other), self, other)

    @overload
    def __gt__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __gt__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __gt__(self, other: object, /) -> Expr[bool]:
        return _condition(predicates.compare(self, _GT, other), self, other)

    @overload
    def __ge__(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]: ...
    @overload
    def __ge__(self: Expr[Decimal | None], other: int | Expr[int | None], /) -> Expr[bool]: ...
    def __ge__(self, other: object, /) -> Expr[bool]:
        return _condition(predicates.compare(self, _GE, other), self, other)

    __hash__ = object.__hash__

    def in_(self, values: Collection[T_co] | Subquery[T_co | None], /) -> Expr[bool]:
        """Whether the value is one of these; ``None`` among them stands for NULL.

        Those of a query are ``query.column(...)``.
        """
        if isinstance(values, Subquery):
            return _condition(predicates.one_of_rows(self, values), self, values)
        return _condition(predicates.one_of(self, values), self)

    def not_in(self, values: Collection[T_co] | Subquery[T_co | None], /) -> Expr[bool]:
        """Whether the value is none of these; a NULL is neither, unless ``None`` is among them.

        Where a query gives NULL among its values, no value is certainly none of them.
        """
        if isinstance(values, Subquery):
            return _condition(predicates.one_of_rows(self, values, negated=True), self, values)
        return _condition(predicates.one_of(self, values, negated=True), self)

    def between(self, low: T_co | Expr[T_co], high: T_co | Expr[T_co], /) -> Expr[bool]:
        """Whether the value lies between the two, both included."""
        return _condition(predicates.between(self, low, high), self, low, high)

    def is_null(self) -> Expr[bool]:
        """Whether there is no value."""
        return _condition(IsNull(self.node), self)

    def is_not_null(self) -> Expr[bool]:
        """Whether there is a value."""
        return _condition(IsNull(self.node, negated=True), self)

    def is_distinct_from(self, other: T_co | Expr[T_co | None], /) -> Expr[bool]:
        """Like ``!=``, but a NULL is a value like any other, and the answer is never unknown."""
        return _condition(predicates.compare(self, _IS_DISTINCT_FROM, other), self, other)

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

    # Text. Each takes its argument literally, wildcards included, but for the first two.

    def like(self: Expr[str | None], pattern: str, /) -> Expr[bool]:
        r"""Whether it fits a pattern: ``%`` is any text, ``_`` any character, ``\`` escapes."""
        return _condition(predicates.like(self, pattern), self)

    def ilike(self: Expr[str | None], pattern: str, /) -> Expr[bool]:
        """As ``like``, and the case of letters does not matter."""
        return _condition(predicates.like(self, pattern, ignore_case=True), self)

    def contains(self: Expr[str | None], text: str, /) -> Expr[bool]:
        """Whether this text is somewhere in it."""
        return _condition(predicates.like_literal(self, "%", text, "%"), self)

    def icontains(self: Expr[str | None], text: str, /) -> Expr[bool]:
        """As ``contains``, and the case of letters does not matter."""
        return _condition(predicates.like_literal(self, "%", text, "%", ignore_case=True), self)

    def startswith(self: Expr[str | None], text: str, /) -> Expr[bool]:
        """Whether it begins with this text."""
        return _condition(predicates.like_literal(self, "", text, "%"), self)

    def istartswith(self: Expr[str | None], text: str, /) -> Expr[bool]:
        """As ``startswith``, and the case of letters does not matter."""
        return _condition(predicates.like_literal(self, "", text, "%", ignore_case=True), self)

    def endswith(self: Expr[str | None], text: str, /) -> Expr[bool]:
        """Whether it ends with this text."""
        return _condition(predicates.like_literal(self, "%", text, ""), self)

    def iendswith(self: Expr[str | None], text: str, /) -> Expr[bool]:
        """As ``endswith``, and the case of letters does not matter."""
        return _condition(predicates.like_literal(self, "%", text, "", ignore_case=True), self)

    def iexact(self: Expr[str | None], text: str, /) -> Expr[bool]:
        """Whether it is this text, but for the case of letters."""
        return _condition(predicates.equal_ignoring_case(self, text), self)

    def regex(self: Expr[str | None], pattern: str, /) -> Expr[bool]:
        """Whether a POSIX regular expression matches somewhere in it."""
        return _condition(predicates.compare(self, _MATCHES, pattern), self)

    def iregex(self: Expr[str | None], pattern: str, /) -> Expr[bool]:
        """As ``regex``, and the case of letters does not matter."""
        return _condition(predicates.compare(self, _MATCHES_IGNORING_CASE, pattern), self)

    # Arithmetic, and ``+`` for text.

    @overload
    def __add__(self: Expr[Number | str | None], other: T_co | Expr[T_co], /) -> Expr[T_co]: ...
    @overload
    def __add__(  # type: ignore[overload-overlap]
        self: Expr[Number | str | None], other: Expr[T_co | None], /
    ) -> Expr[T_co | None]: ...
    @overload
    def __add__(self: Expr[Decimal], other: int | Expr[int], /) -> Expr[Decimal]: ...
    @overload
    def __add__(self: Expr[datetime], other: timedelta | Expr[timedelta], /) -> Expr[datetime]: ...
    def __add__(self, other: object, /) -> Expr[Any]:
        return _result(arithmetic.add(self, other), self, other)

    @overload
    def __sub__(self: Expr[Number | None], other: T_co | Expr[T_co], /) -> Expr[T_co]: ...
    @overload
    def __sub__(  # type: ignore[overload-overlap]
        self: Expr[Number | None], other: Expr[T_co | None], /
    ) -> Expr[T_co | None]: ...
    @overload
    def __sub__(self: Expr[Decimal], other: int | Expr[int], /) -> Expr[Decimal]: ...
    @overload
    def __sub__(self: Expr[datetime], other: timedelta | Expr[timedelta], /) -> Expr[datetime]: ...
    @overload
    def __sub__(self: Expr[datetime], other: datetime | Expr[datetime], /) -> Expr[timedelta]: ...
    def __sub__(self, other: object, /) -> Expr[Any]:
        return _result(arithmetic.subtract(self, other), self, other)

    @overload
    def __mul__(
        self: Expr[int | float | Decimal | None], other: T_co | Expr[T_co], /
    ) -> Expr[T_co]: ...
    @overload
    def __mul__(  # type: ignore[overload-overlap]
        self: Expr[int | float | Decimal | None], other: Expr[T_co | None], /
    ) -> Expr[T_co | None]: ...
    @overload
    def __mul__(self: Expr[Decimal], other: int | Expr[int], /) -> Expr[Decimal]: ...
    def __mul__(self, other: object, /) -> Expr[Any]:
        return _result(arithmetic.multiply(self, other), self, other)

    @overload
    def __truediv__(self: Expr[int], other: int | Expr[int], /) -> Expr[float]: ...
    @overload
    def __truediv__(
        self: Expr[float | Decimal | None], other: T_co | Expr[T_co], /
    ) -> Expr[T_co]: ...
    @overload
    def __truediv__(self: Expr[Decimal], other: int | Expr[int], /) -> Expr[Decimal]: ...
    def __truediv__(self, other: object, /) -> Expr[Any]:
        return _result(arithmetic.divide(self, other), self, other)

    def __neg__(self: Expr[Number | None]) -> Expr[T_co]:
        return Expr(UnaryOp(UnaryOperator.NEGATE, self.node), self.paths, self.value_type)

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
    if len(conditions) == 1:
        return conditions[0]
    return _combined(conditions, lambda nodes: BoolOp(connective, nodes), connective)


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
    paths = paths_of(*parts)
    if any(path.many for path in paths):
        return Compound(parts, combine, connective)
    return Condition(combine(tuple([part.node for part in parts])), paths, BOOLEAN)


def _condition(node: Expression, operand: Operand, *others: object) -> Expr[bool]:
    paths = operand.paths
    for other in others:
        if isinstance(other, Operand) and other.paths is not paths:
            paths = paths_of(operand, *others)
    return Condition(node, paths, BOOLEAN)


def _result(result: arithmetic.Result, *operands: object) -> Expr[Any]:
    node, value_type = result
    return Expr(node, paths_of(*operands), value_type)
