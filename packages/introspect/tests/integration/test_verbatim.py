"""Kinds that are kept verbatim: read, made again in an empty database, read again as equal."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import dump_catalog, load_catalog
from ferrule_core.ddl import create_catalog

pytestmark = pytest.mark.anyio

KINDS = {
    "base types": """
        CREATE TYPE cm;
        CREATE TYPE never;
        COMMENT ON TYPE never IS 'a name alone';
        CREATE FUNCTION cm_in(cstring) RETURNS cm IMMUTABLE STRICT LANGUAGE internal AS 'int4in';
        CREATE FUNCTION cm_out(cm) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'int4out';
        CREATE FUNCTION cm_send(cm) RETURNS bytea IMMUTABLE STRICT LANGUAGE internal
            AS 'int4send';
        CREATE TYPE cm (
            INPUT = cm_in, OUTPUT = cm_out, SEND = cm_send, INTERNALLENGTH = 4, PASSEDBYVALUE,
            CATEGORY = 'N', DEFAULT = '7', DELIMITER = ';'
        );
        COMMENT ON TYPE cm IS 'it''s \\ centimetres';
        CREATE TYPE "Odd type";
        CREATE FUNCTION odd_in(cstring) RETURNS "Odd type" IMMUTABLE STRICT LANGUAGE internal
            AS 'textin';
        CREATE FUNCTION odd_out("Odd type") RETURNS cstring IMMUTABLE STRICT LANGUAGE internal
            AS 'textout';
        CREATE TYPE "Odd type" (
            INPUT = odd_in, OUTPUT = odd_out, STORAGE = extended, COLLATABLE = true,
            ALIGNMENT = int4
        );
        CREATE TABLE a_table (length cm DEFAULT '3', many cm[], "Odd type" "Odd type");
        CREATE DOMAIN a_domain AS cm
    """,
    "base types and functions that share their names": """
        CREATE TYPE one; CREATE TYPE two;
        CREATE TEXT SEARCH PARSER two_in (
            START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype
        );
        CREATE FUNCTION two(cstring) RETURNS one IMMUTABLE STRICT LANGUAGE internal AS 'textin';
        CREATE FUNCTION one(one) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'textout';
        CREATE FUNCTION two_in(cstring) RETURNS two IMMUTABLE STRICT LANGUAGE internal
            AS 'textin';
        CREATE FUNCTION one(two) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'textout';
        CREATE TYPE one (INPUT = two, OUTPUT = one);
        CREATE TYPE two (INPUT = two_in, OUTPUT = one);
        CREATE FUNCTION one(one, two) RETURNS boolean LANGUAGE sql AS 'SELECT true';
        CREATE OPERATOR === (FUNCTION = one, LEFTARG = one, RIGHTARG = two)
    """,
    "operators": """
        CREATE FUNCTION near(int, int) RETURNS boolean IMMUTABLE LANGUAGE sql
            AS 'SELECT abs($1 - $2) < 2';
        CREATE FUNCTION far(int, int) RETURNS boolean IMMUTABLE LANGUAGE sql
            AS 'SELECT abs($1 - $2) >= 2';
        CREATE FUNCTION before(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 - 1';
        CREATE SCHEMA "Odd schema";
        CREATE OPERATOR "Odd schema".=~= (
            FUNCTION = near, LEFTARG = int, RIGHTARG = int, COMMUTATOR = OPERATOR("Odd schema".=~=),
            NEGATOR = OPERATOR(public.<~>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
        );
        CREATE OPERATOR <~> (
            FUNCTION = far, LEFTARG = int, RIGHTARG = int, NEGATOR = OPERATOR("Odd schema".=~=)
        );
        CREATE OPERATOR <| (FUNCTION = before, RIGHTARG = int);
        COMMENT ON OPERATOR <~> (int, int) IS 'far from';
        COMMENT ON OPERATOR <| (NONE, int) IS 'one before';
        CREATE TABLE a_table (a int CHECK (a OPERATOR("Odd schema".=~=) 7), b int DEFAULT <| 7);
        CREATE VIEW a_view AS SELECT a FROM a_table WHERE a <~> b
    """,
    "operator classes": """
        CREATE FUNCTION upside_down(int, int) RETURNS int IMMUTABLE LANGUAGE sql
            AS 'SELECT btint4cmp($2, $1)';
        CREATE FUNCTION mixed(int, bigint) RETURNS int IMMUTABLE LANGUAGE internal
            AS 'btint48cmp';
        CREATE OPERATOR FAMILY empty USING hash;
        COMMENT ON OPERATOR FAMILY empty USING hash IS 'nothing in it';
        CREATE OPERATOR FAMILY loose USING btree;
        CREATE OPERATOR CLASS down FOR TYPE int USING btree FAMILY loose AS
            OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <,
            FUNCTION 1 upside_down(int, int);
        ALTER OPERATOR FAMILY loose USING btree ADD
            OPERATOR 1 > (int, bigint), FUNCTION 1 (int, bigint) mixed(int, bigint);
        CREATE OPERATOR CLASS bare FOR TYPE int USING hash AS STORAGE int;
        CREATE OPERATOR CLASS sums FOR TYPE polygon USING gist AS
            OPERATOR 1 <<, OPERATOR 15 <-> (polygon, point) FOR ORDER BY pg_catalog.float_ops,
            FUNCTION 1 gist_poly_consistent, FUNCTION 2 gist_box_union,
            FUNCTION 3 gist_poly_compress, FUNCTION 5 gist_box_penalty,
            FUNCTION 6 gist_box_picksplit, FUNCTION 7 gist_box_same,
            FUNCTION 8 (polygon, polygon) gist_poly_distance, STORAGE box;
        COMMENT ON OPERATOR CLASS down USING btree IS 'down';
        CREATE TABLE a_table (a int);
        CREATE INDEX ON a_table (a down)
    """,
    "casts": """
        CREATE TYPE pair AS (a int, b text);
        CREATE FUNCTION first(pair) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1.a';
        CREATE CAST (pair AS int) WITH FUNCTION first(pair) AS ASSIGNMENT;
        CREATE CAST (point AS text) WITH INOUT AS IMPLICIT;
        CREATE TYPE twin AS (a int, b text);
        CREATE FUNCTION "as a pair"(twin) RETURNS pair IMMUTABLE LANGUAGE sql
            AS 'SELECT ROW($1.a, $1.b)::public.pair';
        CREATE CAST (twin AS pair) WITH FUNCTION "as a pair"(twin);
        COMMENT ON CAST (pair AS int) IS 'its first part';
        CREATE TABLE a_table (p pair, a int GENERATED ALWAYS AS (p::int) STORED);
        CREATE VIEW a_view AS SELECT (p::int) AS first FROM a_table;
        CREATE TABLE same (a int); CREATE CAST (bigint AS same[]) WITH INOUT;
        CREATE FUNCTION same() RETURNS int LANGUAGE sql AS 'SELECT 1'
    """,
    "conversions": """
        CREATE SCHEMA s;
        CREATE CONVERSION s."Odd one" FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        CREATE DEFAULT CONVERSION usual FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
        COMMENT ON CONVERSION usual IS 'as usual'
    """,
    "text search": """
        CREATE SCHEMA s;
        CREATE TEXT SEARCH PARSER s.words (
            START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype,
            HEADLINE = prsd_headline
        );
        CREATE TEXT SEARCH TEMPLATE s.plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
        CREATE TEXT SEARCH DICTIONARY s."Odd dictionary" (TEMPLATE = s.plain, Accept = false);
        CREATE TEXT SEARCH DICTIONARY stems (TEMPLATE = snowball, Language = 'english');
        CREATE TEXT SEARCH CONFIGURATION docs (PARSER = s.words);
        ALTER TEXT SEARCH CONFIGURATION docs ADD MAPPING FOR asciiword, word
            WITH s."Odd dictionary", stems, simple;
        ALTER TEXT SEARCH CONFIGURATION docs ADD MAPPING FOR numword WITH simple;
        CREATE TEXT SEARCH CONFIGURATION s.nothing (PARSER = s.words);
        COMMENT ON TEXT SEARCH PARSER s.words IS 'p';
        COMMENT ON TEXT SEARCH TEMPLATE s.plain IS 't';
        COMMENT ON TEXT SEARCH DICTIONARY stems IS 'd';
        COMMENT ON TEXT SEARCH CONFIGURATION docs IS 'c';
        CREATE TABLE a_table (
            body text, found tsvector GENERATED ALWAYS AS (to_tsvector('docs', body)) STORED
        )
    """,
    "languages": """
        CREATE LANGUAGE "Odd language" HANDLER plpgsql_call_handler
            INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
        CREATE TRUSTED LANGUAGE bare HANDLER plpgsql_call_handler;
        COMMENT ON LANGUAGE bare IS 'handled';
        CREATE FUNCTION a_function() RETURNS int LANGUAGE "Odd language" AS 'BEGIN RETURN 1; END';
        CREATE FUNCTION from_sql(internal) RETURNS internal IMMUTABLE LANGUAGE internal
            AS 'textsend';
        CREATE FUNCTION to_sql(internal) RETURNS point IMMUTABLE LANGUAGE internal AS 'point_recv';
        CREATE TRANSFORM FOR point LANGUAGE "Odd language" (
            FROM SQL WITH FUNCTION from_sql(internal), TO SQL WITH FUNCTION to_sql(internal)
        );
        CREATE TRANSFORM FOR text LANGUAGE bare (FROM SQL WITH FUNCTION from_sql(internal));
        COMMENT ON TRANSFORM FOR point LANGUAGE "Odd language" IS 'there and back';
        CREATE FUNCTION transformed(point) RETURNS int TRANSFORM FOR TYPE point
            LANGUAGE "Odd language" AS 'BEGIN RETURN 1; END'
    """,
    "access methods": """
        CREATE ACCESS METHOD tree TYPE INDEX HANDLER bthandler;
        CREATE ACCESS METHOD "Odd pile" TYPE TABLE HANDLER heap_tableam_handler;
        COMMENT ON ACCESS METHOD tree IS 'grows';
        CREATE OPERATOR CLASS int_ops DEFAULT FOR TYPE int USING tree AS
            OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
            FUNCTION 1 btint4cmp(int, int)
    """,
    "event triggers": """
        CREATE FUNCTION started() RETURNS event_trigger LANGUAGE plpgsql
            AS 'BEGIN RAISE EXCEPTION ''no''; END';
        CREATE EVENT TRIGGER "Odd one" ON ddl_command_start EXECUTE FUNCTION started();
        ALTER EVENT TRIGGER "Odd one" DISABLE;
        CREATE FUNCTION ended() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER watched ON ddl_command_end WHEN TAG IN ('DROP TABLE', 'CREATE TABLE')
            EXECUTE FUNCTION ended();
        ALTER EVENT TRIGGER watched ENABLE ALWAYS;
        CREATE EVENT TRIGGER other ON sql_drop EXECUTE FUNCTION ended();
        COMMENT ON EVENT TRIGGER other IS 'looks'
    """,
    "publications": """
        CREATE SCHEMA s; CREATE TABLE s."Odd table" (a int PRIMARY KEY, b text, c text);
        CREATE TABLE t (a int PRIMARY KEY);
        CREATE PUBLICATION every FOR ALL TABLES WITH (publish = 'insert, delete');
        CREATE PUBLICATION "Odd one" FOR TABLE t, s."Odd table"
            WITH (publish_via_partition_root = true);
        CREATE PUBLICATION nothing WITH (publish = '');
        COMMENT ON PUBLICATION every IS 'all'
    """,
    "publications of parts": """
        CREATE SCHEMA s; CREATE TABLE s."Odd table" (a int PRIMARY KEY, b text, "C c" text);
        CREATE TABLE t (a int PRIMARY KEY);
        CREATE PUBLICATION parts FOR TABLE s."Odd table" (a, "C c") WHERE (a > 3), TABLE ONLY t;
        CREATE PUBLICATION schemas FOR TABLES IN SCHEMA s, public
    """,
    "foreign data": """
        CREATE FOREIGN DATA WRAPPER "Odd wrapper" OPTIONS (debug 'it''s', "Odd option" '\\ x');
        CREATE FOREIGN DATA WRAPPER checked VALIDATOR postgresql_fdw_validator;
        CREATE SERVER far TYPE 'pg' VERSION '3' FOREIGN DATA WRAPPER "Odd wrapper"
            OPTIONS (host 'h', port '1');
        CREATE SERVER bare FOREIGN DATA WRAPPER "Odd wrapper";
        CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (username 'somebody');
        CREATE USER MAPPING FOR CURRENT_USER SERVER bare;
        COMMENT ON FOREIGN DATA WRAPPER checked IS 'w'; COMMENT ON SERVER far IS 's'
    """,
}
NEEDS_SERVER = {"publications of parts": (15, 0)}


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_kept_verbatim_survives(database, kind: str):
    if (await database.connect()).server_version < NEEDS_SERVER.get(kind, (0, 0)):
        pytest.skip(f"this server has no {kind}")
    await database.run(KINDS[kind])
    first = await database.read()

    async with database.copy(first.catalog) as copy:
        second = await copy.read()

    assert first.unmodelled == second.unmodelled == ()
    assert first.catalog.verbatims
    assert second.catalog == first.catalog
    assert load_catalog(dump_catalog(first.catalog)) == first.catalog
    assert create_catalog(second.catalog) == create_catalog(first.catalog)
