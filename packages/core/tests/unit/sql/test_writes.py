"""The text of ``INSERT``, ``UPDATE`` and ``DELETE``, without a server."""

from __future__ import annotations

import pytest

from ferrule_core.errors import QueryError
from ferrule_core.sql.compiler import compile_statement
from ferrule_core.sql.nodes import (
    Assignment,
    BinaryOp,
    ColumnRef,
    CommonTable,
    ConflictColumns,
    ConflictConstraint,
    Default,
    Delete,
    FunctionCall,
    Insert,
    IsNull,
    Join,
    OnConflict,
    Overriding,
    Param,
    Projection,
    Select,
    SelectItem,
    SetOperation,
    SetOperator,
    Statement,
    TableRef,
    Update,
    Values,
    With,
)
from ferrule_core.sql.operators import Operator

BOOK = TableRef("book", "shop")
TAG = TableRef("tag", "shop")
ID, TITLE = ColumnRef("book", "id"), ColumnRef("book", "title")
RETURNING = Projection((SelectItem(ColumnRef(None, "id")),))
BY_ID = BinaryOp(ID, Operator.EQ, Param(7))
ROW = Values(((Param("x"),),))
TITLES = Select(Projection((SelectItem(TITLE),)), BOOK)
WITH = With((CommonTable("c", TITLES),))


def conflict(on_conflict: OnConflict) -> Insert:
    return Insert(BOOK, ("title",), ROW, on_conflict)


@pytest.mark.parametrize(
    ("statement", "text", "parameters"),
    [
        (Insert(BOOK), "DEFAULT VALUES", ()),
        (
            Insert(BOOK, ("id", "title"), Values(((Default(), Param("x")),)), returning=RETURNING),
            '("id", "title") VALUES (DEFAULT, $1) RETURNING "id"',
            ("x",),
        ),
        (
            Insert(BOOK, ("a", "b"), Values(((Param(1), Param(2)), (Param(3), Param(4))))),
            '("a", "b") VALUES ($1, $2), ($3, $4)',
            (1, 2, 3, 4),
        ),
        (
            Insert(BOOK, ("id",), Values(((Param(1),),)), overriding=Overriding.SYSTEM_VALUE),
            '("id") OVERRIDING SYSTEM VALUE VALUES ($1)',
            (1,),
        ),
        (
            Insert(BOOK, ("id",), Values(((Param(1),),)), overriding=Overriding.USER_VALUE),
            '("id") OVERRIDING USER VALUE VALUES ($1)',
            (1,),
        ),
        (
            Insert(BOOK, ("title",), TITLES),
            '("title") SELECT "book"."title" FROM "shop"."book"',
            (),
        ),
        (
            Insert(BOOK, (), SetOperation(TITLES, SetOperator.UNION, TITLES)),
            (
                '(SELECT "book"."title" FROM "shop"."book")'
                ' UNION (SELECT "book"."title" FROM "shop"."book")'
            ),
            (),
        ),
    ],
)
def test_each_way_to_insert_is_written(
    statement: Statement, text: str, parameters: tuple[object, ...]
):
    query = compile_statement(statement)

    assert query.text == f'INSERT INTO "shop"."book" {text}'
    assert query.parameters == parameters


@pytest.mark.parametrize(
    ("on_conflict", "text", "parameters"),
    [
        (OnConflict(), "DO NOTHING", ("x",)),
        (OnConflict(ConflictColumns(("a", "b"))), '("a", "b") DO NOTHING', ("x",)),
        (
            OnConflict(ConflictConstraint("book_key")),
            'ON CONSTRAINT "book_key" DO NOTHING',
            ("x",),
        ),
        (
            OnConflict(
                ConflictColumns(
                    (FunctionCall("lower", (ColumnRef(None, "title"),)),),
                    where=IsNull(ColumnRef(None, "gone")),
                ),
                (
                    Assignment("title", ColumnRef("excluded", "title")),
                    Assignment("price", Param(3)),
                    Assignment("stock", Default()),
                ),
                where=BY_ID,
            ),
            (
                '(("lower"("title"))) WHERE "gone" IS NULL DO UPDATE SET'
                ' "title" = "excluded"."title", "price" = $2, "stock" = DEFAULT'
                ' WHERE "book"."id" = $3'
            ),
            ("x", 3, 7),
        ),
    ],
)
def test_each_answer_to_a_conflict_is_written(
    on_conflict: OnConflict, text: str, parameters: tuple[object, ...]
):
    query = compile_statement(conflict(on_conflict))

    assert query.text == (f'INSERT INTO "shop"."book" ("title") VALUES ($1) ON CONFLICT {text}')
    assert query.parameters == parameters


@pytest.mark.parametrize(
    ("statement", "text", "parameters"),
    [
        (
            Update(
                TableRef("book", "shop", "b"),
                (
                    Assignment("title", Param("x")),
                    Assignment("n", BinaryOp(ColumnRef("b", "n"), Operator.ADD, Param(1))),
                    Assignment("at", Default()),
                ),
            ),
            'UPDATE "shop"."book" AS "b" SET "title" = $1, "n" = "b"."n" + $2, "at" = DEFAULT',
            ("x", 1),
        ),
        (
            Update(
                BOOK,
                (Assignment("title", Param("x")),),
                BY_ID,
                TAG,
                (Join(TableRef("other"), BinaryOp(ID, Operator.NE, Param(2))),),
                RETURNING,
                WITH,
            ),
            (
                'WITH "c" AS (SELECT "book"."title" FROM "shop"."book")'
                ' UPDATE "shop"."book" SET "title" = $1 FROM "shop"."tag"'
                ' JOIN "other" ON "book"."id" <> $2 WHERE "book"."id" = $3 RETURNING "id"'
            ),
            ("x", 2, 7),
        ),
        (Delete(BOOK), 'DELETE FROM "shop"."book"', ()),
        (
            Delete(
                BOOK,
                BY_ID,
                TAG,
                (Join(TableRef("other"), BinaryOp(ID, Operator.NE, Param(2))),),
                RETURNING,
                WITH,
            ),
            (
                'WITH "c" AS (SELECT "book"."title" FROM "shop"."book")'
                ' DELETE FROM "shop"."book" USING "shop"."tag"'
                ' JOIN "other" ON "book"."id" <> $1 WHERE "book"."id" = $2 RETURNING "id"'
            ),
            (2, 7),
        ),
        (
            Insert(BOOK, ("title",), ROW, OnConflict(), RETURNING, with_=WITH),
            (
                'WITH "c" AS (SELECT "book"."title" FROM "shop"."book")'
                ' INSERT INTO "shop"."book" ("title") VALUES ($1) ON CONFLICT DO NOTHING'
                ' RETURNING "id"'
            ),
            ("x",),
        ),
    ],
)
def test_clauses_of_writes_stand_in_sql_order(
    statement: Statement, text: str, parameters: tuple[object, ...]
):
    query = compile_statement(statement)

    assert (query.text, query.parameters) == (text, parameters)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (Update(BOOK, ()), "an update needs at least one assignment"),
        (Insert(BOOK, ("a",)), "an insert that names columns needs rows for them"),
        (Insert(BOOK, ("a",), Values(())), "an insert needs at least one row"),
        (
            Insert(BOOK, ("a", "b"), Values(((Param(1), Param(2)), (Param(3),)))),
            "row 2 has 1 values for 2 columns",
        ),
        (
            conflict(OnConflict(None, (Assignment("a", Param(1)),))),
            "an upsert that updates must say on which conflict",
        ),
        (
            conflict(OnConflict(ConflictConstraint("k"), where=BY_ID)),
            "an upsert that does nothing takes no condition",
        ),
    ],
)
def test_a_write_that_cannot_be_sql_is_refused(statement: Statement, message: str):
    with pytest.raises(QueryError) as caught:
        compile_statement(statement)

    assert caught.value.message == message
