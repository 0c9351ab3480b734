"""Columns of a table, as they stand in ``CREATE TABLE``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ferrule_core.catalog.columns import Column, Identity
from ferrule_core.catalog.names import QualifiedName, default_name, quote_identifier
from ferrule_core.ddl.clauses import assigned, collate, comment_on, counting


def write_column(column: Column, *, not_null: bool) -> str:
    """The column's definition.

    Args:
        column: The column.
        not_null: Whether its ``NOT NULL`` is to be said here, and not by a constraint of its own.
    """
    head = f"{quote_identifier(column.name)} {column.type.sql}{collate(column.collation)}"
    return " ".join([head, *_filling(column, not_null=not_null)])


def write_typed_column(column: Column, *, not_null: bool) -> Iterator[str]:
    """What a column of a typed table says beyond its type, if it says anything."""
    parts = list(_filling(column, not_null=not_null))
    if parts:
        yield " ".join([f"{quote_identifier(column.name)} WITH OPTIONS", *parts])


def _filling(column: Column, *, not_null: bool) -> Iterator[str]:
    if column.default is not None:
        yield f"DEFAULT {column.default}"
    if column.generated is not None:
        storage = column.generated.storage.upper()
        yield f"GENERATED ALWAYS AS ({column.generated.expression}) {storage}"
    if column.identity is not None:
        yield _write_identity(column.identity)
    if not_null:
        yield "NOT NULL"


def _write_identity(identity: Identity) -> str:
    when = "ALWAYS" if identity.always else "BY DEFAULT"
    options = list(counting(identity.options))
    if identity.sequence is not None:
        options.insert(0, f"SEQUENCE NAME {identity.sequence.sql}")
    behind = f" ({' '.join(options)})" if options else ""
    return f"GENERATED {when} AS IDENTITY{behind}"


def set_columns(kind: str, relation: QualifiedName, columns: Iterable[Column]) -> Iterator[str]:
    """How values of columns are kept and sampled.

    Args:
        kind: ``TABLE`` or ``MATERIALIZED VIEW``.
        relation: Its name.
        columns: Its columns.
    """
    only = "ONLY " if kind == "TABLE" else ""
    for column in columns:
        alter = f"ALTER {kind} {only}{relation.sql} ALTER COLUMN {quote_identifier(column.name)}"
        if column.storage is not None:
            yield f"{alter} SET STORAGE {column.storage.upper()}"
        if column.compression is not None:
            yield f"{alter} SET COMPRESSION {column.compression}"
        if column.statistics_target is not None:
            yield f"{alter} SET STATISTICS {column.statistics_target}"
        if column.options:
            yield f"{alter} SET ({assigned(column.options)})"
        if column.identity is not None:
            yield from _complete_identity(relation, column, column.identity)


def _complete_identity(table: QualifiedName, column: Column, identity: Identity) -> Iterator[str]:
    usual = QualifiedName(table.schema, default_name(table.name, column.name, "seq"))
    name = (identity.sequence or usual).sql
    if identity.unlogged is not None:
        yield f"ALTER SEQUENCE {name} SET {'UNLOGGED' if identity.unlogged else 'LOGGED'}"
    yield from comment_on("SEQUENCE", name, identity.comment)
