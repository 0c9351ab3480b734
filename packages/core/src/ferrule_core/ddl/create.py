"""All of a catalog from nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from ferrule_core.catalog.catalog import Catalog
from ferrule_core.catalog.foreign import ForeignTable
from ferrule_core.catalog.names import QualifiedName, quote_identifier
from ferrule_core.catalog.objects import (
    Composite,
    Domain,
    Enum,
    Extension,
    MaterializedView,
    Schema,
    View,
)
from ferrule_core.catalog.ranges import Collation, Range
from ferrule_core.catalog.routines import Aggregate, Routine
from ferrule_core.catalog.tables import Table
from ferrule_core.catalog.verbatim import Verbatim
from ferrule_core.ddl.access import give_to_owner, grant_all, grant_by_default
from ferrule_core.ddl.clauses import comment_on
from ferrule_core.ddl.foreign import complete_foreign_table, create_foreign_table
from ferrule_core.ddl.guards import (
    choose_indexes,
    create_rules,
    create_statistics,
    guard_table,
)
from ferrule_core.ddl.order import in_order
from ferrule_core.ddl.partitions import attach_indexes, parents_first
from ferrule_core.ddl.ranges import create_collation, create_range, create_range_shell
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
from ferrule_core.ddl.routines import create_aggregate, create_routine, create_triggers
from ferrule_core.ddl.sequences import create_sequence, own_sequence
from ferrule_core.ddl.tables import (
    Keys,
    adjust_inherited,
    complete_table,
    connect_table,
    create_keys,
    create_table,
)
from ferrule_core.ddl.types import create_composite, create_domain, create_enum
from ferrule_core.ddl.verbatim import create_late, create_shell, create_verbatim, early
from ferrule_core.ddl.views import (
    complete_materialized_view,
    complete_view,
    create_materialized_view,
    create_stand_in,
    create_view,
)

_Made: TypeAlias = (
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
_PUBLIC = "public"
_T = TypeVar("_T")


SETTINGS: Mapping[str, str] = MappingProxyType({"search_path": "", "check_function_bodies": "off"})
"""What must be set where the statements run: names are spelt with their schemas, and a function may
be made before what its body speaks of."""


def create_catalog(catalog: Catalog) -> tuple[str, ...]:
    """The statements that make every object of a catalog in an empty database, in order.

    Texts of the catalog are used as the server printed them; ``SETTINGS`` have to be set. Types
    come before the tables that have columns of them, tables before the views on them, foreign
    keys, which may go in circles, after all tables. ``public`` is taken to be there.
    """
    tables = tuple(parents_first(catalog.tables))
    return (
        *_each(catalog.schemas, _create_schema),
        *_each(catalog.extensions, _create_extension),
        *_each(catalog.sequences, create_sequence),
        *_each(catalog.verbatims, create_shell),
        *_each(catalog.ranges, create_range_shell),
        *_in_order(catalog),
        *_each(catalog.sequences, own_sequence),
        *_each(catalog.tables, complete_table),
        *_each(catalog.foreign_tables, complete_foreign_table),
        *_each(catalog.views, complete_view),
        *_each(catalog.materialized_views, complete_materialized_view),
        *_each(tables, lambda table: adjust_inherited(table, catalog.relations)),
        *_each(catalog.foreign_tables, lambda one: adjust_inherited(one, catalog.relations)),
        *_each(tables, attach_indexes),
        *_each(tables, choose_indexes),
        *_each(catalog.materialized_views, choose_indexes),
        *_each(tables, connect_table),
        *_each(catalog.statistics, create_statistics),
        *_each(tables, create_rules),
        *_each(catalog.views, create_rules),
        *_each(tables, _create_triggers),
        *_each(catalog.views, _create_triggers),
        *_each(tables, guard_table),
        *_each(catalog.foreign_tables, _create_triggers),
        *_each(catalog.verbatims, create_late),
        *_each(catalog.owners, give_to_owner),
        *grant_all(catalog.privileges, catalog.owners),
        *_each(catalog.default_privileges, grant_by_default),
    )


def _each(objects: Iterable[_T], write: Callable[[_T], Iterator[str]]) -> Iterator[str]:
    for each in objects:
        yield from write(each)


def _create_schema(schema: Schema) -> Iterator[str]:
    name = quote_identifier(schema.name)
    if schema.name != _PUBLIC:
        yield f"CREATE SCHEMA {name}"
    yield from comment_on("SCHEMA", name, schema.comment)


def _create_extension(extension: Extension) -> Iterator[str]:
    name = quote_identifier(extension.name)
    where = "" if extension.schema is None else f" WITH SCHEMA {quote_identifier(extension.schema)}"
    yield f"CREATE EXTENSION IF NOT EXISTS {name}{where}"
    yield from comment_on("EXTENSION", name, extension.comment)


def _create_triggers(relation: Table | View | ForeignTable) -> Iterator[str]:
    inherited = relation.inherited_triggers if isinstance(relation, Table) else ()
    return create_triggers(relation.name, relation.triggers, inherited)


def _in_order(catalog: Catalog) -> Iterator[str]:
    """What may need each other, each after what it needs; views in a circle by stand-ins."""
    objects: tuple[_Made, ...] = (
        *early(catalog.verbatims),
        *catalog.collations,
        *catalog.enums,
        *catalog.domains,
        *catalog.composites,
        *catalog.ranges,
        *(part for table in catalog.tables for part in (table, Keys(table))),
        *catalog.foreign_tables,
        *catalog.views,
        *catalog.materialized_views,
        *catalog.routines,
        *catalog.aggregates,
    )
    needs = _needs(objects, _partitions(catalog))
    stand_ins: set[int] = set()
    for place, late in in_order(needs):
        for needed in sorted(late - stand_ins - {place}):
            circle = objects[needed]
            if isinstance(circle, View):
                stand_ins.add(needed)
                yield from create_stand_in(circle)
        one = objects[place]
        if isinstance(one, View) and place in stand_ins:
            yield from create_view(one, replace=True)
        else:
            yield from _HOW[type(one)][1](one)


def _needs(
    objects: Sequence[_Made], partitions: Mapping[QualifiedName, tuple[QualifiedName, ...]]
) -> dict[int, tuple[int, ...]]:
    """What each of the objects needs of the others, all by their places."""
    by_name: dict[QualifiedName, list[int]] = {}  # routines share names, also with tables
    for place, one in enumerate(objects):
        for name in _names(one):
            by_name.setdefault(name, []).append(place)
    needs = {
        place: tuple(
            dict.fromkeys(
                found
                for name in _needed(one, partitions)
                for found in _meant(one, name, by_name.get(name, ()), objects)
            )
        )
        for place, one in enumerate(objects)
    }
    _leave_shells(objects, needs)
    _add_keys(objects, needs)
    return needs


def _needed(
    one: _Made, partitions: Mapping[QualifiedName, tuple[QualifiedName, ...]]
) -> Iterator[QualifiedName]:
    """Names; the keys of a table, which do not reach down, come after its partitions."""
    if isinstance(one, Keys):
        return iter((one.name, *partitions.get(one.name, ())))
    return _HOW[type(one)][0](one)


def _add_keys(objects: Sequence[_Made], needs: dict[int, tuple[int, ...]]) -> None:
    """What has a body needs tables with their keys, which stand right behind them."""
    for place, one in enumerate(objects):
        if isinstance(one, View | MaterializedView | Routine):
            tables = [found for found in needs[place] if isinstance(objects[found], Table)]
            needs[place] = (*needs[place], *(table + 1 for table in tables))


def _partitions(catalog: Catalog) -> Mapping[QualifiedName, tuple[QualifiedName, ...]]:
    """The partitions of each table."""
    found: dict[QualifiedName, list[QualifiedName]] = {}
    tables: tuple[Table | ForeignTable, ...] = (*catalog.tables, *catalog.foreign_tables)
    for table in tables:
        if table.partition_of is not None:
            found.setdefault(table.partition_of.parent, []).append(table.name)
    return {parent: tuple(names) for parent, names in found.items()}


def _meant(
    one: _Made, name: QualifiedName, places: Sequence[int], objects: Sequence[_Made]
) -> Sequence[int]:
    """Which of the objects of one name a statement may speak of; mostly there is but one.

    What is kept verbatim has its own name in its statements, and speaks of functions and types.
    Where a function has the name, no table is meant; an operator class and its family have the same
    name, and ``early`` orders those.
    """
    if len(places) <= 1:
        return places
    own = name in _names(one)
    found = [place for place in places if not (own and _is_no_type(objects[place]))]
    if isinstance(one, Verbatim):
        routines = [place for place in found if isinstance(objects[place], Routine)]
        relations = (Table, ForeignTable, View, MaterializedView)
        if routines:
            found = [place for place in found if not _is_no_type(objects[place])]
        if routines or own:
            return [place for place in found if not isinstance(objects[place], relations)]
    return found


def _is_no_type(one: _Made) -> bool:
    return isinstance(one, Verbatim) and one.kind != "base type"


def _names(one: _Made) -> Iterator[QualifiedName]:
    """The names by which others may ask for it; a cast has none, keys come with their table."""
    if isinstance(one, Keys):
        return
    if not isinstance(one, Verbatim):
        yield one.name
        if isinstance(one, Range):
            yield one.multirange_name
    elif one.qualified is not None:
        yield one.qualified


def _leave_shells(objects: Sequence[_Made], needs: dict[int, tuple[int, ...]]) -> None:
    """Take from the functions that a type is made of that they need it: its shell is there."""
    for place, one in enumerate(objects):
        base = isinstance(one, Verbatim) and one.kind == "base type"
        if base or (isinstance(one, Range) and one.canonical is not None):
            for needed in needs[place]:
                if isinstance(objects[needed], Routine):
                    needs[needed] = tuple(far for far in needs[needed] if far != place)


_HOW: Mapping[
    type[Any], tuple[Callable[[Any], Iterator[QualifiedName]], Callable[[Any], Iterator[str]]]
] = {
    Verbatim: (needs_of_verbatim, create_verbatim),
    Collation: (no_needs, create_collation),
    Enum: (no_needs, create_enum),
    Domain: (needs_of_domain, create_domain),
    Composite: (needs_of_composite, create_composite),
    Range: (needs_of_range, create_range),
    Table: (needs_of_table, create_table),
    Keys: (no_needs, lambda keys: create_keys(keys.table)),
    ForeignTable: (needs_of_table, create_foreign_table),
    View: (needs_of_view, create_view),
    MaterializedView: (needs_of_view, create_materialized_view),
    Routine: (needs_of_routine, create_routine),
    Aggregate: (needs_of_aggregate, create_aggregate),
}
"""What each kind needs to be there before, and how it is made."""
