"""Groups of rows: ``group_by``, ``having``, and what each group gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ferrule_core.errors import QueryError
from ferrule_core.mapping.expressions import Expr, Order
from ferrule_core.mapping.operands import Subquery
from ferrule_core.query import reading, values
from ferrule_core.query.annotating import (
    conditions_of,
    known,
    orders_named,
    value_named,
    with_annotations,
)
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.embedding import as_column
from ferrule_core.query.projections import Projecting
from ferrule_core.query.selection import Selection
from ferrule_core.query.sync import SyncProjecting
from ferrule_core.query.where import Sources
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_core.sql.nodes import Expression, GroupingElement, GroupingKind, GroupingSets

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")


class Grouping:
    """One element of ``GROUP BY``: an expression, or several groupings at once."""

    __slots__ = ("_kind", "_sets")

    def __init__(
        self, sets: Sequence[Sequence[Expr[Any]]], kind: GroupingKind | None = None
    ) -> None:
        self._sets = tuple([tuple(each) for each in sets])
        self._kind = kind

    def reached(self, sources: Sources) -> GroupingElement:
        """The element, what it reaches through being joined."""
        nodes: list[tuple[Expression, ...]] = []
        for together in self._sets:
            for expression in together:
                sources.reach(expression.paths)
            nodes.append(tuple([expression.node for expression in together]))
        if self._kind is None:
            return nodes[0][0]
        return GroupingSets(self._kind, tuple(nodes))

    @property
    def expressions(self) -> tuple[Expr[Any], ...]:
        """What is grouped by, each once."""
        return tuple(dict.fromkeys(each for together in self._sets for each in together))


def rollup(*expressions: Expr[Any]) -> Grouping:
    """Groups by all of these, by all but the last, and so on, and one of all rows.

    ``Sale.filter().group_by(rollup(Sale.region, Sale.city))``: what is not grouped by is NULL.
    """
    return Grouping([[each] for each in expressions], GroupingKind.ROLLUP)


def cube(*expressions: Expr[Any]) -> Grouping:
    """Groups by every selection of these, and one of all rows."""
    return Grouping([[each] for each in expressions], GroupingKind.CUBE)


def grouping_sets(*sets: Sequence[Expr[Any]]) -> Grouping:
    """Groups by each of these: ``grouping_sets([Sale.region], [Sale.year], [])``."""
    return Grouping(sets, GroupingKind.SETS)


def grouped(
    selection: Selection,
    keys: Sequence[Expr[Any] | Grouping | str],
    named_keys: dict[str, Expr[Any]],
) -> Grouped:
    """The rows of a selection, put together.

    Raises:
        QueryError: There is nothing to group by, or the query takes only a part of its rows.
    """
    if not keys and not named_keys:
        raise QueryError("group_by needs a column", hint="aggregate() puts all rows together")
    if selection.cut:
        raise QueryError(
            "a query with limit, offset or distinct cannot be grouped",
            hint="group first, then limit the groups",
        )
    named_keys = {name: known(selection, expression) for name, expression in named_keys.items()}
    changed = with_annotations(selection, named_keys)
    groups = [
        key if isinstance(key, Grouping) else Grouping([[value_named(selection, key)]])
        for key in keys
    ]
    groups += [Grouping([[expression]]) for expression in named_keys.values()]
    changed.groups = tuple(groups)
    changed.orders = ()
    changed.inclusion = ()
    return Grouped(changed)


class Grouped(Projecting):
    """Groups of rows. Each method gives a new query and leaves this one as it is.

    ``Book.filter().group_by(Book.author_id).annotate(books=func.count())``; ``values()`` then gives
    a mapping for each group, of what it is grouped by and of its annotations.
    """

    __slots__ = ()

    def annotate(self, **named_values: Expr[Any]) -> Self:
        """Compute further values of each group: aggregates of its rows."""
        named_values = {
            name: known(self._selection, expression) for name, expression in named_values.items()
        }
        for name, expression in named_values.items():
            if any(path.many for path in expression.paths):
                raise QueryError(
                    f'"{name}" reaches through a relation to many rows, which would count rows '
                    "several times",
                    hint="group the other model, or annotate() rows before they are grouped",
                )
        return type(self)(with_annotations(self._selection, named_values))

    def filter(self, /, *conditions: Expr[bool], **lookups: Any) -> Self:  # noqa: ANN401
        """Group only rows that meet all these conditions."""
        rows = self._selection.changed(annotations={})
        found = conditions_of(rows, conditions, lookups)
        return self._changed(conditions=(*self._selection.conditions, *found))

    def having(self, /, *conditions: Expr[bool], **lookups: Any) -> Self:  # noqa: ANN401
        """Only groups that meet all these conditions.

        Args:
            *conditions: ``func.count() > 3``.
            **lookups: ``books__gt=3``, where ``books`` is an annotation.
        """
        found = conditions_of(self._selection, conditions, lookups)
        return self._changed(having=(*self._selection.having, *found))

    def order_by(self, *orders: Order | Expr[Any] | str) -> Self:
        """In this order: ``"-books"`` for an annotation or a column that is grouped by."""
        return self._changed(orders=orders_named(self._selection, orders))

    def limit(self, count: int, /) -> Self:
        """At most so many groups."""
        return self._changed(limit=reading.not_negative("limit", count))

    def offset(self, count: int, /) -> Self:
        """Without the first so many groups."""
        return self._changed(offset=reading.not_negative("offset", count))

    async def values(self, *columns: Expr[Any] | str, **named: Expr[Any]) -> list[dict[str, Any]]:
        """A mapping for each group; without arguments, of keys and annotations."""
        if columns or named:
            return await values.fetch_mappings(self._selection, columns, named)
        return await values.fetch_mappings(
            self._selection, self._keys(), self._selection.annotations
        )

    async def count(self) -> int:
        """How many groups there are."""
        return await reading.fetch_count(self._selection)

    async def exists(self) -> bool:
        """Whether there is a group."""
        return await reading.fetch_existence(self._selection)

    def column(self, expression: Expr[T], /) -> Subquery[T]:
        """One value of each group, for ``in_``."""
        return as_column(self._selection, expression)

    def sql(self) -> CompiledQuery:
        """Text and parameters of what ``values`` would send."""
        return values.compiled_mappings(self._selection, self._keys(), self._selection.annotations)

    @property
    def sync(self) -> SyncGrouped:
        """The same without ``await``."""
        return SyncGrouped(self)

    def __repr__(self) -> str:
        return f"<groups of {self._selection.table.model_name}>"

    def _keys(self) -> list[Expr[Any]]:
        annotated = set(map(id, self._selection.annotations.values()))
        keys = [each for group in self._selection.groups for each in group.expressions]
        return [key for key in keys if id(key) not in annotated]

    def _changed(self, **changes: object) -> Self:
        return type(self)(self._selection.changed(**changes))


class SyncGrouped(SyncProjecting):
    """Runs a grouped query without an event loop."""

    __slots__ = ("_grouped",)

    def __init__(self, query: Grouped) -> None:
        super().__init__(query)
        self._grouped = query

    def count(self) -> int:
        """How many groups there are."""
        return run_sync(self._grouped.count())

    def exists(self) -> bool:
        """Whether there is a group."""
        return run_sync(self._grouped.exists())
