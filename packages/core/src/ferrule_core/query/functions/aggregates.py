"""Aggregates: one value of many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast, overload

from ferrule_core.mapping.deferred import deferrable
from ferrule_core.mapping.expressions import Expr, connect
from ferrule_core.mapping.intervals import Interval
from ferrule_core.mapping.operands import operand, paths_of
from ferrule_core.mapping.value_types import (
    ANY_VALUE,
    BOOLEAN,
    FLOAT,
    INTEGER,
    NUMERIC,
    TEXT,
    ValueType,
    array_type,
)
from ferrule_core.query.functions.building import argument, joined, orderings, type_of
from ferrule_core.query.functions.windows import (
    Distances,
    Ends,
    Exclude,
    Orders,
    make_window,
)
from ferrule_core.sql.nodes import FunctionCall
from ferrule_core.sql.operators import Connective

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
A = TypeVar("A", int, float, Decimal, timedelta, Interval)
B = TypeVar("B", float, Decimal, timedelta, Interval)


class Aggregate(Expr[T_co], Generic[T_co]):
    """One value of many rows; of some of them, in an order, each value once, or over a window."""

    __slots__ = ()

    @deferrable
    def filter(self, *conditions: Expr[bool]) -> Aggregate[T_co]:
        """The same of the rows that meet all these conditions too."""
        call = self._call
        condition = connect(Connective.AND, conditions)
        node = condition.node
        if call.filter is not None:
            before = Expr[bool](call.filter, (), BOOLEAN)
            node = connect(Connective.AND, (before, condition)).node
        return self._changed(replace(call, filter=node), condition.paths)

    def distinct(self) -> Aggregate[T_co]:
        """The same, where each value counts once."""
        return self._changed(replace(self._call, distinct=True), ())

    @deferrable
    def order_by(self, *orders: Any) -> Aggregate[T_co]:  # noqa: ANN401 - as Query.order_by
        """The same of the rows in this order: for arrays, JSON and joined text."""
        keys, paths = orderings(cast("Orders", orders))
        return self._changed(replace(self._call, order_by=keys), paths)

    @deferrable
    def over(
        self,
        *,
        partition_by: Expr[Any] | Sequence[Expr[Any]] = (),
        order_by: Orders = (),
        rows: Ends | None = None,
        range_: Distances | None = None,
        groups: Ends | None = None,
        exclude: Exclude | None = None,
    ) -> Expr[T_co]:
        """The same for each row, of the rows around it; see ``WindowFunction.over``."""
        window, paths = make_window(partition_by, order_by, (rows, range_, groups), exclude)
        call = replace(self._call, over=window)
        return Expr(call, joined(self.paths, paths), self.value_type)

    @property
    def _call(self) -> FunctionCall:
        return cast("FunctionCall", self.node)

    def _changed(self, call: FunctionCall, paths: Any) -> Aggregate[T_co]:  # noqa: ANN401
        return Aggregate(call, joined(self.paths, paths), self.value_type)


def _aggregate(name: str, value_type: ValueType | None, *arguments: object) -> Aggregate[Any]:
    call = FunctionCall(name, tuple([argument(each) for each in arguments]))
    return Aggregate(call, paths_of(*arguments), value_type)


class Aggregates:
    """The server's aggregates (manual, section 9.21)."""

    @staticmethod
    def count(expression: Expr[Any] | None = None, /, *, distinct: bool = False) -> Aggregate[int]:
        """How many rows there are, or how many of them have a value."""
        if expression is None:
            return Aggregate(FunctionCall("count", star=True), (), INTEGER)
        call = FunctionCall("count", (operand(expression).node,), distinct=distinct)
        return Aggregate(call, expression.paths, INTEGER)

    @staticmethod
    def sum(expression: Expr[A | None], /) -> Aggregate[A | None]:
        """All values added up; ``None`` where there is none."""
        of = type_of(expression)
        # The sum of bigint is numeric to PostgreSQL, and an int to Python all the same.
        total = ValueType(int, decode=_whole) if of is not None and of.python is int else of
        return _aggregate("sum", total, expression)

    @overload
    @staticmethod
    def avg(  # type: ignore[overload-overlap]  # of NULL alone, which is of neither type
        expression: Expr[int | None], /
    ) -> Aggregate[Decimal | None]: ...
    @overload
    @staticmethod
    def avg(expression: Expr[B | None], /) -> Aggregate[B | None]: ...
    @staticmethod
    def avg(expression: Expr[Any], /) -> Aggregate[Any]:
        """The mean; ``None`` where there is no value. Of integers it is a ``Decimal``."""
        of = type_of(expression)
        mean = NUMERIC if of is not None and of.python is int else of
        return _aggregate("avg", mean, expression)

    @staticmethod
    def min(expression: Expr[T], /) -> Aggregate[T | None]:
        """The smallest value; ``None`` where there is none."""
        return _aggregate("min", type_of(expression), expression)

    @staticmethod
    def max(expression: Expr[T], /) -> Aggregate[T | None]:
        """The largest value; ``None`` where there is none."""
        return _aggregate("max", type_of(expression), expression)

    @staticmethod
    def bool_and(condition: Expr[bool], /) -> Aggregate[bool | None]:
        """Whether it is true of all rows; ``None`` where there is none."""
        return _aggregate("bool_and", BOOLEAN, condition)

    @staticmethod
    def bool_or(condition: Expr[bool], /) -> Aggregate[bool | None]:
        """Whether it is true of any row; ``None`` where there is none."""
        return _aggregate("bool_or", BOOLEAN, condition)

    @staticmethod
    def array_agg(expression: Expr[T], /) -> Aggregate[list[T] | None]:
        """All values as a list, NULLs included; ``None`` where there is no row."""
        return _aggregate("array_agg", array_type(type_of(expression) or ANY_VALUE), expression)

    @staticmethod
    def string_agg(expression: Expr[str | None], separator: str, /) -> Aggregate[str | None]:
        """All texts, joined; ``None`` where there is none."""
        return _aggregate("string_agg", TEXT, expression, separator)

    @staticmethod
    def jsonb_agg(expression: Expr[Any], /) -> Aggregate[list[Any] | None]:
        """All values as a JSON array; ``None`` where there is no row."""
        return _aggregate("jsonb_agg", ANY_VALUE, expression)

    @staticmethod
    def stddev(expression: Expr[float | None], /) -> Aggregate[float | None]:
        """The standard deviation of a sample; ``None`` of fewer than two values."""
        return _aggregate("stddev_samp", FLOAT, expression)

    @staticmethod
    def variance(expression: Expr[float | None], /) -> Aggregate[float | None]:
        """The variance of a sample; ``None`` of fewer than two values."""
        return _aggregate("var_samp", FLOAT, expression)

    @staticmethod
    def percentile_cont(
        fraction: float, /, *, within: Expr[float | None]
    ) -> Aggregate[float | None]:
        """The value below which that share of the values lies, interpolated: 0.5 is the median."""
        return _ordered("percentile_cont", fraction, within)

    @staticmethod
    def percentile_disc(fraction: float, /, *, within: Expr[T]) -> Aggregate[T | None]:
        """The first value at or above that share of the values."""
        return _ordered("percentile_disc", fraction, within)

    @staticmethod
    def mode(*, within: Expr[T]) -> Aggregate[T | None]:
        """The value that there is most often."""
        keys, paths = orderings(within)
        call = FunctionCall("mode", within_group=keys)
        return Aggregate(call, paths, type_of(within))


def _ordered(name: str, fraction: float, within: Expr[Any]) -> Aggregate[Any]:
    keys, paths = orderings(within)
    call = FunctionCall(name, (argument(float(fraction)),), within_group=keys)
    return Aggregate(call, paths, type_of(within))


def _whole(total: object) -> object:
    return int(total) if isinstance(total, Decimal) else total
