"""All of a catalog from nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

from ferrule_core.catalog.catalog import Catalog
from ferrule_core.catalog.names import QualifiedName, quote_identifier
from ferrule_core.catalog.objects import Domain, Enum, MaterializedView, Schema, View
from ferrule_core.catalog.tables import Table
from ferrule_core.ddl.clauses import comment_on
from ferrule_core.ddl.order import in_order
from ferrule_core.ddl.references import needs_of_domain, needs_of_table, needs_of_view
from ferrule_core.ddl.sequences import create_sequence, own_sequence
from ferrule_core.ddl.tables import complete_table, connect_table, create_table
from ferrule_core.ddl.types import create_domain, create_enum
from ferrule_core.ddl.views import (
    complete_materialized_view,
    complete_view,
    create_materialized_view,
    create_stand_in,
    create_view,
)

_Made: TypeAlias = "Enum | Domain | Table | View | MaterializedView"
_PUBLIC = "public"
_T = TypeVar("_T")


def create_catalog(catalog: Catalog) -> tuple[str, ...]:
    """The statements that make every object of a catalog in an empty database, in order.

    Texts of the catalog are used as the server printed them, with an empty ``search_path``, so the
    statements have to run with an empty one too. Types come before the tables that have columns of
    them, tables before the views on them, foreign keys, which may go in circles, after all tables.
    ``public`` is taken to be there.
    """
    return (
        *_each(catalog.schemas, _create_schema),
        *_each(catalog.sequences, create_sequence),
        *_in_order(catalog),
        *_each(catalog.sequences, own_sequence),
        *_each(catalog.tables, complete_table),
        *_each(catalog.views, complete_view),
        *_each(catalog.materialized_views, complete_materialized_view),
        *_each(catalog.tables, connect_table),
    )


def _each(objects: Iterable[_T], write: Callable[[_T], Iterator[str]]) -> Iterator[str]:
    for each in objects:
        yield from write(each)


def _create_schema(schema: Schema) -> Iterator[str]:
    name = quote_identifier(schema.name)
    if schema.name != _PUBLIC:
        yield f"CREATE SCHEMA {name}"
    yield from comment_on("SCHEMA", name, schema.comment)


def _in_order(catalog: Catalog) -> Iterator[str]:
    """Types, tables and views, each after what it needs; views in a circle by stand-ins."""
    all_of_them: tuple[_Made, ...] = (
        *catalog.enums,
        *catalog.domains,
        *catalog.tables,
        *catalog.views,
        *catalog.materialized_views,
    )
    made = {one.name: one for one in all_of_them}
    needs = {name: dict.fromkeys(_needs(one)) for name, one in made.items()}
    stand_ins: set[QualifiedName] = set()
    for name, late in in_order({key: tuple(value) for key, value in needs.items()}):
        for needed in sorted(late - stand_ins - {name}):
            circle = made[needed]
            if isinstance(circle, View):
                stand_ins.add(needed)
                yield from create_stand_in(circle)
        yield from _create(made[name], replace=name in stand_ins)


def _needs(one: _Made) -> Iterator[QualifiedName]:
    match one:
        case Enum():
            return iter(())
        case Domain():
            return needs_of_domain(one)
        case Table():
            return needs_of_table(one)
        case View() | MaterializedView():
            return needs_of_view(one)


def _create(one: _Made, *, replace: bool) -> Iterator[str]:
    match one:
        case Enum():
            return create_enum(one)
        case Domain():
            return create_domain(one)
        case Table():
            return create_table(one)
        case View():
            return create_view(one, replace=replace)
        case MaterializedView():
            return create_materialized_view(one)
