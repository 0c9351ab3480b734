"""What windows, groupings, merges and plans do on a server."""

from __future__ import annotations

import json

import pytest

from ferrule_core.catalog import TypeRef
from ferrule_core.plugins.contracts import Connection
from ferrule_core.sql.compiler import compile_statement
from ferrule_core.sql.nodes import (
    ArraySubquery,
    Assignment,
    BinaryOp,
    Call,
    Cast,
    ColumnDefinition,
    ColumnRef,
    CommonTable,
    Constant,
    Cycle,
    Default,
    Explain,
    ExplainFormat,
    Expression,
    FieldOf,
    Frame,
    FrameBound,
    FrameEdge,
    FrameUnit,
    FunctionCall,
    FunctionRef,
    GroupingKind,
    GroupingSets,
    Join,
    JoinedSource,
    JoinKind,
    KeywordCall,
    KeywordFunction,
    Merge,
    MergeBranch,
    MergeDelete,
    MergeInsert,
    MergeMatch,
    MergeUpdate,
    NamedArgument,
    NamedWindow,
    Ordering,
    Param,
    Projection,
    RowAssignment,
    Sample,
    ScalarSubquery,
    Search,
    Select,
    SelectItem,
    SetOperation,
    SetOperator,
    Statement,
    TableRef,
    Update,
    ValuesRef,
    Window,
    With,
)
from ferrule_core.sql.operators import Operator

pytestmark = pytest.mark.anyio

SCHEMA = """
CREATE TABLE sale (id int PRIMARY KEY, shop text NOT NULL, day int NOT NULL, amount int NOT NULL);
INSERT INTO sale VALUES (1, 'a', 1, 10), (2, 'a', 2, 20), (3, 'b', 1, 5), (4, 'b', 2, 20);
CREATE TABLE link (source int, target int);
INSERT INTO link VALUES (1, 2), (2, 3), (3, 1);
CREATE FUNCTION greet(name text, mark text DEFAULT '!') RETURNS text LANGUAGE sql
    AS $$ SELECT 'hello ' || name || mark $$;
CREATE PROCEDURE clear_sales(below int) LANGUAGE sql AS $$ DELETE FROM sale WHERE amount < below $$;
"""
SALE = TableRef("sale", alias="s")
ID, SHOP, DAY, AMOUNT = (ColumnRef("s", name) for name in ("id", "shop", "day", "amount"))
BY_ID, BY_DAY = (Ordering(ID),), (Ordering(DAY),)
INT4, TEXT = TypeRef("pg_catalog", "int4"), TypeRef("pg_catalog", "text")


@pytest.fixture
async def connection(connection: Connection) -> Connection:
    await connection.execute_script(SCHEMA)
    return connection


async def rows(connection: Connection, statement: Statement) -> list[tuple[object, ...]]:
    query = compile_statement(statement)
    return [tuple(row) for row in await connection.fetch(query.text, query.parameters)]


def projection(*expressions: Expression) -> Projection:
    return Projection(tuple([SelectItem(expression) for expression in expressions]))


def equal(left: Expression, right: Expression) -> BinaryOp:
    return BinaryOp(left, Operator.EQ, right)


def total(over: Window | str) -> FunctionCall:
    return FunctionCall("sum", (AMOUNT,), over=over)


async def test_window_functions_look_at_their_windows(connection: Connection):
    before = FrameBound(FrameEdge.PRECEDING, Param(1, INT4))
    running = Window(
        base="by_shop",
        frame=Frame(FrameUnit.ROWS, before, FrameBound(FrameEdge.CURRENT_ROW)),
    )
    statement = Select(
        projection(ID, total("by_shop"), total(Window((DAY,))), total(running)),
        SALE,
        windows=(NamedWindow("by_shop", Window((SHOP,), BY_DAY)),),
        order_by=BY_ID,
    )

    assert await rows(connection, statement) == [
        (1, 10, 15, 10),
        (2, 30, 40, 30),
        (3, 5, 15, 5),
        (4, 25, 40, 25),
    ]


async def test_rollups_and_sets_group_several_times(connection: Connection):
    amount = FunctionCall("sum", (AMOUNT,))
    rollup = Select(
        projection(SHOP, DAY, amount),
        SALE,
        group_by=(GroupingSets(GroupingKind.ROLLUP, ((SHOP,), (DAY,))),),
        order_by=(Ordering(SHOP), Ordering(DAY)),
    )
    sets = Select(
        projection(SHOP, amount, KeywordCall(KeywordFunction.GROUPING, (SHOP,))),
        SALE,
        group_by=(GroupingSets(GroupingKind.SETS, ((SHOP,), (), (SHOP,))),),
        group_distinct=True,
        order_by=(Ordering(SHOP),),
    )

    assert await rows(connection, rollup) == [
        ("a", 1, 10),
        ("a", 2, 20),
        ("a", None, 30),
        ("b", 1, 5),
        ("b", 2, 20),
        ("b", None, 25),
        (None, None, 55),
    ]
    assert await rows(connection, sets) == [("a", 30, 0), ("b", 25, 0), (None, 55, 1)]


async def test_ties_of_the_last_row_are_not_cut_off(connection: Connection):
    best = (Ordering(AMOUNT, descending=True),)
    statement = Select(projection(AMOUNT), SALE, order_by=best, limit=Param(1), with_ties=True)

    assert await rows(connection, statement) == [(20,), (20,)]


async def test_values_samples_records_and_joined_sources_give_rows(connection: Connection):
    values = ValuesRef(
        ((Param(1, INT4), Param("one", TEXT)), (Param(9, INT4), Param("nine", TEXT))),
        "v",
        ("id", "name"),
    )
    number, name = ColumnRef("v", "id"), ColumnRef("v", "name")
    inner = JoinedSource(
        SALE, (Join(TableRef("link", alias="l"), equal(ID, ColumnRef("l", "source"))),)
    )
    joined = Select(
        projection(name, ColumnRef("l", "target")),
        values,
        joins=(Join(inner, equal(ID, number), JoinKind.LEFT),),
        order_by=(Ordering(number),),
    )
    whole = Select(
        projection(FunctionCall("count", star=True)),
        TableRef("sale", sample=Sample(Param(100.0), seed=Param(1.0))),
    )
    record = FunctionCall("jsonb_to_record", (Param({"x": 7}, TypeRef("pg_catalog", "jsonb")),))
    records = Select(
        projection(ColumnRef("r", "x")),
        FunctionRef(record, "r", definitions=(ColumnDefinition("x", INT4),)),
    )

    assert await rows(connection, joined) == [("one", 2), ("nine", None)]
    assert await rows(connection, whole) == [(4,)]
    assert await rows(connection, records) == [(7,)]


async def test_a_recursion_ends_at_a_cycle(connection: Connection):
    link, path = TableRef("link", alias="l"), TableRef("path")
    source, target, node = (
        ColumnRef("l", "source"),
        ColumnRef("l", "target"),
        ColumnRef("path", "n"),
    )
    seed = Select(Projection((SelectItem(Param(1, INT4), "n"),)))
    step = Select(projection(target), path, (Join(link, equal(source, node)),))
    table = CommonTable(
        "path",
        SetOperation(seed, SetOperator.UNION, step, all=True),
        ("n",),
        search=Search(("n",), "ord", breadth=True),
        cycle=Cycle(("n",), "met", "via"),
    )
    statement = Select(
        projection(node, ColumnRef("path", "met")),
        path,
        order_by=(Ordering(ColumnRef("path", "ord")),),
        with_=With((table,), recursive=True),
    )

    assert await rows(connection, statement) == [(1, False), (2, False), (3, False), (1, True)]


async def test_arguments_by_name_arrays_of_rows_and_fields(connection: Connection):
    greeting = FunctionCall(
        "greet", (NamedArgument("mark", Param("?")), NamedArgument("name", Param("x")))
    )
    parts = Param(["a", "b"], TypeRef("pg_catalog", "text", (), 1))
    formatted = FunctionCall("format", (Constant("%s-%s"), parts), variadic=True)
    ids = ArraySubquery(Select(projection(ID), SALE, order_by=BY_ID))
    shop = FieldOf(
        Cast(
            ScalarSubquery(
                Select(projection(ColumnRef(None, "s")), SALE, where=equal(ID, Constant(3)))
            ),
            TypeRef("public", "sale"),
        ),
        "shop",
    )

    assert await rows(connection, Select(projection(greeting, formatted, ids, shop))) == [
        ("hello x?", "a-b", [1, 2, 3, 4], "b")
    ]


async def test_several_columns_are_set_from_one_row(connection: Connection):
    other = Select(
        projection(DAY, AMOUNT), TableRef("sale", alias="s"), where=equal(ID, Constant(2))
    )
    update = Update(
        TableRef("sale"),
        (RowAssignment(("day", "amount"), ScalarSubquery(other)),),
        where=equal(ColumnRef("sale", "id"), Param(3)),
        returning=projection(ColumnRef("sale", "day"), ColumnRef("sale", "amount")),
    )

    assert await rows(connection, update) == [(2, 20)]


async def test_a_merge_updates_inserts_and_deletes(connection: Connection):
    cells = [(1, 11), (2, 0), (7, 70)]
    source = ValuesRef(
        tuple([(Param(key, INT4), Param(amount, INT4)) for key, amount in cells]),
        "v",
        ("id", "amount"),
    )
    key, amount = ColumnRef("v", "id"), ColumnRef("v", "amount")
    merge = Merge(
        SALE,
        source,
        equal(ID, key),
        (
            MergeBranch(MergeMatch.MATCHED, MergeDelete(), equal(amount, Constant(0))),
            MergeBranch(MergeMatch.MATCHED, MergeUpdate((Assignment("amount", amount),))),
            MergeBranch(
                MergeMatch.NOT_MATCHED,
                MergeInsert(
                    ("id", "shop", "day", "amount"), (key, Param("new"), Constant(3), amount)
                ),
            ),
        ),
    )
    query = compile_statement(merge)

    touched = await connection.execute(query.text, query.parameters)

    assert touched == 3
    assert await rows(connection, Select(projection(ID, SHOP, AMOUNT), SALE, order_by=BY_ID)) == [
        (1, "a", 11),
        (3, "b", 5),
        (4, "b", 20),
        (7, "new", 70),
    ]


@pytest.mark.requires_postgres(min=17)
async def test_a_merge_changes_what_the_source_lacks_and_says_so(connection: Connection):
    source = ValuesRef(((Constant(1),),), "v", ("id",))
    merge = Merge(
        SALE,
        source,
        equal(ID, ColumnRef("v", "id")),
        (
            MergeBranch(MergeMatch.NOT_MATCHED_BY_SOURCE, MergeDelete()),
            MergeBranch(
                MergeMatch.MATCHED, MergeUpdate((Assignment("shop", Default()),)), Constant(False)
            ),
        ),
        projection(KeywordCall(KeywordFunction.MERGE_ACTION, ()), ID),
    )

    assert sorted(await rows(connection, merge), key=lambda row: row[1]) == [
        ("DELETE", 2),
        ("DELETE", 3),
        ("DELETE", 4),
    ]


async def test_a_plan_is_shown_without_running_the_statement(connection: Connection):
    doomed = compile_statement(
        Explain(
            Update(SALE, (Assignment("amount", Param(0)),)), costs=False, format=ExplainFormat.JSON
        )
    )

    row = await connection.fetch_first(doomed.text, doomed.parameters)

    assert row is not None
    plan = row[0] if not isinstance(row[0], str) else json.loads(row[0])
    assert plan[0]["Plan"]["Operation"] == "Update"
    assert (0,) not in await rows(connection, Select(projection(AMOUNT), SALE))


async def test_a_procedure_is_called(connection: Connection):
    call = compile_statement(Call(FunctionCall("clear_sales", (Param(15, INT4),))))

    await connection.execute(call.text, call.parameters)

    assert await rows(connection, Select(projection(ID), SALE, order_by=BY_ID)) == [(2,), (4,)]
