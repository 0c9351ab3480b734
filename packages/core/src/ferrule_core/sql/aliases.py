"""Other names for the sources of a statement: what stands inside of another one needs its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from ferrule_core.sql.nodes import (
    ColumnRef,
    FunctionRef,
    Locking,
    SubqueryRef,
    TableRef,
    ValuesRef,
)
from ferrule_core.sql.nodes.node import Node

N = TypeVar("N", bound=Node)

_NAMED = {
    ColumnRef: "source",
    TableRef: "alias",
    SubqueryRef: "alias",
    ValuesRef: "alias",
    FunctionRef: "alias",
}
"""Which field of a node is the name of a source."""


def rename_sources(node: N, rename: Callable[[str], str]) -> N:
    """The same node, in which each name of a source is what ``rename`` makes of it.

    Params are the same objects, so that one which stands in two places keeps one number.
    """
    return cast("N", _renamed(node, rename))


def replace_columns(node: N, source: str, replacements: Mapping[str, Node]) -> N:
    """The same node, in which columns of a source are other expressions, each by its name."""
    return cast("N", _replaced(node, source, replacements))


def _replaced(part: Any, source: str, replacements: Mapping[str, Node]) -> Any:  # noqa: ANN401
    if isinstance(part, tuple):
        each = cast("Iterable[Any]", part)
        return tuple([_replaced(one, source, replacements) for one in each])
    if not isinstance(part, Node):
        return part
    if isinstance(part, ColumnRef):
        return replacements.get(part.name, part) if part.source == source else part
    before = [getattr(part, name) for name in type(part).__match_args__]
    after = [_replaced(value, source, replacements) for value in before]
    if all(old is new for old, new in zip(before, after, strict=True)):
        return part
    return cast("Any", type(part))(*after)


def _renamed(part: Any, rename: Callable[[str], str]) -> Any:  # noqa: ANN401 - a field of a node
    if isinstance(part, tuple):
        return tuple([_renamed(each, rename) for each in cast("Iterable[Any]", part)])
    if not isinstance(part, Node):
        return part
    kind = type(part)
    named = _NAMED.get(cast("Any", kind))
    names: tuple[str, ...] = kind.__match_args__
    before = [getattr(part, name) for name in names]
    after: list[Any] = []
    for name, value in zip(names, before, strict=True):
        if name == named:
            after.append(value if value is None else rename(value))
        elif name == "of" and kind is Locking:
            after.append(tuple(map(rename, value)))
        else:
            after.append(_renamed(value, rename))
    if all(old is new for old, new in zip(before, after, strict=True)):
        return part
    return kind(*after)
