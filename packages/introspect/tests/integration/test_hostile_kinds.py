"""Hostile names, texts and defaults on the kinds that belong to no table, made again exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ferrule_core.catalog import QualifiedName, quote_identifier
from ferrule_core.sql.literals import quote_literal

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

KINDS = {
    "types": """
        CREATE SCHEMA {schema};
        CREATE TYPE {name} AS RANGE (subtype = int);
        CREATE TYPE {of} AS ({column} {name});
        CREATE DOMAIN {domain} AS {name} CONSTRAINT {column} CHECK (lower(VALUE) > 0);
        CREATE COLLATION {name} (locale = 'C');
        CREATE TYPE {unfinished};
    """,
    "operators": """
        CREATE SCHEMA {schema};
        CREATE FUNCTION {name}(int, int) RETURNS int LANGUAGE sql IMMUTABLE
            AS 'SELECT btint4cmp($1, $2)';
        CREATE FUNCTION {name}(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
        CREATE OPERATOR {schema}.=== (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = {name});
        CREATE OPERATOR FAMILY {name} USING btree;
        CREATE OPERATOR CLASS {name} FOR TYPE int USING btree FAMILY {name} AS
            OPERATOR 1 <, FUNCTION 1 {name}(int, int);
        CREATE CONVERSION {name} FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        CREATE TABLE {name} (a bigint CHECK (a OPERATOR({schema}.===) 1));
        CREATE INDEX ON {name} ((a::int) {name});
    """,
    "text search": """
        CREATE SCHEMA {schema};
        CREATE TEXT SEARCH PARSER {name} (
            START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype
        );
        CREATE TEXT SEARCH TEMPLATE {name} (INIT = dsimple_init, LEXIZE = dsimple_lexize);
        CREATE TEXT SEARCH DICTIONARY {name} (TEMPLATE = {name});
        CREATE TEXT SEARCH CONFIGURATION {name} (PARSER = {name});
        ALTER TEXT SEARCH CONFIGURATION {name} ADD MAPPING FOR word WITH {name}, simple;
        CREATE TABLE {name} (
            a text, b tsvector GENERATED ALWAYS AS (to_tsvector({literal}::regconfig, a)) STORED
        );
    """,
    "foreign data": """
        CREATE SCHEMA {schema};
        CREATE FOREIGN DATA WRAPPER {column}; CREATE SERVER {column}
            FOREIGN DATA WRAPPER {column} OPTIONS (text {text});
        CREATE USER MAPPING FOR PUBLIC SERVER {column} OPTIONS (text {text});
        CREATE FOREIGN TABLE {name} ({column} int OPTIONS (text {text}) DEFAULT 1)
            SERVER {column} OPTIONS (text {text});
    """,
    "the database": """
        CREATE SCHEMA {schema}; CREATE TABLE {name} ({column} int PRIMARY KEY);
        CREATE FUNCTION {of}() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER {column} ON sql_drop WHEN TAG IN ('DROP AGGREGATE')
            EXECUTE FUNCTION {of}();
        CREATE PUBLICATION {column} FOR TABLE {name};
        CREATE LANGUAGE {language} HANDLER plpgsql_call_handler;
        CREATE TRANSFORM FOR {name} LANGUAGE {language} (FROM SQL WITH FUNCTION from_sql(internal));
        CREATE ACCESS METHOD {language} TYPE INDEX HANDLER bthandler;
        CREATE CAST ({name} AS int) WITH FUNCTION to_int({name});
    """,
}
BEFORE = {
    "the database": """
        CREATE FUNCTION from_sql(internal) RETURNS internal IMMUTABLE LANGUAGE internal
            AS 'textsend';
    """
}


def names_of(shared: Path) -> list[str]:
    document = json.loads((shared / "hostile" / "identifiers.json").read_text(encoding="utf-8"))
    return [case["name"] for case in document["cases"] if "table" in case["where"]]


def script_of(kind: str, number: int, name: str) -> str:
    schema = f"s{number}" if name.startswith("pg_") else name
    qualified = QualifiedName(schema, name)
    script = KINDS[kind].format(
        schema=quote_identifier(schema),
        name=qualified.sql,
        of=f"{quote_identifier(schema)}.of",
        domain=f"{quote_identifier(schema)}.domain",
        unfinished=f"{quote_identifier(schema)}.unfinished",
        column=quote_identifier(name),
        language=quote_identifier(f"l{number} {name}"[:15]),
        literal=quote_literal(qualified.sql),
        text=quote_literal(name),
    )
    if kind == "the database":
        function = f"CREATE FUNCTION to_int({qualified.sql}) RETURNS int LANGUAGE sql AS 'SELECT 1'"
        return script.replace("CREATE CAST", f"{function}; CREATE CAST")
    return script


@pytest.mark.parametrize("kind", KINDS)
async def test_hostile_names_survive(database, shared: Path, kind: str):
    names = list(dict.fromkeys(names_of(shared)))
    taken = {"public", "information_schema", "pg_catalog"}
    usable = [name for name in names if name not in taken and not name.startswith("pg_")]
    await database.run(BEFORE.get(kind, "SELECT 1"))
    await database.run("".join(script_of(kind, n, name) for n, name in enumerate(usable)))
    first = await database.read()

    async with database.copy(first.catalog) as copy:
        second = await copy.read()

    catalog = first.catalog
    assert len(usable) > 200
    assert second.catalog == catalog
    assert first.unmodelled == ()
    for field in ("ranges", "collations", "foreign_tables"):
        found = getattr(catalog, field)
        assert {each.name.name for each in found} in (set(), set(usable)), field
    labels = {(one.kind, one.label) for one in catalog.verbatims}
    for one in {kind for kind, _ in labels} - {
        "operator", "shell type", "cast", "transform", "language", "access method", "user mapping",
    }:  # fmt: skip
        assert {label for kind, label in labels if kind == one} == set(usable), one


async def test_hostile_texts_survive_as_comments_and_options(database, shared: Path):
    document = json.loads((shared / "hostile" / "identifiers.json").read_text(encoding="utf-8"))
    texts = [text_of(case) for case in document["texts"]]
    for number, text in enumerate(texts):
        literal, option = quote_literal(text), quote_literal(as_option(text))
        await database.run(
            f"""
            CREATE SCHEMA s{number}; CREATE FOREIGN DATA WRAPPER w{number} OPTIONS (t {option});
            CREATE SERVER f{number} FOREIGN DATA WRAPPER w{number} OPTIONS (t {option});
            COMMENT ON FOREIGN DATA WRAPPER w{number} IS {literal};
            COMMENT ON SERVER f{number} IS {literal};
            CREATE FOREIGN TABLE s{number}.t (a int OPTIONS (t {option})) SERVER f{number}
                OPTIONS (t {option});
            COMMENT ON FOREIGN TABLE s{number}.t IS {literal};
            CREATE TYPE s{number}.r AS RANGE (subtype = int); COMMENT ON TYPE s{number}.r
                IS {literal};
            CREATE COLLATION s{number}.c (locale = 'C'); COMMENT ON COLLATION s{number}.c
                IS {literal};
            CREATE DOMAIN s{number}.d AS text DEFAULT {literal};
            COMMENT ON DOMAIN s{number}.d IS {literal};
            """
        )
    first = await database.read()

    async with database.copy(first.catalog) as copy:
        second = await copy.read()

    catalog = first.catalog
    said = [text or None for text in texts]
    assert second.catalog == catalog
    for kind in (catalog.ranges, catalog.collations, catalog.domains, catalog.foreign_tables):
        by_schema = {each.name.schema: each.comment for each in kind}
        assert [by_schema[f"s{number}"] for number in range(len(texts))] == said
    options = {table.name.schema: table.options for table in catalog.foreign_tables}
    assert [options[f"s{number}"] for number in range(len(texts))] == [
        (("t", as_option(text)),) for text in texts
    ]


def as_option(text: str) -> str:
    """What fits: the catalogs of foreign data store nothing out of line."""
    return text[:1000]


def text_of(case: dict[str, Any]) -> str:
    made = case.get("generate")
    return case["text"] if made is None else made["unit"] * made["n"]


async def test_hostile_defaults_survive(database, shared: Path):
    document = json.loads((shared / "hostile" / "identifiers.json").read_text(encoding="utf-8"))
    defaults = [case["sql"] for case in document["defaults"]]
    columns = ", ".join(
        f"c{number} {kind_of(default)} DEFAULT {default}" for number, default in enumerate(defaults)
    )
    await database.run(
        "CREATE TYPE h_mood AS ENUM ('it''s'); CREATE FUNCTION h_fn(int) RETURNS int LANGUAGE sql"
        f" AS 'SELECT $1'; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER f FOREIGN DATA WRAPPER w;"
        f"CREATE TABLE t ({columns}); CREATE FOREIGN TABLE ft ({columns}) SERVER f"
    )
    first = await database.read()

    async with database.copy(first.catalog) as copy:
        second = await copy.read()

    (table,), (foreign,) = first.catalog.tables, first.catalog.foreign_tables
    assert second.catalog == first.catalog
    assert table.columns == foreign.columns
    assert None not in {column.default for column in table.columns}


def kind_of(default: str) -> str:
    kinds = {
        "::text": "text", "()": "uuid", "::jsonb": "jsonb", "::float8": "float8", "false": "bool",
        "::h_mood": "h_mood", "::date": "date",
    }  # fmt: skip
    return next((kind for end, kind in kinds.items() if default.endswith(end)), "int")
