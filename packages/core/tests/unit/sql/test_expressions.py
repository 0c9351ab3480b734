"""The text of each expression, without a server."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import QualifiedName, TypeRef
from ferrule_core.errors import ValueRefused
from ferrule_core.sql.compiler import compile_statement
from ferrule_core.sql.nodes import (
    AnyOf,
    ArrayLiteral,
    Between,
    BinaryOp,
    BoolOp,
    Case,
    Cast,
    Collate,
    ColumnRef,
    Constant,
    Exists,
    Expression,
    FunctionCall,
    IsNull,
    KeywordCall,
    KeywordFunction,
    Like,
    Ordering,
    Param,
    Projection,
    RawFragment,
    RowValue,
    ScalarSubquery,
    Select,
    SelectItem,
    Subscript,
    TableRef,
    UnaryOp,
    When,
)
from ferrule_core.sql.operators import Connective, Operator, UnaryOperator

A, B, C = (ColumnRef("t", name) for name in "abc")
INT4 = TypeRef("pg_catalog", "int4")
TEXT = TypeRef("pg_catalog", "text")
ONE = Constant(1)
SUBQUERY = Select(Projection((SelectItem(A),)), TableRef("t"))


def compiled(expression: Expression) -> tuple[str, tuple[object, ...]]:
    query = compile_statement(Select(Projection((SelectItem(expression),))))
    return query.text.removeprefix("SELECT "), query.parameters


def every(*operands: Expression) -> BoolOp:
    return BoolOp(Connective.AND, operands)


def either(*operands: Expression) -> BoolOp:
    return BoolOp(Connective.OR, operands)


def equal(left: Expression, right: Expression) -> BinaryOp:
    return BinaryOp(left, Operator.EQ, right)


def add(left: Expression, right: Expression) -> BinaryOp:
    return BinaryOp(left, Operator.ADD, right)


def negate(operand: Expression) -> UnaryOp:
    return UnaryOp(UnaryOperator.NEGATE, operand)


def inverted(operand: Expression) -> UnaryOp:
    return UnaryOp(UnaryOperator.NOT, operand)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (A, '"t"."a"'),
        (ColumnRef(None, "a"), '"a"'),
        (Constant(None), "NULL"),
        (Constant(True), "TRUE"),
        (Constant(False), "FALSE"),
        (Constant(0), "0"),
        (Constant(-3), "-3"),
        (Constant("it's"), "'it''s'"),
        (Constant("a\\b'"), "E'a\\\\b'''"),
        (IsNull(A), '"t"."a" IS NULL'),
        (IsNull(A, negated=True), '"t"."a" IS NOT NULL'),
        (Cast(A, TypeRef("pg_catalog", "varchar", (20,), 1)), '"t"."a"::character varying(20)[]'),
        (Cast(A, TypeRef("shop", "Status")), '"t"."a"::"shop"."Status"'),
        (Collate(A, QualifiedName("pg_catalog", "C")), '"t"."a" COLLATE "pg_catalog"."C"'),
        (RowValue((A, B)), 'ROW("t"."a", "t"."b")'),
        (ArrayLiteral((A, B)), 'ARRAY["t"."a", "t"."b"]'),
        (Cast(ArrayLiteral(()), TypeRef("pg_catalog", "int4", (), 1)), "ARRAY[]::integer[]"),
        (Exists(SUBQUERY), 'EXISTS (SELECT "t"."a" FROM "t")'),
        (inverted(Exists(SUBQUERY)), 'NOT EXISTS (SELECT "t"."a" FROM "t")'),
        (ScalarSubquery(SUBQUERY), '(SELECT "t"."a" FROM "t")'),
        (Subscript(A, ONE), '"t"."a"[1]'),
        (Subscript(Subscript(A, ONE), B), '"t"."a"[1]["t"."b"]'),
        (Subscript(ArrayLiteral((A,)), ONE), '(ARRAY["t"."a"])[1]'),
        (Subscript(FunctionCall("f"), ONE), '("f"())[1]'),
    ],
)
def test_an_expression_is_written_as_postgresql_spells_it(expression: Expression, text: str):
    assert compiled(expression) == (text, ())


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (add(A, add(B, C)), '"t"."a" + ("t"."b" + "t"."c")'),
        (add(add(A, B), C), '"t"."a" + "t"."b" + "t"."c"'),
        (BinaryOp(add(A, B), Operator.MUL, C), '("t"."a" + "t"."b") * "t"."c"'),
        (add(BinaryOp(A, Operator.MUL, B), C), '"t"."a" * "t"."b" + "t"."c"'),
        (BinaryOp(A, Operator.SUB, negate(B)), '"t"."a" - -"t"."b"'),
        (BinaryOp(A, Operator.SUB, Constant(-1)), '"t"."a" - -1'),
        (negate(negate(A)), '-(-"t"."a")'),
        (negate(Constant(-1)), "-(-1)"),
        (negate(Cast(A, INT4)), '-"t"."a"::integer'),
        (Cast(negate(A), INT4), '(-"t"."a")::integer'),
        (Cast(Constant(-1), INT4), "(-1)::integer"),
        (Cast(Cast(A, TEXT), INT4), '"t"."a"::"text"::integer'),
        (BinaryOp(negate(A), Operator.POW, B), '-"t"."a" ^ "t"."b"'),
        (negate(BinaryOp(A, Operator.POW, B)), '-("t"."a" ^ "t"."b")'),
        (equal(equal(A, B), C), '("t"."a" = "t"."b") = "t"."c"'),
        (equal(A, equal(B, C)), '"t"."a" = ("t"."b" = "t"."c")'),
        (equal(add(A, B), C), '"t"."a" + "t"."b" = "t"."c"'),
        (IsNull(equal(A, B)), '"t"."a" = "t"."b" IS NULL'),
        (IsNull(IsNull(A)), '("t"."a" IS NULL) IS NULL'),
        (equal(A, IsNull(B)), '"t"."a" = ("t"."b" IS NULL)'),
        (inverted(equal(A, B)), 'NOT "t"."a" = "t"."b"'),
        (inverted(every(A, B)), 'NOT ("t"."a" AND "t"."b")'),
        (inverted(inverted(A)), 'NOT NOT "t"."a"'),
        (equal(inverted(A), B), '(NOT "t"."a") = "t"."b"'),
        (IsNull(inverted(A)), '(NOT "t"."a") IS NULL'),
        (every(A, either(B, C)), '"t"."a" AND ("t"."b" OR "t"."c")'),
        (either(A, every(B, C)), '"t"."a" OR "t"."b" AND "t"."c"'),
        (every(A, every(B, C)), '"t"."a" AND "t"."b" AND "t"."c"'),
        (every(either(A, B)), '"t"."a" OR "t"."b"'),
        (every(C, every(either(A, B))), '"t"."c" AND ("t"."a" OR "t"."b")'),
        (every(), "TRUE"),
        (either(), "FALSE"),
        (inverted(every()), "NOT TRUE"),
        (UnaryOp(UnaryOperator.BIT_NOT, negate(A)), '~ -"t"."a"'),
        (
            UnaryOp(UnaryOperator.BIT_NOT, BinaryOp(A, Operator.BIT_AND, B)),
            '~ ("t"."a" & "t"."b")',
        ),
        (
            BinaryOp(UnaryOp(UnaryOperator.BIT_NOT, A), Operator.BIT_AND, B),
            '~ "t"."a" & "t"."b"',
        ),
        (
            BinaryOp(BinaryOp(A, Operator.JSON_GET, B), Operator.JSON_GET_TEXT, C),
            '"t"."a" -> "t"."b" ->> "t"."c"',
        ),
        (
            equal(BinaryOp(A, Operator.JSON_GET_TEXT, Constant("k")), B),
            '"t"."a" ->> \'k\' = "t"."b"',
        ),
        (
            BinaryOp(A, Operator.IS_NOT_DISTINCT_FROM, equal(B, C)),
            '"t"."a" IS NOT DISTINCT FROM "t"."b" = "t"."c"',
        ),
        (
            equal(BinaryOp(A, Operator.IS_DISTINCT_FROM, B), C),
            '("t"."a" IS DISTINCT FROM "t"."b") = "t"."c"',
        ),
        (
            equal(Collate(A, QualifiedName("pg_catalog", "C")), B),
            '("t"."a" COLLATE "pg_catalog"."C") = "t"."b"',
        ),
    ],
)
def test_parentheses_stand_where_the_meaning_needs_them(expression: Expression, text: str):
    assert compiled(expression) == (text, ())


@pytest.mark.parametrize(
    ("expression", "text", "parameters"),
    [
        (Param(1), "$1", (1,)),
        (Param(1, INT4), "$1::integer", (1,)),
        (Subscript(Param([1]), ONE), "($1)[1]", ([1],)),
        (equal(A, Param("x")), '"t"."a" = $1', ("x",)),
        (Between(A, Param(1), Param(2)), '"t"."a" BETWEEN $1 AND $2', (1, 2)),
        (Between(A, Param(1), Param(2), negated=True), '"t"."a" NOT BETWEEN $1 AND $2', (1, 2)),
        (Between(A, equal(A, B), Param(2)), '"t"."a" BETWEEN ("t"."a" = "t"."b") AND $1', (2,)),
        (Like(A, Param("x%")), '"t"."a" LIKE $1', ("x%",)),
        (Like(A, Param("x"), ignore_case=True), '"t"."a" ILIKE $1', ("x",)),
        (Like(A, Param("x"), negated=True), '"t"."a" NOT LIKE $1', ("x",)),
        (Like(A, Param("x"), escape="!"), '"t"."a" LIKE $1 ESCAPE \'!\'', ("x",)),
        (Like(A, Param("x"), escape="\\"), '"t"."a" LIKE $1 ESCAPE E\'\\\\\'', ("x",)),
        (Like(A, Param("x"), escape=""), '"t"."a" LIKE $1 ESCAPE \'\'', ("x",)),
        (AnyOf(A, Operator.EQ, Param([1, 2])), '"t"."a" = ANY ($1)', ([1, 2],)),
        (AnyOf(A, Operator.NE, Param([1]), every=True), '"t"."a" <> ALL ($1)', ([1],)),
        (
            AnyOf(A, Operator.EQ, ScalarSubquery(SUBQUERY)),
            '"t"."a" = ANY (SELECT "t"."a" FROM "t")',
            (),
        ),
        (
            inverted(AnyOf(A, Operator.EQ, Param([1]))),
            'NOT "t"."a" = ANY ($1)',
            ([1],),
        ),
        (
            RawFragment(("similarity(", A, ", ", Param("x"), ") > 0.3")),
            'similarity("t"."a", $1) > 0.3',
            ("x",),
        ),
        (
            every(RawFragment(("a OR b",)), A),
            '(a OR b) AND "t"."a"',
            (),
        ),
        (
            RawFragment(("2 * ", add(A, Param(1, INT4)))),
            '2 * ("t"."a" + $1::integer)',
            (1,),
        ),
        (RawFragment((Param(1, INT4), "[1]")), "($1::integer)[1]", (1,)),
    ],
)
def test_values_travel_apart_from_the_text(
    expression: Expression, text: str, parameters: tuple[object, ...]
):
    assert compiled(expression) == (text, parameters)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (FunctionCall("now"), '"now"()'),
        (FunctionCall("f", (A, B), "my schema"), '"my schema"."f"("t"."a", "t"."b")'),
        (FunctionCall("count", star=True), '"count"(*)'),
        (
            FunctionCall("count", (A,), distinct=True, filter=equal(B, ONE)),
            '"count"(DISTINCT "t"."a") FILTER (WHERE "t"."b" = 1)',
        ),
        (
            FunctionCall("array_agg", (A,), order_by=(Ordering(B, descending=True), Ordering(C))),
            '"array_agg"("t"."a" ORDER BY "t"."b" DESC, "t"."c")',
        ),
        (
            FunctionCall("mode", within_group=(Ordering(A),)),
            '"mode"() WITHIN GROUP (ORDER BY "t"."a")',
        ),
        (
            KeywordCall(KeywordFunction.COALESCE, (A, Constant(0))),
            'COALESCE("t"."a", 0)',
        ),
        (KeywordCall(KeywordFunction.NULLIF, (A, B)), 'NULLIF("t"."a", "t"."b")'),
        (KeywordCall(KeywordFunction.GREATEST, (A, B)), 'GREATEST("t"."a", "t"."b")'),
        (KeywordCall(KeywordFunction.LEAST, (A, B)), 'LEAST("t"."a", "t"."b")'),
        (
            Case((When(equal(A, ONE), B), When(IsNull(A), C)), default=Constant(None)),
            'CASE WHEN "t"."a" = 1 THEN "t"."b" WHEN "t"."a" IS NULL THEN "t"."c" ELSE NULL END',
        ),
        (Case((When(ONE, B),), operand=A), 'CASE "t"."a" WHEN 1 THEN "t"."b" END'),
        (Cast(Case((When(A, B),)), INT4), 'CASE WHEN "t"."a" THEN "t"."b" END::integer'),
    ],
)
def test_calls_and_conditions_are_written_as_postgresql_spells_them(
    expression: Expression, text: str
):
    assert compiled(expression) == (text, ())


@pytest.mark.parametrize("operator", Operator)
def test_every_operator_stands_between_blanks(operator: Operator):
    assert compiled(BinaryOp(A, operator, B)) == (f'"t"."a" {operator.symbol} "t"."b"', ())


def test_the_same_param_node_gets_the_same_number():
    day = Param("day")
    first, second = FunctionCall("date_trunc", (day, A)), FunctionCall("date_trunc", (day, B))

    assert compiled(equal(first, second)) == (
        '"date_trunc"($1, "t"."a") = "date_trunc"($1, "t"."b")',
        ("day",),
    )


def test_equal_params_that_are_two_nodes_get_two_numbers():
    assert compiled(equal(Param(1), Param(1))) == ("$1 = $2", (1, 1))


def test_a_constant_with_a_nul_character_is_refused():
    with pytest.raises(ValueRefused) as caught:
        compiled(Constant("a\0b"))

    assert caught.value.message == "a string constant must not contain a NUL character"
