"""What compiled statements do on a server."""

from __future__ import annotations

import pytest

from ferrule_core.catalog import TypeRef
from ferrule_core.plugins.contracts import Connection
from ferrule_core.sql.compiler import compile_statement
from ferrule_core.sql.nodes import (
    AnyOf,
    Assignment,
    BinaryOp,
    Cast,
    ColumnRef,
    CommonTable,
    ConflictColumns,
    Constant,
    Default,
    Delete,
    Exists,
    Expression,
    FunctionCall,
    FunctionRef,
    Insert,
    Join,
    JoinKind,
    Like,
    Locking,
    LockStrength,
    LockWait,
    OnConflict,
    Ordering,
    Overriding,
    Param,
    Projection,
    RawFragment,
    ScalarSubquery,
    Select,
    SelectItem,
    SetOperation,
    SetOperator,
    Statement,
    SubqueryRef,
    TableRef,
    UnaryOp,
    Update,
    Values,
    With,
)
from ferrule_core.sql.operators import Operator, UnaryOperator

pytestmark = pytest.mark.anyio

SCHEMA = """
CREATE SCHEMA "sh op";
CREATE TABLE "sh op"."or""der" (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer text NOT NULL,
    total int NOT NULL DEFAULT 7,
    UNIQUE (customer, total)
);
INSERT INTO "sh op"."or""der" (customer, total) VALUES ('ann', 10), ('ann', 20), ('bob', 5);
"""
ORDER = TableRef('or"der', "sh op", "o")
ID, CUSTOMER, TOTAL = (ColumnRef("o", name) for name in ("id", "customer", "total"))
BY_ID = (Ordering(ID),)
INT4 = TypeRef("pg_catalog", "int4")


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


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        (equal(CUSTOMER, Param("ann")), [1, 2]),
        (AnyOf(ID, Operator.EQ, Param([1, 3, 9])), [1, 3]),
        (AnyOf(ID, Operator.EQ, Param([])), []),
        (AnyOf(ID, Operator.NE, Param([1, 3]), every=True), [2]),
        (AnyOf(ID, Operator.NE, Param([]), every=True), [1, 2, 3]),
        (
            AnyOf(
                ID,
                Operator.EQ,
                ScalarSubquery(Select(projection(FunctionCall("max", (ID,))), ORDER)),
            ),
            [3],
        ),
        (Like(CUSTOMER, Param("a!%"), escape="!"), []),
        (Like(CUSTOMER, Param("A%"), ignore_case=True), [1, 2]),
        (UnaryOp(UnaryOperator.NOT, equal(CUSTOMER, Param("ann"))), [3]),
        (RawFragment(("length(", CUSTOMER, ") = ", Param(3), " AND ", TOTAL, " > 5")), [1, 2]),
        (
            Exists(
                Select(
                    Projection(()),
                    TableRef('or"der', "sh op", "other"),
                    where=BinaryOp(ColumnRef("other", "total"), Operator.GT, TOTAL),
                )
            ),
            [1, 3],
        ),
    ],
)
async def test_a_condition_finds_its_rows(
    connection: Connection, condition: Expression, ids: list[int]
):
    select = Select(projection(ID), ORDER, where=condition, order_by=BY_ID)

    assert await rows(connection, select) == [(number,) for number in ids]


async def test_a_shared_param_groups_by_what_is_selected(connection: Connection):
    bucket = BinaryOp(TOTAL, Operator.DIV, Param(10))
    select = Select(
        projection(bucket, FunctionCall("count", star=True)),
        ORDER,
        group_by=(bucket,),
        having=BinaryOp(FunctionCall("count", star=True), Operator.GT, Param(0)),
        order_by=(Ordering(bucket, descending=True, nulls_first=False),),
        limit=Param(2),
        offset=Param(1),
    )

    assert await rows(connection, select) == [(1, 1), (0, 1)]


async def test_distinct_on_takes_the_first_of_each(connection: Connection):
    select = Select(
        projection(CUSTOMER, TOTAL),
        ORDER,
        distinct=(CUSTOMER,),
        order_by=(Ordering(CUSTOMER), Ordering(TOTAL, descending=True)),
    )

    assert await rows(connection, select) == [("ann", 20), ("bob", 5)]


async def test_joins_lateral_subqueries_and_functions_in_from(connection: Connection):
    names = FunctionRef(
        FunctionCall("unnest", (Param(["bob", "eve"], TypeRef("pg_catalog", "text", (), 1)),)),
        "wanted",
        ("name", "place"),
        ordinality=True,
    )
    best = Select(
        projection(TOTAL), ORDER, where=equal(CUSTOMER, ColumnRef("wanted", "name")), limit=Param(1)
    )
    select = Select(
        projection(*(ColumnRef("wanted", name) for name in ("name", "place")), ColumnRef("b", "t")),
        names,
        (Join(SubqueryRef(best, "b", ("t",), lateral=True), Constant(True), JoinKind.LEFT),),
        order_by=(Ordering(ColumnRef("wanted", "place")),),
    )

    assert await rows(connection, select) == [("bob", 1, 5), ("eve", 2, None)]


async def test_a_recursive_common_table_counts(connection: Connection):
    n = ColumnRef("n", "n")
    step = Select(
        projection(BinaryOp(n, Operator.ADD, Constant(1))),
        TableRef("n"),
        where=BinaryOp(n, Operator.LT, Param(4)),
    )
    numbers = SetOperation(Select(projection(Param(1, INT4))), SetOperator.UNION, step, all=True)
    select = Select(
        projection(n), TableRef("n"), with_=With((CommonTable("n", numbers, ("n",)),), True)
    )

    assert await rows(connection, select) == [(1,), (2,), (3,), (4,)]


async def test_set_operations_order_and_limit_their_result(connection: Connection):
    customers = Select(projection(CUSTOMER), ORDER, limit=Param(1))
    statement = SetOperation(
        Select(projection(CUSTOMER), ORDER),
        SetOperator.UNION,
        customers,
        order_by=(Ordering(ColumnRef(None, "customer"), descending=True),),
        limit=Param(5),
    )

    assert await rows(connection, statement) == [("bob",), ("ann",)]


async def test_rows_can_be_locked_as_they_are_read(connection: Connection):
    locking = Locking(LockStrength.NO_KEY_UPDATE, ("o",), LockWait.SKIP_LOCKED)

    found = await rows(
        connection, Select(projection(ID), ORDER, order_by=BY_ID, locking=(locking,))
    )

    assert found == [(1,), (2,), (3,)]


async def test_inserts_give_back_what_the_server_filled_in(connection: Connection):
    insert = Insert(
        ORDER,
        ("customer", "total"),
        Values(((Param("eve"), Default()), (Param("eve"), Param(1)))),
        returning=projection(ID, TOTAL),
    )
    overriding = Insert(
        ORDER,
        ("id", "customer"),
        Values(((Param(100), Param("zoe")),)),
        overriding=Overriding.SYSTEM_VALUE,
        returning=projection(ID),
    )

    assert await rows(connection, insert) == [(4, 7), (5, 1)]
    assert await rows(connection, overriding) == [(100,)]


async def test_an_upsert_updates_or_leaves_the_row(connection: Connection):
    columns, row = ("customer", "total"), Values(((Param("ann"), Param(10)),))
    key = ConflictColumns(("customer", "total"))
    more = BinaryOp(ColumnRef("excluded", "total"), Operator.ADD, Param(100))
    update = OnConflict(key, (Assignment("total", more),), where=equal(CUSTOMER, Param("ann")))

    left = await rows(connection, Insert(ORDER, columns, row, OnConflict(), projection(ID)))
    updated = await rows(connection, Insert(ORDER, columns, row, update, projection(ID, TOTAL)))

    assert left == []
    assert updated == [(1, 110)]


async def test_update_and_delete_take_rows_from_elsewhere(connection: Connection):
    wanted = SubqueryRef(
        SetOperation(
            Select(projection(Cast(Param(1), INT4))),
            SetOperator.UNION,
            Select(projection(Cast(Param(2), INT4))),
        ),
        "wanted",
        ("id",),
    )
    same = equal(ColumnRef("wanted", "id"), ID)
    update = Update(
        ORDER,
        (Assignment("total", BinaryOp(TOTAL, Operator.MUL, Param(3))),),
        same,
        wanted,
        returning=projection(ID, TOTAL),
    )
    delete = Delete(ORDER, same, wanted, returning=projection(ID))

    assert sorted(await rows(connection, update)) == [(1, 30), (2, 60)]
    assert sorted(await rows(connection, delete)) == [(1,), (2,)]
    assert await rows(connection, Select(projection(ID), ORDER)) == [(3,)]


async def test_a_constant_is_read_back_as_it_was(connection: Connection):
    texts = ["it's", "back\\slash'", '"quoted"', "$1", "--", "é\n\t", "E'x'", ""]
    text = TypeRef("pg_catalog", "text")

    select = Select(projection(*(Cast(Constant(value), text) for value in texts)))

    for setting in ("on", "off"):
        await connection.execute_script(f"SET standard_conforming_strings = {setting}")
        assert await rows(connection, select) == [tuple(texts)]
