"""Foreign tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from ferrule_core.catalog import ForeignTable, QualifiedName
from ferrule_introspect.assemble.options import is_secret, read_foreign_options, read_options
from ferrule_introspect.assemble.order import sorted_by_name
from ferrule_introspect.assemble.relations import Parts, inherits, partition_of
from ferrule_introspect.rows import RelationRow
from ferrule_introspect.rows_beside import ForeignTableRow


def assemble_foreign_tables(
    rows: Iterable[ForeignTableRow],
    relations: Mapping[int, RelationRow],
    parts: Parts,
) -> tuple[ForeignTable, ...]:
    """Foreign tables with what their wrappers are told."""
    return tuple(
        ForeignTable(
            name=QualifiedName(relations[row.relation].schema, relations[row.relation].name),
            server=row.server,
            columns=parts.columns[row.relation],
            options=read_foreign_options(row.options),
            column_options=_column_options(row),
            checks=sorted_by_name(parts.constraints[row.relation].checks),
            not_nulls=sorted_by_name(parts.constraints[row.relation].not_nulls),
            partition_of=partition_of(relations[row.relation]),
            inherits=inherits(relations[row.relation]),
            triggers=parts.triggers.get(row.relation, ()),
            comment=parts.comments.on("pg_class", row.relation),
        )
        for row in rows
        if row.relation in relations
    )


def withheld_options(row: ForeignTableRow) -> Iterator[str]:
    """The names of options that are secrets."""
    of_columns = (option for _, options in _told_of_columns(row) for option in options)
    for name, _ in read_options((*(row.options or ()), *of_columns)):
        if is_secret(name):
            yield name


def _column_options(row: ForeignTableRow) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    kept = ((column, read_foreign_options(told)) for column, told in _told_of_columns(row))
    return tuple((column, options) for column, options in kept if options)


def _told_of_columns(row: ForeignTableRow) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = json.loads(row.column_options or "[]")
    return found
