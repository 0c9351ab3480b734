"""A database of one's own on a server that Ferrule runs."""

from __future__ import annotations

from dataclasses import replace

from ferrule_core.catalog.names import quote_identifier
from ferrule_core.errors import DatabaseError
from ferrule_core.plugins.contracts import Backend, ConnectOptions, DatabaseUrl

DUPLICATES = frozenset({"42P04", "23505"})
"""What the server says to the later one of two who create a database at once."""


async def with_database(
    backend: Backend, url: DatabaseUrl, name: str, options: ConnectOptions
) -> DatabaseUrl:
    """The URL of the database of that name, which is created where the server has none.

    Args:
        backend: The driver for the URL.
        url: Of a database that is there, as a user who may create others.
        name: Name of the wanted one.
        options: How to connect.

    Raises:
        ConnectFailed: The server cannot be reached.
        DatabaseError: The server refuses to create it.
    """
    wanted = replace(url, database=name)
    if url.database == name:
        return wanted
    connection = await backend.connect(url, options)
    try:
        query = "SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1::text::name"
        if await connection.fetch_first(query, [name]) is None:
            await connection.execute(f"CREATE DATABASE {quote_identifier(name)}")
    except DatabaseError as error:
        if error.sqlstate not in DUPLICATES:
            raise
    finally:
        await connection.close(within=options.connect_within)
    return wanted
