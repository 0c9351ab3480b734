"""What classes declare, as a catalog: the desired schema of a database."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from ferrule_core.catalog.catalog import Catalog
from ferrule_core.catalog.columns import Column, Identity
from ferrule_core.catalog.names import QualifiedName, default_name
from ferrule_core.catalog.objects import MaterializedView, Schema, SequenceOwner, View
from ferrule_core.catalog.objects import Sequence as CatalogSequence
from ferrule_core.catalog.tables import Table
from ferrule_core.errors import ModelError
from ferrule_core.mapping.declared_types import DeclaredTypes, qualified
from ferrule_core.mapping.default_names import NamesInUse
from ferrule_core.mapping.junction_tables import junction_tables
from ferrule_core.mapping.kinds.composites import Composite
from ferrule_core.mapping.kinds.refs import DomainType
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.model_table import KeysOnlyTable
from ferrule_core.mapping.table_parts import TableParts
from ferrule_core.mapping.user_types import DeclaredSequence

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable

Declared: TypeAlias = "type[Mapped | enum.Enum | Composite] | DomainType | DeclaredSequence"
"""What a catalog can be made of: models, and types and sequences that no column has."""

PUBLIC = "public"


def to_catalog(declared: Iterable[Declared], *, schema: str = PUBLIC) -> Catalog:
    """The catalog of all that models declare, types of their columns included.

    Constraints and indexes that have no name get those that the server would give. Defaults of
    Python are no defaults of the server. Expressions are as the classes have them, not as a server
    prints them: load the catalog and read it again before comparing it with one that was read.

    Left out are abstract models, views that do not say their query, and models that are known by
    their keys only. A junction table that no model describes is made of what it connects.

    Args:
        declared: Models; and enums, domains, composites and sequences that no column of theirs
            leads to.
        schema: Where a table lies whose model does not say it.

    Raises:
        ModelError: A class says something that no table can be, or two classes differ about one.
    """
    return _Making(schema).catalog(tuple(declared))


class _Making:
    """One catalog while it is made: names and types that all tables share."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._names = NamesInUse()
        self._types = DeclaredTypes(schema)

    def catalog(self, declared: Sequence[Declared]) -> Catalog:
        tables = _tables_of(declared, self._schema)
        for one in declared:
            if isinstance(one, DomainType):
                self._types.add_domain(one)
            elif isinstance(one, DeclaredSequence):
                continue
            elif issubclass(one, enum.Enum):
                self._types.add_enum(one)
            elif issubclass(one, Composite):
                self._types.add_composite(one, one.__composite__)
        parts = {name: TableParts(table, name, self._names) for name, table in tables.items()}
        for name, part in parts.items():
            self._names.take_relation(name)
            part.take_names()
        stored = {name: table for name, table in tables.items() if _kind(table) == "table"}
        views = {name: table for name, table in tables.items() if _kind(table) != "table"}
        made = [self._table(name, table, parts[name]) for name, table in stored.items()]
        made += junction_tables(stored, self._names, self._schema, made)
        seen = [self._view(name, table, parts[name]) for name, table in views.items()]
        sequences = [_sequence(one) for one in declared if isinstance(one, DeclaredSequence)]
        catalog = Catalog(
            enums=tuple(self._types.enums.values()),
            domains=tuple(self._types.domains.values()),
            composites=tuple(self._types.composites.values()),
            sequences=tuple(sequences),
            tables=tuple(made),
            views=tuple(view for view in seen if isinstance(view, View)),
            materialized_views=tuple(v for v in seen if isinstance(v, MaterializedView)),
        )
        return _with_schemas(catalog)

    def _table(self, name: QualifiedName, table: ModelTable, parts: TableParts) -> Table:
        key = parts.primary_key()
        never_null = parts.never_null() | frozenset(() if key is None else key.columns)
        return Table(
            name=name,
            columns=tuple(
                self._column(table, column, never_null=column.name in never_null)
                for column in table.columns.values()
            ),
            primary_key=key,
            uniques=parts.uniques(),
            foreign_keys=parts.foreign_keys(self._schema),
            checks=parts.checks(),
            not_nulls=parts.not_nulls(),
            exclusions=parts.exclusions(),
            indexes=parts.indexes(),
            comment=table.comment,
        )

    def _column(self, table: ModelTable, column: ModelColumn, *, never_null: bool) -> Column:
        options, schema = column.options, table.schema or self._schema
        kind = self._types.of_column(table, column)
        implied = column.nullable or self._types.forbids_null(kind)
        return Column(
            name=column.name,
            type=kind,
            nullable=implied and not never_null and options.identity is None,
            default=options.server_default,
            identity=_identity(table, column, schema),
            generated=options.generated,
            collation=qualified(options.collation),
            comment=options.comment,
        )

    def _view(
        self, name: QualifiedName, table: ModelTable, parts: TableParts
    ) -> View | MaterializedView:
        columns = tuple(
            Column(
                name=column.name,
                type=self._types.of_column(table, column),
                default=column.options.server_default,
                collation=qualified(column.options.collation),
                comment=column.options.comment,
            )
            for column in table.columns.values()
        )
        definition = (table.model.__definition__ or "").strip().removesuffix(";").rstrip()
        options = tuple(table.model.__view_options__.items())
        if _kind(table) == "view":
            return View(
                name=name,
                columns=columns,
                definition=definition,
                options=options,
                comment=table.comment,
            )
        return MaterializedView(
            name=name,
            columns=columns,
            definition=definition,
            options=options,
            indexes=parts.indexes(),
            comment=table.comment,
        )


def _tables_of(declared: Iterable[Declared], schema: str) -> dict[QualifiedName, ModelTable]:
    """What there is to make, in order of name, so that names do not hang on that of imports."""
    found: dict[QualifiedName, ModelTable] = {}
    for one in declared:
        if isinstance(one, DomainType | DeclaredSequence) or not issubclass(one, Mapped):
            continue
        table = one.__table__
        if table.abstract or isinstance(table, KeysOnlyTable) or _is_unknown_view(table):
            continue
        name = QualifiedName(table.schema or schema, table.name)
        other = found.setdefault(name, table)
        if other is not table:
            found[name] = _the_one_that_extends(name, other, table)
    return dict(sorted(found.items()))


def _the_one_that_extends(name: QualifiedName, one: ModelTable, other: ModelTable) -> ModelTable:
    if issubclass(one.model, other.model):
        return one
    if issubclass(other.model, one.model):
        return other
    raise ModelError(
        f"two models declare {name}: {one.module}.{one.model_name} "
        f"and {other.module}.{other.model_name}",
        hint="make the catalog of the one that has all columns",
    )


def _kind(table: ModelTable) -> str:
    return table.model.__relation_kind__


def _is_unknown_view(table: ModelTable) -> bool:
    return _kind(table) != "table" and not table.model.__definition__


def _identity(table: ModelTable, column: ModelColumn, schema: str) -> Identity | None:
    """How the column counts; its sequence is named only where that is not the usual name."""
    identity, sequence = column.options.identity, column.options.sequence
    usual = default_name(table.name, column.name, "seq")
    if identity is None or sequence is None or sequence == usual:
        return identity
    return replace(identity, sequence=QualifiedName(schema, sequence))


def _sequence(said: DeclaredSequence) -> CatalogSequence:
    owner = None
    if said.owned_by is not None:
        table, column = said.owned_by
        owner = SequenceOwner(table=QualifiedName(said.name.schema, table), column=column)
    return CatalogSequence(
        name=said.name, type=said.type, options=said.options, owner=owner, comment=said.comment
    )


def _with_schemas(catalog: Catalog) -> Catalog:
    """The catalog with the schemas that its objects lie in."""
    objects = (
        *catalog.relations.values(),
        *catalog.types.values(),
        *catalog.sequences,
    )
    schemas = sorted({one.name.schema for one in objects})
    return replace(catalog, schemas=tuple(Schema(name=name) for name in schemas))
