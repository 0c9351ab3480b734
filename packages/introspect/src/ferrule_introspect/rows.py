"""What the queries return: one class per file of ``queries``, its fields in the order of SELECT.

OIDs stay in here and in ``assemble``: they say which rows belong together, and are no part of a
catalog.
"""

from __future__ import annotations

from typing import NamedTuple

from ferrule_core.deferred import dataclass
from ferrule_introspect.rows_beside import (
    AccessRow,
    CollationRow,
    DefaultAccessRow,
    ForeignTableRow,
    LabelRow,
    RangeRow,
    VerbatimRow,
)


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
    replica_index: list[str] | None
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
    operators: list[str] | None


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


class ViewDefinitionRow(NamedTuple):
    """``view_definitions.sql``."""

    relation: int
    definition: str | None


class ObjectsRow(NamedTuple):
    """``objects.sql``: three lists of one length; what belongs to no schema has no namespace."""

    catalog: str
    oids: list[int]
    namespaces: list[int | None]
    relations: list[int | None]


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
    objects: list[ObjectsRow]
    ranges: list[RangeRow]
    collations: list[CollationRow]
    foreign_tables: list[ForeignTableRow]
    verbatims: list[VerbatimRow]
    labels: list[LabelRow]
    access: list[AccessRow]
    default_access: list[DefaultAccessRow]
    view_definitions: list[ViewDefinitionRow]
