"""Columns of tables and views, and what fills them."""

from __future__ import annotations

from typing import Literal

from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.types import TypeRef
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceOptions:
    """How a sequence counts; ``None`` is the default of its type and direction."""

    start: int | None = None
    increment: int = 1
    minimum: int | None = None
    maximum: int | None = None
    cache: int = 1
    cycle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """``GENERATED ... AS IDENTITY``. ``sequence`` is its name where that is not the usual one.

    ``unlogged`` is given where the sequence is not as its table is; ``comment`` is on the sequence.
    """

    always: bool = False
    options: SequenceOptions = SequenceOptions()
    sequence: QualifiedName | None = None
    unlogged: bool | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """``GENERATED ALWAYS AS (expression)``; virtual columns came with PostgreSQL 18."""

    expression: str
    storage: Literal["stored", "virtual"] = "stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table or view. ``default`` is the expression as the server prints it.

    Attributes:
        storage: How long values are kept, where that is not the default of the type.
        statistics_target: How much is sampled; ``None`` is the server's setting.
        options: ``n_distinct`` and its kin.
        local: False for a column that a table has only from those that it inherits from. A
            partition's columns count as its own.
    """

    name: str
    type: TypeRef
    nullable: bool = True
    default: str | None = None
    identity: Identity | None = None
    generated: Generated | None = None
    collation: QualifiedName | None = None
    storage: Literal["plain", "external", "extended", "main"] | None = None
    compression: Literal["pglz", "lz4"] | None = None
    statistics_target: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    local: bool = True
    comment: str | None = None
