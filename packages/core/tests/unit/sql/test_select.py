"""The text of each clause of ``SELECT``, without a server."""

from __future__ import annotations

import pytest

from ferrule_core.errors import QueryError
from ferrule_core.sql.compiler import compile_statement
from ferrule_core.sql.nodes import (
    BinaryOp,
    ColumnRef,
    CommonTable,
    Constant,
    Delete,
    FunctionCall,
    FunctionRef,
    Insert,
    Join,
    JoinKind,
    Locking,
    LockStrength,
    LockWait,
    Ordering,
    Param,
    Projection,
    Select,
    SelectItem,
    SelectLike,
    SetOperation,
    SetOperator,
    SubqueryRef,
    TableRef,
    Values,
    With,
)
from ferrule_core.sql.operators import Operator

BOOK = TableRef("book", "shop", "b")
AUTHOR = TableRef("author", "shop", "a")
ID, TITLE, PRICE = (ColumnRef("b", name) for name in ("id", "title", "price"))
IDS = Projection((SelectItem(ID),))
BY_AUTHOR = BinaryOp(ColumnRef("a", "id"), Operator.EQ, ColumnRef("b", "author_id"))
CHEAP = BinaryOp(PRICE, Operator.LT, Param(10))
FROM_BOOK = 'SELECT "b"."id" FROM "shop"."book" AS "b"'


def compiled(statement: SelectLike) -> tuple[str, tuple[object, ...]]:
    query = compile_statement(statement)
    return query.text, query.parameters


@pytest.mark.parametrize(
    ("statement", "text", "parameters"),
    [
        (Select(Projection(())), "SELECT ", ()),
        (Select(Projection((SelectItem(Constant(1), "one"),))), 'SELECT 1 AS "one"', ()),
        (Select(IDS, BOOK), FROM_BOOK, ()),
        (Select(IDS, BOOK, where=CHEAP), f'{FROM_BOOK} WHERE "b"."price" < $1', (10,)),
        (
            Select(IDS, BOOK, distinct=True),
            'SELECT DISTINCT "b"."id" FROM "shop"."book" AS "b"',
            (),
        ),
        (
            Select(IDS, BOOK, distinct=(TITLE, PRICE)),
            'SELECT DISTINCT ON ("b"."title", "b"."price") "b"."id" FROM "shop"."book" AS "b"',
            (),
        ),
        (
            Select(IDS, BOOK, group_by=(ID, TITLE), having=CHEAP),
            f'{FROM_BOOK} GROUP BY "b"."id", "b"."title" HAVING "b"."price" < $1',
            (10,),
        ),
        (
            Select(
                IDS,
                BOOK,
                order_by=(
                    Ordering(ID),
                    Ordering(TITLE, descending=True),
                    Ordering(PRICE, nulls_first=True),
                    Ordering(PRICE, descending=True, nulls_first=False),
                ),
            ),
            (
                f'{FROM_BOOK} ORDER BY "b"."id", "b"."title" DESC, "b"."price" NULLS FIRST,'
                ' "b"."price" DESC NULLS LAST'
            ),
            (),
        ),
        (
            Select(IDS, BOOK, limit=Param(5), offset=Param(10)),
            f"{FROM_BOOK} LIMIT $1 OFFSET $2",
            (5, 10),
        ),
        (Select(IDS, BOOK, locking=(Locking(),)), f"{FROM_BOOK} FOR UPDATE", ()),
        (
            Select(
                IDS,
                BOOK,
                locking=(
                    Locking(LockStrength.NO_KEY_UPDATE, ("b",), LockWait.SKIP_LOCKED),
                    Locking(LockStrength.KEY_SHARE, ("a", "c"), LockWait.NOWAIT),
                ),
            ),
            f'{FROM_BOOK} FOR NO KEY UPDATE OF "b" SKIP LOCKED FOR KEY SHARE OF "a", "c" NOWAIT',
            (),
        ),
    ],
)
def test_each_clause_is_written(statement: SelectLike, text: str, parameters: tuple[object, ...]):
    assert compiled(statement) == (text, parameters)


def test_clauses_stand_in_sql_order_and_params_are_numbered_by_it():
    def param_call(value: object) -> FunctionCall:
        return FunctionCall("f", (Param(value),))

    statement = Select(
        Projection((SelectItem(param_call("item"), "x"),)),
        FunctionRef(param_call("source"), "s"),
        joins=(Join(BOOK, param_call("join")),),
        where=param_call("where"),
        group_by=(param_call("group"),),
        having=param_call("having"),
        order_by=(Ordering(param_call("order")),),
        limit=Param("limit"),
        offset=Param("offset"),
        distinct=(param_call("distinct"),),
        locking=(Locking(),),
        with_=With(
            (CommonTable("c", Select(Projection((SelectItem(param_call("with")),)))),),
        ),
    )

    assert compiled(statement) == (
        (
            'WITH "c" AS (SELECT "f"($1)) SELECT DISTINCT ON ("f"($2)) "f"($3) AS "x"'
            ' FROM "f"($4) AS "s" JOIN "shop"."book" AS "b" ON "f"($5) WHERE "f"($6)'
            ' GROUP BY "f"($7) HAVING "f"($8) ORDER BY "f"($9) LIMIT $10 OFFSET $11 FOR UPDATE'
        ),
        (
            "with",
            "distinct",
            "item",
            "source",
            "join",
            "where",
            "group",
            "having",
            "order",
            "limit",
            "offset",
        ),
    )


@pytest.mark.parametrize(
    ("source", "joins", "text"),
    [
        (TableRef("book"), (), '"book"'),
        (TableRef("book", only=True), (), 'ONLY "book"'),
        (BOOK, (Join(AUTHOR, BY_AUTHOR),), 'JOIN "shop"."author" AS "a" ON'),
        (BOOK, (Join(AUTHOR, BY_AUTHOR, JoinKind.LEFT),), 'LEFT JOIN "shop"."author" AS "a" ON'),
        (BOOK, (Join(AUTHOR, BY_AUTHOR, JoinKind.RIGHT),), 'RIGHT JOIN "shop"."author" AS "a" ON'),
        (BOOK, (Join(AUTHOR, BY_AUTHOR, JoinKind.FULL),), 'FULL JOIN "shop"."author" AS "a" ON'),
        (BOOK, (Join(AUTHOR, None, JoinKind.CROSS),), 'CROSS JOIN "shop"."author" AS "a"'),
        (
            SubqueryRef(Select(IDS, BOOK), "s", ("x", "y")),
            (),
            '(SELECT "b"."id" FROM "shop"."book" AS "b") AS "s" ("x", "y")',
        ),
        (
            BOOK,
            (Join(SubqueryRef(Select(IDS), "s", lateral=True), None, JoinKind.CROSS),),
            'CROSS JOIN LATERAL (SELECT "b"."id") AS "s"',
        ),
        (
            FunctionRef(FunctionCall("unnest", (PRICE,)), "u", ("x", "n"), ordinality=True),
            (),
            '"unnest"("b"."price") WITH ORDINALITY AS "u" ("x", "n")',
        ),
    ],
)
def test_each_source_and_join_is_written(source, joins, text: str):
    statement = compile_statement(Select(IDS, source, joins))

    expected = f" FROM {text}" if not joins else f' FROM "shop"."book" AS "b" {text}'
    assert statement.text.startswith(f'SELECT "b"."id"{expected}')


@pytest.mark.parametrize(
    ("statement", "text", "parameters"),
    [
        (
            SetOperation(Select(IDS, BOOK), SetOperator.UNION, Select(IDS, BOOK, where=CHEAP)),
            f'({FROM_BOOK}) UNION ({FROM_BOOK} WHERE "b"."price" < $1)',
            (10,),
        ),
        (
            SetOperation(
                Select(IDS, BOOK),
                SetOperator.EXCEPT,
                SetOperation(Select(IDS, BOOK), SetOperator.INTERSECT, Select(IDS, BOOK)),
                all=True,
                order_by=(Ordering(ColumnRef(None, "id")),),
                limit=Param(1),
                offset=Param(2),
            ),
            (
                f"({FROM_BOOK}) EXCEPT ALL (({FROM_BOOK}) INTERSECT ({FROM_BOOK}))"
                ' ORDER BY "id" LIMIT $1 OFFSET $2'
            ),
            (1, 2),
        ),
    ],
)
def test_set_operations_parenthesise_their_sides(
    statement: SelectLike, text: str, parameters: tuple[object, ...]
):
    assert compiled(statement) == (text, parameters)


def test_common_tables_may_be_recursive_materialized_and_write():
    statement = Select(
        IDS,
        TableRef("r"),
        with_=With(
            (
                CommonTable("r", Select(IDS), ("x", "y"), materialized=True),
                CommonTable("s", Select(IDS), materialized=False),
                CommonTable("gone", Delete(TableRef("t"), returning=IDS)),
                CommonTable("new", Insert(TableRef("t"), ("a",), Values(((Param(1),),)))),
            ),
            recursive=True,
        ),
    )

    assert compiled(statement) == (
        (
            'WITH RECURSIVE "r" ("x", "y") AS MATERIALIZED (SELECT "b"."id"),'
            ' "s" AS NOT MATERIALIZED (SELECT "b"."id"),'
            ' "gone" AS (DELETE FROM "t" RETURNING "b"."id"),'
            ' "new" AS (INSERT INTO "t" ("a") VALUES ($1))'
            ' SELECT "b"."id" FROM "r"'
        ),
        (1,),
    )


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (Select(IDS, None, (Join(BOOK, CHEAP),)), "a join needs a source that it joins to"),
        (
            Select(IDS, BOOK, (Join(AUTHOR, None),)),
            "a cross join takes no condition, and every other join needs one",
        ),
        (
            Select(IDS, BOOK, (Join(AUTHOR, BY_AUTHOR, JoinKind.CROSS),)),
            "a cross join takes no condition, and every other join needs one",
        ),
    ],
)
def test_a_select_that_cannot_be_sql_is_refused(statement: SelectLike, message: str):
    with pytest.raises(QueryError) as caught:
        compile_statement(statement)

    assert caught.value.message == message


def test_a_compiled_query_remembers_its_statement():
    statement = Select(IDS, BOOK)

    assert compile_statement(statement).origin is statement
