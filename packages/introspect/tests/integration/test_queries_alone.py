"""The queries without Python around them."""

from __future__ import annotations

from importlib.resources import files

import pytest

from ferrule_introspect import queries, rows, rows_beside
from ferrule_introspect.queries import query_text, verbatim_names

pytestmark = pytest.mark.anyio

QUERIES = sorted(
    path.name.removesuffix(".sql") for path in files(queries).iterdir() if ".sql" in path.name
)
CLASSES = {
    kind.__doc__.split("``")[1].removesuffix(".sql"): kind
    for kind in vars(rows).values()
    if isinstance(kind, type) and hasattr(kind, "_fields") and ".sql``" in (kind.__doc__ or "")
}
VERBATIM = """
    CREATE TYPE shell;
    CREATE LANGUAGE l HANDLER plpgsql_call_handler;
    CREATE ACCESS METHOD am TYPE INDEX HANDLER bthandler;
    CREATE CAST (point AS text) WITH INOUT;
    CREATE CONVERSION cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
    CREATE FUNCTION from_sql(internal) RETURNS internal IMMUTABLE LANGUAGE internal AS 'textsend';
    CREATE TRANSFORM FOR text LANGUAGE l (FROM SQL WITH FUNCTION from_sql(internal));
    CREATE FUNCTION started() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER et ON ddl_command_start EXECUTE FUNCTION started();
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;
    CREATE USER MAPPING FOR PUBLIC SERVER far; CREATE FOREIGN TABLE ft (a int) SERVER far;
    CREATE TEXT SEARCH PARSER tp (
        START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype
    );
    CREATE TEXT SEARCH TEMPLATE tt (LEXIZE = dsimple_lexize);
    CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = simple);
    CREATE TEXT SEARCH CONFIGURATION tc (COPY = simple);
    CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
    CREATE OPERATOR FAMILY fam USING btree;
    CREATE OPERATOR CLASS oc FOR TYPE int USING hash AS STORAGE int;
    CREATE PUBLICATION news FOR TABLE t;
    CREATE TYPE span AS RANGE (subtype = float8); CREATE COLLATION k (locale = 'C');
    SET allow_system_table_mods = on;
    INSERT INTO pg_seclabel SELECT oid, 'pg_type'::regclass, 0, 'nobody', 'secret'
        FROM pg_type WHERE typname = 'span';
    ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC
"""


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
    await database.run(VERBATIM)
    names = await database.value("SELECT array_agg(name::text) FROM pg_available_extensions")
    await database.run(f"CREATE EXTENSION {'vector' if 'vector' in names else 'citext'}")
    connection = await database.connect()
    await connection.execute_script("SET ferrule.objects = '{\"pg_class\": [1259]}'")

    for name in (*QUERIES, *verbatim_names()):
        await connection.execute_script(query_text(name))
        found = await connection.fetch(
            f"SELECT q.* FROM (SELECT) AS one LEFT JOIN ({query_text(name)}) AS q ON true LIMIT 1"
        )
        fields = [tuple(row.keys()) for row in found]
        assert fields == [CLASSES.get(name, rows_beside.VerbatimRow)._fields], name
