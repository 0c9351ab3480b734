"""All of a catalog from nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from ferrule_core.catalog.catalog import Catalog
from ferrule_core.catalog.foreign import ForeignTable
from ferrule_core.catalog.names import quote_identifier
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
from ferrule_core.ddl.foreign import (
    attach_foreign_table,
    complete_foreign_table,
    create_foreign_table,
)
from ferrule_core.ddl.guards import (
    choose_indexes,
    create_rules,
    create_statistics,
    guard_table,
)
from ferrule_core.ddl.needs import made_of, needs
from ferrule_core.ddl.order import in_order
from ferrule_core.ddl.partitions import attach_indexes, leave_to_parents, parents_first
from ferrule_core.ddl.ranges import create_collation, create_range, create_range_shell
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
from ferrule_core.ddl.verbatim import create_late, create_shell, create_verbatim
from ferrule_core.ddl.views import (
    complete_materialized_view,
    complete_view,
    create_materialized_view,
    create_stand_in,
    create_view,
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
    catalog = replace(catalog, tables=tuple(leave_to_parents(catalog)))
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
        *_each(catalog.foreign_tables, attach_foreign_table),
        *_each(tables, choose_indexes),
        *_each(catalog.materialized_views, choose_indexes),
        *_each(tables, connect_table),
        *_each(catalog.statistics, create_statistics),
        *_each(tables, create_rules),
        *_each(catalog.views, create_rules),
        *_each(tables, _create_triggers),
        *_each(catalog.views, _create_triggers),
        *_each(catalog.foreign_tables, _create_triggers),
        *_each(tables, guard_table),
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
    objects = made_of(catalog)
    stand_ins: set[int] = set()
    for place, late in in_order(needs(objects, catalog)):
        for needed in sorted(late - stand_ins):
            circle = objects[needed]
            if isinstance(circle, View):
                stand_ins.add(needed)
                yield from create_stand_in(circle)
        one = objects[place]
        if isinstance(one, View) and place in stand_ins:
            yield from create_view(one, replace=True)
        else:
            yield from _MAKE[type(one)](one)


_MAKE: Mapping[type[Any], Callable[[Any], Iterator[str]]] = {
    Verbatim: create_verbatim,
    Collation: create_collation,
    Enum: create_enum,
    Domain: create_domain,
    Composite: create_composite,
    Range: create_range,
    Table: create_table,
    Keys: lambda keys: create_keys(keys.table),
    ForeignTable: create_foreign_table,
    View: create_view,
    MaterializedView: create_materialized_view,
    Routine: create_routine,
    Aggregate: create_aggregate,
}
"""How each kind is made."""
