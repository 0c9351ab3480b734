"""Fills the bookshop."""

from __future__ import annotations

from ferrule_cli.demo.rows import Rows, make_rows
from ferrule_core.plugins.contracts import Connection

SCHEMA = "shop"
_JSON = frozenset({"details", "links", "opening_hours", "preferences"})
"""Columns whose values are JSON text here, whatever a driver makes of jsonb."""


async def seed(connection: Connection) -> dict[str, int]:
    """Insert the rows of all tables, in one transaction.

    Returns:
        The number of rows by table.
    """
    await connection.execute("BEGIN")
    counts: dict[str, int] = {}
    for rows in make_rows():
        await connection.fetch_batch(insert_statement(rows), rows.rows)
        counts[rows.table] = len(rows.rows)
    await connection.execute("COMMIT")
    await connection.execute("ANALYZE")
    return counts


def insert_statement(rows: Rows) -> str:
    """The INSERT of one row of a table; names in it are ours."""
    places = (
        f"${place}::text::jsonb" if column in _JSON else f"${place}"
        for place, column in enumerate(rows.columns, start=1)
    )
    columns = ", ".join(rows.columns)
    return f"INSERT INTO {SCHEMA}.{rows.table} ({columns}) VALUES ({', '.join(places)})"  # noqa: S608
