"""``ferrule inspect``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from ferrule_core.catalog import dump_catalog
from ferrule_core.command.context import CommandContext
from ferrule_core.command.terminal import JsonValue, Terminal
from ferrule_core.plugins.contracts import SchemaReading, SchemaRequest, Scope
from ferrule_introspect.outline import (
    SUMMARY_COLUMNS,
    outline_schemas,
    summarise,
    summarise_unmodelled,
)
from ferrule_introspect.source import DatabaseSource

Format = Literal["tree", "table", "json"]


async def inspect(
    context: CommandContext,
    *,
    profile: str | None = None,
    url: str | None = None,
    schema: Sequence[str] = (),
    format: Format = "tree",  # noqa: A002 - the name of the option
) -> int:
    """Show what is in a database.

    The database is only read. What Ferrule has no place for yet, and what the role may not read,
    is named at the end; nothing is left out in silence.

    Args:
        profile: A profile of ferrule.toml; the default one, if left out.
        url: A database, instead of a profile.
        schema: A schema to read; may be repeated. The profile's, else all but the server's own.
        format: A tree of everything, a table with one line for each relation, or the catalog as
            JSON, as it stands in snapshots.

    Examples:
        ferrule inspect
        ferrule inspect --schema shop --format table
        ferrule inspect --url postgresql://localhost/shop --format json > catalog.json
    """
    reading = await read_schema(context, profile=profile, url=url, schemas=schema)
    show_reading(context.terminal, reading, format)
    context.terminal.result(reading_as_json(reading))
    return 0


async def read_schema(
    context: CommandContext, *, profile: str | None, url: str | None, schemas: Sequence[str]
) -> SchemaReading:
    """Read the database that is meant, in the scope that is meant."""
    of_profile = context.profile(profile).schemas if url is None else ()
    request = SchemaRequest(
        scope=Scope(schemas=tuple(schemas) or of_profile),
        root=context.root,
        connect=lambda: context.connection(profile=profile, url=url),
    )
    with context.terminal.progress("reading the schema"):
        return await DatabaseSource().read(request)


def show_reading(terminal: Terminal, reading: SchemaReading, form: Format) -> None:
    """Show a reading to a person."""
    if form == "json":
        terminal.code(dump_catalog(reading.catalog, indent=2), language="json")
        if left_out := summarise_unmodelled(reading.unmodelled):
            kinds = ", ".join(f"{kind} ({number})" for kind, number, _ in left_out)
            terminal.warn(f"left out of this JSON: {kinds}", hint="ferrule inspect names them")
        return
    if form == "table":
        terminal.table(SUMMARY_COLUMNS, summarise(reading.catalog))
    else:
        for schema, branches in outline_schemas(reading.catalog).items():
            terminal.tree(schema, branches or {"(empty)": ()})
    _show_left_out(terminal, reading)


def reading_as_json(reading: SchemaReading) -> JsonValue:
    """A reading for a program."""
    server = ".".join(map(str, reading.server_version)) if reading.server_version else None
    left_out = [{"kind": u.kind, "name": u.name, "reason": u.reason} for u in reading.unmodelled]
    catalog: JsonValue = json.loads(dump_catalog(reading.catalog))
    return {"server": server, "catalog": catalog, "unmodelled": left_out}


def _show_left_out(terminal: Terminal, reading: SchemaReading) -> None:
    titles = {
        "unmodelled": "In the database, but not modelled by Ferrule yet",
        "unreadable": "Not readable by this role",
    }
    for reason, title in titles.items():
        rows = summarise_unmodelled(u for u in reading.unmodelled if u.reason == reason)
        if rows:
            terminal.table(("kind", "number", "names"), rows, title=title)
