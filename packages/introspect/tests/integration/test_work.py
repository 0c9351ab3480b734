"""The server's work grows with the schema, and not with its square.

The planner takes a database for empty until it is analyzed, which no new one is, so a join may be
planned as a loop through all of one list for each row of the other.
"""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from ferrule_introspect import queries
from ferrule_introspect.queries import query_text

pytestmark = pytest.mark.anyio

QUERIES = sorted(
    path.name.removesuffix(".sql")
    for path in files(queries).iterdir()
    if path.name.endswith(".sql")
)
TABLES = 200
MOST_ROWS_PER_TABLE = 2_000


def rows_touched(node: dict) -> float:
    """How many rows the nodes of a plan gave or threw away, in all their loops."""
    names = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")
    own = node["Actual Loops"] * sum(node.get(name, 0) for name in names)
    return own + sum(map(rows_touched, node.get("Plans", ())))


async def test_no_query_goes_through_one_list_for_each_row_of_another(database):
    await database.run(
        "".join(
            f"CREATE TABLE t{n} (id serial PRIMARY KEY, parent int REFERENCES t{max(n - 1, 0)},"
            " name text NOT NULL DEFAULT '', price numeric CHECK (price > 0), size int UNIQUE);"
            f"CREATE INDEX ON t{n} (parent);"
            for n in range(TABLES)
        )
    )
    connection = await database.connect()
    schemas = await database.value("SELECT 'public'::regnamespace::oid::text")
    await connection.execute_script(
        f"SET ferrule.schemas = '{schemas}'; SET ferrule.objects = '{{}}'"
    )

    touched = {}
    for name in QUERIES:
        found = await connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {query_text(name)}")
        plan = found[0][0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        touched[name] = rows_touched(plan[0]["Plan"])

    assert {n: rows for n, rows in touched.items() if rows > TABLES * MOST_ROWS_PER_TABLE} == {}
    assert touched["objects"] > TABLES
