"""What belongs to a table or view and no class says: how rows are kept, cut, guarded. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from ferrule_core.catalog import Column, MaterializedView, Relation, Table, View

RELATION_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "access_method": "table access method",
        "clustered_on": "clustered index",
        "force_row_security": "row-level security",
        "inherits": "inheritance",
        "of_type": "typed table",
        "parameters": "storage parameter",
        "partitioning": "partitioning",
        "replica_identity": "replica identity",
        "row_security": "row-level security",
        "tablespace": "tablespace",
        "unlogged": "unlogged table",
    }
)
"""How a field of a relation is called that no class says."""

PART_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "inherited_triggers": "trigger",
        "policies": "policy",
        "rules": "rule",
        "triggers": "trigger",
    }
)
"""How its parts are called, each of which has a name."""

COLUMN_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "compression": "column compression",
        "options": "column option",
        "statistics_target": "statistics target",
        "storage": "column storage",
    }
)


def beyond_relation(relation: Relation) -> Iterator[tuple[str, str]]:
    """Kind and name of each property and part of a relation of which its class says nothing."""
    yield from ((kind, str(relation.name)) for kind in _set(relation, RELATION_KINDS))
    for part, kind in PART_KINDS.items():
        for one in getattr(relation, part, ()):
            yield kind, f"{one.name} on {relation.name}"
    if not isinstance(relation, View):
        yield from _beyond_columns(relation)
        yield from _beyond_indexes(relation)


def _beyond_columns(relation: Table | MaterializedView) -> Iterator[tuple[str, str]]:
    for column in relation.columns:
        name = f"{relation.name}.{column.name}"
        yield from ((kind, name) for kind in _set(column, COLUMN_KINDS))
        yield from ((kind, name) for kind in _beyond_identity(column))


def _beyond_identity(column: Column) -> Iterator[str]:
    if column.identity is not None and column.identity.unlogged is not None:
        yield "unlogged sequence"
    if column.identity is not None and column.identity.comment is not None:
        yield "comment"


def _beyond_indexes(relation: Table | MaterializedView) -> Iterator[tuple[str, str]]:
    """Of keys, which have an index of their own, and of other indexes."""
    if isinstance(relation, Table):
        keys = () if relation.primary_key is None else (relation.primary_key,)
        for key in (*keys, *relation.uniques, *relation.exclusions):
            name = f"{key.name} on {relation.name}"
            if key.parameters:
                yield "storage parameter", name
            if key.tablespace is not None:
                yield "tablespace", name
            if key.index_comment is not None:
                yield "comment", name
    for index in relation.indexes:
        if index.tablespace is not None:
            yield "tablespace", f"{index.name} on {relation.name}"
        if index.statistics_targets:
            yield "statistics target", f"{index.name} on {relation.name}"


def _set(owner: Any, kinds: Mapping[str, str]) -> Iterable[str]:  # noqa: ANN401 - of any kind
    """The kinds of those fields that have not their default, each once."""
    return dict.fromkeys(
        kinds[field.name]
        for field in fields(owner)
        if field.name in kinds and getattr(owner, field.name) != field.default
    )
