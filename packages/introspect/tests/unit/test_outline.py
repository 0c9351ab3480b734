"""A catalog in a few lines, for people."""

from __future__ import annotations

from ferrule_core.catalog import (
    Catalog,
    Check,
    Column,
    Domain,
    Enum,
    ForeignKey,
    Generated,
    Identity,
    Index,
    IndexElement,
    MaterializedView,
    PrimaryKey,
    QualifiedName,
    Schema,
    Sequence,
    SequenceOwner,
    Table,
    TypeRef,
    Unique,
    View,
)
from ferrule_core.plugins.contracts import Unmodelled
from ferrule_introspect.outline import outline_schemas, summarise, summarise_unmodelled

INTEGER = TypeRef("pg_catalog", "int4")
TEXT = TypeRef("pg_catalog", "text")
BOOK = QualifiedName("shop", "book")
CATALOG = Catalog(
    schemas=(Schema(name="shop"), Schema(name="empty")),
    enums=(Enum(name=QualifiedName("shop", "mood"), labels=("ok", "so, so")),),
    domains=(
        Domain(
            name=QualifiedName("shop", "price"),
            type=TypeRef("pg_catalog", "numeric", (10, 2)),
            nullable=False,
            default="0",
            checks=(Check(name="c", expression="(VALUE >= 0)"),),
        ),
    ),
    sequences=(
        Sequence(name=QualifiedName("shop", "free"), type=INTEGER),
        Sequence(
            name=QualifiedName("shop", "book_id_seq"),
            type=INTEGER,
            owner=SequenceOwner(table=BOOK, column="id"),
        ),
    ),
    tables=(
        Table(
            name=BOOK,
            comment="What is\nfor sale",
            columns=(
                Column(name="id", type=INTEGER, nullable=False, default="nextval('x'::regclass)"),
                Column(name="Title", type=TEXT, nullable=False, default="''::text"),
                Column(name="author_id", type=INTEGER),
                Column(name="shelf", type=INTEGER, identity=Identity()),
                Column(name="twice", type=INTEGER, generated=Generated(expression="(id * 2)")),
            ),
            primary_key=PrimaryKey(name="pk", columns=("id",)),
            uniques=(
                Unique(name="u1", columns=("Title",)),
                Unique(name="u2", columns=("id", "Title")),
            ),
            foreign_keys=(
                ForeignKey(
                    name="f1",
                    columns=("author_id",),
                    target=QualifiedName("people", "author"),
                    target_columns=("id",),
                ),
                ForeignKey(
                    name="f2", columns=("shelf", "id"), target=BOOK, target_columns=("id", "twice")
                ),
            ),
            checks=(Check(name="c", expression="(id > 0)"),),
            indexes=(
                Index(
                    name="i",
                    elements=(IndexElement(column="Title"), IndexElement(expression="abs(id)")),
                    method="hash",
                    unique=True,
                    predicate="(id > 5)",
                    valid=False,
                ),
            ),
        ),
    ),
    views=(
        View(
            name=QualifiedName("shop", "titles"),
            columns=(Column(name="id", type=INTEGER),),
            definition="SELECT 1",
        ),
    ),
    materialized_views=(
        MaterializedView(
            name=QualifiedName("shop", "kept"),
            columns=(Column(name="id", type=INTEGER),),
            definition="SELECT 1",
            indexes=(Index(name="k", elements=(IndexElement(column="id"),)),),
        ),
    ),
)


def test_each_object_of_a_schema_is_outlined():
    assert outline_schemas(CATALOG) == {
        "empty": {},
        "shop": {
            "book (table): What is for sale": (
                "id         integer  key, serial",
                "\"Title\"    text     unique, default ''::text",
                "author_id  integer  -> people.author (id), null",
                "shelf      integer  null, identity",
                "twice      integer  null, generated (id * 2)",
                'unique (id, "Title")',
                "(shelf, id) -> book (id, twice)",
                "check (id > 0)",
                'unique index i: hash ("Title", abs(id)) where (id > 5), not valid',
            ),
            "kept (materialized view)": ("id  integer  null", "index k: (id)"),
            "titles (view)": ("id  integer  null",),
            "mood (enum)": ("'ok', 'so, so'",),
            "price (domain)": ("numeric(10,2), default 0", "check (VALUE >= 0)"),
            "free (sequence)": ("integer",),
        },
    }


def test_relations_are_summarised_in_one_row_each():
    assert summarise(CATALOG) == [
        ("shop.book", "table", 5, "id", 2, 1, "What is for sale"),
        ("shop.kept", "materialized view", 1, "", 0, 1, ""),
        ("shop.titles", "view", 1, "", 0, 0, ""),
    ]


def test_a_long_text_is_cut():
    long = Unmodelled(kind="function", name="f(" + "integer,\n" * 20 + ")")

    ((_, _, shown),) = summarise_unmodelled([long])

    assert shown == "f(integer, integer, integer, integer, integer, integer, i..."
    assert len(shown) == 60


def test_what_is_not_modelled_is_counted_by_kind_with_the_first_names():
    unmodelled = [Unmodelled(kind="function", name=f"f{n}()") for n in range(5)]

    assert summarise_unmodelled([*unmodelled, Unmodelled(kind="rule", name="r")]) == [
        ("function", 5, "f0(), f1(), f2(), ..."),
        ("rule", 1, "r"),
    ]
