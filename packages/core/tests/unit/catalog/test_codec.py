"""Catalogs as JSON."""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ferrule_core.catalog import (
    Aggregate,
    Attribute,
    Catalog,
    Check,
    Collation,
    Column,
    Composite,
    DefaultPrivileges,
    Domain,
    Enum,
    Extension,
    ForeignKey,
    ForeignTable,
    Grant,
    Identity,
    Index,
    IndexElement,
    MaterializedView,
    Owner,
    PrimaryKey,
    Privileges,
    QualifiedName,
    Range,
    Routine,
    Schema,
    Sequence,
    SequenceOwner,
    Statistics,
    Table,
    TypeRef,
    Verbatim,
    View,
    dump_catalog,
    fingerprint,
    load_catalog,
)
from ferrule_core.errors import InvalidCatalog

INTEGER = TypeRef("pg_catalog", "int4")
NAME = QualifiedName("shop", "thing")
ONE_OF_EACH_KIND: dict[str, Any] = {
    "schemas": Schema(name="shop"),
    "extensions": Extension(name="vector", schema="shop"),
    "enums": Enum(name=NAME, labels=("b", "a")),
    "domains": Domain(name=NAME, type=INTEGER),
    "composites": Composite(name=NAME, attributes=(Attribute(name="x", type=INTEGER),)),
    "sequences": Sequence(name=NAME, type=INTEGER),
    "tables": Table(name=NAME, columns=(Column(name="id", type=INTEGER),)),
    "views": View(name=NAME, columns=(), definition="SELECT 1"),
    "materialized_views": MaterializedView(name=NAME, columns=(), definition="SELECT 1"),
    "routines": Routine(name=NAME, definition="CREATE FUNCTION thing() ..."),
    "aggregates": Aggregate(name=NAME, arguments="", identity="", options=(("SFUNC", "f"),)),
    "statistics": Statistics(name=NAME, table=NAME, definition="CREATE STATISTICS ..."),
    "collations": Collation(name=NAME, provider="libc", locale="C"),
    "ranges": Range(name=NAME, subtype=INTEGER),
    "foreign_tables": ForeignTable(name=NAME, server="far", columns=()),
    "verbatims": Verbatim(
        kind="operator",
        name="shop.===(integer,integer)",
        schema="shop",
        label="===",
        statements=("CREATE OPERATOR ...",),
    ),
    "owners": Owner(kind="table", name="shop.thing", schema="shop", role="ann"),
    "privileges": Privileges(
        kind="table",
        name="shop.thing",
        schema="shop",
        granted=(Grant(role="bob", privileges=("SELECT",)),),
    ),
    "default_privileges": DefaultPrivileges(name="ann", kind="tables", schema="shop"),
}
"""A new kind needs its line here."""


@cache
def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Every value that a field of that annotation may have, so that new fields are drawn too."""
    if is_dataclass(kind):
        return instances_of(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, UnionType):
        return st.one_of([values_of(argument) for argument in arguments])
    if origin is tuple and Ellipsis in arguments:
        return st.lists(values_of(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*[values_of(argument) for argument in arguments])
    plain = {str: st.text(max_size=8), int: st.integers(), bool: st.booleans(), NoneType: st.none()}
    return plain[kind]


@st.composite
def instances_of(draw: st.DrawFn, kind: Any) -> Any:
    """What it must have, and a few of the fields that it may have."""
    hints = get_type_hints(kind)
    optional = [one.name for one in fields(kind) if not _required(one)]
    few = st.sets(st.sampled_from(optional), max_size=3) if optional else st.just(set())
    chosen = {one.name for one in fields(kind) if _required(one)} | draw(few)
    return kind(**{name: draw(values_of(hints[name])) for name in sorted(chosen)})


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    """A catalog of any kinds; names are made distinct where they must be."""
    kinds = {}
    for field in fields(Catalog):
        item = get_args(get_type_hints(Catalog)[field.name])[0]
        drawn = draw(st.lists(values_of(item), max_size=1 if draw(st.booleans()) else 2))
        kinds[field.name] = tuple(
            replace(each, name=_distinct(each.name, f"{field.name}{number}"))
            for number, each in enumerate(drawn)
        )
    return Catalog(**kinds)


def _distinct(name: QualifiedName | str, suffix: str) -> QualifiedName | str:
    if isinstance(name, str):
        return name + suffix
    return QualifiedName(name.schema, name.name + suffix)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(catalogs())
def test_a_catalog_is_equal_after_a_round_trip_through_json(catalog: Catalog):
    assert load_catalog(dump_catalog(catalog)) == catalog
    assert load_catalog(dump_catalog(catalog, indent=2)) == catalog


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(catalogs(), catalogs())
def test_fingerprints_are_equal_exactly_when_catalogs_are(one: Catalog, other: Catalog):
    assert fingerprint(load_catalog(dump_catalog(one))) == fingerprint(one)
    assert (fingerprint(one) == fingerprint(other)) == (one == other)


def test_every_kind_of_object_has_an_example():
    assert list(ONE_OF_EACH_KIND) == [field.name for field in fields(Catalog)]


@pytest.mark.parametrize("kind", ONE_OF_EACH_KIND)
def test_every_kind_of_object_is_in_equality_json_and_fingerprint(kind: str):
    catalog = Catalog(**{kind: (ONE_OF_EACH_KIND[kind],)})

    assert catalog != Catalog()
    assert fingerprint(catalog) != fingerprint(Catalog())
    assert load_catalog(dump_catalog(catalog)) == catalog
    assert catalog.only_schemas(["shop"]) == catalog
    assert catalog.only_schemas(["other"]) == Catalog()


@pytest.mark.parametrize(
    "value",
    [
        Column(name="id", type=INTEGER),
        Check(name="positive", expression="a > 0"),
        ForeignKey(name="f", columns=("a",), target=NAME, target_columns=("b",)),
        Identity(),
        Index(name="i", elements=(IndexElement(column="a"),)),
        PrimaryKey(name="p", columns=("a",)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_its_default_is_not_written(value: Any):
    optional = {f.name for f in fields(value) if f.default is not MISSING}
    catalog = Catalog(tables=(_table_with(value),))

    written = dump_catalog(catalog)

    assert optional
    assert not [name for name in optional if f'"{name}":' in written]


def _table_with(value: Any) -> Table:
    column = Column(name="id", type=INTEGER)
    match value:
        case Column():
            return Table(name=NAME, columns=(value,))
        case Check():
            return Table(name=NAME, columns=(column,), checks=(value,))
        case ForeignKey():
            return Table(name=NAME, columns=(column,), foreign_keys=(value,))
        case Identity():
            return Table(name=NAME, columns=(replace(column, identity=value),))
        case Index():
            return Table(name=NAME, columns=(column,), indexes=(value,))
        case _:
            return Table(name=NAME, columns=(column,), primary_key=value)


def test_json_is_sorted_and_keeps_every_character():
    catalog = Catalog(schemas=(Schema(name="ü\u2028😀"), Schema(name="a", comment='"\\')))

    assert dump_catalog(catalog) == (
        '{"format":1,"schemas":[{"comment":"\\"\\\\","name":"a"},{"name":"ü\u2028😀"}]}'
    )


def test_a_sequence_knows_the_column_that_owns_it():
    owner = SequenceOwner(table=NAME, column="id")
    catalog = Catalog(
        sequences=(Sequence(name=QualifiedName("shop", "s"), type=INTEGER, owner=owner),)
    )

    (sequence,) = load_catalog(dump_catalog(catalog)).sequences

    assert sequence.owner == owner


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("[", "the catalog is not JSON: "),
        ("[]", "the catalog's JSON must be an object"),
        ({}, "the catalog has format None, this version reads 1"),
        ({"format": 2}, "the catalog has format 2, this version reads 1"),
        ({"format": 1, "tabels": []}, "unknown key at catalog: tabels"),
        ({"format": 1, "schemas": [{}]}, "missing key at catalog.schemas[0]: name"),
        ({"format": 1, "schemas": {}}, "unexpected dict at catalog.schemas"),
        ({"format": 1, "schemas": ["a"]}, "unexpected str at catalog.schemas[0]"),
        ({"format": 1, "schemas": [{"name": 1}]}, "unexpected int at catalog.schemas[0].name"),
        (
            {"format": 1, "schemas": [{"name": "a", "comment": 1}]},
            "unexpected int at catalog.schemas[0].comment",
        ),
    ],
)
def test_json_that_is_no_catalog_is_refused_with_its_place(document: Any, message: str):
    text = document if isinstance(document, str) else json.dumps(document)

    with pytest.raises(InvalidCatalog) as caught:
        load_catalog(text)

    assert caught.value.message.startswith(message)
