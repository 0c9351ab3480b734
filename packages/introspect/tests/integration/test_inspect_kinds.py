"""The tree of ``ferrule inspect`` names everything that a catalog can hold."""

from __future__ import annotations

from dataclasses import fields

import pytest

from ferrule_core.catalog import Catalog, ForeignTable, MaterializedView, Table, View
from ferrule_introspect.outline import outline_database, outline_schemas

pytestmark = pytest.mark.anyio

KINDS = """
    CREATE SCHEMA k;
    CREATE TYPE k.n_enum AS ENUM ('a'); CREATE DOMAIN k.n_domain AS int;
    CREATE TYPE k.n_composite AS (a int); CREATE TYPE k.n_range AS RANGE (subtype = float8);
    CREATE COLLATION k.n_collation (locale = 'C'); CREATE SEQUENCE k.n_sequence;
    CREATE TABLE k.n_table (
        n_column int CONSTRAINT n_key PRIMARY KEY, n_period int4range, n_once int UNIQUE,
        n_far int REFERENCES k.n_table, CHECK (n_once > 424242),
        CONSTRAINT n_exclusion EXCLUDE USING gist (n_period WITH &&)
    );
    CREATE INDEX n_index ON k.n_table (n_far);
    CREATE TRIGGER n_trigger BEFORE UPDATE ON k.n_table FOR EACH ROW
        EXECUTE FUNCTION suppress_redundant_updates_trigger();
    CREATE RULE n_rule AS ON DELETE TO k.n_table DO INSTEAD NOTHING;
    CREATE POLICY n_policy ON k.n_table FOR SELECT USING (true);
    ALTER TABLE k.n_table ENABLE ROW LEVEL SECURITY;
    CREATE STATISTICS k.n_statistics ON n_column, n_far FROM k.n_table;
    CREATE TABLE k.n_child () INHERITS (k.n_table);
    CREATE TABLE k.n_whole (a int) PARTITION BY LIST (a);
    CREATE TABLE k.n_part PARTITION OF k.n_whole FOR VALUES IN (7);
    CREATE VIEW k.n_view AS SELECT 1 AS n; CREATE MATERIALIZED VIEW k.n_stored AS SELECT 1 AS n;
    CREATE FUNCTION k.n_routine() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE AGGREGATE k.n_aggregate (int) (sfunc = int4pl, stype = int);
    CREATE FOREIGN DATA WRAPPER n_wrapper; CREATE SERVER n_server FOREIGN DATA WRAPPER n_wrapper;
    CREATE FOREIGN TABLE k.n_foreign (a int) SERVER n_server;
    GRANT SELECT ON k.n_table TO pg_monitor;
    ALTER DEFAULT PRIVILEGES IN SCHEMA k GRANT SELECT ON TABLES TO pg_monitor
"""
OF_TABLES = {
    "primary_key": "key", "uniques": "unique", "foreign_keys": "-> n_table", "checks": "424242",
    "exclusions": "exclude n_exclusion", "indexes": "index n_index", "triggers": "n_trigger",
    "rules": "rule n_rule", "policies": "policy n_policy", "row_security": "row-level security",
    "partitioning": "partition by list (a)", "inherits": "inherits k.n_table",
    "partition_of": "partition of k.n_whole FOR VALUES IN (7)", "columns": "n_column",
}  # fmt: skip
OF_STORAGE = {
    "unlogged", "access_method", "tablespace", "parameters", "clustered_on", "replica_identity",
}  # fmt: skip
OF_ROWS = {"name", "comment", "not_nulls", "of_type", "inherited_triggers", "force_row_security"}
"""Said in other tests, or at the columns."""


@pytest.fixture
async def catalog(database) -> Catalog:
    """One of each kind, with owners and privileges."""
    extension = await database.value(
        "SELECT name FROM pg_available_extensions WHERE name IN ('vector', 'citext') LIMIT 1"
    )
    await database.run(f"{KINDS}; CREATE EXTENSION {extension}")
    return (await database.read(owners=True, privileges=True)).catalog


async def test_each_kind_of_the_catalog_is_in_the_tree(catalog: Catalog):
    schemas = outline_schemas(catalog)["k"]
    tree = "\n".join([*schemas, *outline_database(catalog), *map("\n".join, schemas.values())])

    for kind in fields(Catalog):
        objects = getattr(catalog, kind.name)
        assert objects, f"the test has no {kind.name}"
        for one in objects if kind.name != "schemas" else ():
            name = one.name if isinstance(one.name, str) else one.name.name
            assert name in tree, f"inspect forgets {kind.name}: {name}"


async def test_each_part_of_a_table_is_in_the_tree(catalog: Catalog):
    lines = "\n".join("\n".join(leaves) for leaves in outline_schemas(catalog)["k"].values())

    assert {field.name for field in fields(Table)} == OF_TABLES.keys() | OF_STORAGE | OF_ROWS
    for part, said in OF_TABLES.items():
        assert said in lines, f"inspect forgets {part} of a table"
    for other in (View, MaterializedView, ForeignTable):
        parts = {field.name for field in fields(other)}
        assert parts & {"rules", "triggers", "indexes"} <= OF_TABLES.keys()


async def test_owners_and_privileges_are_said(catalog: Catalog):
    tree = outline_database(catalog)

    assert tree["table k.n_table (privileges)"] == ["pg_monitor may SELECT"]
    assert any(label.endswith("(default privileges)") for label in tree)
