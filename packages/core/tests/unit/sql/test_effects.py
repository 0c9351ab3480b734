"""Which statements only read."""

from __future__ import annotations

import pytest

from ferrule_core.sql.effects import only_reads
from ferrule_core.sql.nodes import (
    ColumnRef,
    CommonTable,
    Constant,
    Delete,
    FunctionCall,
    Param,
    Projection,
    RawFragment,
    Select,
    SelectItem,
    SetOperation,
    SetOperator,
    Statement,
    TableRef,
    With,
)

BOOKS = TableRef("book", "b")
ID = ColumnRef("b", "id")


def select(expression: object) -> Select:
    return Select(Projection((SelectItem(expression),)), BOOKS)  # type: ignore[arg-type]


DELETE = Delete(TableRef("book", "b"), returning=Projection((SelectItem(ID),)))


@pytest.mark.parametrize(
    "statement",
    [
        select(ID),
        select(FunctionCall("lower", (ColumnRef("b", "title"),))),
        select(FunctionCall("count", star=True)),
        select(FunctionCall("lower", (ID,), schema="pg_catalog")),
        select(Param(object())),
        SetOperation(SetOperator.UNION, select(ID), select(ID)),
    ],
)
def test_what_has_only_harmless_parts_reads(statement: Statement):
    assert only_reads(statement)


@pytest.mark.parametrize(
    "statement",
    [
        DELETE,
        select(FunctionCall("nextval", (Constant("book_id_seq"),))),
        select(FunctionCall("lower", (ID,), schema="shop")),
        select(FunctionCall("lower", (FunctionCall("nextval", ()),))),
        select(RawFragment(("now()",))),
        SetOperation(SetOperator.UNION, select(ID), select(RawFragment(("f()",)))),
        Select(
            Projection((SelectItem(ID),)),
            TableRef("gone", "b"),
            with_=With((CommonTable("gone", DELETE),)),
        ),
        None,
        "generated",
    ],
)
def test_what_may_do_more_does_not(statement: object):
    assert not only_reads(statement)
