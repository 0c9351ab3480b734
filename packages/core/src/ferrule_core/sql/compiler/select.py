"""``SELECT`` and set operations as text, clauses in SQL order."""

from __future__ import annotations

from typing import assert_never

from ferrule_core.errors import QueryError
from ferrule_core.sql.compiler import expressions, sources, statements, windows
from ferrule_core.sql.nodes import (
    Expression,
    Locking,
    Ordering,
    Projection,
    Select,
    SelectItem,
    SelectLike,
    SetOperation,
)
from ferrule_core.sql.writer import SqlWriter


def write_select_like(out: SqlWriter, statement: SelectLike) -> None:
    match statement:
        case Select():
            write_select(out, statement)
        case SetOperation():
            write_set_operation(out, statement)
        case _:
            assert_never(statement)


def write_select(out: SqlWriter, select: Select) -> None:
    statements.write_with(out, select.with_)
    out.sql("SELECT ")
    write_distinct(out, select.distinct)
    write_projection(out, select.projection)
    sources.write_from(out, "FROM", select.source, select.joins)
    write_clause(out, "WHERE", select.where)
    if select.group_by:
        out.sql(" GROUP BY DISTINCT " if select.group_distinct else " GROUP BY ")
        out.comma(select.group_by, windows.write_grouping)
    write_clause(out, "HAVING", select.having)
    if select.windows:
        out.sql(" WINDOW ").comma(select.windows, windows.write_named_window)
    write_order_by(out, select.order_by)
    write_limit(out, select)
    write_clause(out, "OFFSET", select.offset)
    for locking in select.locking:
        write_locking(out, locking)


def write_limit(out: SqlWriter, select: Select) -> None:
    if not select.with_ties:
        write_clause(out, "LIMIT", select.limit)
        return
    if select.limit is None or not select.order_by:
        raise QueryError("rows that are equal to the last one need a limit and an order")
    out.sql(" FETCH FIRST (")  # grammar takes a param here only in parentheses
    expressions.write_expression(out, select.limit)
    out.sql(") ROWS WITH TIES")


def write_set_operation(out: SqlWriter, node: SetOperation) -> None:
    statements.write_with(out, node.with_)
    out.sql("(")
    write_select_like(out, node.left)
    out.sql(f") {node.operator.value} ALL (" if node.all else f") {node.operator.value} (")
    write_select_like(out, node.right)
    out.sql(")")
    write_order_by(out, node.order_by)
    write_clause(out, "LIMIT", node.limit)
    write_clause(out, "OFFSET", node.offset)


def write_distinct(out: SqlWriter, distinct: bool | tuple[Expression, ...]) -> None:
    if distinct is True:
        out.sql("DISTINCT ")
    elif distinct:
        out.sql("DISTINCT ON (").comma(distinct, expressions.write_expression).sql(") ")


def write_projection(out: SqlWriter, projection: Projection) -> None:
    """Write what is selected; of a projection without params, the text that it had before."""
    if projection.text is not None:
        out.sql(projection.text)
        return
    alone = SqlWriter().comma(projection.items, write_select_item)
    if alone.params:
        out.comma(projection.items, write_select_item)
        return
    text = alone.text()
    object.__setattr__(projection, "text", text)
    out.sql(text)


def write_select_item(out: SqlWriter, item: SelectItem) -> None:
    expressions.write_expression(out, item.expression)
    if item.alias is not None:
        out.sql(" AS ").ident(item.alias)


def write_clause(out: SqlWriter, keyword: str, expression: Expression | None) -> None:
    """Write a clause of one expression, where there is one."""
    if expression is not None:
        out.sql(f" {keyword} ")
        expressions.write_expression(out, expression)


def write_order_by(out: SqlWriter, order_by: tuple[Ordering, ...]) -> None:
    if order_by:
        out.sql(" ORDER BY ").comma(order_by, write_ordering)


def write_ordering(out: SqlWriter, ordering: Ordering) -> None:
    expressions.write_expression(out, ordering.expression)
    if ordering.descending:
        out.sql(" DESC")
    if ordering.nulls_first is not None:
        out.sql(" NULLS FIRST" if ordering.nulls_first else " NULLS LAST")


def write_locking(out: SqlWriter, locking: Locking) -> None:
    out.sql(f" FOR {locking.strength.value}")
    if locking.of:
        out.sql(" OF ").comma(locking.of, SqlWriter.ident)
    out.sql(locking.wait.value)
