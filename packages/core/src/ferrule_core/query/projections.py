"""The methods of a query that give plain values, typed by what was asked for."""

from __future__ import annotations

from typing import Any, Literal, TypeVar, overload

from ferrule_core.mapping.expressions import Expr
from ferrule_core.query import values
from ferrule_core.query.selection import Selection

T1 = TypeVar("T1")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")
T5 = TypeVar("T5")
T6 = TypeVar("T6")


class Projecting:
    """Values instead of instances. Overloads know the types of up to six expressions."""

    __slots__ = ("_selection",)

    def __init__(self, selection: Selection) -> None:
        self._selection = selection

    @overload
    async def values_list(self, a: Expr[T1], /, *, flat: Literal[True]) -> list[T1]: ...
    @overload
    async def values_list(self, a: str, /, *, flat: Literal[True]) -> list[Any]: ...
    @overload
    async def values_list(self, a: Expr[T1], /) -> list[tuple[T1]]: ...
    @overload
    async def values_list(self, a: Expr[T1], b: Expr[T2], /) -> list[tuple[T1, T2]]: ...
    @overload
    async def values_list(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], /
    ) -> list[tuple[T1, T2, T3]]: ...
    @overload
    async def values_list(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], /
    ) -> list[tuple[T1, T2, T3, T4]]: ...
    @overload
    async def values_list(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], e: Expr[T5], /
    ) -> list[tuple[T1, T2, T3, T4, T5]]: ...
    @overload
    async def values_list(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], e: Expr[T5], f: Expr[T6], /
    ) -> list[tuple[T1, T2, T3, T4, T5, T6]]: ...
    @overload
    async def values_list(self, *columns: Expr[Any] | str) -> list[tuple[Any, ...]]: ...
    async def values_list(self, *columns: Expr[Any] | str, flat: bool = False) -> list[Any]:
        """The values of some columns for each row, as tuples; without any, of all columns.

        Args:
            *columns: Columns and other expressions, or names such as ``author__name``.
            flat: The values of the only column, without tuples around them.
        """
        if flat:
            return await values.fetch_flat(self._selection, columns)
        return await values.fetch_tuples(self._selection, columns)

    async def values(self, *columns: Expr[Any] | str, **named: Expr[Any]) -> list[dict[str, Any]]:
        """The values of some columns for each row, as dictionaries; without any, of all columns.

        Args:
            *columns: Columns, or names such as ``author__name``.
            **named: Any other expression, by the name it shall have.
        """
        return await values.fetch_mappings(self._selection, columns, named)

    @overload
    async def aggregate(self, a: Expr[T1], /) -> tuple[T1]: ...
    @overload
    async def aggregate(self, a: Expr[T1], b: Expr[T2], /) -> tuple[T1, T2]: ...
    @overload
    async def aggregate(self, a: Expr[T1], b: Expr[T2], c: Expr[T3], /) -> tuple[T1, T2, T3]: ...
    @overload
    async def aggregate(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], /
    ) -> tuple[T1, T2, T3, T4]: ...
    @overload
    async def aggregate(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], e: Expr[T5], /
    ) -> tuple[T1, T2, T3, T4, T5]: ...
    @overload
    async def aggregate(
        self, a: Expr[T1], b: Expr[T2], c: Expr[T3], d: Expr[T4], e: Expr[T5], f: Expr[T6], /
    ) -> tuple[T1, T2, T3, T4, T5, T6]: ...
    @overload
    async def aggregate(self, /, **named: Expr[Any]) -> dict[str, Any]: ...
    async def aggregate(
        self, /, *expressions: Expr[Any], **named: Expr[Any]
    ) -> tuple[Any, ...] | dict[str, Any]:
        """The values of aggregates over all rows: a tuple, or by keywords a dictionary.

        ``await Book.filter().aggregate(func.count(), func.max(Book.price))``
        """
        found = await values.fetch_aggregates(self._selection, (*expressions, *named.values()))
        return dict(zip(named, found, strict=True)) if named else found
