"""Schemas, types, sequences and views, read from a real server."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import (
    Check,
    Column,
    Domain,
    Enum,
    Index,
    IndexElement,
    MaterializedView,
    QualifiedName,
    Schema,
    Sequence,
    SequenceOptions,
    SequenceOwner,
    TypeRef,
    View,
)

pytestmark = pytest.mark.anyio

INTEGER = TypeRef("pg_catalog", "int4")
TEXT = TypeRef("pg_catalog", "text")


def public(name: str) -> QualifiedName:
    return QualifiedName("public", name)


async def test_schemas_are_there_even_if_they_are_empty(database):
    await database.run('CREATE SCHEMA "Empty"; COMMENT ON SCHEMA "Empty" IS \'to be filled\'')

    assert (await database.read()).catalog.schemas == (
        Schema(name="Empty", comment="to be filled"),
        Schema(name="public"),
    )


async def test_the_comment_that_the_server_gives_to_public_is_none_of_the_user_s(database):
    await database.run("COMMENT ON SCHEMA public IS 'ours'")
    assert (await database.read()).catalog.schemas == (Schema(name="public", comment="ours"),)

    await database.run("COMMENT ON SCHEMA public IS NULL")
    assert (await database.read()).catalog.schemas == (Schema(name="public"),)


async def test_labels_of_an_enum_stand_in_their_sort_order(database):
    await database.run(
        """
        CREATE TYPE status AS ENUM ('new', 'it''s', 'done');
        ALTER TYPE status ADD VALUE 'paid' BEFORE 'done';
        ALTER TYPE status ADD VALUE 'first' BEFORE 'new';
        COMMENT ON TYPE status IS 'of an order';
        CREATE TYPE nothing AS ENUM ()
        """
    )

    assert (await database.read()).catalog.enums == (
        Enum(name=public("nothing"), labels=()),
        Enum(
            name=public("status"),
            labels=("first", "new", "it's", "paid", "done"),
            comment="of an order",
        ),
    )


async def test_domains_keep_every_option(database):
    await database.run(
        """
        CREATE DOMAIN price AS numeric(10, 2) DEFAULT 0 NOT NULL
            CONSTRAINT positive CHECK (VALUE >= 0) CHECK (VALUE < 1000);
        ALTER DOMAIN price ADD CONSTRAINT later CHECK (VALUE <> 13) NOT VALID;
        COMMENT ON DOMAIN price IS 'in euro';
        COMMENT ON CONSTRAINT positive ON DOMAIN price IS 'never negative';
        CREATE DOMAIN word AS text[] COLLATE "C"
        """
    )

    assert (await database.read()).catalog.domains == (
        Domain(
            name=public("price"),
            type=TypeRef("pg_catalog", "numeric", (10, 2)),
            nullable=False,
            default="0",
            checks=(
                Check(name="later", expression="(VALUE <> (13)::numeric)", validated=False),
                Check(
                    name="positive",
                    expression="(VALUE >= (0)::numeric)",
                    comment="never negative",
                ),
                Check(name="price_check", expression="(VALUE < (1000)::numeric)"),
            ),
            comment="in euro",
        ),
        Domain(
            name=public("word"),
            type=TypeRef("pg_catalog", "text", (), 1),
            collation=QualifiedName("pg_catalog", "C"),
        ),
    )


async def test_sequences_keep_every_option_and_their_owner(database):
    await database.run(
        """
        CREATE SEQUENCE s1;
        CREATE SEQUENCE s2 AS smallint START 5 INCREMENT 2 MINVALUE 3 MAXVALUE 99 CACHE 4 CYCLE;
        CREATE SEQUENCE s3 INCREMENT -1 START -5;
        COMMENT ON SEQUENCE s3 IS 'downwards';
        CREATE TABLE t (a serial, b int);
        CREATE SEQUENCE s4 OWNED BY t.b;
        CREATE TABLE u (a int GENERATED ALWAYS AS IDENTITY)
        """
    )

    big = TypeRef("pg_catalog", "int8")
    assert (await database.read()).catalog.sequences == (
        Sequence(name=public("s1"), type=big),
        Sequence(
            name=public("s2"),
            type=TypeRef("pg_catalog", "int2"),
            options=SequenceOptions(
                start=5, increment=2, minimum=3, maximum=99, cache=4, cycle=True
            ),
        ),
        Sequence(
            name=public("s3"),
            type=big,
            options=SequenceOptions(start=-5, increment=-1),
            comment="downwards",
        ),
        Sequence(name=public("s4"), type=big, owner=SequenceOwner(table=public("t"), column="b")),
        Sequence(
            name=public("t_a_seq"),
            type=INTEGER,
            owner=SequenceOwner(table=public("t"), column="a"),
        ),
    )


async def test_views_keep_their_query_columns_and_options(database):
    await database.run(
        """
        CREATE TABLE t (a int, b text COLLATE "C");
        CREATE VIEW v WITH (security_barrier) AS SELECT a, b AS "B" FROM t WHERE a > 0
            WITH LOCAL CHECK OPTION;
        ALTER VIEW v ALTER a SET DEFAULT 7;
        COMMENT ON VIEW v IS 'positive ones';
        COMMENT ON COLUMN v.a IS 'a number'
        """
    )

    (view,) = (await database.read()).catalog.views

    assert view == View(
        name=public("v"),
        columns=(
            Column(name="a", type=INTEGER, default="7", comment="a number"),
            Column(name="B", type=TEXT, collation=QualifiedName("pg_catalog", "C")),
        ),
        definition=view.definition,
        options=(("check_option", "local"), ("security_barrier", "true")),
        comment="positive ones",
    )
    assert " ".join(view.definition.split()) in (
        'SELECT t.a, t.b AS "B" FROM public.t WHERE (t.a > 0)',
        'SELECT a, b AS "B" FROM public.t WHERE (a > 0)',
    )


async def test_materialized_views_keep_their_indexes(database):
    await database.run(
        """
        CREATE MATERIALIZED VIEW m WITH (fillfactor = 80) AS SELECT 1 AS a, ARRAY['x'] AS b
            WITH NO DATA;
        CREATE UNIQUE INDEX i ON m (a);
        COMMENT ON MATERIALIZED VIEW m IS 'kept'
        """
    )

    assert (await database.read()).catalog.materialized_views == (
        MaterializedView(
            name=public("m"),
            columns=(
                Column(name="a", type=INTEGER),
                Column(name="b", type=TypeRef("pg_catalog", "text", (), 1)),
            ),
            definition="SELECT 1 AS a,\n    ARRAY['x'::text] AS b",
            indexes=(Index(name="i", unique=True, elements=(IndexElement(column="a"),)),),
            options=(("fillfactor", "80"),),
            comment="kept",
        ),
    )


async def test_equal_schemas_of_two_databases_are_equal(database):
    script = """
        CREATE TABLE t (a serial PRIMARY KEY, b text DEFAULT 'x' CHECK (b <> ''));
        CREATE VIEW v AS SELECT a FROM t; CREATE TYPE e AS ENUM ('x')
    """
    await database.run(script)
    first = await database.read()
    await database.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE gone ()")
    await database.run(f"DROP TABLE gone; {script}")

    assert await database.read() == first
