"""Statements that make what is kept verbatim, much of which belongs to no schema."""

from __future__ import annotations

from packages.introspect.tests.integration.random_schemas.maker import Maker

EMPTY = """
DO $$
DECLARE
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY(
        SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
        UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
        UNION ALL SELECT format('DROP VIEW IF EXISTS %s CASCADE', oid::regclass)
            FROM pg_class WHERE relkind = 'v' AND oid >= 16384
            -- A view of itself that goes with a table is looked for when it is gone.
        UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER IF EXISTS %I CASCADE', fdwname)
            FROM pg_foreign_data_wrapper
        UNION ALL SELECT format('DROP SCHEMA IF EXISTS %I CASCADE', nspname)
            FROM pg_namespace WHERE oid >= 16384
        UNION ALL SELECT format('DROP ACCESS METHOD IF EXISTS %I CASCADE', amname)
            FROM pg_am WHERE oid >= 16384
        UNION ALL SELECT format('DROP LANGUAGE IF EXISTS %I CASCADE', lanname)
            FROM pg_language WHERE oid >= 16384
        UNION ALL SELECT format(
                'DROP CAST IF EXISTS (%s AS %s)', castsource::regtype, casttarget::regtype)
            FROM pg_cast WHERE oid >= 16384 AND castfunc = 0 AND castmethod = 'i'
    ) LOOP
        EXECUTE statement;
    END LOOP;
END
$$
"""
"""Leaves nothing of a random schema, whatever it made outside of schemas."""


def create_wrapper(say: Maker) -> str:
    name = say.name()
    say.makes("wrapper", name)
    told = say.maybe(f'OPTIONS ("Odd option" {say.text()})')
    return f"CREATE FOREIGN DATA WRAPPER {name}{told}"


def create_server(say: Maker) -> str:
    name = say.name()
    say.makes("server", name)
    told = say.maybe(f"OPTIONS (host {say.text()})")
    type_ = say.maybe(f"TYPE {say.text()}")
    return f"CREATE SERVER {name}{type_} FOREIGN DATA WRAPPER {say.old('wrapper')}{told}"


def create_mapping(say: Maker) -> str:
    who = say.one_of(["PUBLIC", "CURRENT_USER", "pg_monitor"])
    return f"CREATE USER MAPPING FOR {who} SERVER {say.old('server')} OPTIONS (a {say.text()})"


def create_publication(say: Maker) -> str:
    name, table = say.name(), say.table()
    say.makes("publication", name)
    whats = [f"FOR TABLE {table.name}", f"FOR TABLE ONLY {table.name}", "FOR ALL TABLES", ""]
    if say.version >= 15:
        whats += [
            f"FOR TABLES IN SCHEMA {say.schema()}",
            f"FOR TABLE {table.name} ({say.column(table)})",
            f"FOR TABLE {table.name} WHERE ({say.column(table)} IS NULL)",
        ]
    with_ = say.maybe("WITH (publish = 'insert, truncate', publish_via_partition_root)")
    return f"CREATE PUBLICATION {name} {say.one_of(whats)}{with_}"


def create_event_function(say: Maker) -> str:
    name = say.new()
    say.makes("event function", name)
    return f"CREATE FUNCTION {name}() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'"


def create_event_trigger(say: Maker) -> str:
    name = say.name()
    say.makes("event trigger", name)
    when = say.one_of(["ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite"])
    tags = say.maybe("WHEN TAG IN ('DROP TABLE', 'ALTER TABLE')", 0.5)
    function = say.old("event function")
    return f"CREATE EVENT TRIGGER {name} ON {when}{tags} EXECUTE FUNCTION {function}()"


def create_language(say: Maker) -> str:
    name = say.name()
    say.makes("language", name)
    return (
        f"CREATE {say.one_of(['', 'TRUSTED '])}LANGUAGE {name} HANDLER plpgsql_call_handler"
        f"{say.maybe('INLINE plpgsql_inline_handler')}{say.maybe('VALIDATOR plpgsql_validator')}"
    )


def use_language(say: Maker) -> str:
    name, kind = say.new(), say.type()
    say.makes("function", name)
    return (
        f"CREATE FUNCTION {name}({kind}) RETURNS {kind} LANGUAGE {say.old('language')}"
        " AS 'BEGIN RETURN $1; END'"
    )


def create_transform(say: Maker) -> str:
    function = say.new()
    return (
        f"CREATE FUNCTION {function}(internal) RETURNS internal IMMUTABLE LANGUAGE internal"
        f" AS 'textsend'; CREATE TRANSFORM FOR {say.type()} LANGUAGE {say.old('language')}"
        f" (FROM SQL WITH FUNCTION {function}(internal))"
    )


def create_access_method(say: Maker) -> str:
    name = say.name()
    kind, handler = say.one_of([("TABLE", "heap_tableam_handler"), ("INDEX", "bthandler")])
    say.makes(f"{kind.lower()} method", name)
    text = f"CREATE ACCESS METHOD {name} TYPE {kind} HANDLER {handler}"
    if kind == "TABLE":
        return text
    return (
        f"{text}; CREATE OPERATOR CLASS {say.new()} DEFAULT FOR TYPE integer USING {name} AS"
        " OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,"
        " FUNCTION 1 btint4cmp(integer, integer)"
    )


def create_cast(say: Maker) -> str:
    source, function = say.type(), say.new()
    if say.chance(0.3):
        return f"CREATE CAST ({source} AS {say.type()}) WITH INOUT{say.maybe('AS ASSIGNMENT')}"
    return (
        f"CREATE FUNCTION {function}({source}) RETURNS integer IMMUTABLE LANGUAGE sql"
        f" AS 'SELECT 1'; CREATE CAST ({source} AS integer) WITH FUNCTION {function}({source})"
    )


def create_conversion(say: Maker) -> str:
    name = say.new()
    say.makes("conversion", name)
    return f"CREATE CONVERSION {name} FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"


def create_operator(say: Maker) -> str:
    function, name = say.new(), f"{say.schema()}.{say.one_of(['===', '<~>', '|>'])}"
    one, other = say.type(), say.one_of(["integer", say.type()])
    if say.chance(0.2):
        return (
            f"CREATE FUNCTION {function}({one}) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT"
            f" true'; CREATE OPERATOR {name} (FUNCTION = {function}, RIGHTARG = {one})"
        )
    if one == other:
        say.makes("operator", f"{one} {name}")
    return (
        f"CREATE FUNCTION {function}({one}, {other}) RETURNS boolean IMMUTABLE LANGUAGE sql AS"
        f" 'SELECT true'; CREATE OPERATOR {name} (FUNCTION = {function}, LEFTARG = {one},"
        f" RIGHTARG = {other}{say.maybe(', RESTRICT = eqsel')}{say.maybe(', HASHES')})"
    )


def use_operator(say: Maker) -> str:
    table = say.table()
    kind, _, operator = say.old("operator").rpartition(" ")
    column = say.column(table, (kind,))
    check = f"CHECK ({column} OPERATOR({operator}) {column})"
    return f"ALTER TABLE {table.name} ADD CONSTRAINT {say.name()} {check} NOT VALID"


def create_operator_class(say: Maker) -> str:
    name = say.new()
    if say.chance(0.3):
        say.makes("operator family", name)
        return f"CREATE OPERATOR FAMILY {name} USING {say.one_of(['btree', 'hash', 'gist'])}"
    say.makes("operator class", name)
    family = say.maybe(f"FAMILY {say.old('operator family')}")
    return (
        f"CREATE OPERATOR CLASS {name} FOR TYPE integer USING btree{family} AS OPERATOR 1 >,"
        " OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <,"
        " FUNCTION 1 btint4cmp(integer, integer)"
    )


def use_operator_class(say: Maker) -> str:
    table = say.table()
    column = say.column(table, ("integer",))
    return f"CREATE INDEX ON {table.name} ({column} {say.old('operator class')})"


def create_base_type(say: Maker) -> str:
    name, into, out = say.new(), say.new(), say.new()
    if say.chance(0.2):
        return f"CREATE TYPE {name}"
    say.makes("type", name)
    return (
        f"CREATE TYPE {name};"
        f"CREATE FUNCTION {into}(cstring) RETURNS {name} IMMUTABLE STRICT LANGUAGE internal"
        f" AS 'textin'; CREATE FUNCTION {out}({name}) RETURNS cstring IMMUTABLE STRICT"
        f" LANGUAGE internal AS 'textout'; CREATE TYPE {name} (INPUT = {into}, OUTPUT = {out}"
        f"{say.maybe(', STORAGE = extended')}{say.maybe(', COLLATABLE = true')}"
        f"{say.maybe(', PREFERRED = true')}" + say.maybe(", DEFAULT = 'x'") + ")"
    )


def create_text_search(say: Maker) -> str:
    kind, definition = say.one_of(
        [
            (
                "parser",
                (
                    "START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,"
                    " LEXTYPES = prsd_lextype"
                ),
            ),
            ("template", f"LEXIZE = dsimple_lexize{say.maybe(', INIT = dsimple_init')}"),
            ("dictionary", f"TEMPLATE = {say.one_of(['simple', say.old('template')])}"),
            ("dictionary", "TEMPLATE = simple, Accept = false"),
            ("configuration", "PARSER = " + say.one_of(['"default"', say.old("parser")])),
            ("configuration", "COPY = english"),
        ]
    )
    name = say.new()
    say.makes(kind, name)
    return f"CREATE TEXT SEARCH {kind.upper()} {name} ({definition})"


def map_words(say: Maker) -> str:
    dictionary = say.one_of(["simple", say.old("dictionary")])
    verb = say.one_of(["ADD", "ALTER"])
    return (
        f"ALTER TEXT SEARCH CONFIGURATION {say.old('configuration')} {verb} MAPPING FOR word,"
        f" email WITH {dictionary}"
    )


def search_text(say: Maker) -> str:
    table, name = say.table(), say.name()
    called = say.old("configuration").replace("'", "''")
    column = say.column(table, ("text",))
    say.when_taken(lambda: table.columns.update({name: "tsvector"}))
    return (
        f"ALTER TABLE {table.name} ADD COLUMN {name} tsvector GENERATED ALWAYS AS"
        f" (to_tsvector('{called}'::regconfig, {column})) STORED"
    )


def create_extension(say: Maker) -> str:
    name = say.one_of(["citext", "btree_gist", "vector"])
    if name == "citext":
        say.makes("type", f"{say.schema()}.citext")
    return f"CREATE EXTENSION {name} SCHEMA {say.schema()}"


STATEMENTS = (
    *[create_wrapper, create_server, create_event_function] * 3,
    *[create_language, create_access_method, create_operator, create_operator_class] * 2,
    *[create_base_type, create_text_search, map_words, create_publication] * 2,
    *(create_mapping, create_event_trigger, use_language, create_transform, create_cast),
    *(create_conversion, use_operator, use_operator_class, search_text, create_extension),
)
