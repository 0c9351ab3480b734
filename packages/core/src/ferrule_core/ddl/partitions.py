"""Partitions' indexes as parts of their parents', and tables after their parents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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


def parents_first(tables: Iterable[Table]) -> Iterator[Table]:
    """The tables, each behind those that it is a partition of or inherits from."""
    by_name = {table.name: table for table in tables}
    needs = {
        name: (*table.inherits, *([table.partition_of.parent] if table.partition_of else ()))
        for name, table in by_name.items()
    }
    for name, _ in in_order(needs):
        yield by_name[name]
