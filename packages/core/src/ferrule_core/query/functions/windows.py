"""Window functions: what a row is among others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar, overload

from ferrule_core.errors import QueryError
from ferrule_core.mapping.deferred import deferrable
from ferrule_core.mapping.expressions import Expr, Order
from ferrule_core.mapping.operands import operand, paths_of
from ferrule_core.mapping.paths import Path
from ferrule_core.mapping.value_types import FLOAT, INTEGER, ValueType
from ferrule_core.query.functions.building import argument, joined, orderings, type_of
from ferrule_core.sql.nodes import (
    Frame,
    FrameBound,
    FrameEdge,
    FrameExclusion,
    FrameUnit,
    FunctionCall,
    Param,
    Window,
)

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Orders = Order | Expr[Any] | Sequence[Order | Expr[Any]]
Ends = tuple[int | None, int | None]
Distance = int | float | Decimal | timedelta
Distances = tuple[Distance | None, Distance | None]
Exclude = Literal["current row", "group", "ties"]

_EXCLUSIONS: dict[str | None, FrameExclusion] = {
    None: FrameExclusion.NO_OTHERS,
    "current row": FrameExclusion.CURRENT_ROW,
    "group": FrameExclusion.GROUP,
    "ties": FrameExclusion.TIES,
}


class WindowFunction(Generic[T_co]):
    """A function that needs to be told over which rows: ``func.rank().over(order_by=...)``."""

    __slots__ = ("_call", "_paths", "_value_type")

    def __init__(
        self, call: FunctionCall, paths: tuple[Path, ...], value_type: ValueType | None
    ) -> None:
        self._call = call
        self._paths = paths
        self._value_type = value_type

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
        """Say over which rows: those of the same partition, in this order, within this frame.

        A frame is given by its two ends: ``(-2, 0)`` reaches from two before to the current one,
        ``None`` is the partition's own end. Without a frame it reaches from the partition's begin
        to the current row and its equals, where there is an order, and else over all.

        Args:
            partition_by: Rows with equal values look at each other only.
            order_by: The order within a partition.
            rows: The frame in rows.
            range_: The frame in distances of the one value that is ordered by.
            groups: The frame in groups of equal rows.
            exclude: Rows around the current one that the frame leaves out.

        Raises:
            QueryError: More than one frame, or a frame that ends before it begins.
        """
        window, paths = make_window(partition_by, order_by, (rows, range_, groups), exclude)
        call = replace(self._call, over=window)
        return Expr(call, joined(self._paths, paths), self._value_type)

    def __repr__(self) -> str:
        return f"<{self._call.name}() without its window: .over(...) is missing>"


def make_window(
    partition_by: Expr[Any] | Sequence[Expr[Any]],
    order_by: Orders,
    frames: tuple[Distances | None, Distances | None, Distances | None],
    exclude: Exclude | None,
) -> tuple[Window, tuple[Path, ...]]:
    """The window, and the relations that it reaches through."""
    parts = (partition_by,) if isinstance(partition_by, Expr) else tuple(partition_by)
    keys, paths = orderings(order_by)
    frame = _frame(frames, exclude)
    window = Window(tuple([operand(part).node for part in parts]), keys, frame)
    return window, joined(paths_of(*parts), paths)


def _frame(
    frames: tuple[Distances | None, Distances | None, Distances | None], exclude: Exclude | None
) -> Frame | None:
    units = zip((FrameUnit.ROWS, FrameUnit.RANGE, FrameUnit.GROUPS), frames, strict=True)
    given = [(unit, ends) for unit, ends in units if ends is not None]
    if len(given) > 1:
        raise QueryError("a window has one frame: rows, range or groups")
    if not given:
        if exclude is not None:
            raise QueryError("exclude belongs to a frame", hint="give rows, range or groups too")
        return None
    unit, (start, end) = given[0]
    if start is not None and end is not None and _is_before(end, start):
        raise QueryError("a frame must not end before it begins")
    return Frame(
        unit,
        _bound(start, FrameEdge.UNBOUNDED_PRECEDING),
        _bound(end, FrameEdge.UNBOUNDED_FOLLOWING),
        _EXCLUSIONS[exclude],
    )


def _bound(distance: Distance | None, open_end: FrameEdge) -> FrameBound:
    if distance is None:
        return FrameBound(open_end)
    if not distance:
        return FrameBound(FrameEdge.CURRENT_ROW)
    nothing: Any = type(distance)(0)
    edge = FrameEdge.PRECEDING if distance < nothing else FrameEdge.FOLLOWING
    return FrameBound(edge, argument(abs(distance)))


def _is_before(end: Any, start: Any) -> bool:  # noqa: ANN401 - numbers, or both durations
    none = timedelta(0)  # 0 stands for no time too
    if isinstance(end, timedelta):
        return end < (start or none)
    return (end or none) < start if isinstance(start, timedelta) else end < start


def _bare(name: str, value_type: ValueType | None, *arguments: object) -> WindowFunction[Any]:
    call = FunctionCall(name, tuple([argument(each) for each in arguments]))
    return WindowFunction(call, paths_of(*arguments), value_type)


class WindowFunctions:
    """The server's window functions (manual, section 9.22)."""

    @staticmethod
    def row_number() -> WindowFunction[int]:
        """The number of the row in its partition, from 1."""
        return _bare("row_number", INTEGER)

    @staticmethod
    def rank() -> WindowFunction[int]:
        """The rank of the row, from 1, with gaps after equal rows."""
        return _bare("rank", INTEGER)

    @staticmethod
    def dense_rank() -> WindowFunction[int]:
        """The rank of the row, from 1, without gaps."""
        return _bare("dense_rank", INTEGER)

    @staticmethod
    def percent_rank() -> WindowFunction[float]:
        """The rank of the row from 0 to 1."""
        return _bare("percent_rank", FLOAT)

    @staticmethod
    def cume_dist() -> WindowFunction[float]:
        """The share of rows that come before or are equal, up to 1."""
        return _bare("cume_dist", FLOAT)

    @staticmethod
    def ntile(buckets: int, /) -> WindowFunction[int]:
        """The number, from 1, of the bucket when rows are dealt out as evenly as may be."""
        return _bare("ntile", INTEGER, buckets)

    @overload
    @staticmethod
    def lag(expression: Expr[T], rows: int = 1, /) -> WindowFunction[T | None]: ...
    @overload
    @staticmethod
    def lag(expression: Expr[T], rows: int, default: T, /) -> WindowFunction[T]: ...
    @staticmethod
    def lag(expression: Expr[Any], rows: int = 1, *default: object) -> WindowFunction[Any]:
        """The value that many rows before; else the default, or NULL."""
        return _neighbour("lag", expression, rows, default)

    @overload
    @staticmethod
    def lead(expression: Expr[T], rows: int = 1, /) -> WindowFunction[T | None]: ...
    @overload
    @staticmethod
    def lead(expression: Expr[T], rows: int, default: T, /) -> WindowFunction[T]: ...
    @staticmethod
    def lead(expression: Expr[Any], rows: int = 1, *default: object) -> WindowFunction[Any]:
        """The value that many rows after; else the default, or NULL."""
        return _neighbour("lead", expression, rows, default)

    @staticmethod
    def first_value(expression: Expr[T], /) -> WindowFunction[T]:
        """The value of the frame's first row."""
        return _bare("first_value", type_of(expression), expression)

    @staticmethod
    def last_value(expression: Expr[T], /) -> WindowFunction[T]:
        """The value of the frame's last row; mind that a frame often ends with the current one."""
        return _bare("last_value", type_of(expression), expression)

    @staticmethod
    def nth_value(expression: Expr[T], number: int, /) -> WindowFunction[T | None]:
        """The value of the frame's row of that number, from 1; NULL where it has fewer."""
        return _bare("nth_value", type_of(expression), expression, number)


def _neighbour(
    name: str, expression: Expr[Any], rows: int, default: tuple[object, ...]
) -> WindowFunction[Any]:
    like = type_of(expression)
    given = [value if like is None else like.send(value) for value in default]
    call = FunctionCall(name, (expression.node, argument(rows), *[Param(value) for value in given]))
    return WindowFunction(call, expression.paths, like)
