"""Runs the queries, in one snapshot that nothing can write in. All IO of the package is here."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from ferrule_core.errors import ConfigurationError, DatabaseError
from ferrule_core.plugins.contracts import Connection, Scope
from ferrule_introspect import rows, rows_beside
from ferrule_introspect.garbage import garbage_kept
from ferrule_introspect.queries import query_text, verbatim_text

OLDEST_SERVER = (13, 0)

_BEGIN = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_SET = """
SELECT pg_catalog.set_config(setting.key, setting.value, true)
FROM pg_catalog.jsonb_each_text($1::pg_catalog.text::pg_catalog.jsonb) AS setting
"""
_SETTINGS = {
    "search_path": "",  # so that every name outside of pg_catalog is printed with its schema
    "quote_all_identifiers": "off",
    "DateStyle": "ISO, YMD",  # these six shape the constants in defaults and checks
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "lc_monetary": "C",
    "jit": "off",  # compiling costs more than it saves on the catalogs
}

R = TypeVar("R")


def check_version(version: tuple[int, int]) -> None:
    """Refuse a server whose catalogs this package cannot read.

    Raises:
        ConfigurationError: The server is older than PostgreSQL 13.
    """
    if version < OLDEST_SERVER:
        raise ConfigurationError(
            f"the server is PostgreSQL {version[0]}.{version[1]}, too old to be read",
            hint=f"upgrade the server to PostgreSQL {OLDEST_SERVER[0]} or newer",
        )


@asynccontextmanager
async def read_snapshot(connection: Connection) -> AsyncGenerator[None]:
    """Open a read-only transaction in which names and constants are printed in one way."""
    check_version(connection.server_version)
    await connection.execute(_BEGIN)
    try:
        await set_locally(connection, _SETTINGS)
        yield
    except Exception:
        with suppress(DatabaseError):
            await connection.execute("ROLLBACK")
        raise
    except BaseException:
        connection.terminate()
        raise
    else:
        await connection.execute("COMMIT")


async def set_locally(connection: Connection, settings: dict[str, str]) -> None:
    """Set parameters of the server until the end of the transaction."""
    await connection.fetch(_SET, [json.dumps(settings)])


async def set_schemas(connection: Connection, schemas: Iterable[rows.SchemaRow]) -> None:
    """Say which schemas the queries read."""
    await set_locally(connection, {"ferrule.schemas": ",".join(str(row.oid) for row in schemas)})


async def fetch_schemas(connection: Connection) -> list[rows.SchemaRow]:
    """All schemas but the server's own."""
    return await _fetch(connection, "schemas", rows.SchemaRow)


async def fetch_rows(
    connection: Connection, schemas: Iterable[rows.SchemaRow], scope: Scope
) -> rows.CatalogRows:
    """Everything that a catalog of these schemas is made of."""
    await set_schemas(connection, schemas)
    objects = await _fetch(connection, "objects", rows.ObjectsRow)
    return rows.CatalogRows(
        relations=await _fetch(connection, "relations", rows.RelationRow),
        columns=await _fetch(connection, "columns", rows.ColumnRow),
        types=await _fetch(connection, "types", rows.TypeRow),
        modifiers=await _fetch(connection, "modifiers", rows.ModifierRow),
        sequences=await _fetch(connection, "sequences", rows.SequenceRow),
        constraints=await _fetch(connection, "constraints", rows.ConstraintRow),
        indexes=await _fetch(connection, "indexes", rows.IndexRow),
        index_elements=await _fetch(connection, "index_elements", rows.IndexElementRow),
        enums=await _fetch(connection, "enums", rows.EnumRow),
        domains=await _fetch(connection, "domains", rows.DomainRow),
        composites=await _fetch(connection, "composites", rows.CompositeRow),
        aggregates=await _fetch(connection, "aggregates", rows.AggregateRow),
        extensions=await _fetch(connection, "extensions", rows.ExtensionRow),
        routines=await _fetch(connection, "routines", rows.RoutineRow),
        triggers=await _fetch(connection, "triggers", rows.TriggerRow),
        policies=await _fetch(connection, "policies", rows.PolicyRow),
        statistics=await _fetch(connection, "statistics", rows.StatisticsRow),
        comments=await _fetch(connection, "comments", rows.CommentRow),
        objects=objects,
        ranges=await _fetch(connection, "ranges", rows_beside.RangeRow),
        collations=await _fetch(connection, "collations", rows_beside.CollationRow),
        foreign_tables=await _fetch(connection, "foreign_tables", rows_beside.ForeignTableRow),
        verbatims=await _fetch_verbatims(connection, objects),
        labels=await _fetch(connection, "labels", rows_beside.LabelRow),
        access=await _fetch_access(connection, scope),
        default_access=await _fetch_default_access(connection, scope),
        rules=await _fetch(connection, "rules", rows.RuleRow),
        view_definitions=await _fetch(connection, "view_definitions", rows.ViewDefinitionRow),
    )


async def fetch_descriptions(
    connection: Connection, objects: Iterable[tuple[str, int]]
) -> list[rows.DescriptionRow]:
    """What these objects are called, each given by its system catalog and OID."""
    wanted: dict[str, list[int]] = {}
    for catalog, oid in objects:
        wanted.setdefault(catalog, []).append(oid)
    await set_locally(connection, {"ferrule.objects": json.dumps(wanted)})
    return await _fetch(connection, "descriptions", rows.DescriptionRow)


async def fetch_sizes(
    connection: Connection, schemas: Iterable[rows.SchemaRow]
) -> list[rows.SizeRow]:
    """How large the tables and materialized views of these schemas are."""
    await set_schemas(connection, schemas)
    return await _fetch(connection, "sizes", rows.SizeRow)


async def fetch_names(
    connection: Connection, schemas: Iterable[rows.SchemaRow]
) -> list[rows.NamesRow]:
    """What changes whenever a name in these schemas does."""
    await set_schemas(connection, schemas)
    return await _fetch(connection, "names", rows.NamesRow)


async def _fetch_access(connection: Connection, scope: Scope) -> list[rows_beside.AccessRow]:
    wanted = scope.owners or scope.privileges
    return await _fetch(connection, "access", rows_beside.AccessRow) if wanted else []


async def _fetch_default_access(
    connection: Connection, scope: Scope
) -> list[rows_beside.DefaultAccessRow]:
    wanted = scope.privileges
    return (
        await _fetch(connection, "default_access", rows_beside.DefaultAccessRow) if wanted else []
    )


async def _fetch_verbatims(
    connection: Connection, objects: Iterable[rows.ObjectsRow]
) -> list[rows_beside.VerbatimRow]:
    text = verbatim_text(frozenset(row.catalog for row in objects))
    found = await connection.fetch(text) if text else ()
    return [rows_beside.VerbatimRow(*row) for row in found]


async def _fetch(connection: Connection, query: str, kind: Callable[..., R]) -> list[R]:
    found = await connection.fetch(query_text(query))
    with garbage_kept():
        return [kind(*row) for row in found]
