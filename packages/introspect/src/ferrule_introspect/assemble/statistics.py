"""Statistics objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ferrule_core.catalog import QualifiedName, Statistics
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.rows import RelationRow, StatisticsRow


def assemble_statistics(
    rows: Iterable[StatisticsRow], relations: Mapping[int, RelationRow], comments: Comments
) -> tuple[Statistics, ...]:
    """Those of the tables at hand."""
    return tuple(
        Statistics(
            name=QualifiedName(row.schema, row.name),
            table=QualifiedName(relations[row.relation].schema, relations[row.relation].name),
            definition=row.definition,
            target=row.target,
            comment=comments.on("pg_statistic_ext", row.oid),
        )
        for row in rows
        if row.relation in relations
    )
