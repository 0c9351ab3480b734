"""What the server says that a statement takes and gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ferrule_core.catalog import TypeRef
from ferrule_core.plugins.contracts import DescribedColumn, StatementDescription

if TYPE_CHECKING:
    from ferrule_asyncpg.session import Session

_TYPES = """
SELECT t.oid::bigint AS oid, n.nspname AS schema, coalesce(e.typname, t.typname) AS name,
    coalesce(en.nspname, n.nspname) AS element_schema, (e.oid IS NOT NULL)::int AS dimensions
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
WHERE t.oid = ANY ($1::oid[])
"""


async def described(session: Session, text: str) -> StatementDescription:
    """Prepare a statement, and read what the server says of it."""
    parameters, columns = await session.described(text)
    types = await _types(session, {*parameters, *(oid for _, oid in columns)})
    return StatementDescription(
        parameters=tuple(types[oid] for oid in parameters),
        columns=tuple(DescribedColumn(name, types[oid]) for name, oid in columns),
    )


async def _types(session: Session, oids: Iterable[int]) -> dict[int, TypeRef]:
    rows = await session.run(_TYPES, ([*oids],), 0, None)
    return {
        row["oid"]: TypeRef(row["element_schema"], row["name"], (), row["dimensions"])
        for row in rows
    }
