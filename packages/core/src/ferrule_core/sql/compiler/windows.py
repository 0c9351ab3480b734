"""Windows and several groupings as text."""

from __future__ import annotations

from ferrule_core.errors import QueryError
from ferrule_core.sql.compiler import expressions, select
from ferrule_core.sql.nodes import (
    Expression,
    Frame,
    FrameBound,
    FrameEdge,
    GroupingElement,
    GroupingKind,
    GroupingSets,
    NamedWindow,
    Window,
)
from ferrule_core.sql.writer import SqlWriter

_WITH_OFFSET = (FrameEdge.PRECEDING, FrameEdge.FOLLOWING)


def write_window(out: SqlWriter, node: Window) -> None:
    out.sql("(")
    blank = ""
    if node.base is not None:
        out.ident(node.base)
        blank = " "
    if node.partition_by:
        out.sql(f"{blank}PARTITION BY ").comma(node.partition_by, expressions.write_expression)
        blank = " "
    if node.order_by:
        out.sql(f"{blank}ORDER BY ").comma(node.order_by, select.write_ordering)
        blank = " "
    if node.frame is not None:
        out.sql(blank)
        write_frame(out, node.frame)
    out.sql(")")


def write_named_window(out: SqlWriter, node: NamedWindow) -> None:
    out.ident(node.name).sql(" AS ")
    write_window(out, node.window)


def write_frame(out: SqlWriter, node: Frame) -> None:
    if node.end is None:
        out.sql(f"{node.unit.value} ")
        write_bound(out, node.start)
    else:
        out.sql(f"{node.unit.value} BETWEEN ")
        write_bound(out, node.start)
        out.sql(" AND ")
        write_bound(out, node.end)
    out.sql(node.exclude.value)


def write_bound(out: SqlWriter, node: FrameBound) -> None:
    if (node.offset is None) == (node.edge in _WITH_OFFSET):
        raise QueryError(
            "the ends PRECEDING and FOLLOWING of a frame need an offset, and no other takes one"
        )
    if node.offset is not None:
        expressions.write_expression(out, node.offset)
        out.sql(" ")
    out.sql(node.edge.value)


def write_grouping(out: SqlWriter, element: GroupingElement) -> None:
    match element:
        case GroupingSets(kind, sets):
            if not sets:
                raise QueryError(f"{kind.value} needs at least one set")
            if kind is not GroupingKind.SETS and not all(sets):
                raise QueryError(f"{kind.value} takes no empty set")
            out.sql(f"{kind.value} (").comma(sets, write_set).sql(")")
        case _:
            expressions.write_expression(out, element)


def write_set(out: SqlWriter, together: tuple[Expression, ...]) -> None:
    out.sql("(").comma(together, expressions.write_expression).sql(")")
