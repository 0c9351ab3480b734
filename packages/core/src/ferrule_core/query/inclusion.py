"""What ``include``, ``select_related`` and ``prefetch_related`` add to a selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrule_core.errors import QueryError
from ferrule_core.mapping.paths import Path, shown
from ferrule_core.query.crossing import refuse_crossing
from ferrule_core.query.keywords import follow
from ferrule_core.query.roles import same_database
from ferrule_core.query.selection import Inclusion

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable


def with_relation(
    table: ModelTable, inclusion: Inclusion, path: Path, *, joined: bool | None = None
) -> Inclusion:
    """The inclusion, and one relation more, with all that lead to it.

    Args:
        table: The model of the query.
        inclusion: What is loaded so far.
        path: The relation.
        joined: Whether it must, or must not, come by a join; ``None`` joins whatever can be.

    Raises:
        QueryError: The relation is not one of the model, or must be joined and cannot.
    """
    steps: list[Path] = []
    while path.parent is not None:
        steps.insert(0, path)
        path = path.parent
    if path.table is not table and path.table.ref != table.ref:
        raise QueryError(
            f'"{steps[-1]}" is a relation of {path.table.model_name}, not of {table.model_name}'
        )
    return _merged(inclusion, steps, joined)


def relation_named(table: ModelTable, name: str) -> Path:
    """The relation that a name such as ``author__publisher`` leads to.

    Raises:
        UnknownColumn: A part of it is neither column nor relation.
        QueryError: It ends in a column.
    """
    path, column, words = follow(table.path, name)
    if column is not None or words:
        raise QueryError(
            f'"{shown(name)}" is no relation of {table.model_name}',
            hint=f"relations: {', '.join(path.table.relations) or 'none'}",
        )
    return path


def _merged(inclusion: Inclusion, steps: list[Path], joined: bool | None) -> Inclusion:
    if not steps:
        return inclusion
    first, *rest = steps
    if first.link is None:
        raise AssertionError("a model is not a relation")
    attribute = first.link.attribute
    by_join = _by_join(first, joined)
    merged: list[tuple[str, bool, Inclusion]] = []
    found = False
    for name, was_joined, further in inclusion:
        if name == attribute:
            found = True
            how = by_join if not rest and joined is not None else was_joined
            merged.append((name, how, _merged(further, rest, joined)))
        else:
            merged.append((name, was_joined, further))
    if not found:
        merged.append((attribute, by_join, _merged((), rest, joined)))
    return tuple(merged)


def _by_join(path: Path, wanted: bool | None) -> bool:
    link = path.link
    if link is None:
        raise AssertionError("a model is not a relation")
    can = not link.many and same_database(link.owner.database, link.target.database)
    if wanted:
        refuse_crossing(path)
    if wanted and not can:
        raise QueryError(
            f'"{path}" cannot be joined',
            hint="a relation to many rows is loaded by prefetch_related() or include()",
        )
    return can if wanted is None else wanted


def grafted(inclusion: Inclusion, steps: tuple[str, ...], further: Inclusion) -> Inclusion:
    """An inclusion, in which more is loaded from the relation at the end of some steps on."""
    if not steps:
        return _joined(inclusion, further)
    first, *rest = steps
    return tuple(
        (name, by_join, grafted(inner, tuple(rest), further) if name == first else inner)
        for name, by_join, inner in inclusion
    )


def _joined(one: Inclusion, other: Inclusion) -> Inclusion:
    """What either of two inclusions loads."""
    found = {name: (by_join, inner) for name, by_join, inner in one}
    for name, by_join, inner in other:
        before = found.get(name)
        found[name] = (by_join, inner if before is None else _joined(before[1], inner))
    return tuple((name, by_join, inner) for name, (by_join, inner) in found.items())
