"""Columns, read from a real server."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import (
    Column,
    Generated,
    Identity,
    QualifiedName,
    SequenceOptions,
    TypeRef,
)

pytestmark = pytest.mark.anyio

C = QualifiedName("pg_catalog", "C")
TYPES = {
    "smallint": TypeRef("pg_catalog", "int2"),
    "varchar": TypeRef("pg_catalog", "varchar"),
    "varchar(20)": TypeRef("pg_catalog", "varchar", (20,)),
    "varchar(20)[]": TypeRef("pg_catalog", "varchar", (20,), 1),
    "text[][]": TypeRef("pg_catalog", "text", (), 2),
    "char": TypeRef("pg_catalog", "bpchar", (1,)),
    "bpchar": TypeRef("pg_catalog", "bpchar"),
    '"char"': TypeRef("pg_catalog", "char"),
    "bit": TypeRef("pg_catalog", "bit", (1,)),
    '"bit"': TypeRef("pg_catalog", "bit"),
    "varbit(7)": TypeRef("pg_catalog", "varbit", (7,)),
    "numeric": TypeRef("pg_catalog", "numeric"),
    "numeric(10)": TypeRef("pg_catalog", "numeric", (10, 0)),
    "numeric(10,2)": TypeRef("pg_catalog", "numeric", (10, 2)),
    "numeric(3,-2)": TypeRef("pg_catalog", "numeric", (3, -2)),
    "timestamp(0)": TypeRef("pg_catalog", "timestamp", (0,)),
    "timestamptz(3)": TypeRef("pg_catalog", "timestamptz", (3,)),
    "timetz(2)[]": TypeRef("pg_catalog", "timetz", (2,), 1),
    "interval": TypeRef("pg_catalog", "interval"),
    "interval(2)": TypeRef("pg_catalog", "interval", (2,)),
    "interval year to month": TypeRef("pg_catalog", "interval", ("year to month",)),
    "interval day to second(3)": TypeRef("pg_catalog", "interval", ("day to second", 3)),
    "oidvector": TypeRef("pg_catalog", "oidvector"),
    "int2vector[]": TypeRef("pg_catalog", "int2vector", (), 1),
    "daterange": TypeRef("pg_catalog", "daterange"),
    '"Odd(1)"': TypeRef("public", "Odd(1)"),
    '"Odd(1)"[]': TypeRef("public", "Odd(1)", (), 1),
    "numbers": TypeRef("public", "numbers"),
    "numbers[]": TypeRef("public", "numbers", (), 1),
    "other": TypeRef("public", "other"),
}


async def columns_of(database, table: str) -> dict[str, Column]:
    reading = await database.read()
    found = reading.catalog.relations[QualifiedName("public", table)]
    return {column.name: column for column in found.columns}


async def test_a_type_is_read_and_spelt_so_that_it_gives_the_same_again(database):
    types = list(TYPES.values())
    await database.run(
        "CREATE TYPE \"Odd(1)\" AS ENUM ('a'); CREATE DOMAIN numbers AS int[];"
        "CREATE TABLE other ();"
        f"CREATE TABLE t ({', '.join(f'c{i} {text}' for i, text in enumerate(TYPES))});"
        f"CREATE TABLE again ({', '.join(f'c{i} {read.sql}' for i, read in enumerate(types))})"
    )

    columns, again = await columns_of(database, "t"), await columns_of(database, "again")

    assert dict(zip(TYPES, (column.type for column in columns.values()), strict=True)) == TYPES
    assert again == columns


async def test_an_array_that_was_not_declared_has_one_dimension(database):
    await database.run(
        "CREATE VIEW v AS SELECT ARRAY[[1]] AS a; CREATE TABLE t AS SELECT ARRAY['x'] AS a"
    )

    assert (await columns_of(database, "v"))["a"].type == TypeRef("pg_catalog", "int4", (), 1)
    assert (await columns_of(database, "t"))["a"].type == TypeRef("pg_catalog", "text", (), 1)


async def test_columns_stand_in_their_physical_order_without_dropped_ones(database):
    await database.run(
        "CREATE TABLE t (z int, gone int, a int); ALTER TABLE t DROP gone; ALTER TABLE t ADD b int"
    )

    assert list(await columns_of(database, "t")) == ["z", "a", "b"]


async def test_a_table_may_have_no_column(database):
    await database.run("CREATE TABLE t ()")

    assert await columns_of(database, "t") == {}


async def test_a_default_is_as_the_server_prints_it_with_every_name_in_full(database):
    await database.run(
        """
        CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT 1::text';
        CREATE TABLE t (
            a int DEFAULT 1,
            b int DEFAULT NULL,
            c text DEFAULT 'it''s',
            d timestamptz DEFAULT now(),
            e timestamptz DEFAULT '2020-01-01 12:00+02',
            f jsonb DEFAULT '{}',
            g text[] DEFAULT ARRAY['a'],
            h text DEFAULT f()
        )
        """
    )

    columns = await columns_of(database, "t")

    assert {name: column.default for name, column in columns.items()} == {
        "a": "1",
        "b": None,
        "c": "'it''s'::text",
        "d": "now()",
        "e": "'2020-01-01 10:00:00+00'::timestamp with time zone",
        "f": "'{}'::jsonb",
        "g": "ARRAY['a'::text]",
        "h": "public.f()",
    }


async def test_settings_of_the_session_change_nothing(database):
    await database.run(
        "CREATE TABLE t (a timestamptz DEFAULT '2020-01-02 12:00+02', b interval DEFAULT '1 day',"
        "c date DEFAULT '2020-01-02', d float8 DEFAULT 0.1::float8, e bytea DEFAULT '\\x00', f int)"
    )
    plain = await columns_of(database, "t")

    await database.run(
        f"ALTER DATABASE {database.name} SET timezone = 'Asia/Tokyo';"
        f"ALTER DATABASE {database.name} SET intervalstyle = 'iso_8601';"
        f"ALTER DATABASE {database.name} SET datestyle = 'German, DMY';"
        f"ALTER DATABASE {database.name} SET extra_float_digits = -15;"
        f"ALTER DATABASE {database.name} SET bytea_output = 'escape';"
        f"ALTER DATABASE {database.name} SET quote_all_identifiers = on;"
        f"ALTER DATABASE {database.name} SET search_path = 'pg_temp, public'"
    )

    assert await columns_of(database, "t") == plain
    assert plain["b"].default == "'1 day'::interval"


async def test_identity_columns_keep_how_they_count(database):
    await database.run(
        """
        CREATE TABLE t (
            a int GENERATED ALWAYS AS IDENTITY,
            b bigint GENERATED BY DEFAULT AS IDENTITY (
                START 10 INCREMENT 5 MINVALUE 5 MAXVALUE 1000 CACHE 3 CYCLE
            ),
            c smallint GENERATED ALWAYS AS IDENTITY (INCREMENT -1),
            d int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME counter)
        )
        """
    )

    columns = await columns_of(database, "t")

    assert columns["a"] == Column(
        name="a",
        type=TypeRef("pg_catalog", "int4"),
        nullable=False,
        identity=Identity(always=True),
    )
    assert columns["b"].identity == Identity(
        options=SequenceOptions(start=10, increment=5, minimum=5, maximum=1000, cache=3, cycle=True)
    )
    assert columns["c"].identity == Identity(always=True, options=SequenceOptions(increment=-1))
    assert columns["d"].identity == Identity(
        always=True, sequence=QualifiedName("public", "counter")
    )


async def test_an_identity_column_of_another_width_than_its_sequence_keeps_its_bounds(
    database,
):
    await database.run(
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY); ALTER TABLE t ALTER a TYPE bigint;"
        "CREATE TABLE u (a int GENERATED ALWAYS AS IDENTITY); ALTER SEQUENCE u_a_seq AS smallint"
    )

    assert (await columns_of(database, "t"))["a"].identity == Identity(always=True)
    assert (await columns_of(database, "u"))["a"].identity == Identity(
        always=True, options=SequenceOptions(maximum=32767)
    )


async def test_generated_columns_have_an_expression_and_no_default(database):
    await database.run("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)")

    assert (await columns_of(database, "t"))["b"] == Column(
        name="b",
        type=TypeRef("pg_catalog", "int4"),
        generated=Generated(expression="(a * 2)"),
    )


@pytest.mark.requires_postgres(min=18)
async def test_virtual_columns_are_told_from_stored_ones(database):
    await database.run("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)")

    generated = (await columns_of(database, "t"))["b"].generated

    assert generated == Generated(expression="(a * 2)", storage="virtual")


async def test_a_collation_is_given_where_it_is_not_that_of_the_type(database):
    await database.run(
        """
        CREATE COLLATION mine (locale = 'C');
        CREATE DOMAIN word AS text COLLATE "C";
        CREATE TABLE t (a text, b text COLLATE "C", c word, d word COLLATE mine, e int)
        """
    )

    columns = await columns_of(database, "t")

    assert {name: column.collation for name, column in columns.items()} == {
        "a": None,
        "b": C,
        "c": None,
        "d": QualifiedName("public", "mine"),
        "e": None,
    }


async def test_a_column_says_whether_it_may_be_null(database):
    await database.run("CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL, c int)")

    columns = await columns_of(database, "t")

    assert [column.nullable for column in columns.values()] == [False, False, True]


async def test_a_serial_column_is_a_default_on_a_sequence_that_it_owns(database):
    await database.run("CREATE TABLE t (a serial)")

    column = (await columns_of(database, "t"))["a"]

    assert column.default == "nextval('public.t_a_seq'::regclass)"
    assert column.identity is None
