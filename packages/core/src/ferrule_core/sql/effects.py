"""Whether a statement does anything but read."""

from __future__ import annotations

from ferrule_core.sql.nodes import (
    Delete,
    FunctionCall,
    Insert,
    Locking,
    Merge,
    Param,
    RawFragment,
    Select,
    SetOperation,
    Update,
)
from ferrule_core.sql.nodes.node import Node

HARMLESS = frozenset(
    {
        "abs", "array_agg", "avg", "bool_and", "bool_or", "ceil", "char_length", "concat",
        "concat_ws", "count", "cume_dist", "date_part", "date_trunc", "dense_rank", "every",
        "extract", "first_value", "floor", "json_agg", "json_build_object", "jsonb_agg",
        "jsonb_build_object", "lag", "last_value", "lead", "length", "lower", "ltrim", "max", "min",
        "mod", "now", "nth_value", "ntile", "octet_length", "percent_rank", "percentile_cont",
        "percentile_disc", "position", "power", "rank", "replace", "round", "row_number", "rtrim",
        "split_part", "sqrt", "string_agg", "strpos", "substring", "sum", "to_char", "trim",
        "unnest", "upper",
    }
)  # fmt: skip
"""Functions of the server that only work out a value."""


def locks_rows(statement: object) -> bool:
    """Whether a statement node, or one inside of it, locks the rows that it reads."""
    parts: list[object] = [statement]
    while parts:
        part = parts.pop()
        if isinstance(part, Locking):
            return True
        if isinstance(part, tuple):
            parts += part
        elif isinstance(part, Node) and not isinstance(part, Param):
            parts += [getattr(part, name) for name in part.__match_args__]
    return False


def only_reads(statement: object) -> bool:
    """Whether a statement node reads and does nothing else, as far as its nodes can say.

    In doubt it is no: SQL of the caller's, a function that may do anything, a common table that
    writes. Rows may be locked, which ends with the statement's transaction.
    """
    if not isinstance(statement, Select | SetOperation):
        return False
    parts: list[object] = [statement]
    while parts:
        part = parts.pop()
        match part:
            case Insert() | Update() | Delete() | Merge() | RawFragment():
                return False
            case FunctionCall() if part.schema not in (None, "pg_catalog"):
                return False
            case FunctionCall() if part.name not in HARMLESS:
                return False
            case Param():
                pass
            case tuple():
                parts += part
            case Node():
                parts += [getattr(part, name) for name in part.__match_args__]
            case _:
                pass
    return True
