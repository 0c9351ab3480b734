"""What a catalog promises about its objects."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import (
    Catalog,
    Column,
    Domain,
    Enum,
    QualifiedName,
    Schema,
    Sequence,
    Table,
    TypeRef,
    View,
)
from ferrule_core.errors import InvalidCatalog, UnknownObject

TEXT = TypeRef("pg_catalog", "text")


def table(name: str, *, schema: str = "shop") -> Table:
    return Table(name=QualifiedName(schema, name), columns=(Column(name="id", type=TEXT),))


def test_catalogs_with_the_same_objects_in_another_order_are_equal():
    one = Catalog(tables=(table("book"), table("author")))
    other = Catalog(tables=(table("author"), table("book")))

    assert one == other
    assert [each.name.name for each in one.tables] == ["author", "book"]


def test_two_objects_of_one_kind_and_name_are_refused():
    with pytest.raises(InvalidCatalog) as caught:
        Catalog(schemas=(Schema(name="shop"), Schema(name="shop", comment="again")))

    assert caught.value.message == "two schemas have the name shop"


@pytest.mark.parametrize(
    "other",
    [
        View(name=QualifiedName("shop", "book"), columns=(), definition="SELECT 1"),
        Sequence(name=QualifiedName("shop", "book"), type=TEXT),
    ],
    ids=["view", "sequence"],
)
def test_kinds_that_share_their_names_are_refused_together(other: View | Sequence):
    views = (other,) if isinstance(other, View) else ()
    sequences = (other,) if isinstance(other, Sequence) else ()

    with pytest.raises(InvalidCatalog) as caught:
        Catalog(tables=(table("book"),), views=views, sequences=sequences)

    assert caught.value.message == "two relations have the name shop.book"


def test_a_table_and_a_type_may_have_one_name_in_two_schemas():
    catalog = Catalog(
        tables=(table("book", schema="a"), table("book", schema="b")),
        enums=(Enum(name=QualifiedName("c", "book"), labels=()),),
    )

    assert list(catalog.relations) == [QualifiedName("a", "book"), QualifiedName("b", "book")]
    assert list(catalog.types) == [QualifiedName("c", "book")]


def test_an_unknown_table_is_refused_with_the_nearest_name():
    catalog = Catalog(tables=(table("book"), table("author")))

    with pytest.raises(UnknownObject) as caught:
        catalog.table(QualifiedName("shop", "boook"))

    assert caught.value.message == "no such table: shop.boook"
    assert caught.value.hint == 'did you mean "shop.book"?'


def test_a_view_is_no_table():
    name = QualifiedName("shop", "cheap")
    catalog = Catalog(views=(View(name=name, columns=(), definition="SELECT 1"),))

    with pytest.raises(UnknownObject):
        catalog.table(name)


def test_a_table_is_found_by_its_name():
    book = table("book")

    assert Catalog(tables=(book,)).table(QualifiedName("shop", "book")) is book


def test_types_are_found_by_their_name():
    domain = Domain(name=QualifiedName("shop", "price"), type=TEXT)

    assert Catalog(domains=(domain,)).types == {domain.name: domain}
