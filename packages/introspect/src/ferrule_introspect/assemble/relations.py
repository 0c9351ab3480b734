"""Tables, views and materialized views, put together from their parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from ferrule_core.catalog import (
    Column,
    Index,
    InheritedTrigger,
    MaterializedView,
    Partition,
    Partitioning,
    Policy,
    QualifiedName,
    ReplicaIdentity,
    Rule,
    Table,
    Trigger,
    View,
)
from ferrule_core.deferred import dataclass
from ferrule_introspect.assemble.columns import qualified_or_none
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.constraints import TableConstraints
from ferrule_introspect.assemble.options import read_options
from ferrule_introspect.assemble.order import sorted_by_name
from ferrule_introspect.rows import RelationRow, ViewDefinitionRow

_STRATEGIES: dict[str, Literal["list", "range", "hash"]] = {
    "LIST": "list",
    "RANGE": "range",
    "HASH": "hash",
}
_IDENTITIES: dict[str, Literal["full", "nothing", "index"]] = {
    "f": "full",
    "n": "nothing",
    "i": "index",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What relations are made of, each by the OID of its relation."""

    columns: Mapping[int, tuple[Column, ...]]
    constraints: Mapping[int, TableConstraints]
    indexes: Mapping[int, tuple[Index, ...]]
    triggers: Mapping[int, tuple[Trigger, ...]]
    inherited_triggers: Mapping[int, tuple[InheritedTrigger, ...]]
    rules: Mapping[int, tuple[Rule, ...]]
    policies: Mapping[int, tuple[Policy, ...]]
    definitions: Mapping[int, str]
    comments: Comments


def assemble_tables(rows: Iterable[RelationRow], parts: Parts) -> tuple[Table, ...]:
    """Tables, partitioned ones and partitions too."""
    return tuple(_table(row, parts) for row in rows if row.kind in "rp")


def _table(row: RelationRow, parts: Parts) -> Table:
    constraints = parts.constraints[row.oid]
    return Table(
        name=QualifiedName(row.schema, row.name),
        columns=parts.columns[row.oid],
        primary_key=constraints.primary_key,
        uniques=sorted_by_name(constraints.uniques),
        foreign_keys=sorted_by_name(constraints.foreign_keys),
        checks=sorted_by_name(constraints.checks),
        not_nulls=sorted_by_name(constraints.not_nulls),
        exclusions=sorted_by_name(constraints.exclusions),
        indexes=parts.indexes.get(row.oid, ()),
        triggers=parts.triggers.get(row.oid, ()),
        inherited_triggers=parts.inherited_triggers.get(row.oid, ()),
        rules=parts.rules.get(row.oid, ()),
        policies=parts.policies.get(row.oid, ()),
        row_security=row.row_security,
        force_row_security=row.force_row_security,
        partitioning=_partitioning(row),
        partition_of=partition_of(row),
        inherits=inherits(row),
        of_type=qualified_or_none(row.type_schema, row.type_name),
        unlogged=row.unlogged,
        access_method=row.access_method,
        tablespace=row.tablespace,
        parameters=_parameters(row),
        clustered_on=_clustered_on(row),
        replica_identity=_replica_identity(row),
        comment=parts.comments.on("pg_class", row.oid),
    )


def partition_of(row: RelationRow) -> Partition | None:
    """What makes a relation a partition, if it is one."""
    if row.partition_bound is None:
        return None
    parent = QualifiedName(row.parent_schemas[0], row.parent_names[0])
    return Partition(parent=parent, bound=row.partition_bound)


def inherits(row: RelationRow) -> tuple[QualifiedName, ...]:
    """The parents of a relation that is no partition."""
    parents = tuple(map(QualifiedName, row.parent_schemas, row.parent_names))
    return parents if row.partition_bound is None else ()


def _partitioning(row: RelationRow) -> Partitioning | None:
    """The key is printed as ``RANGE (a, lower(b))``."""
    if row.partition_key is None:
        return None
    strategy, _, key = row.partition_key.partition(" (")
    return Partitioning(strategy=_STRATEGIES[strategy], key=key.removesuffix(")"))


def _parameters(row: RelationRow) -> tuple[tuple[str, str], ...]:
    """Storage parameters, with those of the TOAST table."""
    of_toast = [f"toast.{option}" for option in row.toast_options or ()]
    return read_options([*(row.options or ()), *of_toast])


def _clustered_on(row: RelationRow) -> str | None:
    return row.clustered_on[0] if row.clustered_on else None


def _replica_identity(row: RelationRow) -> ReplicaIdentity | None:
    """An index that was dropped leaves ``nothing``: so the server takes it."""
    if row.replica_identity == "d":
        return None
    kind = _IDENTITIES[row.replica_identity]
    if kind != "index":
        return ReplicaIdentity(kind=kind)
    if not row.replica_index:
        return ReplicaIdentity(kind="nothing")
    return ReplicaIdentity(kind=kind, index=row.replica_index[0])


def view_definitions(rows: Iterable[ViewDefinitionRow]) -> Mapping[int, str]:
    """What views select, by the OID of the view."""
    return {row.relation: (row.definition or "").strip().removesuffix(";") for row in rows}


def assemble_views(rows: Iterable[RelationRow], parts: Parts) -> tuple[View, ...]:
    """Views."""
    return tuple(
        View(
            name=QualifiedName(row.schema, row.name),
            columns=parts.columns[row.oid],
            definition=parts.definitions[row.oid],
            options=read_options(row.options),
            triggers=parts.triggers.get(row.oid, ()),
            rules=parts.rules.get(row.oid, ()),
            comment=parts.comments.on("pg_class", row.oid),
        )
        for row in rows
        if row.kind == "v"
    )


def assemble_materialized_views(
    rows: Iterable[RelationRow], parts: Parts
) -> tuple[MaterializedView, ...]:
    """Materialized views."""
    return tuple(
        MaterializedView(
            name=QualifiedName(row.schema, row.name),
            columns=parts.columns[row.oid],
            definition=parts.definitions[row.oid],
            indexes=parts.indexes.get(row.oid, ()),
            options=_parameters(row),
            access_method=row.access_method,
            tablespace=row.tablespace,
            clustered_on=_clustered_on(row),
            replica_identity=_replica_identity(row),
            comment=parts.comments.on("pg_class", row.oid),
        )
        for row in rows
        if row.kind == "m"
    )
