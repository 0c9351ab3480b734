"""Parts of values as text."""

from __future__ import annotations

from typing import assert_never

from ferrule_core.sql.compiler import expressions
from ferrule_core.sql.nodes import (
    AtTimeZone,
    ColumnRef,
    Expression,
    Extract,
    FieldOf,
    Slice,
    Subscript,
)
from ferrule_core.sql.operators import Precedence
from ferrule_core.sql.writer import SqlWriter


def write_part(out: SqlWriter, node: Subscript | Slice | FieldOf | Extract | AtTimeZone) -> None:
    match node:
        case Subscript(operand, index):
            write_whole(out, operand, Subscript)
            out.sql("[")
            expressions.write_expression(out, index)
            out.sql("]")
        case Slice():
            write_slice(out, node)
        case FieldOf(operand, field):
            out.sql("(")
            expressions.write_expression(out, operand)
            out.sql(").").ident(field)
        case Extract(field, operand):
            out.sql(f"EXTRACT({field.value} FROM ")
            expressions.write_expression(out, operand)
            out.sql(")")
        case AtTimeZone(operand, zone):
            # gram.y ranks AT between ^ and COLLATE; the manual's table leaves it out.
            expressions.write_operand(out, operand, Precedence.SIGN)
            out.sql(" AT TIME ZONE ")
            expressions.write_operand(out, zone, Precedence.SIGN)
        case _:
            assert_never(node)


def write_slice(out: SqlWriter, node: Slice) -> None:
    write_whole(out, node.operand, Slice)
    out.sql("[")
    if node.low is not None:
        write_bound(out, node.low)
    out.sql(":")
    if node.high is not None:
        write_bound(out, node.high)
    out.sql("]")


def write_bound(out: SqlWriter, bound: Expression) -> None:
    """Write a bound of a slice so that its own ``::`` and the colon never meet."""
    expressions.write_operand(out, bound, Precedence.ATOM)


def write_whole(out: SqlWriter, operand: Expression, kind: type[Subscript | Slice]) -> None:
    """Write what elements are taken from.

    Subscripts of one kind in a row are the dimensions of one array. Where one of them is a slice,
    PostgreSQL takes them all for slices, so the other kind is parenthesised.
    """
    if isinstance(operand, ColumnRef | kind):
        expressions.write_expression(out, operand)
        return
    out.sql("(")
    expressions.write_expression(out, operand)
    out.sql(")")
