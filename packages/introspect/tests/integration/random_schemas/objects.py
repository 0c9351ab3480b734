"""Statements that make types, views, functions and sequences."""

from __future__ import annotations

from packages.introspect.tests.integration.random_schemas.maker import Maker
from packages.introspect.tests.integration.random_schemas.words import TYPES


def create_enum(say: Maker) -> str:
    name = say.new()
    labels = sorted({say.text() for _ in range(3)})
    say.makes("type", name)
    return f"CREATE TYPE {name} AS ENUM ({', '.join(labels)})"


def create_domain(say: Maker) -> str:
    name, kind = say.new(), say.type()
    say.makes("type", name)
    check = say.maybe(f"CONSTRAINT {say.name()} CHECK ({say.condition('VALUE')})")
    default = say.maybe(f"DEFAULT {say.default(kind)}")
    collation = say.maybe(f"COLLATE {say.old('collation')}", 0.4) if kind == "text" else ""
    return f"CREATE DOMAIN {name} AS {kind}{collation}{default}{check}{say.maybe('NOT NULL', 0.1)}"


def change_domain(say: Maker) -> str:
    change = say.one_of(
        [
            f"ADD CONSTRAINT {say.name()} CHECK ({say.condition('VALUE')}){say.maybe('NOT VALID')}",
            "SET NOT NULL",
            f"SET DEFAULT {say.default(say.one_of(TYPES))}",
        ]
    )
    return f"ALTER DOMAIN {say.old('type')} {change}"


def create_composite(say: Maker) -> str:
    name = say.new()
    parts = {say.name(): say.type() for _ in range(say.random.randrange(1, 4))}
    say.makes("type", name)
    written = (
        f"{part} {kind}" + (say.maybe('COLLATE "C"') if kind == "text" else "")
        for part, kind in parts.items()
    )
    return f"CREATE TYPE {name} AS ({', '.join(written)})"


def create_range(say: Maker) -> str:
    name = say.new()
    say.makes("range", name)
    kind = say.one_of(["float8", "text", "timestamptz", "inet", say.old("type")])
    options = say.maybe(', collation = "C"') if kind == "text" else ""
    if kind == "float8":
        options += say.maybe(", subtype_diff = float8mi")
    options += say.maybe(f", multirange_type_name = {say.new()}")
    return f"CREATE TYPE {name} AS RANGE (subtype = {kind}{options})"


def create_collation(say: Maker) -> str:
    name = say.new()
    say.makes("collation", name)
    how = say.one_of(
        [
            "(locale = 'C')",
            "(provider = icu, locale = 'und')",
            "(provider = icu, locale = 'de-u-ks-level2', deterministic = false)",
            "(lc_collate = 'C', lc_ctype = 'C.UTF-8')",
            'FROM "C"',
        ]
    )
    return f"CREATE COLLATION {name} {how}"


def create_sequence(say: Maker) -> str:
    name = say.new()
    say.makes("sequence", name)
    unlogged = say.maybe("UNLOGGED", 0.1) if say.version >= 15 else ""
    table = say.table()
    owned = say.maybe(f"OWNED BY {table.name}.{say.column(table)}", 0.2)
    return (
        f"CREATE{unlogged} SEQUENCE {name}{say.maybe('AS smallint')}"
        f"{say.maybe('INCREMENT -2')}{say.maybe('CACHE 5')}{say.maybe('CYCLE')}{owned}"
    )


def count_by_sequence(say: Maker) -> str:
    table = say.table()
    column = say.column(table, ("bigint", "integer"))
    called = say.old("sequence").replace("'", "''")
    return f"ALTER TABLE {table.name} ALTER COLUMN {column} SET DEFAULT nextval('{called}')"


def create_view(say: Maker) -> str:
    name, table = say.new(), say.table()
    column = say.column(table)
    kind = say.one_of(["VIEW", "VIEW", "MATERIALIZED VIEW"])
    options = ["security_barrier", "check_option = local"]
    if say.version >= 15:
        options.append("security_invoker = true")
    with_ = say.maybe(f"WITH ({say.one_of(options)})", 0.2) if kind == "VIEW" else ""
    source = say.old("view", "materialized view") if say.chance(0.3) else table.name
    query = say.one_of(
        [
            f"SELECT * FROM {source}",
            f"SELECT {column} AS one, count(*) AS n FROM {source} GROUP BY {column}",
            f"SELECT t.*, row_number() OVER () AS place FROM {source} t WHERE true",
            f"SELECT {say.text()} AS text, 1.5 AS n UNION ALL VALUES ('x', 2)",
            f"SELECT t AS whole, t.{column} FROM {source} AS t",
            f"SELECT id, {column} FROM {table.name} GROUP BY id",
            (
                f"SELECT a.{column}, {say.old('function')}(NULL) AS f FROM {source} a CROSS JOIN "
                f"LATERAL (SELECT b FROM {say.table().name} b LIMIT 1) AS s"
            ),
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION SELECT n + 1 FROM r WHERE n < 3) TABLE r",
        ]
    )
    say.makes(kind.lower(), name)
    return f"CREATE {kind} {name}{with_} AS {query}"


def replace_view(say: Maker) -> str:
    """By which views come to need each other."""
    name = say.old("view")
    return f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {say.old('view')}"


def change_view(say: Maker) -> str:
    return f"ALTER VIEW {say.old('view')} ALTER COLUMN text SET DEFAULT {say.text()}"


def create_function(say: Maker) -> str:
    name, kind = say.new(), say.type()
    say.makes("function", name)
    table = say.table()
    body, returns = say.one_of(
        [
            ("AS 'SELECT $1'", kind),
            ("RETURN $1", kind),
            (f"BEGIN ATOMIC SELECT * FROM {table.name}; END", f"SETOF {table.name}"),
            ("AS 'SELECT $1, 1'", 'TABLE ("A a" ' + kind + ", b integer)"),
            (f"AS $x${say.text()}$x$ PARALLEL SAFE", kind),
        ]
    )
    return (
        f"CREATE FUNCTION {name}({say.maybe(say.name())} {kind} DEFAULT NULL)"
        f" RETURNS {returns} LANGUAGE sql{say.maybe('STABLE')}{say.maybe('STRICT')}"
        f"{say.maybe('SECURITY DEFINER')}{say.maybe('SET search_path = one')}"
        f"{say.maybe('COST 7')} {body}"
    )


def create_procedure(say: Maker) -> str:
    name = say.new()
    say.makes("procedure", name)
    table = say.table().name
    body = say.one_of(["AS 'SELECT 1'", f"BEGIN ATOMIC DELETE FROM {table}; END"])
    return f"CREATE PROCEDURE {name}(INOUT a {say.type()}) LANGUAGE sql {body}"


def create_trigger_function(say: Maker) -> str:
    name = say.new()
    say.makes("trigger function", name)
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"


def create_aggregate(say: Maker) -> str:
    name = say.new()
    say.makes("aggregate", name)
    return f"CREATE AGGREGATE {name} " + say.one_of(
        [
            "(bigint) (sfunc = int8pl, stype = bigint, initcond = '0')",
            "(VARIADIC anyarray) (sfunc = array_cat, stype = anyarray)",
            (
                "(ORDER BY anyelement) (sfunc = ordered_set_transition, stype = internal,"
                " finalfunc = mode_final, finalfunc_extra)"
            ),
        ]
    )


STATEMENTS = (
    *[create_view, create_function] * 5,
    *[create_enum, create_domain, create_composite, create_range, create_collation] * 2,
    *[create_sequence, count_by_sequence, create_trigger_function, change_domain] * 2,
    *(replace_view, change_view, create_procedure, create_aggregate),
)
