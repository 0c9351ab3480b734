"""Statements turned into others before they are compiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

from ferrule_core.errors import PluginError
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_core.sql.compiler import nested_too_deeply
from ferrule_core.sql.nodes import (
    Call,
    ColumnRef,
    Constant,
    Delete,
    Explain,
    Insert,
    Merge,
    Param,
    Select,
    SetOperation,
    Statement,
    Update,
)
from ferrule_core.sql.nodes.node import Node
from ferrule_core.sql.shapes import ShapeCache, shape_of

Rewriting: TypeAlias = tuple[str, Callable[[Statement], object]]
"""The name of a rewriter, and what it does."""

_STATEMENTS = (Select, SetOperation, Insert, Update, Delete, Merge, Explain, Call)
_PLAIN = (Param, ColumnRef, Constant)
_CACHE = ShapeCache()


def rewrite(statement: Statement, rewritings: Sequence[Rewriting]) -> Statement:
    """Give a statement, and each one inside of it, to all rewriters in turn, innermost first.

    What none of them changes stays the same node.

    Raises:
        PluginError: A rewriter gave something else than a statement of the kind that it got.
        QueryError: The statement is nested deeper than Python can follow.
    """
    try:
        return cast("Statement", _within(statement, rewritings))
    except RecursionError:
        raise nested_too_deeply() from None


def _within(part: Any, rewritings: Sequence[Rewriting]) -> Any:  # noqa: ANN401 - any field of a node
    if isinstance(part, tuple):
        items = cast("tuple[object, ...]", part)
        changed = [_within(item, rewritings) for item in items]
        same = all(new is old for new, old in zip(changed, items, strict=True))
        return items if same else tuple(changed)
    if not isinstance(part, Node) or isinstance(part, _PLAIN):
        return part
    fields = [getattr(part, name) for name in part.__match_args__]
    within = [_within(field, rewritings) for field in fields]
    if any(new is not old for new, old in zip(within, fields, strict=True)):
        part = type(part)(*within)
    if isinstance(part, _STATEMENTS):
        for name, turn in rewritings:
            part = _checked(name, part, turn(part))
    return part


def _checked(name: str, given: Statement, made: object) -> Statement:
    if type(made) is not type(given):
        raise PluginError(
            f'the rewriter "{name}" made {type(made).__name__} of {type(given).__name__}',
            hint="a rewriter returns a statement of the kind that it was given",
        )
    return made


def rewritten_query(query: CompiledQuery, rewritings: Sequence[Rewriting]) -> CompiledQuery:
    """A query as the rewriters make it; SQL that the caller wrote stays as it is.

    Raises:
        PluginError, QueryError: As ``rewrite``.
    """
    origin = cast("Statement", query.origin)
    made = rewrite(origin, rewritings) if isinstance(query.origin, Node) else origin
    if made is origin:
        return query
    text, places, params = _arranged(origin, made)
    given = query.parameters
    parameters = [
        param.value if place is None else given[place]
        for place, param in zip(places, params, strict=True)
    ]
    return CompiledQuery(text, tuple(parameters), made)


def rewritten_batch(batch: CompiledBatch, rewritings: Sequence[Rewriting]) -> CompiledBatch:
    """A batch as the rewriters make it; what they add is the same in each row.

    Raises:
        PluginError, QueryError: As ``rewrite``.
    """
    origin = cast("Statement", batch.origin)
    made = rewrite(origin, rewritings) if isinstance(batch.origin, Node) else origin
    if made is origin:
        return batch
    text, places, params = _arranged(origin, made)
    pairs = list(zip(places, params, strict=True))
    rows = [
        tuple([param.value if place is None else row[place] for place, param in pairs])
        for row in batch.rows
    ]
    return CompiledBatch(text, rows, made)


def _arranged(origin: Statement, made: Statement) -> tuple[str, list[int | None], list[Param]]:
    """The text, and where each of its params stood before; ``None`` for those that are new.

    A statement whose text was known already may come without its values, which stand beside it:
    so they are found by the param that they belong to.
    """
    _, before = shape_of(origin)
    known = {id(param): place for place, param in enumerate(before)}
    _, params = shape_of(made)
    return _CACHE.compile(made).text, [known.get(id(param)) for param in params], params
