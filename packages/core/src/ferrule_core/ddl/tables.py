"""Tables: their columns first, then their keys, the rest when all tables are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ferrule_core.catalog.catalog import Relation
from ferrule_core.catalog.columns import Column
from ferrule_core.catalog.constraints import Check, Exclusion, NotNull, PrimaryKey, Unique
from ferrule_core.catalog.foreign import ForeignTable
from ferrule_core.catalog.names import QualifiedName, quote_identifier
from ferrule_core.catalog.partitions import Partition
from ferrule_core.catalog.tables import Table
from ferrule_core.ddl.clauses import comment_on, parameters
from ferrule_core.ddl.columns import set_columns, write_column, write_typed_column
from ferrule_core.ddl.constraints import (
    write_check,
    write_exclusion,
    write_foreign_key,
    write_key,
    write_not_null,
)
from ferrule_core.ddl.indexes import comment_on_index, create_index
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a table, which come behind the table and its partitions."""

    table: Table

    @property
    def name(self) -> QualifiedName:
        """The table's."""
        return self.table.name


def create_table(table: Table) -> Iterator[str]:
    """The statements that make a table, and attach it where it is a partition."""
    name, of_type = table.name.sql, table.of_type
    lines = list(_lines(table))
    listed = ",\n    ".join(lines)
    inside = f"(\n    {listed}\n)" if lines else "()"
    if of_type is not None:
        inside = f"OF {of_type.sql} {inside}" if lines else f"OF {of_type.sql}"
    kind = "UNLOGGED TABLE" if table.unlogged else "TABLE"
    yield f"CREATE {kind} {name} {inside}{''.join(_clauses(table))}"
    if table.partition_of is not None:
        yield from _add_not_valid(table)
        yield attach(table.name, table.partition_of)
    elif table.partitioning is not None:
        yield from _add_not_valid(table)


def attach(table: QualifiedName, partition: Partition) -> str:
    """The statement that makes a table a partition."""
    parent = partition.parent.sql
    return f"ALTER TABLE ONLY {parent} ATTACH PARTITION {table.sql} {partition.bound}"


def create_keys(table: Table) -> Iterator[str]:
    """The statements that add keys, which views may depend on; partitions have theirs apart."""
    for key in keys_of(table):
        yield f"{_alter(table)} ADD {write_key(key)}"


def complete_table(table: Table) -> Iterator[str]:
    """Indexes and comments: what may need functions and views that need the table."""
    if table.partition_of is None and table.partitioning is None:
        yield from _add_not_valid(table)  # those that inherit get it, as it is, by this
    for exclusion in table.exclusions:
        if exclusion.part_of is None:  # or the parent's makes it: it cannot be attached later
            yield f"ALTER TABLE {table.name.sql} ADD {write_exclusion(exclusion)}"
    for index in table.indexes:
        yield from create_index(index, table.name, only=table.partitioning is not None)
    yield from set_columns("TABLE", table.name, table.columns)
    yield from comment_on("TABLE", table.name.sql, table.comment)
    for column in table.columns:
        name = f"{table.name.sql}.{quote_identifier(column.name)}"
        yield from comment_on("COLUMN", name, column.comment)
    owners = indexed_constraints(table)
    for constraint in (*owners, *table.checks, *table.not_nulls):
        name = f"{quote_identifier(constraint.name)} ON {table.name.sql}"
        yield from comment_on("CONSTRAINT", name, constraint.comment)
    for owner in owners:
        yield from comment_on_index(table.name, owner.name, owner.index_comment)
    for index in table.indexes:
        yield from comment_on_index(table.name, index.name, index.comment)


def adjust_inherited(
    table: Table | ForeignTable, relations: Mapping[QualifiedName, Relation]
) -> Iterator[str]:
    """Defaults, NOT NULL and validity that are not as ``INHERITS`` made them."""
    found = (relations.get(name) for name in table.inherits)
    parents = [parent for parent in found if isinstance(parent, Table)]
    yield from _validate_inherited(table, parents)
    named = {constraint.column for constraint in table.not_nulls}
    for column in table.columns:
        above = [one for parent in parents for one in parent.columns if one.name == column.name]
        if not above:
            continue
        alter = f"ALTER TABLE ONLY {table.name.sql} ALTER COLUMN {quote_identifier(column.name)}"
        given = next((one.default for one in above if one.default is not None), None)
        if column.default is None and given is not None and column.generated is None:
            yield f"{alter} DROP DEFAULT"
        elif column.default not in (None, given) and not column.local:
            yield f"{alter} SET DEFAULT {column.default}"
        required = not column.nullable and column.name not in named and not column.local
        if required and all(one.nullable for one in above):
            yield f"{alter} SET NOT NULL"
        if column.nullable and any(_hands_down_not_null(one, column.name) for one in parents):
            yield f"{alter} DROP NOT NULL"


def _hands_down_not_null(parent: Table, column: str) -> bool:
    """Whether children are made with it; before PostgreSQL 18 they may drop it."""
    own = {one.name for one in parent.columns if not one.nullable}
    return column in own - {one.column for one in parent.not_nulls if one.no_inherit}


def _validate_inherited(table: Table | ForeignTable, parents: list[Table]) -> Iterator[str]:
    """What is valid here alone; what is added to a parent is as valid as there."""
    unsure = {one.name for parent in parents for one in _may_be_unsure(parent) if not one.validated}
    for one in _may_be_unsure(table):
        if one.name in unsure and one.validated and not one.local:
            name = quote_identifier(one.name)
            yield f"ALTER TABLE ONLY {table.name.sql} VALIDATE CONSTRAINT {name}"


def _may_be_unsure(table: Table | ForeignTable) -> tuple[Check | NotNull, ...]:
    return (*table.checks, *table.not_nulls)


def connect_table(table: Table) -> Iterator[str]:
    """Foreign keys, which may lead to any table in circles."""
    for key in table.foreign_keys:
        yield f"ALTER TABLE {table.name.sql} ADD {write_foreign_key(key)}"
        name = f"{quote_identifier(key.name)} ON {table.name.sql}"
        yield from comment_on("CONSTRAINT", name, key.comment)


def keys_of(table: Table) -> tuple[PrimaryKey | Unique, ...]:
    """Primary key and unique constraints."""
    keys = () if table.primary_key is None else (table.primary_key,)
    return (*keys, *table.uniques)


def indexed_constraints(table: Table) -> tuple[PrimaryKey | Unique | Exclusion, ...]:
    """Constraints that have an index of their name."""
    return (*keys_of(table), *table.exclusions)


def _alter(table: Table) -> str:
    """Of a partitioned table, the statement is not to reach its partitions."""
    only = "ONLY " if table.partitioning is not None else ""
    return f"ALTER TABLE {only}{table.name.sql}"


def _lines(table: Table) -> Iterator[str]:
    """What stands in the parentheses of ``CREATE TABLE``."""
    named = {constraint.column for constraint in table.not_nulls}

    def said(column: Column) -> bool:
        return not column.nullable and column.name not in named

    for column in table.columns:
        if table.of_type is not None:
            yield from write_typed_column(column, not_null=said(column))
        elif column.local:
            yield write_column(column, not_null=said(column))
    yield from (write_not_null(one) for one in table.not_nulls if one.validated and one.local)
    for check in table.checks:
        if check.local and (check.validated or not check.enforced):
            yield write_check(check)


def _clauses(table: Table) -> Iterator[str]:
    """What follows the parentheses."""
    if table.inherits:
        yield f" INHERITS ({', '.join(parent.sql for parent in table.inherits)})"
    if table.partitioning is not None:
        yield f" PARTITION BY {table.partitioning.strategy.upper()} ({table.partitioning.key})"
    if table.access_method is not None:
        yield f" USING {quote_identifier(table.access_method)}"
    yield parameters(table.parameters)
    if table.tablespace is not None:
        yield f" TABLESPACE {quote_identifier(table.tablespace)}"


def _add_not_valid(table: Table) -> Iterator[str]:
    alter = f"ALTER TABLE {table.name.sql} ADD"
    for check in table.checks:
        if check.local and check.enforced and not check.validated:
            yield f"{alter} {write_check(check)}"
    for constraint in table.not_nulls:
        if constraint.local and not constraint.validated:
            yield f"{alter} {write_not_null(constraint)}"
