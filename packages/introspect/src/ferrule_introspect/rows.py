"""What the queries return: one class per file of ``queries``, its fields in the order of SELECT.

OIDs stay in here and in ``assemble``: they say which rows belong together, and are no part of a
catalog.
"""

from __future__ import annotations

from typing import NamedTuple

from ferrule_core.catalog import VerbatimKind
from ferrule_core.deferred import dataclass


class SchemaRow(NamedTuple):
    """``schemas.sql``."""

    oid: int
    name: str
    readable: bool
    of_extension: bool


class RelationRow(NamedTuple):
    """``relations.sql``; ``kind`` is ``pg_class.relkind``.

    ``replica_index`` and ``clustered_on`` are lists of at most one name.
    """

    oid: int
    schema: str
    name: str
    kind: str
    options: list[str] | None
    toast_options: list[str] | None
    unlogged: bool
    access_method: str | None
    tablespace: str | None
    row_security: bool
    force_row_security: bool
    replica_identity: str
    replica_index: list[str]
    clustered_on: list[str]
    type_schema: str | None
    type_name: str | None
    partition_key: str | None
    partition_bound: str | None
    parent_schemas: list[str]
    parent_names: list[str]
    readable: bool


class ColumnRow(NamedTuple):
    """``columns.sql``; ``expression`` is that of the default or of the generated column."""

    relation: int
    number: int
    name: str
    type: int
    modifier: int
    dimensions: int
    not_null: bool
    identity: str
    generated: str
    collation_schema: str | None
    collation_name: str | None
    default_oid: int | None
    expression: str | None
    storage: str | None
    compression: str
    statistics_target: int | None
    options: list[str] | None
    local: bool


class TypeRow(NamedTuple):
    """``types.sql``; ``element`` is given for arrays."""

    oid: int
    schema: str
    name: str
    element: int | None


class ModifierRow(NamedTuple):
    """``modifiers.sql``."""

    type: int
    modifier: int
    plain: str
    modified: str


class SequenceRow(NamedTuple):
    """``sequences.sql``; ``ownership`` is ``pg_depend.deptype``."""

    oid: int
    schema: str
    name: str
    type: int
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    unlogged: bool
    ownership: str | None
    owner: int | None
    owner_number: int | None


class ConstraintRow(NamedTuple):
    """``constraints.sql``; ``kind`` is ``pg_constraint.contype``, ``columns`` are numbers."""

    oid: int
    name: str
    kind: str
    relation: int
    domain: int
    index_oid: int
    columns: list[int] | None
    deferrable: bool
    initially_deferred: bool
    validated: bool
    enforced: bool
    period: bool
    no_inherit: bool
    local: bool
    target_schema: str | None
    target_name: str | None
    target_columns: list[str] | None
    on_update: str
    on_delete: str
    on_delete_columns: list[int] | None
    match: str
    expression: str | None
    operators: list[str]


class IndexRow(NamedTuple):
    """``indexes.sql``; ``columns`` are numbers, 0 for an expression."""

    oid: int
    relation: int
    name: str
    method: str
    is_unique: bool
    nulls_not_distinct: bool
    valid: bool
    columns: list[int]
    key_count: int
    constraint_oid: int | None
    tail: str | None
    predicate: str | None
    parameters: list[str] | None
    tablespace: str | None
    part_of: str | None


class IndexElementRow(NamedTuple):
    """``index_elements.sql``."""

    index_oid: int
    number: int
    key: str
    collation_schema: str | None
    collation_name: str | None
    collation: str | None
    operator_class_schema: str
    operator_class_name: str
    operator_class: str
    operator_class_parameters: list[str] | None
    statistics_target: int | None
    descending: bool
    nulls_first: bool


class EnumRow(NamedTuple):
    """``enums.sql``."""

    oid: int
    schema: str
    name: str
    labels: list[str]


class DomainRow(NamedTuple):
    """``domains.sql``."""

    oid: int
    schema: str
    name: str
    type: int
    modifier: int
    dimensions: int
    not_null: bool
    default_expression: str | None
    collation_schema: str | None
    collation_name: str | None


class CompositeRow(NamedTuple):
    """``composites.sql``; ``relation`` is what its attributes belong to."""

    oid: int
    relation: int
    schema: str
    name: str


class AggregateRow(NamedTuple):
    """``aggregates.sql``; ``options`` are ``NAME=value``."""

    oid: int
    schema: str
    name: str
    arguments: str
    signature: str
    options: list[str]


class ExtensionRow(NamedTuple):
    """``extensions.sql``."""

    oid: int
    name: str
    schema: str
    makes_schema: bool


class RoutineRow(NamedTuple):
    """``routines.sql``; ``kind``, ``modes`` and ``volatility`` are letters of ``pg_proc``."""

    oid: int
    schema: str
    name: str
    kind: str
    argument_types: list[int]
    modes: list[str] | None
    names: list[str] | None
    defaults: list[str | None] | None
    returns: int
    returns_set: bool
    language: str
    volatility: str
    definition: str


class TriggerRow(NamedTuple):
    """``triggers.sql``; ``fires`` is ``pg_trigger.tgenabled``; a ``cloned`` one is the parent's."""

    oid: int
    relation: int
    name: str
    fires: str
    definition: str
    cloned: bool


class RuleRow(NamedTuple):
    """``rules.sql``; ``fires`` is ``pg_rewrite.ev_enabled``."""

    oid: int
    relation: int
    name: str
    fires: str
    definition: str


class PolicyRow(NamedTuple):
    """``policies.sql``; ``command`` is ``pg_policy.polcmd``."""

    oid: int
    relation: int
    name: str
    permissive: bool
    command: str
    roles: list[str]
    using_expression: str | None
    check_expression: str | None


class StatisticsRow(NamedTuple):
    """``statistics.sql``."""

    oid: int
    relation: int
    schema: str
    name: str
    definition: str
    target: int | None


class CommentRow(NamedTuple):
    """``comments.sql``; ``catalog`` is the system catalog that holds the object."""

    catalog: str
    oid: int
    number: int
    comment: str


class RangeRow(NamedTuple):
    """``ranges.sql``; what is the default of the subtype is ``None``, but for the multirange."""

    oid: int
    schema: str
    name: str
    subtype: int
    operator_class_schema: str | None
    operator_class_name: str | None
    collation_schema: str | None
    collation_name: str | None
    canonical_schema: str | None
    canonical_name: str | None
    difference_schema: str | None
    difference_name: str | None
    multirange_schema: str | None
    multirange_name: str | None


class CollationRow(NamedTuple):
    """``collations.sql``; ``provider`` is ``pg_collation.collprovider``."""

    oid: int
    schema: str
    name: str
    provider: str
    locale: str | None
    lc_collate: str | None
    lc_ctype: str | None
    deterministic: bool
    rules: str | None


class ForeignTableRow(NamedTuple):
    """``foreign_tables.sql``; ``column_options`` is JSON."""

    relation: int
    server: str
    options: list[str] | None
    column_options: str | None


class LabelRow(NamedTuple):
    """``labels.sql``."""

    catalog: str
    oid: int
    name: str | None


class AccessRow(NamedTuple):
    """``access.sql``; ``granted`` and ``revoked`` are JSON."""

    catalog: str
    oid: int
    column: str | None
    kind: str
    name: str
    schema: str | None
    owner: str | None
    granted: str | None
    revoked: str | None


class DefaultAccessRow(NamedTuple):
    """``default_access.sql``; the last two are JSON."""

    role: str
    schema: str | None
    kind: str
    granted: str | None
    revoked: str | None


class VerbatimRow(NamedTuple):
    """Each file of ``queries/verbatim``.

    ``parts`` are other objects that the statements make, as ``catalog OID``; ``withheld`` are
    options that are secrets; it is not ``readable`` where the server hides all options.
    """

    kind: VerbatimKind
    catalog: str
    oid: int
    schema: str | None
    label: str
    name: str
    statements: list[str]
    parts: list[str] | None
    withheld: list[str] | None
    readable: bool


class ViewDefinitionRow(NamedTuple):
    """``view_definitions.sql``."""

    relation: int
    definition: str | None


class ObjectRow(NamedTuple):
    """``objects.sql``; what belongs to no schema has no ``namespace``."""

    catalog: str
    oid: int
    namespace: int | None
    relation: int | None


class DescriptionRow(NamedTuple):
    """``descriptions.sql``; all is ``None`` for an object that is gone."""

    catalog: str
    oid: int
    kind: str | None
    schema: str | None
    name: str | None
    identity: str | None


class SizeRow(NamedTuple):
    """``sizes.sql``; there are no ``rows`` where nobody counted them yet."""

    schema: str
    name: str
    bytes: int
    rows: int | None


class NamesRow(NamedTuple):
    """``names.sql``."""

    names: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogRows:
    """All rows of one reading."""

    relations: list[RelationRow]
    columns: list[ColumnRow]
    types: list[TypeRow]
    modifiers: list[ModifierRow]
    sequences: list[SequenceRow]
    constraints: list[ConstraintRow]
    indexes: list[IndexRow]
    index_elements: list[IndexElementRow]
    enums: list[EnumRow]
    domains: list[DomainRow]
    composites: list[CompositeRow]
    extensions: list[ExtensionRow]
    aggregates: list[AggregateRow]
    routines: list[RoutineRow]
    triggers: list[TriggerRow]
    rules: list[RuleRow]
    policies: list[PolicyRow]
    statistics: list[StatisticsRow]
    comments: list[CommentRow]
    objects: list[ObjectRow]
    ranges: list[RangeRow]
    collations: list[CollationRow]
    foreign_tables: list[ForeignTableRow]
    verbatims: list[VerbatimRow]
    labels: list[LabelRow]
    access: list[AccessRow]
    default_access: list[DefaultAccessRow]
    view_definitions: list[ViewDefinitionRow]
