"""Which rows of a relation are loaded, in what order, and how many of each: ``Prefetch``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ferrule_core.errors import QueryError
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.relation_path import path_of
from ferrule_core.query.inclusion import grafted, relation_named, with_relation
from ferrule_core.query.where import joined_names

if TYPE_CHECKING:
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.paths import Path
    from ferrule_core.query.embedding import Embedding
    from ferrule_core.query.selection import Selection

M = TypeVar("M", bound=Mapped)

Steps = tuple[str, ...]


class Prefetch(Generic[M]):
    """A relation to load, and which of its rows.

    ``Author.filter().include(Prefetch(Author.books, Book.filter(Book.price < 10).limit(3)))`` gives
    each author at most three cheap books. Order, conditions, ``only`` and what the query itself
    includes all count; ``limit`` and ``offset`` are meant of each row that has the relation.

    Args:
        relation: The relation, or its name.
        query: A query of the model that it leads to.
    """

    __slots__ = ("relation", "selection")

    def __init__(self, relation: type[M] | str, query: Embedding) -> None:
        self.relation = relation
        self.selection: Selection = query._selection  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def path(self, table: ModelTable) -> Path:
        """The relation, from a model on.

        Raises:
            UnknownColumn: The model has none of that name.
            QueryError: The query is of another model, or of a kind that cannot be prefetched.
        """
        relation = self.relation
        path = relation_named(table, relation) if isinstance(relation, str) else path_of(relation)
        selection = self.selection
        if selection.table.ref != path.table.ref:
            raise QueryError(
                f'"{path}" leads to {path.table.model_name}, and the query is of '
                f"{selection.table.model_name}"
            )
        for what, there in (
            ("groups", selection.groups),
            ("locks", selection.locking),
            ("distinct", selection.distinct is not False),
            ("joined rows", joined_names(selection.origin)),
        ):
            if there:
                raise QueryError(f'a query with {what} cannot be prefetched for "{path}"')
        return path


def with_prefetch(selection: Selection, prefetch: Prefetch[Any]) -> Selection:
    """A selection that loads a relation in the way that was asked for.

    Raises:
        UnknownColumn, QueryError: The relation or the query does not fit.
    """
    table = selection.table
    path = prefetch.path(table)
    steps = _steps(path)
    changed = selection.copy()
    inclusion = with_relation(table, selection.inclusion, path, joined=False)
    changed.inclusion = grafted(inclusion, steps, prefetch.selection.inclusion)
    own = {(*steps, *further): inner for further, inner in prefetch.selection.prefetches.items()}
    changed.prefetches = {**selection.prefetches, steps: prefetch.selection, **own}
    return changed


def within(prefetches: Mapping[Steps, Selection], steps: Steps) -> Mapping[Steps, Selection]:
    """What is said of the relations behind some steps, as it is said from there on."""
    length = len(steps)
    return {
        path[length:]: selection
        for path, selection in prefetches.items()
        if len(path) > length and path[:length] == steps
    }


def _steps(path: Path) -> Steps:
    steps: list[str] = []
    while path.parent is not None and path.link is not None:
        steps.insert(0, path.link.attribute)
        path = path.parent
    return tuple(steps)
