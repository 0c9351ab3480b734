"""Indexes of tables and materialized views."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog.indexes import Index, IndexElement
from ferrule_core.catalog.names import QualifiedName, quote_identifier
from ferrule_core.ddl.clauses import (
    collate,
    column_list,
    comment_on,
    operator_class_parameters,
    parameters,
)


def create_index(index: Index, relation: QualifiedName, *, only: bool = False) -> Iterator[str]:
    """The statements that make an index. It is valid afterwards, whatever the other one was.

    Args:
        index: The index.
        relation: What it is on.
        only: Whether partitions are to get none of it: theirs are attached to it later.
    """
    unique = "UNIQUE " if index.unique else ""
    elements = ", ".join(map(write_element, index.elements))
    target = f"ONLY {relation.sql}" if only else relation.sql
    text = (
        f"CREATE {unique}INDEX {quote_identifier(index.name)} ON {target} "
        f"USING {quote_identifier(index.method)} ({elements})"
    )
    if index.include:
        text += f" INCLUDE {column_list(index.include)}"
    if index.nulls_not_distinct:
        text += " NULLS NOT DISTINCT"
    text += parameters(index.parameters)
    if index.tablespace is not None:
        text += f" TABLESPACE {quote_identifier(index.tablespace)}"
    yield text if index.predicate is None else f"{text} WHERE {index.predicate}"
    name = name_of_index(relation, index.name)
    for place, sampled in index.statistics_targets:
        yield f"ALTER INDEX {name} ALTER COLUMN {place} SET STATISTICS {sampled}"


def name_of_index(relation: QualifiedName, index: str) -> str:
    """The name in SQL: an index lies where its relation does."""
    return QualifiedName(relation.schema, index).sql


def comment_on_index(relation: QualifiedName, index: str, comment: str | None) -> Iterator[str]:
    """The comment, where there is one."""
    return comment_on("INDEX", name_of_index(relation, index), comment)


def write_element(element: IndexElement) -> str:
    """A key of an index."""
    if element.column is not None:
        text = quote_identifier(element.column)
    else:
        text = element.expression or ""
    text += collate(element.collation)
    if element.operator_class is not None:
        text += f" {element.operator_class.sql}"
        text += operator_class_parameters(element.operator_class_parameters)
    if element.descending:
        text += " DESC"
    if element.nulls_first is not None:
        text += " NULLS FIRST" if element.nulls_first else " NULLS LAST"
    return text
