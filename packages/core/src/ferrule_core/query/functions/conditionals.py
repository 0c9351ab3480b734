"""Values that depend on conditions, and values of another type."""

from __future__ import annotations

from typing import Any, TypeVar, cast, overload

from ferrule_core.catalog.types import TypeRef
from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.operands import Operand, node_of, paths_of
from ferrule_core.mapping.value_types import ValueType
from ferrule_core.query.functions.building import argument, returned, type_of
from ferrule_core.sql.nodes import (
    Case,
    Cast,
    Expression,
    KeywordCall,
    KeywordFunction,
    Param,
    When,
)

T = TypeVar("T")


class Conditionals:
    """``CASE``, ``COALESCE`` and their kin, and ``CAST``."""

    @overload
    @staticmethod
    def case(*branches: tuple[Expr[bool], Expr[T]]) -> Expr[T | None]: ...
    @overload
    @staticmethod
    def case(*branches: tuple[Expr[bool], T | Expr[T]]) -> Expr[T | None]: ...
    @overload
    @staticmethod
    def case(*branches: tuple[Expr[bool], T | Expr[T]], otherwise: T | Expr[T]) -> Expr[T]: ...
    @staticmethod
    def case(*branches: tuple[Expr[bool], Any], otherwise: Any = None) -> Expr[Any]:
        """The value of the first branch whose condition is met; else ``otherwise``, or NULL.

        ``func.case((Book.price < 10, "cheap"), (Book.price < 50, "fair"), otherwise="dear")``

        Raises:
            QueryError: There is no branch.
        """
        if not branches:
            raise QueryError("a case needs a branch", hint="case((condition, value), ...)")
        values = [value for _, value in branches]
        like = _common([*values, otherwise])
        inferred = any(isinstance(value, Operand) for value in (*values, otherwise))
        node = node_of if inferred else _typed
        whens = tuple([When(condition.node, node(value, like)) for condition, value in branches])
        default = None if otherwise is None else node(otherwise, like)
        conditions = [condition for condition, _ in branches]
        return Expr(Case(whens, default), paths_of(*conditions, *values, otherwise), like)

    @staticmethod
    def coalesce(expression: Expr[T | None], /, *others: T | Expr[T]) -> Expr[T]:
        """The first that is not NULL."""
        return _keyword(KeywordFunction.COALESCE, expression, others)

    @staticmethod
    def nullif(expression: Expr[T], value: T | Expr[T], /) -> Expr[T | None]:
        """The expression, and NULL where it is equal to the value."""
        return _keyword(KeywordFunction.NULLIF, expression, (value,))

    @staticmethod
    def greatest(expression: Expr[T], /, *others: T | Expr[T]) -> Expr[T]:
        """The largest of these; NULLs are left out."""
        return _keyword(KeywordFunction.GREATEST, expression, others)

    @staticmethod
    def least(expression: Expr[T], /, *others: T | Expr[T]) -> Expr[T]:
        """The smallest of these; NULLs are left out."""
        return _keyword(KeywordFunction.LEAST, expression, others)

    @staticmethod
    def cast(value: object, to: TypeRef, returns: type[T], /) -> Expr[T]:
        """The value as another type: ``func.cast(Book.meta, types.Text(), str)``.

        Args:
            value: An expression, or a value.
            to: The type in PostgreSQL.
            returns: The type in Python.
        """
        return Expr(Cast(argument(value), to), paths_of(value), returned(returns))

    @staticmethod
    def value(value: T, type: TypeRef | None = None, /) -> Expr[T]:  # noqa: A002
        """A value that says its type, where nothing beside it does: ``func.value(1)``.

        Args:
            value: It travels as a parameter.
            type: The type in PostgreSQL, where it is not the one that Python's class means.
        """
        kind = returned(cast("object", value.__class__))
        node = argument(value) if type is None else Param(kind.send(value), type)
        return Expr(node, (), kind)


def _common(values: list[Any]) -> ValueType | None:
    """The type of values of which some are expressions."""
    expressions = [value for value in values if isinstance(value, Operand)]
    if expressions:
        return expressions[0].value_type
    given = next((value for value in values if value is not None), None)
    return None if given is None else returned(cast("object", type(given)))


def _typed(value: object, like: ValueType | None) -> Expression:
    """A value that says its type: all branches are values, so nothing else does."""
    return argument(value if like is None or isinstance(value, Operand) else like.send(value))


def _keyword(
    function: KeywordFunction, expression: Expr[Any], others: tuple[Any, ...]
) -> Expr[Any]:
    of = type_of(expression)
    arguments = (expression.node, *[node_of(other, of) for other in others])
    return Expr(KeywordCall(function, arguments), paths_of(expression, *others), of)
