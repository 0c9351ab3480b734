"""What the queries return of what stands beside tables; the rest is in ``rows``."""

from __future__ import annotations

from typing import NamedTuple

from ferrule_core.catalog import VerbatimKind


class RangeRow(NamedTuple):
    """``ranges.sql``; what is the default of the subtype is ``None``, but for the multirange."""

    oid: int
    schema: str
    name: str
    subtype: int
    operator_class_schema: str | None
    operator_class_name: str | None
    collation_schema: str | None
    collation_name: str | None
    canonical_schema: str | None
    canonical_name: str | None
    difference_schema: str | None
    difference_name: str | None
    multirange_schema: str | None
    multirange_name: str | None


class CollationRow(NamedTuple):
    """``collations.sql``; ``provider`` is ``pg_collation.collprovider``."""

    oid: int
    schema: str
    name: str
    provider: str
    locale: str | None
    lc_collate: str | None
    lc_ctype: str | None
    deterministic: bool
    rules: str | None


class ForeignTableRow(NamedTuple):
    """``foreign_tables.sql``; ``column_options`` is JSON."""

    relation: int
    server: str
    options: list[str] | None
    column_options: str | None


class LabelRow(NamedTuple):
    """``labels.sql``."""

    catalog: str
    oid: int
    name: str | None


class AccessRow(NamedTuple):
    """``access.sql``; ``granted`` and ``revoked`` are JSON."""

    catalog: str
    oid: int
    column: str | None
    kind: str
    name: str
    schema: str | None
    owner: str | None
    granted: str | None
    revoked: str | None


class DefaultAccessRow(NamedTuple):
    """``default_access.sql``; the last two are JSON."""

    role: str
    schema: str | None
    kind: str
    granted: str | None
    revoked: str | None


class VerbatimRow(NamedTuple):
    """Each file of ``queries/verbatim``.

    ``parts`` are other objects that the statements make, as ``catalog OID``; ``withheld`` are
    options that are secrets; it is not ``readable`` where the server hides all options.
    """

    kind: VerbatimKind
    catalog: str
    oid: int
    schema: str | None
    label: str
    name: str
    statements: list[str]
    parts: list[str] | None
    withheld: list[str] | None
    readable: bool
