"""Constraints, read from a real server."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import (
    Check,
    ForeignKey,
    NotNull,
    PrimaryKey,
    QualifiedName,
    Table,
    Unique,
    default_name,
)

pytestmark = pytest.mark.anyio


async def table(database, name: str, schema: str = "public") -> Table:
    return (await database.read()).catalog.table(QualifiedName(schema, name))


async def test_keys_keep_the_order_of_their_columns_and_every_option(database):
    await database.run(
        """
        CREATE TABLE t (
            a int, b int, c text, d int,
            CONSTRAINT mine PRIMARY KEY (b, a) INCLUDE (c),
            UNIQUE (d, a) DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT first UNIQUE (c) INCLUDE (d, a) DEFERRABLE
        );
        COMMENT ON CONSTRAINT mine ON t IS 'the key'
        """
    )

    found = await table(database, "t")

    assert found.primary_key == PrimaryKey(
        name="mine", columns=("b", "a"), include=("c",), comment="the key"
    )
    assert found.uniques == (
        Unique(name="first", columns=("c",), include=("d", "a"), deferrable=True),
        Unique(name="t_d_a_key", columns=("d", "a"), deferrable=True, initially_deferred=True),
    )
    assert found.indexes == ()


@pytest.mark.requires_postgres(min=15)
async def test_nulls_may_be_not_distinct(database):
    await database.run(
        "CREATE TABLE t (a int CONSTRAINT k UNIQUE NULLS NOT DISTINCT);"
        "CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT"
    )

    found = await table(database, "t")

    assert found.uniques == (Unique(name="k", columns=("a",), nulls_not_distinct=True),)
    assert found.indexes[0].nulls_not_distinct


@pytest.mark.requires_postgres(min=15)  # for the columns of SET NULL
async def test_foreign_keys_keep_every_option(database):
    await database.run(
        """
        CREATE TABLE p (a int, b int, PRIMARY KEY (a, b), UNIQUE (b, a));
        CREATE TABLE t (
            x int, y int,
            CONSTRAINT k1 FOREIGN KEY (x, y) REFERENCES p,
            CONSTRAINT k2 FOREIGN KEY (x, y) REFERENCES p (b, a) MATCH FULL
                ON UPDATE CASCADE ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT k3 FOREIGN KEY (y, x) REFERENCES p (b, a)
                ON UPDATE SET DEFAULT ON DELETE SET NULL (x),
            CONSTRAINT k4 FOREIGN KEY (y, x) REFERENCES p
                ON UPDATE SET NULL ON DELETE SET DEFAULT DEFERRABLE
        );
        ALTER TABLE t ADD CONSTRAINT k5 FOREIGN KEY (x, y) REFERENCES p NOT VALID;
        COMMENT ON CONSTRAINT k5 ON t IS 'later'
        """
    )

    found = await table(database, "t")

    target = QualifiedName("public", "p")
    assert found.foreign_keys == (
        ForeignKey(name="k1", columns=("x", "y"), target=target, target_columns=("a", "b")),
        ForeignKey(
            name="k2",
            columns=("x", "y"),
            target=target,
            target_columns=("b", "a"),
            on_update="cascade",
            on_delete="restrict",
            match="full",
            deferrable=True,
            initially_deferred=True,
        ),
        ForeignKey(
            name="k3",
            columns=("y", "x"),
            target=target,
            target_columns=("b", "a"),
            on_update="set default",
            on_delete="set null",
            on_delete_columns=("x",),
        ),
        ForeignKey(
            name="k4",
            columns=("y", "x"),
            target=target,
            target_columns=("a", "b"),
            on_update="set null",
            on_delete="set default",
            deferrable=True,
        ),
        ForeignKey(
            name="k5",
            columns=("x", "y"),
            target=target,
            target_columns=("a", "b"),
            validated=False,
            comment="later",
        ),
    )


async def test_constraints_of_one_name_on_two_tables_do_not_mix(database):
    await database.run(
        """
        CREATE SCHEMA other;
        CREATE TABLE a (x int, y int, CONSTRAINT same CHECK (x > 1));
        CREATE TABLE b (x int, y int, CONSTRAINT same CHECK (y > 2));
        CREATE TABLE other.a (z int, CONSTRAINT same CHECK (z > 3), CONSTRAINT k UNIQUE (z));
        CREATE TABLE c (x int CONSTRAINT same REFERENCES other.a (z));
        CREATE TABLE d (y int CONSTRAINT same REFERENCES other.a (z) ON DELETE CASCADE)
        """
    )

    checks = [
        (await table(database, name, schema)).checks
        for name, schema in [("a", "public"), ("b", "public"), ("a", "other")]
    ]
    keys = [(await table(database, name)).foreign_keys for name in "cd"]

    assert checks == [
        (Check(name="same", expression=f"({column} > {number})"),)
        for column, number in [("x", 1), ("y", 2), ("z", 3)]
    ]
    target = QualifiedName("other", "a")
    assert keys == [
        (ForeignKey(name="same", columns=("x",), target=target, target_columns=("z",)),),
        (
            ForeignKey(
                name="same",
                columns=("y",),
                target=target,
                target_columns=("z",),
                on_delete="cascade",
            ),
        ),
    ]


async def test_a_table_may_refer_to_itself(database):
    await database.run("CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t)")

    (key,) = (await table(database, "t")).foreign_keys

    assert key == ForeignKey(
        name="t_parent_fkey",
        columns=("parent",),
        target=QualifiedName("public", "t"),
        target_columns=("id",),
    )


async def test_checks_have_their_expression_without_the_word_check(database):
    await database.run(
        """
        CREATE TABLE t (
            a int CHECK (a > 0),
            b varchar CONSTRAINT listed CHECK (b IN ('x', 'y''z')) NO INHERIT
        );
        ALTER TABLE t ADD CONSTRAINT later CHECK (a < 10) NOT VALID;
        COMMENT ON CONSTRAINT later ON t IS 'soon'
        """
    )

    found = await table(database, "t")

    assert found.checks == (
        Check(name="later", expression="(a < 10)", validated=False, comment="soon"),
        Check(
            name="listed",
            expression="((b)::text = ANY "
            "((ARRAY['x'::character varying, 'y''z'::character varying])::text[]))",
            no_inherit=True,
        ),
        Check(name="t_a_check", expression="(a > 0)"),
    )


@pytest.mark.requires_postgres(min=18)  # where NOT NULL is a constraint of its own
async def test_a_not_null_is_listed_where_it_says_more_than_its_column(database):
    await database.run(
        """
        CREATE TABLE t (
            a int NOT NULL,
            b int CONSTRAINT mine NOT NULL,
            c int NOT NULL NO INHERIT,
            d int,
            e int NOT NULL,
            f int PRIMARY KEY
        );
        ALTER TABLE t ADD CONSTRAINT t_d_not_null NOT NULL d NOT VALID;
        COMMENT ON CONSTRAINT t_e_not_null ON t IS 'because'
        """
    )

    found = await table(database, "t")

    assert [column.nullable for column in found.columns] == [False] * 6
    assert found.not_nulls == (
        NotNull(name="mine", column="b"),
        NotNull(name="t_c_not_null", column="c", no_inherit=True),
        NotNull(name="t_d_not_null", column="d", validated=False),
        NotNull(name="t_e_not_null", column="e", comment="because"),
    )


@pytest.mark.requires_postgres(min=18)
async def test_constraints_that_are_not_enforced_are_told(database):
    await database.run(
        """
        CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE t (
            a int CONSTRAINT k REFERENCES p NOT ENFORCED,
            CONSTRAINT c CHECK (a > 0) NOT ENFORCED
        )
        """
    )

    found = await table(database, "t")

    assert (found.foreign_keys[0].enforced, found.checks[0].enforced) == (False, False)


@pytest.mark.requires_postgres(min=18)
async def test_periods_are_told(database):
    await database.run(
        """
        CREATE TABLE p (
            r int4range, v daterange, w daterange,
            PRIMARY KEY (r, v WITHOUT OVERLAPS), UNIQUE (r, w WITHOUT OVERLAPS)
        );
        CREATE TABLE t (
            r int4range, v daterange, FOREIGN KEY (r, PERIOD v) REFERENCES p (r, PERIOD v)
        )
        """
    )

    parent, child = await table(database, "p"), await table(database, "t")

    assert parent.primary_key == PrimaryKey(
        name="p_pkey", columns=("r", "v"), without_overlaps=True
    )
    assert parent.uniques == (Unique(name="p_r_w_key", columns=("r", "w"), without_overlaps=True),)
    assert child.foreign_keys == (
        ForeignKey(
            name="t_r_v_fkey",
            columns=("r", "v"),
            target=QualifiedName("public", "p"),
            target_columns=("r", "v"),
            period=True,
        ),
    )


@pytest.mark.parametrize(
    ("name", "column"),
    [("t", "c"), ("t" * 63, "c"), ("t", "c" * 63), ("t" * 50, "c" * 51), ("ü" * 31, "ö" * 30)],
)
async def test_the_server_s_own_names_are_known(database, name: str, column: str):
    await database.run(
        f'CREATE TABLE "{name}" ("{column}" int NOT NULL GENERATED ALWAYS AS IDENTITY)'
    )

    found = await table(database, name)

    assert found.not_nulls == ()
    assert found.columns[0].identity is not None
    assert found.columns[0].identity.sequence is None
    usual = f'"{default_name(name, column, "seq")}"'
    assert await database.value("SELECT to_regclass($1) IS NOT NULL", usual)
