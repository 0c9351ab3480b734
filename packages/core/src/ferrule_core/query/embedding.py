"""A query inside of another one: one value, an array, a list for ``in_``, or ``EXISTS``."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from ferrule_core.catalog.names import MAX_NAME_BYTES
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.operands import Subquery
from ferrule_core.mapping.subqueries import OUTSIDE
from ferrule_core.mapping.value_types import ANY_VALUE, BOOLEAN, array_type
from ferrule_core.query.select import select_one_column, select_ones
from ferrule_core.sql.aliases import rename_sources
from ferrule_core.sql.nodes import ArraySubquery, Exists, ScalarSubquery

if TYPE_CHECKING:
    from ferrule_core.mapping.paths import Path
    from ferrule_core.query.selection import Selection
    from ferrule_core.sql.nodes import Select

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
        select, paths = _within(*select_one_column(self._selection, expression))
        return Expr(ScalarSubquery(select), paths, expression.value_type)

    def array(self, expression: Expr[T], /) -> Expr[list[T]]:
        """One value of each row, as an array, in the order of the query."""
        select, paths = _within(*select_one_column(self._selection, expression))
        return Expr(ArraySubquery(select), paths, array_type(expression.value_type or ANY_VALUE))


def exists(query: Embedding, /) -> Expr[bool]:
    """Whether a query gives a row: ``Author.filter(exists(Book.filter(...)))``.

    What belongs to the query around is said by ``outer(Author.id)``.
    """
    select, paths = _within(*select_ones(query._selection))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return Expr(Exists(select), paths, BOOLEAN)


def as_column(selection: Selection, expression: Expr[Any]) -> Subquery[Any]:
    """One value of each row of a selection, for ``in_``."""
    select, paths = _within(*select_one_column(selection, expression))
    return Subquery(ScalarSubquery(select), paths, expression.value_type)


def _within(select: Select, paths: tuple[Path, ...]) -> tuple[Select, tuple[Path, ...]]:
    return rename_sources(select, _inner_name), paths


def _inner_name(name: str) -> str:
    """What a source is called one level deeper; what belongs outside comes one level nearer."""
    if name.startswith(OUTSIDE):
        return name.removeprefix(OUTSIDE)
    deeper = _WITHIN + name
    if len(deeper.encode()) < MAX_NAME_BYTES:
        return deeper
    return _WITHIN + hashlib.sha256(deeper.encode()).hexdigest()[:32]
