"""What a table has and its class does not say is named, whatever it is."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from ferrule_codegen.beyond import beyond_package
from ferrule_codegen.beyond_relations import COLUMN_KINDS, PART_KINDS, RELATION_KINDS
from ferrule_codegen.render.plan import plan_package
from ferrule_core.catalog import (
    Catalog,
    Column,
    Exclusion,
    ExclusionElement,
    Identity,
    Index,
    IndexElement,
    MaterializedView,
    NotNull,
    Partition,
    Partitioning,
    Policy,
    PrimaryKey,
    QualifiedName,
    ReplicaIdentity,
    Rule,
    Sequence,
    Statistics,
    Table,
    TypeRef,
    Unique,
    View,
)
from ferrule_core.plugins.contracts import GenerateRequest

INT = TypeRef("pg_catalog", "int4")
NAME = QualifiedName("shop", "book")
ID = Column(name="id", type=INT, nullable=False)
ELEMENT = IndexElement(column="id")
PLAIN = Table(name=NAME, columns=(ID,), primary_key=PrimaryKey(name="book_pkey", columns=("id",)))
SAID_BY_CLASSES = {
    Table: {
        "name", "columns", "primary_key", "uniques", "foreign_keys", "checks", "not_nulls",
        "exclusions", "indexes", "comment", "partition_of",
    },
    View: {"name", "columns", "definition", "options", "comment"},
    MaterializedView: {"name", "columns", "definition", "options", "indexes", "comment"},
    Column: {
        "name", "type", "nullable", "default", "identity", "generated", "collation", "comment",
        "local",
    },
}  # fmt: skip


def named(**objects) -> set[tuple[str, str]]:
    request = GenerateRequest(package="shop", types={}, catalog=Catalog(**objects))
    found = beyond_package(plan_package(request), {})
    return {(one.kind, one.name) for one in found if one.kind != "type"}


@pytest.mark.parametrize("kind", SAID_BY_CLASSES)
def test_each_field_is_said_by_classes_or_named(kind):
    kinds = COLUMN_KINDS if kind is Column else {**RELATION_KINDS, **PART_KINDS}

    assert {field.name for field in fields(kind)} - SAID_BY_CLASSES[kind] <= set(kinds)


def test_a_plain_table_leaves_nothing_to_name():
    assert named(tables=(PLAIN,)) == set()


def test_what_tables_have_beyond_their_classes_is_named():
    column = replace(
        ID,
        storage="plain",
        compression="lz4",
        statistics_target=5,
        options=(("n_distinct", "5"),),
        identity=Identity(comment="counts", unlogged=True),
    )
    key = PrimaryKey(
        name="book_pkey", columns=("id",), parameters=(("fillfactor", "60"),), index_comment="its"
    )
    element = ExclusionElement(element=ELEMENT, operator="&&")
    full = Table(
        name=NAME,
        columns=(column,),
        primary_key=key,
        uniques=(Unique(name="once", columns=("id",), tablespace="fast"),),
        not_nulls=(NotNull(name="has", column="id"),),
        exclusions=(Exclusion(name="apart", elements=(element,), tablespace="fast"),),
        indexes=(
            Index(name="i", elements=(ELEMENT,), tablespace="fast", statistics_targets=((1, 5),)),
        ),
        rules=(Rule(name="silent", definition="CREATE RULE ..."),),
        policies=(Policy(name="mine"),),
        force_row_security=True,
        row_security=True,
        inherits=(QualifiedName("shop", "thing"),),
        unlogged=True,
        access_method="heap2",
        parameters=(("fillfactor", "70"),),
        clustered_on="i",
        replica_identity=ReplicaIdentity(kind="full"),
    )

    assert named(tables=(full,)) == {
        ("clustered index", "shop.book"),
        ("column compression", "shop.book.id"),
        ("column option", "shop.book.id"),
        ("column storage", "shop.book.id"),
        ("comment", "book_pkey on shop.book"),
        ("comment", "shop.book.id"),
        ("inheritance", "shop.book"),
        ("policy", "mine on shop.book"),
        ("replica identity", "shop.book"),
        ("row-level security", "shop.book"),
        ("rule", "silent on shop.book"),
        ("statistics target", "i on shop.book"),
        ("statistics target", "shop.book.id"),
        ("storage parameter", "book_pkey on shop.book"),
        ("storage parameter", "shop.book"),
        ("table access method", "shop.book"),
        ("tablespace", "apart on shop.book"),
        ("tablespace", "i on shop.book"),
        ("tablespace", "once on shop.book"),
        ("unlogged sequence", "shop.book.id"),
        ("unlogged table", "shop.book"),
    }


def test_partitions_have_no_model_and_are_named():
    whole = replace(PLAIN, partitioning=Partitioning(strategy="list", key="id"))
    part = Table(
        name=QualifiedName("shop", "part"),
        columns=(ID,),
        partition_of=Partition(parent=NAME, bound="DEFAULT"),
    )
    request = GenerateRequest(package="shop", types={}, catalog=Catalog(tables=(whole, part)))

    assert list(plan_package(request).models) == [NAME]
    assert named(tables=(whole, part)) == {
        ("partition", "shop.part"),
        ("partitioning", "shop.book"),
    }


def test_what_stands_beside_tables_is_named():
    view = View(
        name=QualifiedName("shop", "seen"),
        columns=(ID,),
        definition="SELECT 1",
        options=(("security_barrier", "true"),),
        rules=(Rule(name="instead", definition="CREATE RULE ..."),),
    )
    statistics = Statistics(
        name=QualifiedName("shop", "both"), table=NAME, definition="CREATE STATISTICS ..."
    )
    sequence = Sequence(name=QualifiedName("shop", "quick"), type=INT, unlogged=True)

    assert named(views=(view,), statistics=(statistics,), sequences=(sequence,)) == {
        ("rule", "instead on shop.seen"),
        ("statistics object", "shop.both"),
        ("unlogged sequence", "shop.quick"),
    }
