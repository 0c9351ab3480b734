"""Functions of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, cast, overload

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.operands import Operand, node_of, paths_of
from ferrule_core.mapping.value_types import (
    ANY_VALUE,
    INTEGER,
    TEXT,
    ValueType,
    array_type,
    nullable,
)
from ferrule_core.query.functions.building import argument, result, returned, type_of
from ferrule_core.sql.nodes import ArrayLiteral, BinaryOp, FunctionCall, Param, Slice
from ferrule_core.sql.operators import Operator

T = TypeVar("T")
A = TypeVar("A", bound="list[Any] | None")


class ArrayFunctions:
    """Arrays (manual, sections 4.2.12 and 9.19); their first place is 1 here, as in PostgreSQL."""

    @overload
    @staticmethod
    def array(*items: Expr[T]) -> Expr[list[T]]: ...
    @overload
    @staticmethod
    def array(*items: T | Expr[T]) -> Expr[list[T]]: ...
    @staticmethod
    def array(*items: Any) -> Expr[Any]:
        """An array of these values: ``func.array(Book.price, Book.old_price)``.

        Raises:
            QueryError: There is none, so nothing says its type.
        """
        if not items:
            raise QueryError(
                "the type of an empty array is not known",
                hint="func.cast([], types.Array(types.Text()), list[str])",
            )
        known = next((item.value_type for item in items if isinstance(item, Operand)), None)
        if any(isinstance(item, Operand) for item in items):
            nodes = [node_of(item, known) for item in items]
        else:
            nodes = [argument(item) for item in items]
            known = returned(cast("object", items[0].__class__))
        return Expr(ArrayLiteral(tuple(nodes)), paths_of(*items), array_type(known or ANY_VALUE))

    @staticmethod
    def array_append(array: Expr[list[T]], item: T | Expr[T], /) -> Expr[list[T]]:
        """The array with a value more at its end."""
        return _with("array_append", array, array, item)

    @staticmethod
    def array_prepend(item: T | Expr[T], array: Expr[list[T]], /) -> Expr[list[T]]:
        """The array with a value more at its begin."""
        return _with("array_prepend", array, item, array)

    @staticmethod
    def array_concat(array: Expr[list[T]], other: Sequence[T] | Expr[list[T]], /) -> Expr[list[T]]:
        """The values of both."""
        of = type_of(array)
        node = BinaryOp(array.node, Operator.CONCAT, node_of(other, of))
        return Expr(node, paths_of(array, other), of)

    @staticmethod
    def array_remove(array: Expr[list[T]], item: T | Expr[T], /) -> Expr[list[T]]:
        """The array without any value that is equal to this one."""
        return _with("array_remove", array, array, item)

    @staticmethod
    def array_replace(array: Expr[list[T]], old: T | Expr[T], new: T | Expr[T], /) -> Expr[list[T]]:
        """The array with another value wherever it has this one."""
        return _with("array_replace", array, array, old, new)

    @staticmethod
    def array_position(array: Expr[list[T] | None], item: T | Expr[T], /) -> Expr[int | None]:
        """The first place of a value, from 1; NULL where it is not there."""
        found = _with("array_position", array, array, item)
        return Expr(found.node, found.paths, nullable(INTEGER))

    @staticmethod
    def array_positions(array: Expr[list[T] | None], item: T | Expr[T], /) -> Expr[list[int]]:
        """All places of a value, from 1."""
        found = _with("array_positions", array, array, item)
        return Expr(found.node, found.paths, array_type(INTEGER))

    @staticmethod
    def array_slice(array: Expr[A], first: int, last: int, /) -> Expr[A]:
        """The values from one place to another, both included, from 1."""
        ends = (argument(first), argument(last))
        return Expr(Slice(array.node, *ends), array.paths, type_of(array))

    @staticmethod
    def array_to_string(
        array: Expr[list[Any] | None], separator: str, null: str | None = None, /
    ) -> Expr[str]:
        """All values as one text; a NULL is left out, or stands as ``null`` says."""
        more = () if null is None else (null,)
        return result("array_to_string", TEXT, array, separator, *more)

    @staticmethod
    def string_to_array(
        text: Expr[str | None], separator: str, null: str | None = None, /
    ) -> Expr[list[str]]:
        """The parts of a text; those that are as ``null`` become NULL."""
        more = () if null is None else (null,)
        return result("string_to_array", array_type(TEXT), text, separator, *more)

    @staticmethod
    def cardinality(array: Expr[list[Any] | None], /) -> Expr[int]:
        """How many values there are; ``Book.keywords.length()`` is the same."""
        return result("cardinality", INTEGER, array)


def _with(name: str, array: Operand, *arguments: object) -> Expr[Any]:
    """A call whose plain values have the type of what is in the array."""
    of = array.value_type
    element: ValueType | None = None if of is None else of.element
    nodes = [
        one.node
        if isinstance(one, Operand)
        else Param(one if element is None else element.send(one))
        for one in arguments
    ]
    return Expr(FunctionCall(name, tuple(nodes)), paths_of(*arguments), of)
