"""Schemas of real applications, read without error and accounted for to the last object."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from ferrule_core.catalog import Catalog, dump_catalog, load_catalog
from ferrule_core.plugins.contracts import SchemaReading

pytestmark = pytest.mark.anyio

SHARED = Path(os.environ.get("FERRULE_SHARED") or Path(__file__).parents[5] / "shared")
CORPUS = sorted(path.stem for path in SHARED.glob("corpus/*.sql"))
NEEDS_SERVER = {"pagila": (18, 0)}  # for virtual columns and uuidv7()
EXTENSION = re.compile(r'^CREATE EXTENSION IF NOT EXISTS "?([^" ]+)', re.MULTILINE)
CATALOGS_WITH_OBJECTS = """
    SELECT c.relname::text
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'oid'
    WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND NOT c.relisshared
        AND c.relname <> ALL ('{pg_enum,pg_default_acl,pg_largeobject_metadata}')
"""
OBJECTS = """
    SELECT i.type AS kind, count(*)::int
    FROM ({objects}) AS o (class, oid)
    CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) AS i
    WHERE o.oid >= 16384 AND i.schema IS DISTINCT FROM 'pg_toast' AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = o.class AND d.objid = o.oid AND d.objsubid = 0 AND (
            d.deptype IN ('i', 'P', 'S', 'e')
            OR d.deptype = 'a' AND EXISTS (
                SELECT FROM pg_depend AS e
                WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e'
            )
        )
    )
    GROUP BY 1
"""
PROPERTIES = {"security label"}

SERVERS_WORDS = {
    "base type": "type",
    "foreign data wrapper": "foreign-data wrapper",
    "shell type": "type",
}


async def load(database, name: str) -> None:
    """Load a schema of the corpus, or skip where this server lacks what it needs."""
    script = (SHARED / "corpus" / f"{name}.sql").read_text(encoding="utf-8")
    connection = await database.connect()
    if connection.server_version < NEEDS_SERVER.get(name, (0, 0)):
        pytest.skip(f"{name} needs a newer server")
    there = await connection.fetch("SELECT name FROM pg_available_extensions")
    if missing := set(EXTENSION.findall(script)) - {row[0] for row in there}:
        pytest.skip(f"this server lacks {', '.join(sorted(missing))}")
    if connection.server_version < (17, 0):
        script = script.replace("SET transaction_timeout = 0;", "")
    await database.run(script)


def counted(reading: SchemaReading, *, not_nulls: bool) -> Counter[str]:
    """How many objects of each kind, as the server calls it, the reading accounts for."""
    catalog = reading.catalog
    named = Counter(each.kind for each in reading.unmodelled if each.reason == "unmodelled")
    counts = Counter({kind: number for kind, number in named.items() if kind not in PROPERTIES})
    for kind in ("range type", "base type"):
        counts["type"] += counts.pop(kind, 0)
    counts["schema"] += len([s for s in catalog.schemas if s.name != "public"])
    counts["type"] += len(catalog.enums) + len(catalog.domains) + len(catalog.composites)
    counts["extension"] += len(catalog.extensions)
    for routine in catalog.routines:
        counts["procedure" if routine.kind == "procedure" else "function"] += 1
    counts["aggregate"] += len(catalog.aggregates)
    for verbatim in catalog.verbatims:
        counts[SERVERS_WORDS.get(verbatim.kind, verbatim.kind)] += 1
    counts["type"] += len(catalog.ranges)
    counts["collation"] += len(catalog.collations)
    counts["foreign table"] += len(catalog.foreign_tables)
    for holder in (*catalog.tables, *catalog.views):
        counts["trigger"] += len(holder.triggers)
        counts["rule"] += len(holder.rules)
    counts["policy"] += sum(len(table.policies) for table in catalog.tables)
    counts["statistics object"] += len(catalog.statistics)
    counts["domain constraint"] += sum(len(domain.checks) for domain in catalog.domains)
    counts["sequence"] += len(catalog.sequences)
    counts["table"] += len(catalog.tables)
    counts["view"] += len(catalog.views)
    counts["materialized view"] += len(catalog.materialized_views)
    counts["default value"] += count_defaults(catalog)
    counts["table constraint"] += count_constraints(catalog, not_nulls=not_nulls)
    for relation in (*catalog.tables, *catalog.materialized_views):
        counts["index"] += sum(index.part_of is None for index in relation.indexes)
    if not_nulls:
        counts["domain constraint"] += sum(not domain.nullable for domain in catalog.domains)
    return +counts


def count_defaults(catalog: Catalog) -> int:
    relations = (*catalog.tables, *catalog.views)
    columns = [column for relation in relations for column in relation.columns]
    return sum(column.default is not None for column in columns)


def count_constraints(catalog: Catalog, *, not_nulls: bool) -> int:
    """The server counts what a partition has of its parent to the parent."""
    count = 0
    for table in catalog.tables:
        keys = () if table.primary_key is None else (table.primary_key,)
        owners = (*keys, *table.uniques, *table.exclusions)
        count += sum(owner.part_of is None for owner in owners)
        count += len(table.foreign_keys) + len(table.checks)
    columns = [column for table in catalog.tables for column in table.columns]
    return count + not_nulls * sum(not column.nullable for column in columns)


async def count_objects(database) -> Counter[str]:
    """The same, from every system catalog that this server has, whatever its name."""
    connection = await database.connect()
    catalogs = [row[0] for row in await connection.fetch(CATALOGS_WITH_OBJECTS)]
    objects = " UNION ALL ".join(f"SELECT '{c}'::regclass, oid FROM {c}" for c in catalogs)
    return Counter(dict(await connection.fetch(OBJECTS.format(objects=objects))))


@pytest.mark.skipif(not CORPUS, reason="no corpus here: set FERRULE_SHARED to its folder")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", CORPUS or ["none"])
async def test_a_real_schema_is_read_accounted_for_and_made_again(database, name: str):
    await load(database, name)

    reading = await database.read()

    version = reading.server_version or (0, 0)
    assert counted(reading, not_nulls=version >= (18, 0)) == await count_objects(database)
    assert reading.unmodelled == ()
    assert load_catalog(dump_catalog(reading.catalog)) == reading.catalog
    assert await database.read() == reading
    async with database.copy(reading.catalog) as copy:
        assert await copy.dump() == await database.dump()
        again = await copy.read()
        assert again.catalog == reading.catalog
        async with copy.copy(again.catalog) as further:
            assert (await further.read()).catalog == again.catalog
