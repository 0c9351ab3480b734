"""Everything that the templates of one package draw on, computed once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ferrule_codegen.annotations import PythonType, TypeBook
from ferrule_codegen.naming.assign import Names, assign_names
from ferrule_codegen.relations import Relations, infer_relations
from ferrule_codegen.routines.planning import FunctionPlan, plan_functions
from ferrule_codegen.statements.planning import StatementPlan, plan_statements
from ferrule_core.catalog import (
    Catalog,
    Column,
    PrimaryKey,
    QualifiedName,
    Relation,
    Table,
)
from ferrule_core.plugins.contracts import GenerateRequest


@dataclass(frozen=True, kw_only=True)
class ModelPlan:
    """One table or view, and what its model will be called."""

    relation: Relation
    class_name: str
    module: str
    attributes: Mapping[str, str]
    relations: Relations
    types: TypeBook

    @property
    def name(self) -> QualifiedName:
        """Name of the table or view."""
        return self.relation.name

    @property
    def read_only(self) -> bool:
        """Whether it is a view."""
        return not isinstance(self.relation, Table)

    @cached_property
    def primary_key(self) -> PrimaryKey | None:
        """The key; views have none."""
        return self.relation.primary_key if isinstance(self.relation, Table) else None

    @cached_property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns of the key, in its order."""
        by_name = {column.name: column for column in self.relation.columns}
        key = self.primary_key
        return () if key is None else tuple(by_name[name] for name in key.columns)

    @cached_property
    def to_one(self) -> frozenset[str]:
        """The relations that lead to one row."""
        relations = self.relations
        return frozenset(
            [
                *(reference.attribute for reference in relations.references),
                *(i.attribute for i in relations.inverses if i.reference.unique),
            ]
        )

    @cached_property
    def relation_targets(self) -> tuple[tuple[str, QualifiedName, bool], ...]:
        """Of each relation: its attribute, where it leads, and whether there may be nothing."""
        relations = self.relations
        return (
            *((r.attribute, r.target, r.nullable) for r in relations.references),
            *((i.attribute, i.source, True) for i in relations.inverses),
            *((t.attribute, t.target, True) for t in relations.throughs),
        )

    @cached_property
    def all_attributes(self) -> frozenset[str]:
        """Names of columns and relations."""
        relations = {attribute for attribute, _, _ in self.relation_targets}
        return frozenset(self.attributes.values()) | relations

    @cached_property
    def writable_columns(self) -> tuple[Column, ...]:
        """The columns that a caller may give a value."""
        return tuple(
            column
            for column in self.relation.columns
            if column.generated is None and not (column.identity and column.identity.always)
        )

    def is_required(self, column: Column) -> bool:
        """Whether a new row needs a value for ``column`` from its caller."""
        filled = column.default is not None or column.identity is not None
        return not filled and not self.is_nullable(column)

    def domain_forbids_null(self, column: Column) -> bool:
        """Whether the column could not hold NULL even if it did not say so."""
        return not self.types.is_nullable(replace(column, nullable=True))

    def value_type(self, column: Column) -> PythonType:
        """The type of a value of ``column`` that is not null."""
        return self.types.value_type(column.type)

    def is_nullable(self, column: Column) -> bool:
        """Whether a row may hold NULL there."""
        return self.types.is_nullable(column)


@dataclass(frozen=True, kw_only=True)
class PackagePlan:
    """The whole package; partitions have no model, for rows are reached through their parent."""

    package: str
    catalog: Catalog
    partitions: tuple[QualifiedName, ...]
    names: Names
    models: Mapping[QualifiedName, ModelPlan]
    types: TypeBook
    functions: tuple[FunctionPlan, ...] = ()
    statements: tuple[StatementPlan, ...] = ()

    @cached_property
    def class_names(self) -> frozenset[str]:
        """Names of all models, enums and composites."""
        return frozenset(self.names.classes.values())


def plan_package(request: GenerateRequest) -> PackagePlan:
    """Decide names, types and relations of all that the request's catalog holds.

    Raises:
        GenerationError: A name that was wished for cannot be given.
    """
    whole = request.catalog
    catalog = replace(whole, tables=tuple(t for t in whole.tables if t.partition_of is None))
    partitions = tuple(table.name for table in whole.tables if table.partition_of is not None)
    names = assign_names(catalog, request.names)
    relations = infer_relations(catalog, names, request.names)
    types = TypeBook(catalog, request.types, names.classes)
    models = {
        name: ModelPlan(
            relation=relation,
            class_name=names.classes[name],
            module=names.modules[name],
            attributes=names.attributes[name],
            relations=relations.get(name, Relations()),
            types=types,
        )
        for name, relation in catalog.relations.items()
    }
    ordered = dict(sorted(models.items(), key=lambda item: item[1].module))
    return PackagePlan(
        package=request.package,
        catalog=catalog,
        partitions=partitions,
        names=names,
        models=ordered,
        types=types,
        functions=plan_functions(catalog, types, names.classes, request.names),
        statements=plan_statements(request.queries, catalog, types, names.classes),
    )
