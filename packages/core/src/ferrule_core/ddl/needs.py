"""What objects of a catalog need of each other, so that each can be made after what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from ferrule_core.catalog.catalog import Catalog
from ferrule_core.catalog.foreign import ForeignTable
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.objects import Composite, Domain, Enum, MaterializedView, View
from ferrule_core.catalog.ranges import Collation, Range
from ferrule_core.catalog.routines import Aggregate, Routine
from ferrule_core.catalog.tables import Table
from ferrule_core.catalog.verbatim import Verbatim
from ferrule_core.ddl.references import (
    needs_of_aggregate,
    needs_of_composite,
    needs_of_domain,
    needs_of_range,
    needs_of_routine,
    needs_of_table,
    needs_of_verbatim,
    needs_of_view,
    no_needs,
)
from ferrule_core.ddl.tables import Keys
from ferrule_core.ddl.verbatim import early

Made: TypeAlias = (
    Verbatim
    | Collation
    | Enum
    | Domain
    | Composite
    | Range
    | Table
    | Keys
    | ForeignTable
    | View
    | MaterializedView
    | Routine
    | Aggregate
)

_OF_SHELLS = frozenset({"internal", "c"})
"""Languages whose functions may take and give a type of which there is but the name."""

_TYPES = (Verbatim, Enum, Domain, Composite, Range, Table, ForeignTable, View, MaterializedView)
"""What may be a type: a relation is, of its rows; of what is verbatim only base types are."""

_OF_TYPES = frozenset({"cast", "transform"})
"""What speaks of types, and so may speak of rows of a table."""

_NAMED: Mapping[type[Any], Callable[[Any], Iterator[QualifiedName]]] = {
    Verbatim: needs_of_verbatim,
    Collation: no_needs,
    Enum: no_needs,
    Domain: needs_of_domain,
    Composite: needs_of_composite,
    Range: needs_of_range,
    Table: needs_of_table,
    Keys: no_needs,
    ForeignTable: needs_of_table,
    View: needs_of_view,
    MaterializedView: needs_of_view,
    Routine: needs_of_routine,
    Aggregate: needs_of_aggregate,
}
"""The names that each kind needs."""


def made_of(catalog: Catalog) -> tuple[Made, ...]:
    """What may need each other."""
    return (
        *early(catalog.verbatims),
        *catalog.collations,
        *catalog.enums,
        *catalog.domains,
        *catalog.composites,
        *catalog.ranges,
        *(part for table in _named_last(catalog.tables) for part in (table, Keys(table))),
        *catalog.foreign_tables,
        *catalog.views,
        *catalog.materialized_views,
        *catalog.routines,
        *catalog.aggregates,
    )


def _named_last(tables: Sequence[Table]) -> Sequence[Table]:
    """Tables that give or inherit names of ``NOT NULL`` come behind those that are given one.

    The server gives none that is there in the schema, but takes any that is said or inherited.
    """
    return sorted(tables, key=lambda table: bool(table.inherits or table.not_nulls))


def needs(objects: Sequence[Made], catalog: Catalog) -> dict[int, tuple[int, ...]]:
    """What each of the objects needs of the others, all by their places."""
    by_name: dict[QualifiedName, list[int]] = {}  # routines share names, also with tables
    for place, one in enumerate(objects):
        for name in _names(one):
            by_name.setdefault(name, []).append(place)
    partitions = _partitions(catalog)
    found = {
        place: tuple(
            dict.fromkeys(
                needed
                for name in _needed(one, partitions)
                for needed in _meant(one, name, by_name.get(name, ()), objects)
            )
        )
        for place, one in enumerate(objects)
    }
    _leave_shells(objects, found)
    _add_keys(objects, found)
    return found


def _needed(
    one: Made, partitions: Mapping[QualifiedName, tuple[QualifiedName, ...]]
) -> Iterator[QualifiedName]:
    """Names; the keys of a table, which do not reach down, come after its partitions."""
    if isinstance(one, Keys):
        return iter((one.name, *partitions.get(one.name, ())))
    return _NAMED[type(one)](one)


def _add_keys(objects: Sequence[Made], found: dict[int, tuple[int, ...]]) -> None:
    """What has a body needs tables with their keys, which stand right behind them."""
    for place, one in enumerate(objects):
        if isinstance(one, View | MaterializedView | Routine):
            tables = [needed for needed in found[place] if isinstance(objects[needed], Table)]
            found[place] = (*found[place], *(table + 1 for table in tables))


def _meant(
    one: Made, name: QualifiedName, places: Sequence[int], objects: Sequence[Made]
) -> Sequence[int]:
    """Which of the objects of one name a statement may speak of; mostly there is but one.

    What is kept verbatim has its own name in its statements, and speaks of functions and types.
    Where a function has the name, no table is meant, and by a base type no type unless it has
    elements; an operator class and its family have the same name, and ``early`` orders those. What
    is written in C says nothing but types.
    """
    if isinstance(one, Routine) and one.language in _OF_SHELLS:
        types = (place for place in places if isinstance(objects[place], _TYPES))
        return [place for place in types if not _is_no_type(objects[place])]
    if len(places) <= 1:
        return places
    own = name in _names(one)
    found = [place for place in places if not (own and _is_no_type(objects[place]))]
    if isinstance(one, Verbatim):
        routines = [place for place in found if isinstance(objects[place], Routine)]
        relations = (Table, ForeignTable, View, MaterializedView)
        if routines and one.kind == "base type" and " ELEMENT = " not in one.statements[-1]:
            return routines
        if routines:
            found = [place for place in found if not _is_no_type(objects[place])]
        if (routines or own) and one.kind not in _OF_TYPES:
            return [place for place in found if not isinstance(objects[place], relations)]
    return found


def _is_no_type(one: Made) -> bool:
    return isinstance(one, Verbatim) and one.kind != "base type"


def _names(one: Made) -> Iterator[QualifiedName]:
    """The names by which others may ask for it; a cast has none, keys come with their table."""
    if isinstance(one, Keys):
        return
    if not isinstance(one, Verbatim):
        yield one.name
        if isinstance(one, Range):
            yield one.multirange_name
    elif one.qualified is not None:
        yield one.qualified


def _partitions(catalog: Catalog) -> Mapping[QualifiedName, tuple[QualifiedName, ...]]:
    """The partitions of each table."""
    found: dict[QualifiedName, list[QualifiedName]] = {}
    tables: tuple[Table | ForeignTable, ...] = (*catalog.tables, *catalog.foreign_tables)
    for table in tables:
        if table.partition_of is not None:
            found.setdefault(table.partition_of.parent, []).append(table.name)
    return {parent: tuple(names) for parent, names in found.items()}


def _leave_shells(objects: Sequence[Made], found: dict[int, tuple[int, ...]]) -> None:
    """Take from the functions that a type is made of that they need it: its shell is there.

    Others of their names, in languages that take no shell, are not meant, and come after the type.
    """
    for place, one in enumerate(objects):
        base = isinstance(one, Verbatim) and one.kind == "base type"
        if base or (isinstance(one, Range) and one.canonical is not None):
            for needed in found[place]:
                routine = objects[needed]
                if isinstance(routine, Routine):
                    free, bound = (
                        (needed, place) if routine.language in _OF_SHELLS else (place, needed)
                    )
                    found[free] = tuple(far for far in found[free] if far != bound)
