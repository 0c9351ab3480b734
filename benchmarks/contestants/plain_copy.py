"""What asyncpg's documentation shows for COPY: jsonb as text, for COPY takes no textual codec."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg

from benchmarks.bookshop import BookRow

META = BookRow._fields.index("meta")


async def copy_plain(
    connection: asyncpg.Connection[asyncpg.Record], rows: Sequence[BookRow]
) -> int:
    """Copy rows by a connection without codecs of its own."""
    tag = await connection.copy_records_to_table(
        "book", schema_name="bench", columns=BookRow._fields, records=_records(rows)
    )
    return int(tag.rpartition(" ")[2])


def _records(rows: Sequence[BookRow]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield (*row[:META], json.dumps(row.meta), *row[META + 1 :])
