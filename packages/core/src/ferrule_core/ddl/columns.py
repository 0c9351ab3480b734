"""Columns of a table, as they stand in ``CREATE TABLE``."""

from __future__ import annotations

from ferrule_core.catalog.columns import Column, Identity
from ferrule_core.catalog.names import quote_identifier
from ferrule_core.ddl.clauses import collate, counting


def write_column(column: Column, *, not_null: bool) -> str:
    """The column's definition.

    Args:
        column: The column.
        not_null: Whether its ``NOT NULL`` is to be said here, and not by a constraint of its own.
    """
    parts = [f"{quote_identifier(column.name)} {column.type.sql}{collate(column.collation)}"]
    if column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if column.generated is not None:
        storage = column.generated.storage.upper()
        parts.append(f"GENERATED ALWAYS AS ({column.generated.expression}) {storage}")
    if column.identity is not None:
        parts.append(_write_identity(column.identity))
    if not_null:
        parts.append("NOT NULL")
    return " ".join(parts)


def _write_identity(identity: Identity) -> str:
    when = "ALWAYS" if identity.always else "BY DEFAULT"
    options = list(counting(identity.options))
    if identity.sequence is not None:
        options.insert(0, f"SEQUENCE NAME {identity.sequence.sql}")
    behind = f" ({' '.join(options)})" if options else ""
    return f"GENERATED {when} AS IDENTITY{behind}"
