"""Range types, collations, foreign tables and domains survive being made again."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import Collation, QualifiedName, Range, TypeRef
from ferrule_core.ddl import create_catalog

pytestmark = pytest.mark.anyio

KINDS = {
    "ranges": """
        CREATE SCHEMA "Odd schema";
        CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi);
        CREATE TYPE "Odd schema"."Odd range" AS RANGE (
            subtype = text, collation = "C", subtype_opclass = text_pattern_ops
        );
        CREATE TYPE whole;
        CREATE FUNCTION canon(whole) RETURNS whole IMMUTABLE LANGUAGE internal
            AS 'int4range_canonical';
        CREATE TYPE whole AS RANGE (subtype = int, canonical = canon);
        COMMENT ON TYPE whole IS 'whole numbers';
        CREATE FUNCTION apart(date, date) RETURNS float8 IMMUTABLE LANGUAGE sql
            AS 'SELECT ($1 - $2)::float8';
        CREATE TYPE during AS RANGE (subtype = date, subtype_diff = apart);
        CREATE DOMAIN a_domain AS whole CHECK (lower(VALUE) > 0);
        CREATE TABLE a_table (f floats, o "Odd schema"."Odd range"[], w whole DEFAULT '[1,3)');
        CREATE FUNCTION uses(floats) RETURNS whole LANGUAGE sql AS 'SELECT NULL::public.whole'
    """,
    "multiranges": """
        CREATE SCHEMA s;
        CREATE TYPE one AS RANGE (subtype = int);
        CREATE TYPE named AS RANGE (subtype = int, multirange_type_name = s."Odd many");
        CREATE DOMAIN a_domain AS one_multirange;
        CREATE TABLE a_table (a one_multirange, b s."Odd many"[])
    """,
    "collations": """
        CREATE SCHEMA s;
        CREATE COLLATION plain (locale = 'C');
        CREATE COLLATION s."Odd one" (lc_collate = 'C', lc_ctype = 'POSIX');
        COMMENT ON COLLATION plain IS 'by bytes';
        CREATE DOMAIN a_domain AS text COLLATE plain;
        CREATE TYPE a_pair AS (a text COLLATE s."Odd one");
        CREATE TYPE a_range AS RANGE (subtype = text, collation = plain);
        CREATE TABLE a_table (a text COLLATE plain);
        CREATE INDEX ON a_table (a COLLATE s."Odd one");
        CREATE VIEW a_view AS SELECT a COLLATE s."Odd one" AS a FROM a_table ORDER BY 1
    """,
    "foreign tables": """
        CREATE SCHEMA s;
        CREATE FOREIGN DATA WRAPPER w; CREATE SERVER "Odd server" FOREIGN DATA WRAPPER w;
        CREATE TYPE mood AS ENUM ('ok');
        CREATE FOREIGN TABLE s."Odd table" (
            id int OPTIONS (column_name 'it''s', "Odd option" '\\') NOT NULL,
            name text COLLATE "C" DEFAULT 'x', mood mood,
            twice int GENERATED ALWAYS AS (id * 2) STORED,
            CONSTRAINT positive CHECK (id > 0)
        ) SERVER "Odd server" OPTIONS (table_name 'far', schema_name 's');
        CREATE FOREIGN TABLE bare () SERVER "Odd server";
        ALTER FOREIGN TABLE s."Odd table" ADD CONSTRAINT later CHECK (id < 9) NOT VALID;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER t BEFORE INSERT ON s."Odd table" FOR EACH ROW EXECUTE FUNCTION f();
        ALTER FOREIGN TABLE s."Odd table" DISABLE TRIGGER t;
        COMMENT ON FOREIGN TABLE bare IS 'nothing'; COMMENT ON COLUMN s."Odd table".id IS 'key';
        COMMENT ON CONSTRAINT positive ON s."Odd table" IS 'more than nothing';
        COMMENT ON TRIGGER t ON s."Odd table" IS 'never';
        CREATE VIEW a_view AS SELECT name FROM s."Odd table"
    """,
    "domains": """
        CREATE DOMAIN plain AS int NOT NULL;
        CREATE DOMAIN named AS int NOT NULL CHECK (VALUE > 0);
        CREATE DOMAIN later AS int;
        ALTER DOMAIN later ADD CONSTRAINT small CHECK (VALUE < 9) NOT VALID;
        COMMENT ON CONSTRAINT small ON DOMAIN later IS 'not yet';
        CREATE DOMAIN many AS int[] CHECK (cardinality(VALUE) > 1)
    """,
    "not null of domains": """
        CREATE DOMAIN named AS int CONSTRAINT "has one" NOT NULL;
        COMMENT ON CONSTRAINT "has one" ON DOMAIN named IS 'named';
        CREATE DOMAIN plain AS int NOT NULL;
        COMMENT ON CONSTRAINT plain_not_null ON DOMAIN plain IS 'because'
    """,
}
NEEDS_SERVER = {"multiranges": (14, 0), "not null of domains": (17, 0)}


@pytest.mark.parametrize("kind", KINDS)
async def test_what_stands_beside_tables_survives(database, kind: str):
    if (await database.connect()).server_version < NEEDS_SERVER.get(kind, (0, 0)):
        pytest.skip(f"this server has no {kind}")
    await database.run(KINDS[kind])
    first = await database.read()

    async with database.copy(first.catalog) as copy:
        second = await copy.read()

    assert first.unmodelled == second.unmodelled == ()
    assert second.catalog == first.catalog
    assert create_catalog(second.catalog) == create_catalog(first.catalog)


async def test_a_range_says_what_the_server_would_not_choose(database):
    await database.run(KINDS["ranges"])

    ranges = {each.name.name: each for each in (await database.read()).catalog.ranges}

    assert ranges["floats"] == Range(
        name=QualifiedName("public", "floats"),
        subtype=TypeRef("pg_catalog", "float8"),
        difference=QualifiedName("pg_catalog", "float8mi"),
    )
    assert ranges["Odd range"].collation == QualifiedName("pg_catalog", "C")
    assert ranges["Odd range"].operator_class == QualifiedName("pg_catalog", "text_pattern_ops")
    assert ranges["whole"].canonical == QualifiedName("public", "canon")
    assert ranges["whole"].comment == "whole numbers"


@pytest.mark.requires_postgres(min=14)
async def test_a_multirange_of_its_own_name_is_told_from_one_that_the_server_named(database):
    long = "r" * 60
    await database.run(
        f"{KINDS['multiranges']};"
        "CREATE TYPE my_range_of_ints AS RANGE (subtype = int);"
        f"CREATE TYPE {long} AS RANGE (subtype = int);"
        f"CREATE TYPE range_{long[:57]} AS RANGE (subtype = int);"
        f"CREATE TYPE {'é' * 30}a AS RANGE (subtype = int)"
    )

    ranges = {each.name.name: each.multirange for each in (await database.read()).catalog.ranges}

    assert ranges.pop("named") == QualifiedName("s", "Odd many")
    assert set(ranges.values()) == {None}


@pytest.mark.parametrize(
    "options",
    [
        "provider = icu, locale = 'de-u-co-phonebk'",
        "provider = icu, locale = 'und', deterministic = false",
    ],
)
async def test_collations_of_icu_survive(database, options: str):
    known = await database.value("SELECT count(*) FROM pg_collation WHERE collname = 'de-x-icu'")
    if not known:
        pytest.skip("this server was built without ICU")
    await database.run(f"CREATE COLLATION k ({options})")
    first = await database.read()

    async with database.copy(first.catalog) as copy:
        second = await copy.read()

    (collation,) = first.catalog.collations
    assert collation.provider == "icu"
    assert collation.deterministic == ("deterministic" not in options)
    assert second.catalog == first.catalog


@pytest.mark.requires_postgres(min=17)
async def test_collations_of_the_server_itself_survive(database):
    await database.run("CREATE COLLATION k (provider = builtin, locale = 'C.UTF-8')")
    first = await database.read()

    async with database.copy(first.catalog) as copy:
        second = await copy.read()

    assert first.catalog.collations == (
        Collation(name=QualifiedName("public", "k"), provider="builtin", locale="C.UTF-8"),
    )
    assert second.catalog == first.catalog


async def test_a_foreign_table_is_no_table(database):
    await database.run(KINDS["foreign tables"])

    catalog = (await database.read()).catalog

    bare, odd = catalog.foreign_tables
    assert (bare.columns, bare.server, bare.comment) == ((), "Odd server", "nothing")
    assert odd.options == (("schema_name", "s"), ("table_name", "far"))
    assert odd.column_options == (("id", (("Odd option", "\\"), ("column_name", "it's"))),)
    assert [(column.name, column.nullable) for column in odd.columns] == [
        ("id", False),
        ("name", True),
        ("mood", True),
        ("twice", True),
    ]
    assert catalog.tables == ()
    assert odd.name not in catalog.relations
