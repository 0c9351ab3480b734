"""Range types and collations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ferrule_core.catalog import Collation, QualifiedName, Range, default_multirange
from ferrule_introspect.assemble.columns import qualified_or_none
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.types import TypeNames
from ferrule_introspect.rows_beside import CollationRow, RangeRow

_PROVIDERS: dict[str, Literal["libc", "icu", "builtin"]] = {
    "c": "libc",
    "i": "icu",
    "b": "builtin",
}


def assemble_ranges(
    rows: Iterable[RangeRow], types: TypeNames, comments: Comments
) -> tuple[Range, ...]:
    """Range types; what the server would choose by itself is not said."""
    return tuple(
        Range(
            name=QualifiedName(row.schema, row.name),
            subtype=types.reference(row.subtype),
            operator_class=qualified_or_none(row.operator_class_schema, row.operator_class_name),
            collation=qualified_or_none(row.collation_schema, row.collation_name),
            canonical=qualified_or_none(row.canonical_schema, row.canonical_name),
            difference=qualified_or_none(row.difference_schema, row.difference_name),
            multirange=_multirange(row),
            comment=comments.on("pg_type", row.oid),
        )
        for row in rows
    )


def _multirange(row: RangeRow) -> QualifiedName | None:
    named = qualified_or_none(row.multirange_schema, row.multirange_name)
    return None if named == default_multirange(QualifiedName(row.schema, row.name)) else named


def assemble_collations(rows: Iterable[CollationRow], comments: Comments) -> tuple[Collation, ...]:
    """Collations; one locale is said once."""
    return tuple(
        Collation(
            name=QualifiedName(row.schema, row.name),
            provider=_PROVIDERS[row.provider],
            locale=_locale(row),
            lc_collate=None if _locale(row) else row.lc_collate,
            lc_ctype=None if _locale(row) else row.lc_ctype,
            deterministic=row.deterministic,
            rules=row.rules,
            comment=comments.on("pg_collation", row.oid),
        )
        for row in rows
    )


def _locale(row: CollationRow) -> str | None:
    """Before PostgreSQL 15, ICU's locale stands where libc's do."""
    return row.locale or (row.lc_collate if row.lc_collate == row.lc_ctype else None)
