"""Constraints, as they stand in ``CREATE TABLE``, ``CREATE DOMAIN`` and ``ADD``."""

from __future__ import annotations

from ferrule_core.catalog.constraints import (
    Check,
    Exclusion,
    ForeignKey,
    NotNull,
    PrimaryKey,
    Unique,
)
from ferrule_core.catalog.names import quote_identifier
from ferrule_core.ddl.clauses import column_list, deferring, parameters, using_tablespace
from ferrule_core.ddl.indexes import write_element


def write_key(key: PrimaryKey | Unique) -> str:
    """A primary key or a unique constraint."""
    kind = "PRIMARY KEY"
    if isinstance(key, Unique):
        kind = "UNIQUE NULLS NOT DISTINCT" if key.nulls_not_distinct else "UNIQUE"
    columns = column_list(key.columns)
    if key.without_overlaps:
        columns = f"{columns[:-1]} WITHOUT OVERLAPS)"
    include = f" INCLUDE {column_list(key.include)}" if key.include else ""
    index = parameters(key.parameters) + using_tablespace(key.tablespace)
    when = deferring(deferrable=key.deferrable, initially_deferred=key.initially_deferred)
    return f"CONSTRAINT {quote_identifier(key.name)} {kind} {columns}{include}{index}{when}"


def write_exclusion(exclusion: Exclusion) -> str:
    """An exclusion constraint, for ``ADD``."""
    elements = ", ".join(
        f"{write_element(one.element)} WITH {one.operator}" for one in exclusion.elements
    )
    text = (
        f"CONSTRAINT {quote_identifier(exclusion.name)} "
        f"EXCLUDE USING {quote_identifier(exclusion.method)} ({elements})"
    )
    if exclusion.include:
        text += f" INCLUDE {column_list(exclusion.include)}"
    text += parameters(exclusion.parameters) + using_tablespace(exclusion.tablespace)
    if exclusion.predicate is not None:
        text += f" WHERE ({exclusion.predicate})"
    return text + deferring(
        deferrable=exclusion.deferrable, initially_deferred=exclusion.initially_deferred
    )


def write_check(check: Check) -> str:
    """A check. Where it is not valid, that has meaning behind ``ADD`` only."""
    text = f"CONSTRAINT {quote_identifier(check.name)} CHECK ({check.expression})"
    if check.no_inherit:
        text += " NO INHERIT"
    if not check.enforced:
        return f"{text} NOT ENFORCED"
    return text if check.validated else f"{text} NOT VALID"


def write_not_null(constraint: NotNull) -> str:
    """A ``NOT NULL`` with a name, for a whole table (PostgreSQL 18)."""
    name, column = map(quote_identifier, (constraint.name, constraint.column))
    text = f"CONSTRAINT {name} NOT NULL {column}"
    if constraint.no_inherit:
        text += " NO INHERIT"
    return text if constraint.validated else f"{text} NOT VALID"


def write_foreign_key(key: ForeignKey) -> str:
    """A foreign key, for ``ADD``."""
    near, far = column_list(key.columns), column_list(key.target_columns)
    if key.period:
        near, far = _with_period(key.columns), _with_period(key.target_columns)
    parts = [
        f"CONSTRAINT {quote_identifier(key.name)} FOREIGN KEY {near}",
        f"REFERENCES {key.target.sql} {far}",
    ]
    if key.match != "simple":
        parts.append(f"MATCH {key.match.upper()}")
    if key.on_update != "no action":
        parts.append(f"ON UPDATE {key.on_update.upper()}")
    if key.on_delete != "no action":
        touched = f" {column_list(key.on_delete_columns)}" if key.on_delete_columns else ""
        parts.append(f"ON DELETE {key.on_delete.upper()}{touched}")
    text = " ".join(parts)
    text += deferring(deferrable=key.deferrable, initially_deferred=key.initially_deferred)
    if not key.enforced:
        return f"{text} NOT ENFORCED"
    return text if key.validated else f"{text} NOT VALID"


def _with_period(columns: tuple[str, ...]) -> str:
    *plain, period = map(quote_identifier, columns)
    return f"({', '.join([*plain, f'PERIOD {period}'])})"
