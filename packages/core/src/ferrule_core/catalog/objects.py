"""What a schema holds beside tables."""

from __future__ import annotations

from dataclasses import field

from ferrule_core.catalog.columns import Column, SequenceOptions
from ferrule_core.catalog.constraints import Check
from ferrule_core.catalog.indexes import Index
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.policies import Rule
from ferrule_core.catalog.tables import ReplicaIdentity
from ferrule_core.catalog.triggers import Trigger
from ferrule_core.catalog.types import TypeRef
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A namespace."""

    name: str
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An extension: what it brings is its own, and in no catalog.

    ``schema`` is ``None`` where the extension makes the schema that it lies in. Its version is the
    server's matter.
    """

    name: str
    schema: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum:
    """An enumerated type; the order of its labels is their sort order."""

    name: QualifiedName
    labels: tuple[str, ...]
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """A type of several attributes, made as such; each table and view has one of its own."""

    name: QualifiedName
    attributes: tuple[Attribute, ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A part of a composite type."""

    name: str
    type: TypeRef
    collation: QualifiedName | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A type with constraints over another.

    ``not_null`` says what ``nullable`` cannot: a name or a comment of its own (PostgreSQL 17).
    """

    name: QualifiedName
    type: TypeRef
    nullable: bool = True
    default: str | None = None
    collation: QualifiedName | None = None
    checks: tuple[Check, ...] = ()
    not_null: DomainNotNull | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainNotNull:
    """The ``NOT NULL`` of a domain, where it was given a name or a comment."""

    name: str
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceOwner:
    """The column of ``OWNED BY``: the sequence is dropped with it."""

    table: QualifiedName
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A sequence of its own, or one that a column owns; one of an identity column is in there.

    A ``serial`` column is a column whose default calls ``nextval`` on a sequence that it owns.
    """

    name: QualifiedName
    type: TypeRef
    options: SequenceOptions = field(default_factory=SequenceOptions)
    owner: SequenceOwner | None = None
    unlogged: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view; ``definition`` is its query as the server prints it, without a final semicolon."""

    name: QualifiedName
    columns: tuple[Column, ...]
    definition: str
    options: tuple[tuple[str, str], ...] = ()
    triggers: tuple[Trigger, ...] = ()
    rules: tuple[Rule, ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterializedView:
    """A view whose rows are stored. Whether it was filled is no part of a schema."""

    name: QualifiedName
    columns: tuple[Column, ...]
    definition: str
    indexes: tuple[Index, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    access_method: str | None = None
    tablespace: str | None = None
    clustered_on: str | None = None
    replica_identity: ReplicaIdentity | None = None
    comment: str | None = None
