"""What belongs to a relation, as statements: nothing of it is forgotten, and its order holds."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from typing import Any

import pytest

from ferrule_core.catalog import (
    Catalog,
    Check,
    Column,
    Exclusion,
    ExclusionElement,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    InheritedTrigger,
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
    SequenceOptions,
    SequenceOwner,
    Statistics,
    Table,
    Trigger,
    TypeRef,
    Unique,
    View,
)
from ferrule_core.catalog.columns import Generated
from ferrule_core.ddl import create_catalog

INT, TEXT = TypeRef("pg_catalog", "int4"), TypeRef("pg_catalog", "text")
NAME = QualifiedName("shop", "book")
OTHER = QualifiedName("shop", "other")
ID = Column(name="id", type=INT)
ELEMENT = IndexElement(column="id")
INDEX = Index(name="i", elements=(ELEMENT,))
KEY = PrimaryKey(name="k", columns=("id",))
ONCE = Unique(name="u", columns=("id",))
APART = Exclusion(name="x", elements=(ExclusionElement(element=ELEMENT, operator="&&"),))
POLICY = Policy(name="mine")
RULE = Rule(name="r", definition="CREATE RULE r ...")
TRIGGER = Trigger(name="t", definition="CREATE TRIGGER t ...")
STATISTICS = Statistics(name=OTHER, table=NAME, definition="CREATE STATISTICS s ...")


def table(**parts: Any) -> Table:
    return Table(name=NAME, columns=(ID,), **parts)


def of(part: Any) -> Catalog:
    """A catalog that holds ``part`` where it belongs."""
    if type(part) in KINDS:
        return Catalog(**{KINDS[type(part)]: (part,)})
    if isinstance(part, Identity):
        part = replace(ID, identity=part)
    if isinstance(part, Column):
        return Catalog(tables=(replace(table(), columns=(part,)),))
    one = part if isinstance(part, PrimaryKey) else (part,)
    return Catalog(tables=(table(**{PLACES[type(part)]: one}),))


KINDS = {
    Table: "tables",
    View: "views",
    MaterializedView: "materialized_views",
    Sequence: "sequences",
    Statistics: "statistics",
}
PLACES = {
    PrimaryKey: "primary_key",
    Unique: "uniques",
    Exclusion: "exclusions",
    ForeignKey: "foreign_keys",
    Check: "checks",
    NotNull: "not_nulls",
    Index: "indexes",
    Policy: "policies",
    Rule: "rules",
    Trigger: "triggers",
}
EXAMPLES: tuple[Any, ...] = (
    table(),
    View(name=NAME, columns=(ID,), definition="SELECT 1 AS id"),
    MaterializedView(name=NAME, columns=(ID,), definition="SELECT 1 AS id"),
    Sequence(name=NAME, type=INT),
    STATISTICS,
    ID,
    Identity(),
    KEY,
    ONCE,
    APART,
    ForeignKey(name="f", columns=("id",), target=OTHER, target_columns=("id",)),
    Check(name="c", expression="id > 0"),
    NotNull(name="n", column="id"),
    INDEX,
    POLICY,
    RULE,
    TRIGGER,
)
OTHERWISE: dict[str, Any] = {
    "access_method": "columnar",
    "check": "id > 1",
    "checks": (Check(name="c", expression="id > 0"),),
    "clustered_on": "i",
    "collation": QualifiedName("pg_catalog", "C"),
    "command": "select",
    "comment": "said",
    "compression": "pglz",
    "default": "7",
    "exclusions": (APART,),
    "fires": "always",
    "foreign_keys": (ForeignKey(name="f", columns=("id",), target=OTHER, target_columns=("id",)),),
    "generated": Generated(expression="1"),
    "identity": Identity(),
    "include": ("more",),
    "index_comment": "said",
    "indexes": (INDEX,),
    "inherited_triggers": (InheritedTrigger(name="t", fires="never"),),
    "inherits": (OTHER,),
    "match": "full",
    "method": "hash",
    "not_nulls": (NotNull(name="n", column="id"),),
    "of_type": OTHER,
    "on_delete": "cascade",
    "on_update": "cascade",
    "options": (("a", "1"),),
    "owner": SequenceOwner(table=NAME, column="id"),
    "parameters": (("a", "1"),),
    "partition_of": Partition(parent=OTHER, bound="DEFAULT"),
    "partitioning": Partitioning(strategy="list", key="id"),
    "policies": (POLICY,),
    "predicate": "(id > 0)",
    "primary_key": KEY,
    "replica_identity": ReplicaIdentity(kind="full"),
    "roles": ("ann",),
    "rules": (RULE,),
    "sequence": OTHER,
    "statistics_target": 5,
    "statistics_targets": ((1, 5),),
    "storage": "main",
    "tablespace": "fast",
    "target": 5,
    "triggers": (TRIGGER,),
    "uniques": (ONCE,),
    "using": "id > 1",
}
"""A value that is not the default, for each field that is no flag."""
SAID_ELSEWHERE = {
    ("Index", "valid"): "what is made is valid",
    ("ForeignKey", "on_delete_columns"): "with on_delete alone",
    ("PrimaryKey", "initially_deferred"): "with deferrable alone",
    ("Unique", "initially_deferred"): "with deferrable alone",
    ("Exclusion", "initially_deferred"): "with deferrable alone",
    ("ForeignKey", "initially_deferred"): "with deferrable alone",
    ("PrimaryKey", "part_of"): "of a partition alone",
    ("Unique", "part_of"): "of a partition alone",
    ("Index", "part_of"): "of a partition alone",
}


def optional_fields() -> list[Any]:
    found = []
    for example in EXAMPLES:
        for field in fields(example):
            if field.default is MISSING and field.default_factory is MISSING:
                continue
            if (type(example).__name__, field.name) not in SAID_ELSEWHERE:
                found.append(
                    pytest.param(example, field, id=f"{type(example).__name__}.{field.name}")
                )
    return found


@pytest.mark.parametrize(("example", "field"), optional_fields())
def test_no_field_is_forgotten(example: Any, field: Any):
    if field.name == "part_of" or isinstance(field.default, bool):
        other = "whole" if field.name == "part_of" else not field.default
    elif field.name == "unlogged":
        other = True
    elif isinstance(example, Sequence | Identity) and field.name == "options":
        other = SequenceOptions(start=7)
    else:
        other = OTHERWISE[field.name]

    changed = replace(example, **{field.name: other})

    assert create_catalog(of(changed)) != create_catalog(of(example))


def part(name: str, parent: QualifiedName, **parts: Any) -> Table:
    bound = Partition(parent=parent, bound="FOR VALUES IN (1)")
    return Table(name=QualifiedName("shop", name), columns=(ID,), partition_of=bound, **parts)


def test_partitions_come_after_their_parent_and_before_its_keys():
    whole = table(
        partitioning=Partitioning(strategy="list", key="id"), primary_key=KEY, indexes=(INDEX,)
    )
    small = part(
        "a",
        NAME,
        primary_key=replace(KEY, name="ka", part_of="k"),
        indexes=(replace(INDEX, name="ia", part_of="i"),),
        partitioning=Partitioning(strategy="list", key="id"),
    )
    smaller = part("aa", small.name)
    counted = View(name=OTHER, columns=(ID,), definition="SELECT shop.book.id FROM shop.book")

    made = list(create_catalog(Catalog(tables=(whole, small, smaller), views=(counted,))))

    assert made == [
        'CREATE TABLE "shop"."book" (\n    "id" integer\n) PARTITION BY LIST (id)',
        'CREATE TABLE "shop"."a" (\n    "id" integer\n) PARTITION BY LIST (id)',
        'ALTER TABLE ONLY "shop"."book" ATTACH PARTITION "shop"."a" FOR VALUES IN (1)',
        'CREATE TABLE "shop"."aa" (\n    "id" integer\n)',
        'ALTER TABLE ONLY "shop"."a" ATTACH PARTITION "shop"."aa" FOR VALUES IN (1)',
        'ALTER TABLE ONLY "shop"."a" ADD CONSTRAINT "ka" PRIMARY KEY ("id")',
        'ALTER TABLE ONLY "shop"."book" ADD CONSTRAINT "k" PRIMARY KEY ("id")',
        'CREATE VIEW "shop"."other" AS\nSELECT shop.book.id FROM shop.book',
        'CREATE INDEX "ia" ON ONLY "shop"."a" USING "btree" ("id")',
        'CREATE INDEX "i" ON ONLY "shop"."book" USING "btree" ("id")',
        'ALTER INDEX "shop"."k" ATTACH PARTITION "shop"."ka"',
        'ALTER INDEX "shop"."i" ATTACH PARTITION "shop"."ia"',
    ]


def test_what_is_inherited_is_not_said_again():
    parent = Table(
        name=OTHER,
        columns=(
            Column(name="a", type=INT, default="1", nullable=False),
            Column(name="b", type=INT, default="2"),
        ),
        checks=(Check(name="c", expression="a > 0"),),
    )
    child = Table(
        name=NAME,
        columns=(
            Column(name="a", type=INT, default="1", nullable=False, local=False),
            Column(name="b", type=INT, nullable=False, local=False),
            Column(name="own", type=TEXT),
        ),
        checks=(Check(name="c", expression="a > 0", local=False),),
        inherits=(OTHER,),
    )

    made = list(create_catalog(Catalog(tables=(child, parent))))

    assert made == [
        (
            'CREATE TABLE "shop"."other" (\n    "a" integer DEFAULT 1 NOT NULL,\n'
            '    "b" integer DEFAULT 2,\n    CONSTRAINT "c" CHECK (a > 0)\n)'
        ),
        'CREATE TABLE "shop"."book" (\n    "own" "text"\n) INHERITS ("shop"."other")',
        'ALTER TABLE ONLY "shop"."book" ALTER COLUMN "b" DROP DEFAULT',
        'ALTER TABLE ONLY "shop"."book" ALTER COLUMN "b" SET NOT NULL',
    ]


def test_a_check_that_is_not_valid_reaches_those_that_inherit():
    late = Check(name="late", expression="id < 9", validated=False)
    parent = Table(name=OTHER, columns=(ID,), checks=(late,))
    child = Table(
        name=NAME,
        columns=(replace(ID, local=False),),
        checks=(replace(late, local=False),),
        inherits=(OTHER,),
    )

    made = list(create_catalog(Catalog(tables=(parent, child))))

    assert made[-1] == 'ALTER TABLE "shop"."other" ADD CONSTRAINT "late" CHECK (id < 9) NOT VALID'
    assert len(made) == 3


def test_how_a_table_is_kept():
    column = replace(
        ID,
        storage="plain",
        statistics_target=0,
        options=(("n_distinct", "-0.5"),),
        compression="lz4",
    )
    kept = Table(
        name=NAME,
        columns=(column,),
        unlogged=True,
        access_method="heap2",
        tablespace="fast",
        parameters=(("fillfactor", "70"), ("toast.autovacuum_enabled", "false")),
        uniques=(replace(ONCE, parameters=(("fillfactor", "60"),), tablespace="fast"),),
        clustered_on="u",
        replica_identity=ReplicaIdentity(kind="index", index="u"),
    )

    made = list(create_catalog(Catalog(tables=(kept,))))

    alter = 'ALTER TABLE ONLY "shop"."book" ALTER COLUMN "id" SET'
    assert made == [
        (
            'CREATE UNLOGGED TABLE "shop"."book" (\n    "id" integer\n) USING "heap2" WITH '
            '("fillfactor" = \'70\', "toast"."autovacuum_enabled" = \'false\') TABLESPACE "fast"'
        ),
        (
            'ALTER TABLE "shop"."book" ADD CONSTRAINT "u" UNIQUE ("id") '
            'WITH ("fillfactor" = \'60\') USING INDEX TABLESPACE "fast"'
        ),
        f"{alter} STORAGE PLAIN",
        f"{alter} COMPRESSION lz4",
        f"{alter} STATISTICS 0",
        f"{alter} (\"n_distinct\" = '-0.5')",
        'ALTER TABLE "shop"."book" CLUSTER ON "u"',
        'ALTER TABLE ONLY "shop"."book" REPLICA IDENTITY USING INDEX "u"',
    ]


def test_policies_say_what_is_not_usual():
    strict = Policy(
        name='a "b"',
        permissive=False,
        command="update",
        roles=("ann", "public"),
        using="id > 0",
        check="id > 1",
        comment="it's",
    )

    made = list(create_catalog(of(table(policies=(POLICY, strict), row_security=True))))

    assert made[1:] == [
        'ALTER TABLE "shop"."book" ENABLE ROW LEVEL SECURITY',
        'CREATE POLICY "mine" ON "shop"."book"',
        (
            'CREATE POLICY "a ""b""" ON "shop"."book" AS RESTRICTIVE FOR UPDATE '
            'TO "ann", PUBLIC USING (id > 0) WITH CHECK (id > 1)'
        ),
        'COMMENT ON POLICY "a ""b""" ON "shop"."book" IS \'it\'\'s\'',
    ]


def test_an_exclusion_says_its_operators():
    full = replace(
        APART,
        elements=(
            *APART.elements,
            ExclusionElement(
                element=IndexElement(expression="lower(name)", descending=True),
                operator="OPERATOR(shop.=)",
            ),
        ),
        predicate="(id > 0)",
        include=("more",),
        parameters=(("fillfactor", "60"),),
        deferrable=True,
        initially_deferred=True,
    )

    made = list(create_catalog(of(full)))

    assert made[1] == (
        'ALTER TABLE "shop"."book" ADD CONSTRAINT "x" EXCLUDE USING "gist" '
        '("id" WITH &&, lower(name) DESC WITH OPERATOR(shop.=)) INCLUDE ("more") '
        "WITH (\"fillfactor\" = '60') WHERE ((id > 0)) DEFERRABLE INITIALLY DEFERRED"
    )
