"""Objects by kind and by what became of them."""

from __future__ import annotations

from ferrule_core.catalog import (
    Catalog,
    Check,
    Column,
    Enum,
    Index,
    IndexElement,
    PrimaryKey,
    QualifiedName,
    Routine,
    Table,
    TypeRef,
    Verbatim,
)
from ferrule_core.plugins.contracts import SchemaReading, Unmodelled
from ferrule_introspect.counts import count_objects
from ferrule_introspect.outline import said_bytes

NAME = QualifiedName("shop", "book")
INTEGER = TypeRef("pg_catalog", "int4")


def test_objects_and_their_parts_are_counted_by_kind():
    catalog = Catalog(
        enums=(Enum(name=QualifiedName("shop", "e"), labels=("a", "b")),),
        tables=(
            Table(
                name=NAME,
                columns=(Column(name="a", type=INTEGER), Column(name="b", type=INTEGER)),
                primary_key=PrimaryKey(name="p", columns=("a",)),
                checks=(Check(name="c", expression="true"),),
                indexes=(Index(name="i", elements=(IndexElement(column="a"),)),),
            ),
        ),
        routines=(Routine(name=NAME, kind="procedure", definition=""),),
        verbatims=(
            Verbatim(kind="cast", name="(a AS b)", label="(a AS b)", statements=("CREATE CAST",)),
        ),
    )
    left = (
        Unmodelled(kind="cast", name="x"),
        Unmodelled(kind="rule", name="y"),
        Unmodelled(kind="table", name="z", reason="unreadable"),
    )

    assert count_objects(SchemaReading(catalog=catalog, unmodelled=left)) == [
        ("cast", 0, 1, 1),
        ("check", 1, 0, 0),
        ("column", 2, 0, 0),
        ("enum", 1, 0, 0),
        ("index", 1, 0, 0),
        ("primary key", 1, 0, 0),
        ("procedure", 1, 0, 0),
        ("rule", 0, 0, 1),
        ("table", 1, 0, 0),
    ]


def test_sizes_are_said_for_people():
    sizes = [0, 999, 8192, 1024 * 1024, 1_500_000, 200 * 1024**2, 5 * 1024**4]

    assert [said_bytes(size) for size in sizes] == [
        "0 bytes", "999 bytes", "8 kB", "1.0 MB", "1.4 MB", "200 MB", "5.0 TB",
    ]  # fmt: skip
