"""Which parts of an instance are meant: columns and relations, named in whatever way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, Union, cast

from ferrule_core.errors import QueryError
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.paths import shown
from ferrule_core.mapping.relation_path import RelationPath
from ferrule_core.query.keywords import follow
from ferrule_core.query.naming import Named

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.paths import Path

Parts: TypeAlias = Union["Iterable[Named]", "Mapping[str, Parts | bool]"]
"""``[Book.title, "price", Book.author.name]``, or nested, ``{"title": True, "author": ["name"]}``.

A relation means all of it; ``Book.author.name`` and ``"author__name"`` mean one column of it.
"""

Tree: TypeAlias = dict[str, "Tree | None"]
"""Attributes, each with the parts of it that are meant; ``None`` for all of them."""


def tree_of(table: ModelTable, parts: Parts, *, beside: Collection[str] = ()) -> Tree:
    """The parts by attribute.

    Args:
        table: The model.
        parts: What was given.
        beside: Names that are known though they are neither columns nor relations.

    Raises:
        UnknownColumn: A name is neither a column nor a relation.
        QueryError: Something else was given, or belongs to another model.
    """
    tree: Tree = {}
    for steps, below in _named(table, parts, beside):
        _put(tree, steps, below)
    return tree


def _named(
    table: ModelTable, parts: Parts, beside: Collection[str]
) -> Iterator[tuple[tuple[str, ...], Tree | None]]:
    if isinstance(parts, str) or not isinstance(parts, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise QueryError(
            "parts of an instance are named in a list or a mapping", hint=f"write [{parts!r}]"
        )
    if not isinstance(parts, Mapping):
        yield from ((steps_of(table, one, beside), None) for one in parts)
        return
    nested = cast("Mapping[str, Parts | bool]", parts)
    for name, below in nested.items():
        steps = steps_of(table, name, beside)
        if below is True:
            yield steps, None
        elif isinstance(below, bool):
            raise QueryError(
                f'"{shown(name)}" is not meant by False', hint="leave it out, or name it in exclude"
            )
        else:
            yield steps, tree_of(_target(table, steps), below)


def _target(table: ModelTable, steps: tuple[str, ...]) -> ModelTable:
    for step in steps:
        if step not in table.relations:
            raise QueryError(
                f'"{step}" of {table.model_name} is no relation, and has no parts',
                hint=f'write {{"{step}": True}}',
            )
        table = table.link(step).target
    return table


def _put(tree: Tree, steps: tuple[str, ...], below: Tree | None) -> None:
    first, *rest = steps
    inner: Tree | None = below
    if rest:
        inner = {}
        _put(inner, tuple(rest), below)
    if inner is None or tree.get(first, inner) is None:
        tree[first] = None
        return
    known = tree.setdefault(first, {})
    if known is not None:
        for name, further in inner.items():
            _put(known, (name,), further)


def steps_of(table: ModelTable, one: object, beside: Collection[str] = ()) -> tuple[str, ...]:
    """The attributes that lead to a part: relations, and at the end a column or a relation.

    Raises:
        UnknownColumn: A name is neither a column nor a relation.
        QueryError: Something else was given, or belongs to another model.
    """
    if isinstance(one, str):
        return (one,) if one in beside else _steps_by_name(table, one)
    if isinstance(one, Column):
        return (*_relations(table, one.origin), one.attribute)
    if isinstance(one, RelationPath):
        return _relations(table, one.__path__)
    raise QueryError(
        f"{shown(repr(one))} is neither a column nor a relation",
        hint=f'name parts by {table.model_name}.…, or by texts such as "title"',
    )


def _steps_by_name(table: ModelTable, name: str) -> tuple[str, ...]:
    path, column, words = follow(table.path, name)
    if words:
        raise QueryError(f'"{shown(name)}" is no column of {table.model_name}')
    found = _relations(table, path)
    return found if column is None else (*found, column.attribute)


def _relations(table: ModelTable, path: Path) -> tuple[str, ...]:
    steps: list[str] = []
    root: Any = path
    while root.link is not None:
        steps.insert(0, root.link.attribute)
        root = root.parent
    if root.table is not table and root.table.ref != table.ref:
        raise QueryError(
            f'"{path}" belongs to {root.table.model_name}, not to {table.model_name}',
            hint=f"name parts of {table.model_name} itself",
        )
    return tuple(steps)
