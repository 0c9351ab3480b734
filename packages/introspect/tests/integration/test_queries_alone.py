"""The queries without Python around them."""

from __future__ import annotations

from importlib.resources import files

import pytest

from ferrule_introspect import queries, rows
from ferrule_introspect.queries import query_text

pytestmark = pytest.mark.anyio

QUERIES = sorted(
    path.name.removesuffix(".sql") for path in files(queries).iterdir() if ".sql" in path.name
)
CLASSES = {
    kind.__doc__.split("``")[1].removesuffix(".sql"): kind
    for kind in vars(rows).values()
    if isinstance(kind, type) and hasattr(kind, "_fields") and kind.__doc__
}


async def test_each_query_runs_as_it_stands_and_names_the_fields_of_its_row(database):
    await database.run(
        "CREATE TABLE t (a serial PRIMARY KEY, b text); CREATE INDEX ON t (b);"
        "CREATE TYPE e AS ENUM ('x'); CREATE TYPE c AS (a int);"
        "CREATE AGGREGATE g(int) (sfunc = int4pl, stype = int);"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE TRIGGER r AFTER INSERT ON t EXECUTE FUNCTION f(); COMMENT ON TABLE t IS 'x';"
        "CREATE POLICY p ON t; CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;"
        "CREATE STATISTICS st ON a, b FROM t"
    )
    names = await database.value("SELECT array_agg(name::text) FROM pg_available_extensions")
    await database.run(f"CREATE EXTENSION {'vector' if 'vector' in names else 'citext'}")
    connection = await database.connect()
    await connection.execute_script("SET ferrule.objects = '{\"pg_class\": [1259]}'")

    for name in QUERIES:
        await connection.execute_script(query_text(name))
        found = await connection.fetch(
            f"SELECT q.* FROM (SELECT) AS one LEFT JOIN ({query_text(name)}) AS q ON true LIMIT 1"
        )
        fields = [tuple(row.keys()) for row in found]
        assert fields == [CLASSES[name]._fields], name
