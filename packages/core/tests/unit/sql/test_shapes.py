"""One text per shape: what the cache gives is what compiling gives."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule_core.catalog import TypeRef
from ferrule_core.errors import QueryError
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery
from ferrule_core.sql.compiler import compile_statement
from ferrule_core.sql.nodes import (
    AnyOf,
    Assignment,
    Between,
    BinaryOp,
    BoolOp,
    Case,
    Cast,
    ColumnRef,
    Constant,
    Delete,
    Exists,
    Expression,
    FunctionCall,
    Insert,
    IsNull,
    Like,
    Ordering,
    Param,
    Projection,
    RawFragment,
    RowValue,
    ScalarSubquery,
    Select,
    SelectItem,
    Statement,
    TableRef,
    UnaryOp,
    Update,
    Values,
    When,
)
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.operators import Connective, Operator, UnaryOperator
from ferrule_core.sql.shapes import ShapeCache, shape_of

INT4 = TypeRef("pg_catalog", "int4")
SHARED = Param("shared")
names = st.sampled_from(["a", "b", 'q"'])
columns = st.builds(ColumnRef, st.sampled_from([None, "t"]), names)
params = st.builds(Param, st.integers(), st.sampled_from([None, INT4])) | st.just(SHARED)
constants = st.builds(Constant, st.sampled_from([None, True, False, 0, 1, "a"]))
bools = st.booleans()


def select_of(items: list[Expression], where: Expression | None, limit: Param | None) -> Select:
    projection = Projection(tuple([SelectItem(item) for item in items]))
    return Select(projection, TableRef("t"), where=where, limit=limit)


def compound(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, max_size=3).map(tuple)
    selects = st.builds(
        select_of, st.lists(inner, max_size=2), st.none() | inner, st.none() | params
    )
    return st.one_of(
        st.builds(BinaryOp, inner, st.sampled_from(Operator), inner),
        st.builds(BoolOp, st.sampled_from(Connective), several),
        st.builds(UnaryOp, st.sampled_from(UnaryOperator), inner),
        st.builds(IsNull, inner, bools),
        st.builds(AnyOf, inner, st.sampled_from([Operator.EQ, Operator.NE]), inner, bools),
        st.builds(Between, inner, inner, inner, bools),
        st.builds(Like, inner, inner, bools, bools, st.sampled_from([None, "!"])),
        st.builds(Cast, inner, st.just(INT4)),
        st.builds(RowValue, several),
        st.builds(Case, st.lists(st.builds(When, inner, inner), max_size=2).map(tuple)),
        st.builds(FunctionCall, names, several, filter=st.none() | inner),
        st.builds(RawFragment, st.lists(names | inner, max_size=3).map(tuple)),
        st.builds(Exists, selects),
        st.builds(ScalarSubquery, selects),
    )


expressions = st.recursive(columns | params | constants, compound, max_leaves=12)
projections = st.lists(st.builds(SelectItem, expressions, st.none() | names), max_size=2).map(
    lambda items: Projection(tuple(items))
)
tables = st.builds(TableRef, names, st.none() | names)
wheres = st.none() | expressions
statements: st.SearchStrategy[Statement] = st.one_of(
    st.builds(
        Select,
        projections,
        st.none() | tables,
        where=wheres,
        group_by=st.lists(expressions, max_size=2).map(tuple),
        having=wheres,
        order_by=st.lists(st.builds(Ordering, expressions, bools), max_size=2).map(tuple),
        limit=st.none() | params,
        offset=st.none() | params,
        distinct=bools | st.lists(expressions, max_size=2).map(tuple),
    ),
    st.builds(
        Update,
        tables,
        st.lists(st.builds(Assignment, names, expressions), min_size=1, max_size=3).map(tuple),
        wheres,
        returning=st.none() | projections,
    ),
    st.builds(Delete, tables, wheres, returning=st.none() | projections),
    st.lists(st.tuples(expressions, expressions), min_size=1, max_size=3).map(
        lambda rows: Insert(TableRef("t"), ("a", "b"), Values(tuple(rows)))
    ),
)


def with_other_values(value: Any, known: dict[int, Param]) -> Any:
    """Copy a node with a new value in each param; a shared param stays shared."""
    match value:
        case Param():
            return known.setdefault(id(value), replace(value, value=object()))
        case tuple():
            return tuple([with_other_values(item, known) for item in value])
        case Node():
            inner = {
                field.name: with_other_values(getattr(value, field.name), known)
                for field in fields(value)
                if field.init
            }
            return replace(value, **inner)
        case _:
            return value


@given(statements)
def test_the_cache_gives_what_compiling_gives(statement: Statement):
    cache = ShapeCache()
    expected = compile_statement(statement)

    first, second = cache.compile(statement), cache.compile(statement)

    assert first == second == expected
    assert len(cache) == 1


@given(statements)
def test_other_values_have_the_same_text(statement: Statement):
    cache = ShapeCache()
    before = cache.compile(statement)
    other = with_other_values(statement, {})

    after = cache.compile(other)

    assert after.text is before.text
    assert after == compile_statement(other)
    assert len(cache) == 1


@given(statements, statements)
def test_statements_of_one_shape_have_one_text(left: Statement, right: Statement):
    same_shape = shape_of(left)[0] == shape_of(right)[0]
    same_text = compile_statement(left).text == compile_statement(right).text

    assert same_text or not same_shape


@given(statements)
def test_a_shape_can_be_kept_without_keeping_values(statement: Statement):
    shape, _ = shape_of(with_other_values(statement, {}))

    assert shape == shape_of(statement)[0]
    assert hash(shape) == hash(shape_of(statement)[0])


def param_select(*items: Param) -> Select:
    return Select(Projection(tuple([SelectItem(item) for item in items])))


def test_a_param_that_is_shared_has_another_shape_than_two_equal_ones():
    cache = ShapeCache()
    one, other = Param(1), Param(1)

    shared, apart = cache.compile(param_select(one, one)), cache.compile(param_select(one, other))

    assert (shared.text, shared.parameters) == ("SELECT $1, $1", (1,))
    assert (apart.text, apart.parameters) == ("SELECT $1, $2", (1, 1))


def test_which_params_are_shared_is_part_of_the_shape():
    cache = ShapeCache()
    a, b = Param("a"), Param("b")

    aba, abb = cache.compile(param_select(a, b, a)), cache.compile(param_select(a, b, b))

    assert (aba.text, abb.text) == ("SELECT $1, $2, $1", "SELECT $1, $2, $2")
    assert aba.parameters == abb.parameters == ("a", "b")


def test_a_list_has_one_text_whatever_its_length():
    cache = ShapeCache()

    def ids(*values: int) -> Select:
        where = AnyOf(ColumnRef("t", "id"), Operator.EQ, Param(list(values)))
        return Select(Projection(()), TableRef("t"), where=where)

    texts = {cache.compile(ids(*range(count))).text for count in (0, 1, 2, 1000)}

    assert texts == {'SELECT  FROM "t" WHERE "t"."id" = ANY ($1)'}


def test_a_null_is_a_value_like_any_other():
    cache = ShapeCache()

    null, one = cache.compile(param_select(Param(None))), cache.compile(param_select(Param(1)))

    assert null.text is one.text
    assert (null.parameters, one.parameters) == ((None,), (1,))


def test_values_that_cannot_be_hashed_are_no_obstacle():
    query = ShapeCache().compile(param_select(Param([1]), Param({"a": 1})))

    assert query.parameters == ([1], {"a": 1})


def test_the_number_of_rows_is_part_of_the_shape():
    cache = ShapeCache()

    def insert(count: int) -> Insert:
        return Insert(TableRef("t"), ("a",), Values(rows(count)))

    def rows(count: int) -> tuple[tuple[Param], ...]:
        return tuple([(Param(number),) for number in range(count)])

    one, two = cache.compile(insert(1)), cache.compile(insert(2))

    assert one.text == 'INSERT INTO "t" ("a") VALUES ($1)'
    assert two.text == 'INSERT INTO "t" ("a") VALUES ($1), ($2)'


def test_the_cache_is_bounded_and_keeps_what_is_used():
    cache = ShapeCache(most=10)

    def compiled(number: int) -> str:
        return cache.compile(Select(Projection((SelectItem(Constant(number)),)))).text

    often = compiled(-1)
    for number in range(100):
        compiled(number)
        assert compiled(-1) is often
        assert len(cache) <= 20


def test_what_was_not_used_for_long_is_forgotten():
    cache = ShapeCache(most=10)

    for number in range(30):
        cache.compile(Select(Projection((SelectItem(Constant(number)),))))

    assert len(cache) == 20


def test_a_projection_without_params_is_taken_apart_once():
    projection = Projection((SelectItem(ColumnRef("t", "a")),))
    first, _ = shape_of(Select(projection, TableRef("t")))
    part = projection.part

    second, _ = shape_of(Select(projection, TableRef("t")))

    assert part is not None
    assert part in first
    assert projection.part is part
    assert first == second


def test_a_projection_without_params_is_written_once():
    projection = Projection((SelectItem(ColumnRef("t", "a")), SelectItem(Constant(1), "one")))

    first = compile_statement(Select(projection))
    second = compile_statement(Delete(TableRef("t"), returning=projection))

    assert projection.text == '"t"."a", 1 AS "one"'
    assert first.text == f"SELECT {projection.text}"
    assert second.text == f'DELETE FROM "t" RETURNING {projection.text}'


def test_a_projection_with_params_is_written_with_their_numbers():
    projection = Projection((SelectItem(Param("a")),))
    inner = Select(projection, where=Param(True))

    query = compile_statement(Select(projection, where=Exists(inner), limit=Param(1)))

    assert query.text == "SELECT $1 WHERE EXISTS (SELECT $1 WHERE $2) LIMIT $3"
    assert projection.text is None


def test_equal_projections_have_equal_shapes():
    one, other = (Projection((SelectItem(ColumnRef("t", "a")),)) for _ in range(2))

    assert shape_of(Select(one)) == shape_of(Select(other))
    assert one == other
    assert one.part != Projection((SelectItem(ColumnRef("t", "b")),)).part


class Reversed(BinaryOp):
    """A node whose shape is wrong: its params are not in the order of its text."""

    def shape(self, key: Key, params: list[Param]) -> None:
        self.right.shape(key, params)
        self.left.shape(key, params)


def test_params_in_another_order_than_the_text_are_never_sent():
    expression = Reversed(Param(1), Operator.LT, Param(2))

    with pytest.raises(AssertionError, match="in another order than the text"):
        ShapeCache().compile(Select(Projection((SelectItem(expression),))))


@pytest.mark.parametrize("depth", [700, 5000])
@pytest.mark.parametrize("compiled", [compile_statement, ShapeCache().compile])
def test_a_statement_that_is_nested_too_deeply_is_refused(compiled, depth: int):
    expression: Expression = Constant(1)
    for _ in range(depth):
        expression = BinaryOp(Constant(1), Operator.SUB, expression)

    with pytest.raises(QueryError) as caught:
        compiled(Select(Projection((SelectItem(expression),))))

    assert caught.value.message == "a statement has expressions nested too deeply"
    assert caught.value.hint is not None


def test_many_conditions_side_by_side_are_no_obstacle():
    conditions = BoolOp(Connective.OR, tuple([Param(number) for number in range(20_000)]))

    query = ShapeCache().compile(Select(Projection(()), where=conditions))

    assert query.text.endswith(" OR $19999 OR $20000")
    assert len(query.parameters) == 20_000


def test_nothing_that_is_compiled_shows_its_values():
    query = CompiledQuery("SELECT $1, $2", ("secret", 1))
    batch = CompiledBatch("INSERT INTO t VALUES ($1)", [("secret",)])

    assert repr(query) == "CompiledQuery('SELECT $1, $2', 2 parameters)"
    assert repr(batch) == "CompiledBatch('INSERT INTO t VALUES ($1)', 1 rows)"
