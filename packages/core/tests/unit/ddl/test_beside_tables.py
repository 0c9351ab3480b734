"""The text of what stands beside tables, and its place among them."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import (
    Catalog,
    Check,
    Collation,
    Column,
    DefaultPrivileges,
    Domain,
    DomainNotNull,
    Enum,
    ForeignTable,
    Grant,
    Owner,
    Privileges,
    QualifiedName,
    Range,
    Routine,
    Table,
    TypeRef,
    Verbatim,
    default_multirange,
)
from ferrule_core.ddl import create_catalog
from ferrule_core.ddl.references import names_in
from ferrule_core.errors import InvalidCatalog

INT, TEXT = TypeRef("pg_catalog", "int4"), TypeRef("pg_catalog", "text")


def made(**objects) -> list[str]:
    return list(create_catalog(Catalog(**objects)))


def named(name: str) -> QualifiedName:
    return QualifiedName("shop", name)


def verbatim(kind, name: str, *statements: str, schema: str | None = "shop") -> Verbatim:
    return Verbatim(
        kind=kind, name=name, schema=schema, label=name.rpartition(".")[2], statements=statements
    )


def test_a_range_says_only_what_was_chosen():
    assert made(ranges=(Range(name=named("r"), subtype=INT),)) == [
        'CREATE TYPE "shop"."r" AS RANGE (SUBTYPE = integer)'
    ]
    chosen = Range(
        name=named("r"),
        subtype=TEXT,
        operator_class=QualifiedName("pg_catalog", "text_pattern_ops"),
        collation=QualifiedName("pg_catalog", "C"),
        canonical=named("f"),
        difference=named("g"),
        multirange=named("many"),
        comment="it's",
    )
    assert made(ranges=(chosen,)) == [
        'CREATE TYPE "shop"."r"',
        (
            'CREATE TYPE "shop"."r" AS RANGE (SUBTYPE = "text", '
            'SUBTYPE_OPCLASS = "pg_catalog"."text_pattern_ops", COLLATION = "pg_catalog"."C", '
            'CANONICAL = "shop"."f", SUBTYPE_DIFF = "shop"."g", '
            'MULTIRANGE_TYPE_NAME = "shop"."many")'
        ),
        "COMMENT ON TYPE \"shop\".\"r\" IS 'it''s'",
    ]


@pytest.mark.parametrize(
    ("name", "many"),
    [
        ("span", "span_multirange"),
        ("my_range", "my_multirange"),
        ("range_of_ranges", "multirange_of_ranges"),
        ("n" * 63, "n" * 52 + "_multirange"),
        ("é" * 31, "é" * 26 + "_multirange"),
        ("range" + "n" * 58, "multirange" + "n" * 53),
    ],
)
def test_a_multirange_is_named_as_the_server_does_it(name: str, many: str):
    assert default_multirange(named(name)) == named(many)


def test_collations_of_every_provider():
    collations = (
        Collation(name=named("a"), provider="libc", locale="C"),
        Collation(name=named("b"), provider="libc", lc_collate="C", lc_ctype="de_DE"),
        Collation(
            name=named("c"), provider="icu", locale="und", deterministic=False, rules="&a < g"
        ),
    )
    assert made(collations=collations) == [
        'CREATE COLLATION "shop"."a" (PROVIDER = libc, LOCALE = \'C\')',
        "CREATE COLLATION \"shop\".\"b\" (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'de_DE')",
        (
            'CREATE COLLATION "shop"."c" '
            "(PROVIDER = icu, LOCALE = 'und', RULES = '&a < g', DETERMINISTIC = false)"
        ),
    ]


def test_a_foreign_table_with_all_that_it_may_have():
    table = ForeignTable(
        name=named("t"),
        server="far",
        columns=(Column(name="a", type=INT, nullable=False), Column(name="b", type=TEXT)),
        options=(("table", "it's"),),
        column_options=(("b", (("name", "B"),)),),
        checks=(
            Check(name="c", expression="(a > 0)"),
            Check(name="d", expression="(a < 9)", validated=False),
        ),
        comment="far away",
    )
    assert made(foreign_tables=(table,)) == [
        (
            'CREATE FOREIGN TABLE "shop"."t" (\n    "a" integer NOT NULL,\n    "b" "text",\n'
            '    CONSTRAINT "c" CHECK ((a > 0))\n) SERVER "far" OPTIONS ("table" \'it\'\'s\')'
        ),
        'ALTER FOREIGN TABLE "shop"."t" ALTER COLUMN "b" OPTIONS ("name" \'B\')',
        'ALTER FOREIGN TABLE "shop"."t" ADD CONSTRAINT "d" CHECK ((a < 9)) NOT VALID',
        'COMMENT ON FOREIGN TABLE "shop"."t" IS \'far away\'',
    ]


def test_a_domain_whose_not_null_has_a_name():
    domain = Domain(
        name=named("d"), type=INT, nullable=False, not_null=DomainNotNull(name="k", comment="why")
    )
    assert made(domains=(domain,)) == [
        'CREATE DOMAIN "shop"."d" AS integer CONSTRAINT "k" NOT NULL',
        'COMMENT ON CONSTRAINT "k" ON DOMAIN "shop"."d" IS \'why\'',
    ]


def test_a_shell_comes_before_the_functions_that_make_a_type_of_it():
    base = verbatim(
        "base type", "shop.cm", "CREATE TYPE shop.cm", "CREATE TYPE shop.cm (INPUT = shop.i)"
    )
    into = Routine(
        name=named("i"),
        returns=TypeRef("shop", "cm"),
        language="internal",
        definition="CREATE OR REPLACE FUNCTION shop.i() RETURNS shop.cm",
    )
    uses = Table(name=named("a"), columns=(Column(name="x", type=TypeRef("shop", "cm")),))

    assert made(verbatims=(base,), routines=(into,), tables=(uses,)) == [
        "CREATE TYPE shop.cm",
        into.definition,
        "CREATE TYPE shop.cm (INPUT = shop.i)",
        'CREATE TABLE "shop"."a" (\n    "x" "shop"."cm"\n)',
    ]


def test_what_others_need_without_a_word_is_made_first_and_what_sees_others_last():
    objects = (
        verbatim("event trigger", "e", "CREATE EVENT TRIGGER e", schema=None),
        verbatim("cast", "(shop.m AS integer)", "CREATE CAST (shop.m AS integer)", schema=None),
        verbatim("publication", "p", "CREATE PUBLICATION p", schema=None),
        verbatim("language", "l", "CREATE LANGUAGE l", schema=None),
        verbatim("operator class", "shop.o", "CREATE OPERATOR CLASS shop.o FAMILY shop.o"),
        verbatim("operator family", "shop.o", "CREATE OPERATOR FAMILY shop.o"),
        verbatim("operator", "shop.===", "CREATE OPERATOR shop.==="),
    )
    mood = Enum(name=named("m"), labels=())
    table = Table(
        name=named("a"),
        columns=(),
        checks=(Check(name="c", expression="(1 OPERATOR(shop.===) 1)"),),
    )

    assert [text.partition("(")[0].strip() for text in made(
        verbatims=objects, enums=(mood,), tables=(table,)
    )] == [
        "CREATE LANGUAGE l",
        'CREATE TYPE "shop"."m" AS ENUM',
        "CREATE CAST",
        "CREATE OPERATOR shop.===",
        "CREATE OPERATOR FAMILY shop.o",
        "CREATE OPERATOR CLASS shop.o FAMILY shop.o",
        'CREATE TABLE "shop"."a"',
        "CREATE EVENT TRIGGER e",
        "CREATE PUBLICATION p",
    ]  # fmt: skip


def test_names_of_operators_are_found():
    text = 'SELECT a OPERATOR(shop.===) b, "Odd".@@(c), 1.5 - 2'

    assert list(names_in(text)) == [named("==="), QualifiedName("Odd", "@@")]


def test_owners_and_privileges():
    grants = (
        Grant(role="carl", privileges=("SELECT",), by="bob"),
        Grant(role="bob", privileges=("INSERT", "SELECT"), grantable=True),
        Grant(to="public", privileges=("SELECT",)),
    )
    revoked = (Grant(to="owner", privileges=("DELETE",)),)
    view = Privileges(kind="view", name="shop.v", schema="shop", granted=grants, revoked=revoked)
    column = Privileges(
        kind="table",
        name="shop.t",
        schema="shop",
        column="A b",
        granted=(Grant(role="bob", privileges=("SELECT", "UPDATE")),),
    )
    default = DefaultPrivileges(
        name="ann",
        kind="tables",
        schema="shop",
        granted=(Grant(role="bob", privileges=("SELECT",)),),
    )
    owner = Owner(kind="view", name="shop.v", schema="shop", role="ann")
    granted = [
        'GRANT INSERT, SELECT ON TABLE shop.v TO "bob" WITH GRANT OPTION',
        "GRANT SELECT ON TABLE shop.v TO PUBLIC",
        'SET ROLE "bob"',
        'GRANT SELECT ON TABLE shop.v TO "carl"',
        "RESET ROLE",
    ]

    assert made(owners=(owner,), privileges=(view,)) == [
        'ALTER VIEW shop.v OWNER TO "ann"',
        'REVOKE DELETE ON TABLE shop.v FROM "ann"',
        *granted,
    ]
    assert made(privileges=(view,)) == ["REVOKE DELETE ON TABLE shop.v FROM CURRENT_USER", *granted]
    assert made(privileges=(column,)) == [
        'GRANT SELECT ("A b"), UPDATE ("A b") ON TABLE shop.t TO "bob"'
    ]
    assert made(default_privileges=(default,)) == [
        'ALTER DEFAULT PRIVILEGES FOR ROLE "ann" IN SCHEMA "shop" GRANT SELECT ON TABLES TO "bob"'
    ]


def test_two_of_one_kind_and_name_are_refused():
    one = verbatim("cast", "(a AS b)", "CREATE CAST (a AS b)", schema=None)
    other = verbatim("operator", "(a AS b)", "CREATE OPERATOR", schema=None)

    assert len(Catalog(verbatims=(one, other)).verbatims) == 2
    with pytest.raises(InvalidCatalog) as caught:
        Catalog(verbatims=(one, one))
    assert caught.value.message == "two verbatims have the name cast (a AS b)"


def test_a_foreign_table_shares_its_names_with_tables():
    foreign = ForeignTable(name=named("t"), server="far", columns=())

    with pytest.raises(InvalidCatalog) as caught:
        Catalog(foreign_tables=(foreign,), tables=(Table(name=named("t"), columns=()),))

    assert caught.value.message == "two relations have the name shop.t"
