"""``ferrule inspect``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from ferrule_core.catalog import QualifiedName, dump_catalog
from ferrule_core.command.context import CommandContext
from ferrule_core.command.terminal import JsonValue, Terminal
from ferrule_core.plugins.contracts import SchemaReading, Scope
from ferrule_introspect.counts import COUNT_COLUMNS, count_objects
from ferrule_introspect.outline import (
    SIZE_COLUMNS,
    SUMMARY_COLUMNS,
    outline_database,
    outline_schemas,
    summarise,
    summarise_unmodelled,
    with_sizes,
)
from ferrule_introspect.rows import SizeRow
from ferrule_introspect.source import read_database, read_sizes

Format = Literal["tree", "table", "json"]
Sizes = Mapping[QualifiedName, SizeRow]

_DATABASE = "the database as a whole"


async def inspect(  # noqa: PLR0913 - a command's options
    context: CommandContext,
    *,
    profile: str | None = None,
    url: str | None = None,
    schema: Sequence[str] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    format: Format = "tree",  # noqa: A002 - the name of the option
    sizes: bool = False,
    owners: bool = False,
    privileges: bool = False,
    strict: bool = False,
) -> int:
    """Show what is in a database.

    The database is only read. What Ferrule has no place for, and what the role may not read, is
    named at the end; nothing is left out in silence.

    Args:
        profile: A profile of ferrule.toml; the default one, if left out.
        url: A database, instead of a profile.
        schema: A schema to read; may be repeated. The profile's, else all but the server's own.
        include: A pattern of schema.name, such as shop.*; only what fits one is read.
        exclude: A pattern of what is left out all the same; may be repeated.
        format: A tree of everything, a table with one line for each relation, or the catalog as
            JSON, as it stands in snapshots.
        sizes: Show how large tables are, and about how many rows they have.
        owners: Read who owns what, too.
        privileges: Read who may do what, too.
        strict: Fail if there is anything that the catalog cannot hold. For CI.

    Examples:
        ferrule inspect
        ferrule inspect --schema shop --format table --sizes
        ferrule inspect --include 'shop.*' --exclude '*.tmp_*'
        ferrule inspect --url postgresql://localhost/shop --format json > catalog.json
    """
    of_profile = context.profile(profile).schemas if url is None else ()
    scope = Scope(
        schemas=tuple(schema) or of_profile,
        include=tuple(include),
        exclude=tuple(exclude),
        owners=owners,
        privileges=privileges,
    )
    with context.terminal.progress("reading the schema"):
        async with context.connection(profile=profile, url=url) as connection:
            reading = await read_database(connection, scope)
            measured = await read_sizes(connection, scope) if sizes else None
    show_reading(context.terminal, reading, format, measured)
    context.terminal.result(reading_as_json(reading, measured))
    return _exit_code(context.terminal, reading) if strict else 0


def show_reading(
    terminal: Terminal, reading: SchemaReading, form: Format, sizes: Sizes | None = None
) -> None:
    """Show a reading to a person."""
    if form == "json":
        terminal.code(dump_catalog(reading.catalog, indent=2), language="json")
        if left_out := summarise_unmodelled(reading.unmodelled):
            kinds = ", ".join(f"{kind} ({number})" for kind, number, _ in left_out)
            terminal.warn(f"left out of this JSON: {kinds}", hint="ferrule inspect names them")
        return
    if form == "table":
        _show_table(terminal, reading, sizes)
    else:
        for schema, branches in outline_schemas(reading.catalog, sizes).items():
            terminal.tree(schema, branches or {"(empty)": ()})
        if branches := outline_database(reading.catalog):
            terminal.tree(_DATABASE, branches)
    terminal.table(COUNT_COLUMNS, _said_counts(reading), title="What there is")
    _show_left_out(terminal, reading)


def reading_as_json(reading: SchemaReading, sizes: Sizes | None = None) -> JsonValue:
    """A reading for a program."""
    server = ".".join(map(str, reading.server_version)) if reading.server_version else None
    left_out = [{"kind": u.kind, "name": u.name, "reason": u.reason} for u in reading.unmodelled]
    catalog: JsonValue = json.loads(dump_catalog(reading.catalog))
    counts: JsonValue = [
        dict(zip(COUNT_COLUMNS, row, strict=True)) for row in count_objects(reading)
    ]
    said: dict[str, JsonValue] = {
        "server": server,
        "catalog": catalog,
        "counts": counts,
        "unmodelled": left_out,
    }
    if sizes is not None:
        said["sizes"] = [
            {"name": str(name), "bytes": size.bytes, "rows": size.rows}
            for name, size in sorted(sizes.items())
        ]
    return said


def _show_table(terminal: Terminal, reading: SchemaReading, sizes: Sizes | None) -> None:
    rows = summarise(reading.catalog)
    if sizes is None:
        terminal.table(SUMMARY_COLUMNS, rows)
    else:
        terminal.table(SIZE_COLUMNS, with_sizes(rows, sizes))


def _said_counts(reading: SchemaReading) -> list[tuple[object, ...]]:
    """Counts, of which a zero is left out: it would only be in the way of the others."""
    return [(kind, *(each or None for each in counts)) for kind, *counts in count_objects(reading)]


def _exit_code(terminal: Terminal, reading: SchemaReading) -> int:
    """0 if the catalog holds all that there is."""
    number = sum(each.reason == "unmodelled" for each in reading.unmodelled)
    if number == 0:
        return 0
    objects = "1 object is" if number == 1 else f"{number} objects are"
    terminal.warn(
        f"{objects} in the database and not in the catalog",
        hint="leave them out with --exclude, or run without --strict",
    )
    return 1


def _show_left_out(terminal: Terminal, reading: SchemaReading) -> None:
    titles = {
        "unmodelled": "In the database, but not modelled by Ferrule yet",
        "unreadable": "Not readable by this role",
    }
    for reason, title in titles.items():
        rows = summarise_unmodelled(u for u in reading.unmodelled if u.reason == reason)
        if rows:
            terminal.table(("kind", "number", "names"), rows, title=title)
