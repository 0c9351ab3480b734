"""Expressions that are known by names only, until they meet a model: ``F("price") * 2``.

What is done with such an expression is remembered, and done when the query is known whose columns
the names mean; so it means exactly what it means of typed columns.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Expr, Order
from ferrule_core.mapping.operands import Unresolved
from ferrule_core.sql.nodes import Ordering
from ferrule_core.sql.nodes.node import Node

if TYPE_CHECKING:
    from typing import ParamSpec

    from ferrule_core.sql.nodes import Expression, Param
    from ferrule_core.sql.nodes.node import Key

    P = ParamSpec("P")

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Names(Protocol):
    """What a query knows by names."""

    def value(self, name: str, /) -> Expr[Any]:
        """The column, or whatever else has that name.

        Raises:
            UnknownColumn: There is none.
        """
        ...

    def condition(self, lookups: Mapping[str, object], /) -> Expr[bool]:
        """What keywords say together.

        Raises:
            UnknownColumn: A keyword names neither column nor relation.
            UnknownLookup: A column has no such look-up.
        """
        ...


def _lost() -> QueryError:
    return QueryError(
        "Q and F mean columns of a query, and stand where there is none",
        hint="filter, order, update or annotate a query by them",
    )


class _Pending(Node):
    """The place of an expression that is not known yet; it never becomes text."""

    __slots__ = ()

    def shape(self, key: Key, params: list[Param]) -> None:  # noqa: ARG002 - as every node
        raise _lost()


class Deferred(Unresolved, Expr[T_co]):
    """An expression that a query will make, once it is known."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[Names], Expr[Any]]) -> None:
        self.paths = ()
        self.value_type = None
        self._make = make

    def resolve(self, names: Names) -> Expr[Any]:
        """What it means in a query."""
        return self._make(names)

    # A slot of Expr that this one has not: asking for it is an error, and says so.
    @property
    def node(self) -> Expression:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        """None yet.

        Raises:
            QueryError: It is asked for, so the expression stands where no query is.
        """
        raise _lost()

    def asc(self) -> Order:
        """Smallest first; NULLs come last."""
        return Order(self, Ordering(cast("Expression", _Pending())))

    def desc(self) -> Order:
        """Largest first; NULLs come first, unless ``nulls_last`` says otherwise."""
        return Order(self, Ordering(cast("Expression", _Pending()), descending=True))

    def __getattr__(self, name: str) -> Callable[..., Expr[Any]]:
        if name in _OF_AGGREGATES:
            return functools.partial(later, _called, name, self)
        raise AttributeError(f"an expression has no {name}", name=name, obj=self)


_OF_AGGREGATES = frozenset(("filter", "distinct", "order_by", "over"))
"""What a call of a function may have that other expressions have not."""


def _called(name: str, expression: object, *arguments: object, **named: object) -> Expr[Any]:
    made: Expr[Any] = getattr(expression, name)(*arguments, **named)
    return made


def later(make: Callable[..., Expr[Any]], *arguments: object, **named: object) -> Deferred[Any]:
    """What ``make`` gives for these arguments, once it is known what they mean."""
    return Deferred(
        lambda names: make(
            *[resolved(argument, names) for argument in arguments],
            **{name: resolved(argument, names) for name, argument in named.items()},
        )
    )


def is_deferred(argument: object) -> bool:
    """Whether there is an expression in an argument that is not known yet."""
    if isinstance(argument, Unresolved):
        return True
    if isinstance(argument, Order):
        return isinstance(argument.expression, Unresolved)
    if isinstance(argument, tuple | list):
        return any(map(is_deferred, cast("tuple[object, ...]", argument)))
    return False


def resolved(argument: Any, names: Names) -> Any:  # noqa: ANN401 - whatever was given
    """An argument, with what its names mean in a query."""
    if isinstance(argument, Deferred):
        return argument.resolve(names)
    if not is_deferred(argument):
        return argument
    if isinstance(argument, Order):
        return _resolved_order(argument, names)
    parts = [resolved(part, names) for part in argument]
    return tuple(parts) if isinstance(argument, tuple) else parts


def _resolved_order(order: Order, names: Names) -> Order:
    expression: Expr[Any] = resolved(order.expression, names)
    was = order.node
    return Order(expression, Ordering(expression.node, was.descending, was.nulls_first))


def deferrable(make: Callable[P, T]) -> Callable[P, T]:
    """Let a function be called with expressions that are not known yet."""

    @functools.wraps(make)
    def call(*arguments: P.args, **named: P.kwargs) -> T:
        if any(map(is_deferred, arguments)) or (named and any(map(is_deferred, named.values()))):
            return cast("T", later(cast("Callable[..., Expr[Any]]", make), *arguments, **named))
        return make(*arguments, **named)

    return call


_AS_THEY_ARE = frozenset(("asc", "desc", "__init__", "__bool__", "__repr__", "__hash__"))


def _defer_methods() -> None:
    """Remember what is asked of a deferred expression, for all that an expression can be asked."""
    for kind in Expr.__mro__[:-1]:
        for name, method in vars(kind).items():
            public = not name.startswith("_") or name.startswith("__")
            written = isinstance(method, FunctionType)  # what typing brings is for classes
            if public and written and name not in _AS_THEY_ARE | vars(Deferred).keys():
                setattr(Deferred, name, _deferred_method(method))


def _deferred_method(method: Callable[..., Expr[Any]]) -> Callable[..., Expr[Any]]:
    @functools.wraps(method)
    def call(self: Deferred[Any], *arguments: object, **named: object) -> Expr[Any]:
        return later(method, self, *arguments, **named)

    return call


_defer_methods()
