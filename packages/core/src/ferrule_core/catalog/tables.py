"""Tables."""

from __future__ import annotations

from typing import Literal

from ferrule_core.catalog.columns import Column
from ferrule_core.catalog.constraints import (
    Check,
    Exclusion,
    ForeignKey,
    NotNull,
    PrimaryKey,
    Unique,
)
from ferrule_core.catalog.indexes import Index
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.partitions import Partition, Partitioning
from ferrule_core.catalog.policies import Policy, Rule
from ferrule_core.catalog.triggers import InheritedTrigger, Trigger
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaIdentity:
    """What of an old row goes to replicas, where that is not its primary key."""

    kind: Literal["full", "nothing", "index"]
    index: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table. Columns stand in their physical order; what has a name is sorted by it.

    Columns of a table that inherits stand as ``INHERITS`` puts them: first those of its parents.

    Attributes:
        inherits: The tables of ``INHERITS``, in order; a partition has its parent in
            ``partition_of``.
        of_type: The composite type of ``CREATE TABLE ... OF``.
        access_method: ``None`` for ``heap``, and for a partitioned table that names none.
        parameters: Storage parameters; those of its TOAST table have ``toast.`` before them.
        clustered_on: Name of the index that ``CLUSTER`` takes.
        inherited_triggers: What a partition's copies of its parent's triggers do otherwise.
    """

    name: QualifiedName
    columns: tuple[Column, ...]
    primary_key: PrimaryKey | None = None
    uniques: tuple[Unique, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    not_nulls: tuple[NotNull, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    inherited_triggers: tuple[InheritedTrigger, ...] = ()
    rules: tuple[Rule, ...] = ()
    policies: tuple[Policy, ...] = ()
    row_security: bool = False
    force_row_security: bool = False
    partitioning: Partitioning | None = None
    partition_of: Partition | None = None
    inherits: tuple[QualifiedName, ...] = ()
    of_type: QualifiedName | None = None
    unlogged: bool = False
    access_method: str | None = None
    tablespace: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    clustered_on: str | None = None
    replica_identity: ReplicaIdentity | None = None
    comment: str | None = None
