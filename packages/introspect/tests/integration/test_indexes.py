"""Indexes, read from a real server."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import Index, IndexElement, QualifiedName
from ferrule_core.errors import UniqueViolation

pytestmark = pytest.mark.anyio


def built_in(name: str) -> QualifiedName:
    return QualifiedName("pg_catalog", name)


async def indexes(database, table: str = "t") -> dict[str, Index]:
    found = (await database.read()).catalog.relations[QualifiedName("public", table)]
    return {index.name: index for index in found.indexes}


async def test_an_index_keeps_every_option(database):
    await database.run(
        """
        CREATE TABLE t (a int, b text, c int);
        CREATE UNIQUE INDEX i ON t USING btree (a DESC, lower(b) DESC NULLS LAST, c NULLS FIRST)
            INCLUDE (b, a) WITH (fillfactor = 70, deduplicate_items = off) WHERE c > 5;
        COMMENT ON INDEX i IS 'quick'
        """
    )

    assert await indexes(database) == {
        "i": Index(
            name="i",
            unique=True,
            elements=(
                IndexElement(column="a", descending=True),
                IndexElement(expression="lower(b)", descending=True, nulls_first=False),
                IndexElement(column="c", nulls_first=True),
            ),
            include=("b", "a"),
            predicate="(c > 5)",
            parameters=(("deduplicate_items", "off"), ("fillfactor", "70")),
            comment="quick",
        )
    }


async def test_operator_classes_are_given_where_they_are_not_the_default(database):
    await database.run(
        """
        CREATE TABLE t (a varchar, b text, c jsonb, d int[], e inet, f daterange);
        CREATE INDEX i1 ON t (a, b text_ops, a bpchar_pattern_ops, lower(b) text_pattern_ops);
        CREATE INDEX i2 ON t USING gin (c, c jsonb_path_ops, d, (c -> 'x') jsonb_path_ops);
        CREATE INDEX i3 ON t USING gist (e inet_ops, f, to_tsvector('simple', b));
        CREATE INDEX i4 ON t USING gist (to_tsvector('simple', b) tsvector_ops (siglen = 100), f)
        """
    )

    found = await indexes(database)

    classes = {
        name: [element.operator_class and element.operator_class.name for element in i.elements]
        for name, i in found.items()
    }
    assert classes == {
        "i1": [None, None, "bpchar_pattern_ops", "text_pattern_ops"],
        "i2": [None, "jsonb_path_ops", None, "jsonb_path_ops"],
        "i3": ["inet_ops", None, None],
        "i4": ["tsvector_ops", None],
    }
    assert found["i2"].method == "gin"
    assert found["i4"].elements[0] == IndexElement(
        expression="to_tsvector('simple'::regconfig, b)",
        operator_class=built_in("tsvector_ops"),
        operator_class_parameters=(("siglen", "100"),),
    )


async def test_collations_are_given_where_they_are_not_that_of_the_key(database):
    await database.run(
        """
        CREATE COLLATION "Mine" (locale = 'C');
        CREATE TABLE t (a text, b text COLLATE "C");
        CREATE INDEX i ON t (
            a, b, a COLLATE "C", b COLLATE "C", b COLLATE "Mine", lower(b), lower(b) COLLATE "Mine",
            a COLLATE "C" text_pattern_ops
        )
        """
    )

    elements = (await indexes(database))["i"].elements

    assert [element.collation for element in elements] == [
        None,
        None,
        built_in("C"),
        None,
        QualifiedName("public", "Mine"),
        None,
        QualifiedName("public", "Mine"),
        built_in("C"),
    ]
    assert elements[-1].operator_class == built_in("text_pattern_ops")


async def test_an_expression_is_as_it_stands_in_create_index(database):
    await database.run(
        'CREATE TABLE t ("a, b" int, c int); CREATE INDEX i ON t (("a, b" + c), "a, b", abs(c))'
    )

    assert [(e.column, e.expression) for e in (await indexes(database))["i"].elements] == [
        (None, '(("a, b" + c))'),
        ("a, b", None),
        (None, "abs(c)"),
    ]


async def test_a_name_that_looks_like_sql_misleads_nobody(database):
    await database.run(
        '''
        CREATE TABLE " USING btree (" (" text_ops" text, "a COLLATE ""C""" text);
        CREATE INDEX " ON t USING gin (x" ON " USING btree (" (
            " text_ops",
            "a COLLATE ""C""" DESC,
            (" text_ops" || ' COLLATE "C", ') text_pattern_ops
        )
        '''
    )

    (found,) = (await indexes(database, " USING btree (")).values()

    assert found.elements == (
        IndexElement(column=" text_ops"),
        IndexElement(column='a COLLATE "C"', descending=True),
        IndexElement(
            expression='((" text_ops" || \' COLLATE "C", \'::text))',
            operator_class=built_in("text_pattern_ops"),
        ),
    )


async def test_an_operator_class_of_a_schema_is_named_with_it(database):
    await database.run(
        """
        CREATE TABLE t (a int);
        CREATE OPERATOR CLASS "My ops" FOR TYPE int USING btree AS
            OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
            FUNCTION 1 btint4cmp(int, int);
        CREATE INDEX i ON t (a "My ops" DESC, a)
        """
    )

    assert (await indexes(database))["i"].elements == (
        IndexElement(column="a", operator_class=QualifiedName("public", "My ops"), descending=True),
        IndexElement(column="a"),
    )


async def test_an_index_that_was_not_built_to_the_end_is_not_valid(database):
    await database.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)")
    connection = await database.connect()

    with pytest.raises(UniqueViolation):
        await connection.execute_script("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)")

    assert (await indexes(database))["i"].valid is False


async def test_the_server_s_definition_can_be_made_again_from_what_was_read(database):
    await database.run(
        """
        CREATE TABLE t (a int, b text COLLATE "C", c jsonb, d daterange, e inet);
        CREATE INDEX i1 ON t (a DESC NULLS LAST, b COLLATE "POSIX" text_pattern_ops, (a + 1));
        CREATE INDEX i2 ON t USING gin (c jsonb_path_ops) WITH (fastupdate = off);
        CREATE INDEX i3 ON t USING gist (e inet_ops, d) WHERE a IS NOT NULL;
        CREATE UNIQUE INDEX i4 ON t (lower(b)) INCLUDE (a);
        CREATE INDEX i5 ON t USING hash (b);
        CREATE INDEX i6 ON t USING brin (a, d) WITH (pages_per_range = 4)
        """
    )
    connection = await database.connect()
    await connection.execute_script("SET search_path = ''")

    for index in (await indexes(database)).values():
        row = await connection.fetch_first(
            "SELECT pg_get_indexdef(('public.' || $1)::regclass)", [index.name]
        )
        assert row is not None
        assert definition(index) == row[0]


def definition(index: Index) -> str:
    """CREATE INDEX as the server prints it, of names that need no quotes."""
    parts = [
        f"CREATE {'UNIQUE ' * index.unique}INDEX {index.name} ON public.t",
        f"USING {index.method} ({', '.join(element_text(e) for e in index.elements)})",
        f"INCLUDE ({', '.join(index.include)})" if index.include else "",
        "WITH ("
        + ", ".join(
            f"{key}={value if value.isalpha() else repr(value)}" for key, value in index.parameters
        )
        + ")"
        if index.parameters
        else "",
        f"WHERE {index.predicate}" if index.predicate else "",
    ]
    return " ".join(filter(None, parts))


def element_text(element: IndexElement) -> str:
    text = element.column or element.expression or ""
    if element.collation:
        text += f' COLLATE "{element.collation.name}"'
    if element.operator_class:
        text += f" {element.operator_class.name}"
    text += " DESC" * element.descending
    if element.nulls_first is not None:
        text += f" NULLS {'FIRST' if element.nulls_first else 'LAST'}"
    return text
