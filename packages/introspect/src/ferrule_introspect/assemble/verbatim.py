"""Objects that are kept verbatim."""

from __future__ import annotations

from collections.abc import Iterable

from ferrule_core.catalog import Verbatim
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.rows_beside import VerbatimRow


def assemble_verbatims(rows: Iterable[VerbatimRow], comments: Comments) -> tuple[Verbatim, ...]:
    """The objects with their statements, which the queries wrote."""
    return tuple(
        Verbatim(
            kind=row.kind,
            name=row.name,
            schema=row.schema,
            label=row.label,
            statements=tuple(row.statements),
            comment=comments.on(row.catalog, row.oid),
        )
        for row in rows
    )
