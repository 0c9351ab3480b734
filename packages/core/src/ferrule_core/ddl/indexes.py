"""Indexes of tables and materialized views."""

from __future__ import annotations

from ferrule_core.catalog.indexes import Index, IndexElement
from ferrule_core.catalog.names import QualifiedName, quote_identifier
from ferrule_core.ddl.clauses import (
    collate,
    column_list,
    operator_class_parameters,
    parameters,
)


def create_index(index: Index, relation: QualifiedName) -> str:
    """The statement that makes an index. It is valid afterwards, whatever the other one was."""
    unique = "UNIQUE " if index.unique else ""
    elements = ", ".join(map(_write_element, index.elements))
    text = (
        f"CREATE {unique}INDEX {quote_identifier(index.name)} ON {relation.sql} "
        f"USING {quote_identifier(index.method)} ({elements})"
    )
    if index.include:
        text += f" INCLUDE {column_list(index.include)}"
    if index.nulls_not_distinct:
        text += " NULLS NOT DISTINCT"
    text += parameters(index.parameters)
    return text if index.predicate is None else f"{text} WHERE {index.predicate}"


def _write_element(element: IndexElement) -> str:
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
