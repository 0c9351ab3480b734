"""What tables have of their parents: indexes, expressions, a place behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ferrule_core.catalog.catalog import Catalog
from ferrule_core.catalog.tables import Table
from ferrule_core.ddl.indexes import name_of_index
from ferrule_core.ddl.order import in_order
from ferrule_core.ddl.tables import keys_of


def attach_indexes(table: Table) -> Iterator[str]:
    """The statements that make a partition's indexes parts of its parent's."""
    if table.partition_of is None:
        return
    parent = table.partition_of.parent
    for index in (*keys_of(table), *table.indexes):
        if index.part_of is not None:
            whole, part = (
                name_of_index(parent, index.part_of),
                name_of_index(table.name, index.name),
            )
            yield f"ALTER INDEX {whole} ATTACH PARTITION {part}"


def leave_to_parents(catalog: Catalog) -> Iterator[Table]:
    """The tables, without the expressions of generated columns that their parents have as well.

    Those are inherited; before PostgreSQL 16 they must not be said again.
    """
    for table in catalog.tables:
        found = (catalog.relations.get(name) for name in table.inherits)
        parents = [parent for parent in found if isinstance(parent, Table)]
        above = {
            (column.name, column.generated)
            for parent in parents
            for column in parent.columns
            if column.generated is not None
        }
        columns = tuple(
            replace(column, generated=None) if (column.name, column.generated) in above else column
            for column in table.columns
        )
        yield table if columns == table.columns else replace(table, columns=columns)


def parents_first(tables: Iterable[Table]) -> Iterator[Table]:
    """The tables, each behind those that it is a partition of or inherits from."""
    by_name = {table.name: table for table in tables}
    needs = {
        name: (*table.inherits, *([table.partition_of.parent] if table.partition_of else ()))
        for name, table in by_name.items()
    }
    for name, _ in in_order(needs):
        yield by_name[name]
