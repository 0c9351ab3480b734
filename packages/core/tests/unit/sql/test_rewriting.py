"""Statements that are rewritten: which are asked about, and that nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from packages.core.tests.unit.query.test_text import QUERIES, Book

from ferrule_core.errors import PluginError
from ferrule_core.query.query import Query
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_core.sql.compiler import compile_statement
from ferrule_core.sql.nodes import (
    BinaryOp,
    ColumnRef,
    CommonTable,
    Constant,
    Delete,
    Exists,
    Explain,
    Insert,
    Param,
    Projection,
    Select,
    SelectItem,
    SetOperation,
    SetOperator,
    Statement,
    TableRef,
    Values,
    With,
)
from ferrule_core.sql.operators import Operator
from ferrule_core.sql.rewriting import rewrite, rewritten_batch, rewritten_query

ONE = Projection((SelectItem(Constant(1)),))


def renewed(statement: Statement) -> Statement:
    """The same in new nodes."""
    return replace(statement)


def unchanged(statement: Statement) -> Statement:
    return statement


@pytest.mark.parametrize(("query", "text", "parameters"), QUERIES)
def test_an_idle_rewriter_changes_no_text(
    query: Query[Book], text: str, parameters: tuple[object, ...]
):
    compiled = query.sql()

    assert rewritten_query(compiled, [("idle", unchanged)]) is compiled
    again = rewritten_query(compiled, [("renewing", renewed)])
    assert (again.text, again.parameters) == (text, parameters)


def test_each_statement_inside_is_asked_about_before_the_one_around_it():
    seen: list[str] = []

    def note(statement: Statement) -> Statement:
        seen.append(getattr(getattr(statement, "source", None), "name", type(statement).__name__))
        return statement

    def of(name: str) -> Select:
        return Select(ONE, TableRef(name))

    union = SetOperation(of("left"), SetOperator.UNION, of("right"))
    written = Insert(TableRef("log"), ("id",), of("rows"))
    inner = replace(of("outer"), where=Exists(of("inner")))
    tables = With((CommonTable("u", union), CommonTable("w", written)))
    rewrite(Explain(replace(inner, with_=tables)), [("note", note)])

    assert sorted(seen[:-2]) == sorted(["left", "right", "SetOperation", "rows", "Insert", "inner"])
    assert seen[-2:] == ["outer", "Explain"]


def test_rewriters_take_their_turns():
    def limited(statement: Statement) -> Statement:
        assert isinstance(statement, Select)
        return replace(statement, limit=Param(5))

    def skipping(statement: Statement) -> Statement:
        assert isinstance(statement, Select)
        assert statement.limit is not None
        return replace(statement, offset=Param(7))

    made = rewrite(Select(ONE, TableRef("a")), [("a", limited), ("b", skipping)])

    assert compile_statement(made).text == 'SELECT 1 FROM "a" LIMIT $1 OFFSET $2'


def test_values_that_stand_beside_the_statement_follow_their_params():
    price, limit = Param(None), Param(None)
    statement = Select(
        ONE, TableRef("a"), where=BinaryOp(ColumnRef("a", "b"), Operator.EQ, price), limit=limit
    )
    known = CompiledQuery(compile_statement(statement).text, (3, 4), statement)

    def scoped(one: Statement) -> Statement:
        assert isinstance(one, Select)
        return replace(one, source=TableRef("b"), offset=Param(9), where=one.where)

    made = rewritten_query(known, [("scoped", scoped)])

    assert made.text == 'SELECT 1 FROM "b" WHERE "a"."b" = $1 LIMIT $2 OFFSET $3'
    assert made.parameters == (3, 4, 9)
    assert isinstance(made.origin, Select)


def test_what_is_added_to_a_batch_is_added_to_each_row():
    row = (Param(None), Param(None))
    statement = Insert(TableRef("a"), ("x", "y"), Values((row,)))
    batch = CompiledBatch(compile_statement(statement).text, [(1, 2), (3, 4)], statement)

    def owned(one: Statement) -> Statement:
        assert isinstance(one, Insert)
        assert isinstance(one.rows, Values)
        first = one.rows.rows[0]
        return replace(
            one, columns=("org", "y", "x"), rows=Values(((Param(7), first[1], first[0]),))
        )

    made = rewritten_batch(batch, [("owned", owned)])

    assert made.text == 'INSERT INTO "a" ("org", "y", "x") VALUES ($1, $2, $3)'
    assert made.rows == [(7, 2, 1), (7, 4, 3)]


def test_sql_of_the_caller_is_not_rewritten():
    query = CompiledQuery("SELECT 1")

    assert rewritten_query(query, [("renewing", renewed)]) is query


def test_another_kind_of_statement_is_refused():
    with pytest.raises(PluginError) as caught:
        rewrite(Select(ONE, TableRef("a")), [("odd", lambda _: Delete(TableRef("a")))])

    assert caught.value.message == 'the rewriter "odd" made Delete of Select'
    assert caught.value.hint == "a rewriter returns a statement of the kind that it was given"
