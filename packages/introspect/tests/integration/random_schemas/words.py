"""What random schemas are made of: names, types, defaults and texts that were trouble elsewhere."""

from __future__ import annotations

SCHEMAS = ("one", 'Odd "schema"')
NAMES = (
    *("a", "b", "author", "Author", "select", "order", "user", "täble", "😀", "a.b", "x y"),
    *("it's", 'say "hi"', "$1", "%s", "back\\slash", "n" * 63, "-- no", "/* no"),
)
TYPES = (
    *("integer", "bigint", "smallint", "text", "varchar(7)", "char(3)", "varchar", "numeric"),
    *("numeric(10, 2)", "numeric(3, -2)", "boolean", "date", "timestamp(3)", "timestamptz"),
    *("time(0)", "timetz", "interval", "interval day to second(2)", "uuid", "jsonb", "json"),
    *("bytea", "inet", "cidr", "macaddr8", "bit(5)", "varbit(9)", "point", "int4range", "xml"),
    *("integer[]", "text[]", "numeric(4, 1)[]", "tsvector", "money", "name", "real", "xid8"),
    *("polygon", "tstzmultirange", "regclass", "oidvector", '"char"', "jsonpath"),
)
DEFAULTS = {
    "integer": ("1", "-7", "1 + 2", "(random() * 10)::integer"),
    "bigint": ("0", "9000000000"),
    "text": ("'x'", "'it''s'", "E'a\\\\b\\n'", "''", "CURRENT_USER", "upper('x')", "NULL"),
    "varchar(7)": ("'x'", "lower('X')"),
    "numeric(10, 2)": ("1.50", "'NaN'"),
    "boolean": ("true", "NOT false", "1 = 1"),
    "date": ("CURRENT_DATE", "'2020-02-29'", "'infinity'"),
    "timestamptz": ("now()", "CURRENT_TIMESTAMP"),
    "uuid": ("gen_random_uuid()",),
    "jsonb": ("'{}'", """'{"a": [1, null]}'"""),
    "integer[]": ("'{1,2}'", "ARRAY[1, 2]"),
    "interval": ("'1 mon -2 days'", "'1 day'::interval * 2"),
    "regclass": ("'pg_class'::regclass",),
}
CONDITIONS = (
    *("{} IS NOT NULL", "({} IS NULL) = false", "coalesce({}::text, '') <> 'x'"),
    *("{}::text IN ('a', 'b')", "CASE WHEN {} IS NULL THEN true ELSE NOT false END"),
)
TEXTS = ("'plain'", "'it''s'", "E'a\\\\b'", "'two\nlines'", "'täxt 😀'", "'$$'")
ACTIONS = ("NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT")
ROLES = ("pg_monitor", "pg_read_all_data")
"""Roles that every server has; no others are made, which would outlive the database."""
