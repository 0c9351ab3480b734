"""All rows of a reading as one catalog."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from ferrule_core.catalog import Catalog, Extension, Schema
from ferrule_core.plugins.contracts import Scope
from ferrule_introspect.assemble.access import (
    assemble_default_privileges,
    assemble_owners,
    assemble_privileges,
    only_of,
)
from ferrule_introspect.assemble.columns import assemble_columns, column_names
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.constraints import (
    ConstraintAssembler,
    domain_checks,
    domain_not_nulls,
)
from ferrule_introspect.assemble.foreign import assemble_foreign_tables
from ferrule_introspect.assemble.indexes import assemble_indexes, keys_by_index
from ferrule_introspect.assemble.ranges import assemble_collations, assemble_ranges
from ferrule_introspect.assemble.relations import (
    Parts,
    assemble_materialized_views,
    assemble_tables,
    assemble_views,
    view_definitions,
)
from ferrule_introspect.assemble.routines import assemble_aggregates, assemble_routines
from ferrule_introspect.assemble.sequences import assemble_sequences, identity_sequences
from ferrule_introspect.assemble.statistics import assemble_statistics
from ferrule_introspect.assemble.triggers import (
    assemble_policies,
    assemble_rules,
    assemble_triggers,
    inherited_triggers,
)
from ferrule_introspect.assemble.types import TypeNames
from ferrule_introspect.assemble.unmodelled import modelled
from ferrule_introspect.assemble.user_types import (
    assemble_composites,
    assemble_domains,
    assemble_enums,
)
from ferrule_introspect.assemble.verbatim import assemble_verbatims
from ferrule_introspect.rows import CatalogRows, ExtensionRow, SchemaRow


def assemble_catalog(schemas: Collection[SchemaRow], rows: CatalogRows, scope: Scope) -> Catalog:
    """Put the rows together. All of them belong in the catalog: the scope was applied before."""
    comments = Comments(rows.comments)
    types = TypeNames(rows.types, rows.modifiers)
    relations = {row.oid: row for row in rows.relations}
    names = column_names(rows.columns)
    identities = identity_sequences(rows.sequences)
    columns = assemble_columns(rows.columns, relations, identities, types, comments)
    keys = keys_by_index(rows.index_elements)
    constraints = ConstraintAssembler(relations, names, rows.indexes, keys, comments)
    indexes = assemble_indexes(rows.indexes, keys, relations, names, comments)
    parts = Parts(
        columns=columns,
        constraints=constraints.by_table(rows.constraints),
        indexes=indexes,
        triggers=assemble_triggers(rows.triggers, comments),
        inherited_triggers=inherited_triggers(rows.triggers),
        rules=assemble_rules(rows.rules, comments),
        policies=assemble_policies(rows.policies, comments),
        definitions=view_definitions(rows.view_definitions),
        comments=comments,
    )
    checks = domain_checks(rows.constraints, comments)
    not_nulls = domain_not_nulls(rows.constraints, rows.domains, comments)
    catalog = Catalog(
        schemas=_schemas(schemas, comments),
        extensions=_extensions(rows.extensions, comments),
        enums=assemble_enums(rows.enums, comments),
        domains=assemble_domains(rows.domains, checks, not_nulls, types, comments),
        composites=assemble_composites(rows.composites, rows.columns, types, comments),
        sequences=assemble_sequences(rows.sequences, relations, names, types, comments),
        tables=assemble_tables(rows.relations, parts),
        views=assemble_views(rows.relations, parts),
        materialized_views=assemble_materialized_views(rows.relations, parts),
        routines=assemble_routines(rows.routines, types, comments),
        aggregates=assemble_aggregates(rows.aggregates, comments),
        statistics=assemble_statistics(rows.statistics, relations, comments),
        collations=assemble_collations(rows.collations, comments),
        ranges=assemble_ranges(rows.ranges, types, comments),
        foreign_tables=assemble_foreign_tables(rows.foreign_tables, relations, parts),
        verbatims=assemble_verbatims(rows.verbatims, comments),
    )
    if not (scope.owners or scope.privileges):
        return catalog
    access = only_of(rows.access, set(modelled(schemas, rows)))
    return replace(
        catalog,
        owners=assemble_owners(access) if scope.owners else (),
        privileges=assemble_privileges(access) if scope.privileges else (),
        default_privileges=assemble_default_privileges(rows.default_access),
    )


def _schemas(rows: Iterable[SchemaRow], comments: Comments) -> tuple[Schema, ...]:
    return tuple(
        Schema(name=row.name, comment=comments.on("pg_namespace", row.oid))
        for row in rows
        if not row.of_extension
    )


def _extensions(rows: Iterable[ExtensionRow], comments: Comments) -> tuple[Extension, ...]:
    return tuple(
        Extension(
            name=row.name,
            schema=None if row.makes_schema else row.schema,
            comment=comments.on("pg_extension", row.oid),
        )
        for row in rows
    )
