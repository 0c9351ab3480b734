"""A query inside of another one: one value, an array, a list for ``in_``, or ``EXISTS``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from ferrule_core.catalog.names import MAX_NAME_BYTES
from ferrule_core.errors import QueryError
from ferrule_core.mapping.deferred import Deferred
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.operands import Subquery
from ferrule_core.mapping.paths import OuterNamedPath
from ferrule_core.mapping.subqueries import OUTSIDE, UNNAMED, outer_named
from ferrule_core.mapping.value_types import ANY_VALUE, BOOLEAN, array_type
from ferrule_core.query.select import select_one_column, select_ones
from ferrule_core.sql.aliases import rename_sources, replace_columns
from ferrule_core.sql.nodes import ArraySubquery, Exists, ScalarSubquery
from ferrule_core.sql.nodes.node import Node

if TYPE_CHECKING:
    from ferrule_core.mapping.deferred import Names
    from ferrule_core.mapping.paths import Path
    from ferrule_core.query.selection import Selection
    from ferrule_core.sql.nodes import Select

N = TypeVar("N", bound=Node)
T = TypeVar("T")

_WITHIN = "s."
"""Before the names of the sources of a query that stands in another one."""


class Embedding:
    """What a query gives to another one that it stands in."""

    __slots__ = ()

    _selection: Selection

    def column(self, expression: Expr[T], /) -> Subquery[T]:
        """One value of each row, for ``in_``: ``Book.id.in_(sold.column(Sale.book_id))``."""
        return as_column(self._selection, expression)

    def scalar(self, expression: Expr[T], /) -> Expr[T | None]:
        """One value of the only row, or NULL where there is none; or an aggregate of all rows.

        ``Book.price > Book.filter().scalar(func.avg(Book.price))``. More rows than one are an
        error of the server.
        """
        select, paths = within(*select_one_column(self._selection, expression))
        return _met(Expr(ScalarSubquery(select), paths, expression.value_type))

    def array(self, expression: Expr[T], /) -> Expr[list[T]]:
        """One value of each row, as an array, in the order of the query."""
        select, paths = within(*select_one_column(self._selection, expression))
        kind = array_type(expression.value_type or ANY_VALUE)
        return _met(Expr(ArraySubquery(select), paths, kind))


def exists(query: Embedding, /) -> Expr[bool]:
    """Whether a query gives a row: ``Author.filter(exists(Book.filter(...)))``.

    What belongs to the query around is said by ``outer(Author.id)``.
    """
    select, paths = within(*select_ones(query._selection))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return _met(Expr(Exists(select), paths, BOOLEAN))


def as_column(selection: Selection, expression: Expr[Any]) -> Subquery[Any]:
    """One value of each row of a selection, for ``in_``."""
    select, paths = within(*select_one_column(selection, expression))
    for path in paths:
        if isinstance(path, OuterNamedPath):
            raise QueryError(
                f"{path} is not known in a column for in_()",
                hint="say outer(...) with the expression, or ask by exists()",
            )
    return Subquery(ScalarSubquery(select), paths, expression.value_type)


def within(select: Select, paths: tuple[Path, ...]) -> tuple[Select, tuple[Path, ...]]:
    """A statement as it stands in another one, and what it needs of that one."""
    return rename_sources(select, _inner_name), paths


def _met(expression: Expr[T]) -> Expr[T]:
    """An expression, whose names of the query around are looked up when it meets that one."""
    if not any(isinstance(path, OuterNamedPath) for path in expression.paths):
        return expression

    def meet(names: Names) -> Expr[T]:
        node, paths = with_outer_names(expression.node, expression.paths, names)
        return Expr(node, paths, expression.value_type)

    return Deferred(meet)


def with_outer_names(node: N, paths: Iterable[Path], names: Names) -> tuple[N, tuple[Path, ...]]:
    """A node and what it reaches through, with what names mean in the query around.

    Raises:
        UnknownColumn: It has no such name.
    """
    found: dict[str, Node] = {}
    reached: dict[Path, None] = {}
    for path in paths:
        if not isinstance(path, OuterNamedPath):
            reached[path] = None
            continue
        further = path.name.startswith(UNNAMED)
        value = outer_named(path.name[1:]) if further else names.value(path.name)
        found[path.name] = value.node
        reached |= dict.fromkeys(value.paths)
    return replace_columns(node, UNNAMED, found), tuple(reached)


def _inner_name(name: str) -> str:
    """What a source is called one level deeper; what belongs outside comes one level nearer."""
    if name == UNNAMED:
        return name
    if name.startswith(OUTSIDE):
        return name.removeprefix(OUTSIDE)
    deeper = _WITHIN + name
    if len(deeper.encode()) < MAX_NAME_BYTES:
        return deeper
    return _WITHIN + hashlib.sha256(deeper.encode()).hexdigest()[:32]
