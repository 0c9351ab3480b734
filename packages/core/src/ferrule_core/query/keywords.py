"""Keyword filters: ``author__name__istartswith="le"``, ``author={"name": "x"}``, ``tags=None``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, cast

from ferrule_core.errors import QueryError
from ferrule_core.mapping.columns import Column
from ferrule_core.mapping.expressions import Expr, connect, negate
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.paths import Path
from ferrule_core.mapping.value_types import BOOLEAN
from ferrule_core.query.lookups import lookup_of
from ferrule_core.sql.nodes import Constant
from ferrule_core.sql.operators import Connective

SEPARATOR = "__"


def conditions(path: Path, lookups: Mapping[str, object]) -> Iterator[Expr[bool]]:
    """The conditions that keywords stand for, on the row that ``path`` leads to.

    Raises:
        UnknownColumn: A name is neither a column nor a relation.
        UnknownLookup: A column or relation has no such look-up.
        QueryError: A value does not fit.
    """
    for keyword, value in lookups.items():
        meaning = path.keywords.get(keyword)
        yield (_meaning(path, keyword) if meaning is None else meaning)(value)


_MOST_KEYWORDS = 1000
"""That are remembered of one model: far more than there are, unless they come from outside."""


def _meaning(path: Path, keyword: str) -> Callable[[Any], Expr[bool]]:
    """What a keyword asks of a value; worked out once."""
    end, column, words = follow(path, keyword)
    if column is None:
        meaning = partial(_relation_condition, end, words)
    else:
        lookup, expression = lookup_of(column, column.attribute, words)
        meaning = partial(lookup, expression)
    if len(path.keywords) < _MOST_KEYWORDS:
        path.keywords[keyword] = meaning
    return meaning


def follow(path: Path, keyword: str) -> tuple[Path, Column[Any] | None, tuple[str, ...]]:
    """Walk a keyword as far as it names relations and a column; the rest is left to look-ups.

    Names of attributes may have two underscores in them, or end in one, so the longest that fits is
    taken.

    Raises:
        UnknownColumn: The keyword does not begin with a column or a relation.
    """
    rest = keyword
    while True:
        table = path.table
        fitting = [
            name
            for name in (*table.columns, *table.relations)
            if rest == name or rest.startswith(f"{name}{SEPARATOR}")
        ]
        name = max(fitting, key=len, default=None)
        if name is None:
            if rest in _RELATION_LOOKUPS and path.parent is not None:
                return path, None, (rest,)
            raise path.unknown(rest.partition(SEPARATOR)[0])
        ended, rest = rest == name, rest[len(name) + len(SEPARATOR) :]
        if name in table.columns:
            return path, path.column(name), () if ended else tuple(rest.split(SEPARATOR))
        path = path.child(name)
        if ended:
            return path, None, ()


_RELATION_LOOKUPS = ("exact", "in", "isnull", "ne")


def _relation_condition(  # noqa: PLR0911 - one for each thing that can be asked
    path: Path, words: tuple[str, ...], value: object
) -> Expr[bool]:
    """What is asked of a related row itself: its presence, its identity, or its own columns."""
    word = words[0] if words else "exact"
    if word == "isnull":
        if not isinstance(value, bool):
            raise QueryError(f"isnull is True or False, not {value!r}")
        return _absent(path) if value else negate(_absent(path))
    if word == "in":
        return connect(Connective.OR, tuple(_is(path, one) for one in _instances(path, value)))
    if word == "ne":
        return negate(_absent(path) if value is None else _is(path, value))
    if value is None:
        return _absent(path)
    if isinstance(value, Mapping):
        nested = cast("Mapping[str, object]", value)
        if not nested:
            return negate(_absent(path))
        return connect(Connective.AND, tuple(conditions(path, nested)))
    return _is(path, value)


def _absent(path: Path) -> Expr[bool]:
    """Whether nothing is there."""
    if path.link is not None and not path.link.many:
        columns = [path.column(column.attribute) for column in path.link.remote]
        return connect(Connective.OR, tuple(column.is_null() for column in columns))
    there = Expr[bool](Constant(value=True), path.reached, BOOLEAN)
    return negate(there)


def _is(path: Path, related: object) -> Expr[bool]:
    """Whether the related row is that of a loaded instance."""
    table = path.table
    if not isinstance(related, Mapped) or not isinstance(related, table.model):
        raise QueryError(
            f'relation "{path}" is compared with a value of type {type(related).__name__}',
            hint=f"give an instance of {table.model_name}, a mapping of its columns, or None",
        )
    link = path.link
    columns = table.key() if link is None or link.many else link.remote
    return connect(
        Connective.AND,
        tuple(
            path.column(column.attribute) == getattr(related, column.attribute)
            for column in columns
        ),
    )


def _instances(path: Path, values: Any) -> Iterable[object]:  # noqa: ANN401 - the caller's
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise QueryError(f'relation "{path}" needs a list of instances of {path.table.model_name}')
    return cast("Iterable[object]", values)
