"""The schema source ``database``."""

from __future__ import annotations

from collections.abc import Sequence

from ferrule_core.catalog import QualifiedName
from ferrule_core.errors import DatabaseError, SchemaChanged
from ferrule_core.plugins.contracts import Connection, SchemaReading, SchemaRequest, Scope
from ferrule_introspect.assemble.catalog import assemble_catalog
from ferrule_introspect.assemble.identities import assemble_identities
from ferrule_introspect.assemble.unmodelled import (
    left_over,
    name_objects,
    name_properties,
    name_unreadable,
)
from ferrule_introspect.fetch import (
    fetch_descriptions,
    fetch_names,
    fetch_rows,
    fetch_schemas,
    fetch_sizes,
    read_snapshot,
)
from ferrule_introspect.filters import choose_schemas, in_scope, keep_in_scope
from ferrule_introspect.garbage import garbage_kept
from ferrule_introspect.rows import NamesRow, SchemaRow, SizeRow

_ATTEMPTS = 3
_GONE = frozenset({"XX000", "42P01", "42703", "42704", "42883"})
"""What the server says of an object that was dropped under it: mostly, an internal error."""


class DatabaseSource:
    """Reads the catalog of a live database, and changes nothing in it."""

    @property
    def name(self) -> str:
        """``database``."""
        return "database"

    async def read(self, request: SchemaRequest, /) -> SchemaReading:
        """Read the part of the database that the request's scope means.

        Raises:
            UnknownObject: A schema of the scope does not exist.
            ConfigurationError: The server is older than PostgreSQL 13.
            SchemaChanged: Others kept changing the schema while it was read.
        """
        async with request.connect() as connection:
            return await read_database(connection, request.scope)


async def read_database(connection: Connection, scope: Scope) -> SchemaReading:
    """Read a catalog over a connection that is in no transaction.

    The server prints expressions with the names of the moment and not of the snapshot, so what
    was read while a name changed is read again.

    Raises:
        UnknownObject: A schema of the scope does not exist.
        ConfigurationError: The server is older than PostgreSQL 13.
        SchemaChanged: Others kept changing the schema while it was read.
    """
    for _ in range(_ATTEMPTS):
        reading = await _read_once(connection, scope)
        if reading is not None:
            return reading
    raise SchemaChanged(
        f"the schema changed while it was read, {_ATTEMPTS} times",
        hint="try again when no migration is running, or read fewer schemas",
    )


async def read_sizes(connection: Connection, scope: Scope) -> dict[QualifiedName, SizeRow]:
    """How large the tables and materialized views in the schemas of a scope are.

    Raises:
        UnknownObject: A schema of the scope does not exist.
        ConfigurationError: The server is older than PostgreSQL 13.
    """
    async with read_snapshot(connection):
        schemas = choose_schemas(await fetch_schemas(connection), scope)
        found = await fetch_sizes(connection, schemas)
    return {
        QualifiedName(row.schema, row.name): row
        for row in found
        if in_scope(scope, row.schema, row.name)
    }


async def _read_once(connection: Connection, scope: Scope) -> SchemaReading | None:
    """Read in one snapshot; ``None`` where a name changed meanwhile."""
    schemas: Sequence[SchemaRow] = ()
    names: Sequence[NamesRow] = ()
    try:
        async with read_snapshot(connection):
            schemas = choose_schemas(await fetch_schemas(connection), scope)
            names = await fetch_names(connection, schemas)
            rows = keep_in_scope(await fetch_rows(connection, schemas, scope), scope)
            objects = left_over(schemas, rows, scope)
            descriptions = await fetch_descriptions(
                connection, ((one.catalog, one.oid) for one in objects)
            )
    except DatabaseError as error:
        if error.sqlstate not in _GONE or not names:
            raise
        if await _names_now(connection, schemas) == names:
            raise
        return None
    if await _names_now(connection, schemas) != names:
        return None
    with garbage_kept():
        unmodelled = {
            *name_objects(objects, descriptions, scope),
            *name_properties(schemas, rows),
            *name_unreadable(schemas, rows),
        }
        return SchemaReading(
            catalog=assemble_catalog(schemas, rows, scope),
            unmodelled=tuple(sorted(unmodelled)),
            server_version=connection.server_version,
            identities=assemble_identities(schemas, rows),
        )


async def _names_now(connection: Connection, schemas: Sequence[SchemaRow]) -> Sequence[NamesRow]:
    async with read_snapshot(connection):
        return await fetch_names(connection, schemas)
