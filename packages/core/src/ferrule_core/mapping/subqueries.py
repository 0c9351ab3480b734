"""Expressions of the query around, for a query that stands in another one.

The rows of a query are called ``t`` in its statement, whatever the model. Where a query stands in
another one, its names get a prefix; what belongs to the query around is marked meanwhile.
"""

from __future__ import annotations

from typing import Any, TypeVar

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Expr
from ferrule_core.mapping.paths import OuterNamedPath, OuterPath
from ferrule_core.sql.aliases import rename_sources
from ferrule_core.sql.nodes import ColumnRef

T = TypeVar("T")

OUTSIDE = "^"
"""Before the name of a source: it belongs to the statement around."""


UNNAMED = "?"
"""The source of what belongs to the statement around by a name that was not looked up yet."""


def outer_named(name: str) -> Expr[Any]:
    """A value of the query around by its name: a column, or an annotation."""
    path = OuterNamedPath(name)
    return Expr(ColumnRef(UNNAMED, name), (path,), None)


def outer(expression: Expr[T], /) -> Expr[T]:
    """An expression of the query around, inside of a query that stands in it.

    ``Author.filter(Exists(Book.filter(Book.author_id == outer(Author.id))))``

    Raises:
        QueryError: It reaches through a relation to many rows.
    """
    if any(path.many for path in expression.paths):
        raise QueryError(
            "outer() takes an expression of one row",
            hint="a relation to many rows is filtered by without a subquery",
        )
    node = rename_sources(expression.node, lambda name: OUTSIDE + name)
    paths = tuple([OuterPath(path) for path in expression.paths])
    return Expr(node, paths, expression.value_type)
