"""The description of a database's schemas: the one value that everything else reads or makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, TypeVar

from ferrule_core.catalog.access import DefaultPrivileges, Owner, Privileges
from ferrule_core.catalog.foreign import ForeignTable
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.objects import (
    Composite,
    Domain,
    Enum,
    Extension,
    MaterializedView,
    Schema,
    Sequence,
    View,
)
from ferrule_core.catalog.ranges import Collation, Range
from ferrule_core.catalog.routines import Aggregate, Routine
from ferrule_core.catalog.statistics import Statistics
from ferrule_core.catalog.tables import Table
from ferrule_core.catalog.verbatim import Verbatim
from ferrule_core.errors import InvalidCatalog, UnknownObject, nearest

if TYPE_CHECKING:
    from typing import Self

Relation = Table | View | MaterializedView
"""Whatever can stand behind FROM."""


class _Named(Protocol):
    @property
    def name(self) -> QualifiedName | str: ...


N = TypeVar("N", bound=_Named)


@dataclass(frozen=True)
class Catalog:
    """Schemas and what they hold: one tuple per kind of object, sorted by name.

    Objects refer to each other by name, so two catalogs are equal exactly when they mean the same.
    A new
    kind of object is one more field here: the codec, the fingerprint and the checks below follow
    by themselves.

    Raises:
        InvalidCatalog: Two objects of one kind, or two relations of any kind, have the same name.
    """

    schemas: tuple[Schema, ...] = ()
    extensions: tuple[Extension, ...] = ()
    enums: tuple[Enum, ...] = ()
    domains: tuple[Domain, ...] = ()
    composites: tuple[Composite, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    materialized_views: tuple[MaterializedView, ...] = ()
    routines: tuple[Routine, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    collations: tuple[Collation, ...] = ()
    ranges: tuple[Range, ...] = ()
    foreign_tables: tuple[ForeignTable, ...] = ()
    verbatims: tuple[Verbatim, ...] = ()
    owners: tuple[Owner, ...] = ()
    privileges: tuple[Privileges, ...] = ()
    default_privileges: tuple[DefaultPrivileges, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            objects: tuple[_Named, ...] = getattr(self, field.name)
            ordered = tuple(sorted(objects, key=_identity))
            object.__setattr__(self, field.name, ordered)
            _refuse_duplicates(field.name, ordered)
        share_names: list[_Named] = [
            *self._all_relations(),
            *self.foreign_tables,
            *self.sequences,
        ]
        by_name = sorted(share_names, key=_identity)
        _refuse_duplicates("relations", by_name)

    def _all_relations(self) -> Iterable[Relation]:
        yield from self.tables
        yield from self.views
        yield from self.materialized_views

    @cached_property
    def relations(self) -> Mapping[QualifiedName, Relation]:
        """Tables, views and materialized views by name."""
        return MappingProxyType({relation.name: relation for relation in self._all_relations()})

    @cached_property
    def types(self) -> Mapping[QualifiedName, Enum | Domain | Composite]:
        """Types that the schemas define, by name."""
        defined: tuple[Enum | Domain | Composite, ...] = (
            *self.enums,
            *self.domains,
            *self.composites,
        )
        return MappingProxyType({kind.name: kind for kind in defined})

    def table(self, name: QualifiedName) -> Table:
        """The table of that name.

        Raises:
            UnknownObject: There is none; the hint has the nearest names.
        """
        found = self.relations.get(name)
        if isinstance(found, Table):
            return found
        known = [str(table.name) for table in self.tables]
        raise UnknownObject(f"no such table: {name}", hint=nearest(str(name), known))

    def only_schemas(self, names: Iterable[str]) -> Self:
        """The part of the catalog that lies in the named schemas."""
        wanted = frozenset(names)
        return replace(
            self,
            **{
                field.name: tuple(o for o in getattr(self, field.name) if _schema_of(o) in wanted)
                for field in fields(self)
            },
        )


def _identity(item: _Named) -> tuple[QualifiedName | str, tuple[object, ...]]:
    """What no two objects of a kind share: the name, and of a routine the types of its input."""
    if isinstance(item, Verbatim | Owner):
        return item.kind, (item.name,)
    if isinstance(item, Privileges):
        return item.kind, (item.name, item.column or "")
    if isinstance(item, DefaultPrivileges):
        return item.name, (item.schema or "", item.kind)
    return item.name, item.told_apart_by if isinstance(item, Routine | Aggregate) else ()


def _schema_of(item: _Named) -> str | None:
    if isinstance(item, Extension | Verbatim | Owner | Privileges | DefaultPrivileges):
        return item.schema
    name = item.name
    return name.schema if isinstance(name, QualifiedName) else str(name)


def _refuse_duplicates(kind: str, ordered: Iterable[_Named]) -> None:
    previous: object = None
    for item in ordered:
        identity = _identity(item)
        if identity == previous:
            named = item if isinstance(item, Routine | Aggregate | Verbatim) else item.name
            raise InvalidCatalog(f"two {kind.replace('_', ' ')} have the name {named}")
        previous = identity
