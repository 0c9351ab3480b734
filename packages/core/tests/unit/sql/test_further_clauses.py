"""The text of what reports and bulk work need: windows, groupings, merges, plans."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ferrule_core.catalog import TypeRef
from ferrule_core.errors import NameRefused, QueryError
from ferrule_core.sql.compiler import compile_statement
from ferrule_core.sql.nodes import (
    ArraySubquery,
    Assignment,
    AtTimeZone,
    BinaryOp,
    Call,
    Cast,
    ColumnDefinition,
    ColumnRef,
    CommonTable,
    Constant,
    Cycle,
    DateField,
    Default,
    Explain,
    ExplainFormat,
    Expression,
    Extract,
    FieldOf,
    Frame,
    FrameBound,
    FrameEdge,
    FrameExclusion,
    FrameUnit,
    FunctionCall,
    FunctionRef,
    GroupingKind,
    GroupingSets,
    IsTest,
    Join,
    JoinedSource,
    JoinKind,
    Merge,
    MergeBranch,
    MergeDelete,
    MergeInsert,
    MergeMatch,
    MergeNothing,
    MergeUpdate,
    NamedArgument,
    NamedWindow,
    Ordering,
    Overriding,
    Param,
    Projection,
    RowAssignment,
    RowValue,
    Sample,
    SampleMethod,
    ScalarSubquery,
    Search,
    Select,
    SelectItem,
    Slice,
    Source,
    Statement,
    Subscript,
    TableRef,
    Update,
    ValuesRef,
    Window,
    With,
)
from ferrule_core.sql.operators import CustomOperator, IsKind, Operator

A, B, C = (ColumnRef("t", name) for name in "abc")
T = TableRef("t")
ITEMS = Projection((SelectItem(A),))
INNER = Select(ITEMS, T)
BY_A = (Ordering(A),)
INT4 = TypeRef("pg_catalog", "int4")
EQUAL = BinaryOp(A, Operator.EQ, ColumnRef("u", "a"))


def compiled(statement: Statement) -> tuple[str, tuple[object, ...]]:
    query = compile_statement(statement)
    return query.text, query.parameters


def expression_text(expression: Expression) -> str:
    return compiled(Select(Projection((SelectItem(expression),))))[0].removeprefix("SELECT ")


def over(window: Window | str | None) -> FunctionCall:
    return FunctionCall("sum", (A,), over=window)


def rows(start: FrameBound, end: FrameBound | None = None, **more: FrameExclusion) -> Window:
    return Window(frame=Frame(FrameUnit.ROWS, start, end, **more))


CURRENT = FrameBound(FrameEdge.CURRENT_ROW)
FIRST = FrameBound(FrameEdge.UNBOUNDED_PRECEDING)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (over(Window()), '"sum"("t"."a") OVER ()'),
        (over("w"), '"sum"("t"."a") OVER "w"'),
        (over(Window(base="w")), '"sum"("t"."a") OVER ("w")'),
        (
            over(Window((A, B), BY_A, base="w")),
            '"sum"("t"."a") OVER ("w" PARTITION BY "t"."a", "t"."b" ORDER BY "t"."a")',
        ),
        (over(rows(FIRST)), '"sum"("t"."a") OVER (ROWS UNBOUNDED PRECEDING)'),
        (
            over(rows(FrameBound(FrameEdge.PRECEDING, Constant(2)), CURRENT)),
            '"sum"("t"."a") OVER (ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)',
        ),
        (
            over(rows(FIRST, CURRENT, exclude=FrameExclusion.TIES)),
            '"sum"("t"."a") OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES)',
        ),
        (
            replace(over("w"), filter=IsTest(B, IsKind.TRUE)),
            '"sum"("t"."a") FILTER (WHERE "t"."b" IS TRUE) OVER "w"',
        ),
        (FunctionCall("f", (A, NamedArgument("n", B))), '"f"("t"."a", "n" => "t"."b")'),
        (FunctionCall("f", (A, B), variadic=True), '"f"("t"."a", VARIADIC "t"."b")'),
        (FunctionCall("f", (A,), variadic=True), '"f"(VARIADIC "t"."a")'),
        (ArraySubquery(INNER), 'ARRAY(SELECT "t"."a" FROM "t")'),
        (IsTest(A, IsKind.JSON_OBJECT, negated=True), '"t"."a" IS NOT JSON OBJECT'),
        (Extract(DateField.ISODOW, A), 'EXTRACT(ISODOW FROM "t"."a")'),
        (AtTimeZone(A, Constant("UTC")), '"t"."a" AT TIME ZONE \'UTC\''),
        (FieldOf(A, "f"), '("t"."a")."f"'),
        (Slice(A, Constant(1), Cast(B, INT4)), '"t"."a"[1:("t"."b"::integer)]'),
        (Slice(A), '"t"."a"[:]'),
        (Slice(Slice(A, B), C), '"t"."a"["t"."b":]["t"."c":]'),
        (Subscript(Slice(A, B), C), '("t"."a"["t"."b":])["t"."c"]'),
        (BinaryOp(A, CustomOperator("<=>"), B), '"t"."a" <=> "t"."b"'),
        (
            BinaryOp(A, CustomOperator("<->", "ext"), B),
            '"t"."a" OPERATOR("ext".<->) "t"."b"',
        ),
    ],
)
def test_each_expression_is_written(expression: Expression, text: str):
    assert expression_text(expression) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            ValuesRef(((A, B), (B, C)), "v", ("x", "y")),
            '(VALUES ("t"."a", "t"."b"), ("t"."b", "t"."c")) AS "v" ("x", "y")',
        ),
        (
            TableRef("t", "s", "x", sample=Sample(Constant(10), SampleMethod.SYSTEM, Constant(7))),
            '"s"."t" AS "x" TABLESAMPLE SYSTEM (10) REPEATABLE (7)',
        ),
        (TableRef("t", sample=Sample(Constant(1))), '"t" TABLESAMPLE BERNOULLI (1)'),
        (
            FunctionRef(FunctionCall("f"), "r", definitions=(ColumnDefinition("x", INT4),)),
            '"f"() AS "r" ("x" integer)',
        ),
        (
            JoinedSource(T, (Join(TableRef("u"), EQUAL, JoinKind.LEFT),)),
            '("t" LEFT JOIN "u" ON "t"."a" = "u"."a")',
        ),
    ],
)
def test_each_source_is_written(source: Source, text: str):
    assert compiled(Select(ITEMS, source))[0] == f'SELECT "t"."a" FROM {text}'


def test_groupings_windows_and_ties_stand_in_sql_order():
    statement = Select(
        ITEMS,
        T,
        group_by=(
            A,
            GroupingSets(GroupingKind.ROLLUP, ((A,), (B, C))),
            GroupingSets(GroupingKind.SETS, ((A,), ())),
        ),
        having=B,
        windows=(NamedWindow("w", Window((A,))), NamedWindow("v", Window(base="w"))),
        order_by=BY_A,
        limit=Param(3),
        offset=Param(4),
        group_distinct=True,
        with_ties=True,
    )

    text, parameters = compiled(statement)

    assert parameters == (3, 4)
    assert text == (
        'SELECT "t"."a" FROM "t" GROUP BY DISTINCT "t"."a", ROLLUP (("t"."a"), ("t"."b", "t"."c")),'
        ' GROUPING SETS (("t"."a"), ()) HAVING "t"."b"'
        ' WINDOW "w" AS (PARTITION BY "t"."a"), "v" AS ("w")'
        ' ORDER BY "t"."a" FETCH FIRST ($1) ROWS WITH TIES OFFSET $2'
    )


def test_a_recursion_says_how_it_searches_and_where_it_ends():
    table = CommonTable("r", INNER, ("a",), None, Search(("a",), "o"), Cycle(("a",), "m", "p"))

    text, _ = compiled(Select(ITEMS, TableRef("r"), with_=With((table,), recursive=True)))

    assert text == (
        'WITH RECURSIVE "r" ("a") AS (SELECT "t"."a" FROM "t")'
        ' SEARCH DEPTH FIRST BY "a" SET "o" CYCLE "a" SET "m" USING "p" SELECT "t"."a" FROM "r"'
    )


def test_a_merge_writes_its_branches_in_order():
    merge = Merge(
        T,
        TableRef("u"),
        EQUAL,
        (
            MergeBranch(MergeMatch.MATCHED, MergeDelete(), IsTest(B, IsKind.TRUE)),
            MergeBranch(MergeMatch.MATCHED, MergeUpdate((Assignment("a", Param(1)),))),
            MergeBranch(MergeMatch.NOT_MATCHED_BY_SOURCE, MergeNothing()),
            MergeBranch(
                MergeMatch.NOT_MATCHED,
                MergeInsert(("a", "b"), (Param(2), Default()), Overriding.SYSTEM_VALUE),
            ),
            MergeBranch(MergeMatch.NOT_MATCHED, MergeInsert()),
        ),
        ITEMS,
    )

    text, parameters = compiled(merge)

    assert parameters == (1, 2)
    assert text == (
        'MERGE INTO "t" USING "u" ON "t"."a" = "u"."a"'
        ' WHEN MATCHED AND "t"."b" IS TRUE THEN DELETE'
        ' WHEN MATCHED THEN UPDATE SET "a" = $1'
        " WHEN NOT MATCHED BY SOURCE THEN DO NOTHING"
        ' WHEN NOT MATCHED THEN INSERT ("a", "b") OVERRIDING SYSTEM VALUE VALUES ($2, DEFAULT)'
        " WHEN NOT MATCHED THEN INSERT DEFAULT VALUES"
        ' RETURNING "t"."a"'
    )


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (Explain(INNER), 'EXPLAIN SELECT "t"."a" FROM "t"'),
        (
            Explain(INNER, analyze=True, costs=False, buffers=True, format=ExplainFormat.JSON),
            'EXPLAIN (ANALYZE, COSTS OFF, BUFFERS, FORMAT JSON) SELECT "t"."a" FROM "t"',
        ),
        (Call(FunctionCall("p", (Constant(1),), "s")), 'CALL "s"."p"(1)'),
        (
            Update(T, (RowAssignment(("a", "b"), ScalarSubquery(INNER)),)),
            'UPDATE "t" SET ("a", "b") = (SELECT "t"."a" FROM "t")',
        ),
        (
            Update(T, (RowAssignment(("a", "b"), RowValue((B, A))), Assignment("c", A))),
            'UPDATE "t" SET ("a", "b") = ROW("t"."b", "t"."a"), "c" = "t"."a"',
        ),
    ],
)
def test_each_statement_is_written(statement: Statement, text: str):
    assert compiled(statement)[0] == text


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            Select(Projection((SelectItem(over(rows(FrameBound(FrameEdge.PRECEDING)))),))),
            "the ends PRECEDING and FOLLOWING of a frame need an offset, and no other takes one",
        ),
        (
            Select(Projection((SelectItem(over(rows(FrameBound(FrameEdge.CURRENT_ROW, A)))),))),
            "the ends PRECEDING and FOLLOWING of a frame need an offset, and no other takes one",
        ),
        (
            Select(ITEMS, T, group_by=(GroupingSets(GroupingKind.CUBE, ()),)),
            "CUBE needs at least one set",
        ),
        (
            Select(ITEMS, T, group_by=(GroupingSets(GroupingKind.ROLLUP, ((),)),)),
            "ROLLUP takes no empty set",
        ),
        (
            Select(ITEMS, T, limit=Param(1), with_ties=True),
            "rows that are equal to the last one need a limit and an order",
        ),
        (
            Select(ITEMS, ValuesRef(((A,), (A, B)), "v", ("x",))),
            "a source of values needs rows, each with one value for each column",
        ),
        (Select(ITEMS, JoinedSource(T, ())), "a joined source needs a join"),
        (
            Select(
                ITEMS,
                FunctionRef(
                    FunctionCall("f"), "r", ("x",), definitions=(ColumnDefinition("x", INT4),)
                ),
            ),
            "a function has names for its columns, or definitions, not both",
        ),
        (
            Select(
                ITEMS,
                FunctionRef(
                    FunctionCall("f"),
                    "r",
                    ordinality=True,
                    definitions=(ColumnDefinition("x", INT4),),
                ),
            ),
            "a function that gives records cannot number its rows",
        ),
        (
            Select(Projection((SelectItem(FunctionCall("f", variadic=True)),))),
            "a variadic call needs an argument: the array",
        ),
        (Merge(T, TableRef("u"), A, ()), "a merge needs at least one branch"),
        (
            Merge(T, TableRef("u"), A, (MergeBranch(MergeMatch.NOT_MATCHED, MergeDelete()),)),
            "a merge inserts rows that are not matched, and changes only the others",
        ),
        (
            Merge(T, TableRef("u"), A, (MergeBranch(MergeMatch.MATCHED, MergeInsert()),)),
            "a merge inserts rows that are not matched, and changes only the others",
        ),
        (
            Merge(T, TableRef("u"), A, (MergeBranch(MergeMatch.MATCHED, MergeUpdate(())),)),
            "an update needs at least one assignment",
        ),
    ],
)
def test_what_cannot_be_sql_is_refused(statement: Statement, message: str):
    with pytest.raises(QueryError) as caught:
        compile_statement(statement)

    assert caught.value.message == message


@pytest.mark.parametrize(
    "symbol", ["", "a", "--", "<--", "/*", "=>", "<=; DROP", "<+", "*-", '<"', "< >", "\n<"]
)
def test_what_postgresql_does_not_read_as_one_operator_is_refused(symbol: str):
    with pytest.raises(QueryError, match="PostgreSQL must read them as one"):
        CustomOperator(symbol, "s")


def test_an_operator_of_the_grammar_is_no_custom_one_but_in_a_schema():
    with pytest.raises(QueryError, match="use Operator"):
        CustomOperator("=")

    assert CustomOperator("=", "s").symbol == 'OPERATOR("s".=)'
    assert CustomOperator("@-") == CustomOperator("@-") != CustomOperator("@-", "s")


def test_the_schema_of_an_operator_is_a_name_like_any_other():
    with pytest.raises(NameRefused):
        CustomOperator("<->", "")
    assert CustomOperator("<->", 'a"b').symbol == 'OPERATOR("a""b".<->)'
