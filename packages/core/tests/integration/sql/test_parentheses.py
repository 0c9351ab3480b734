"""PostgreSQL reads each expression as the tree that it was written from.

The server is the judge: an expression is written twice, by the compiler and with parentheses around
everything. Both become columns of a view, and the server prints both back from its own parse trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ferrule_core.catalog import QualifiedName, TypeRef
from ferrule_core.plugins.contracts import Connection
from ferrule_core.sql.compiler import compile_statement
from ferrule_core.sql.nodes import (
    AnyOf,
    ArrayLiteral,
    AtTimeZone,
    Between,
    BinaryOp,
    BoolOp,
    Case,
    Cast,
    Collate,
    ColumnRef,
    Constant,
    DateField,
    Expression,
    Extract,
    FunctionCall,
    IsNull,
    IsTest,
    Like,
    Projection,
    RawFragment,
    Select,
    SelectItem,
    Slice,
    Subscript,
    TableRef,
    UnaryOp,
    When,
)
from ferrule_core.sql.operators import Connective, CustomOperator, IsKind, Operator, UnaryOperator

pytestmark = pytest.mark.anyio

TABLE = (
    "CREATE TABLE t (i int, j int, p bool, q bool, s text, u text, l int[], d jsonb, m timestamptz)"
)
INT4, INT8, TEXT, MOMENT = (
    TypeRef("pg_catalog", name) for name in ("int4", "int8", "text", "timestamptz")
)
C = QualifiedName("pg_catalog", "C")


class Construct(NamedTuple):
    """A way to build an expression from others; types as letters, so that the server accepts it.

    ``i`` is a number, ``b`` a truth value, ``t`` a text, ``j`` JSON, ``k`` a key into JSON, ``m``
    a moment.
    """

    gives: str
    takes: str
    build: Callable[..., Expression]


def column(name: str) -> ColumnRef:
    return ColumnRef("t", name)


def binary(gives: str, takes: str, names: str) -> Iterator[Construct]:
    for name in names.split():
        yield Construct(gives, takes, lambda a, b, o=Operator[name]: BinaryOp(a, o, b))


def is_null(operand: str) -> Iterator[Construct]:
    for negated in (False, True):
        yield Construct("b", operand, lambda a, n=negated: IsNull(a, n))


def cast_to_text(operand: str) -> Construct:
    return Construct("t", operand, lambda a: Cast(a, TEXT))


def any_of(operand: str, operator: Operator, every: bool) -> Construct:
    def build(left: Expression, one: Expression, other: Expression) -> Expression:
        return AnyOf(left, operator, ArrayLiteral((one, other)), every)

    return Construct("b", operand * 3, build)


LEAVES: dict[str, list[Expression]] = {
    "i": [column("i"), Constant(2), Constant(-3)],
    "b": [column("p"), Constant(True)],
    "t": [column("s"), Cast(Constant("it's\\%"), TEXT)],
    "j": [column("d")],
    "k": [column("s"), column("i"), Constant(-3)],
    "m": [column("m")],
}
CONSTRUCTS = [
    *binary("i", "ii", "ADD SUB MUL DIV MOD BIT_AND BIT_OR BIT_XOR SHIFT_LEFT SHIFT_RIGHT"),
    Construct("i", "ii", lambda a, b: Cast(BinaryOp(a, Operator.POW, b), INT4)),
    Construct("b", "iii", lambda a, b, c: Between(BinaryOp(a, Operator.POW, b), b, c)),
    Construct("i", "i", lambda a: UnaryOp(UnaryOperator.NEGATE, a)),
    Construct("i", "i", lambda a: UnaryOp(UnaryOperator.BIT_NOT, a)),
    Construct("i", "i", lambda a: Cast(a, INT4)),
    Construct("i", "t", lambda a: Cast(a, INT4)),
    Construct("i", "i", lambda a: Subscript(column("l"), a)),
    Construct("i", "iii", lambda a, b, c: Subscript(ArrayLiteral((a, b)), c)),
    Construct("i", "bii", lambda a, b, c: Case((When(a, b),), default=c)),
    Construct("i", "i", lambda a: FunctionCall("abs", (a,))),
    *binary("b", "ii", "EQ NE LT LE GT GE IS_DISTINCT_FROM IS_NOT_DISTINCT_FROM"),
    *binary("b", "bb", "EQ LT IS_DISTINCT_FROM IS_NOT_DISTINCT_FROM"),
    *binary("b", "tt", "EQ LT MATCHES NOT_MATCHES MATCHES_IGNORING_CASE"),
    *binary("b", "jj", "CONTAINS CONTAINED_BY EQ"),
    *binary("b", "jt", "JSON_HAS_KEY"),
    Construct("b", "b", lambda a: UnaryOp(UnaryOperator.NOT, a)),
    Construct("b", "bb", lambda a, b: BoolOp(Connective.AND, (a, b))),
    Construct("b", "bbb", lambda a, b, c: BoolOp(Connective.OR, (a, b, c))),
    Construct("b", "b", lambda a: BoolOp(Connective.OR, (a,))),
    Construct("b", "", lambda: BoolOp(Connective.AND, ())),
    Construct("b", "", lambda: BoolOp(Connective.OR, ())),
    *(construct for operand in "ibtj" for construct in is_null(operand)),
    Construct("b", "iii", Between),
    Construct("b", "bbb", Between),
    Construct("b", "ttt", lambda a, b, c: Between(a, b, c, negated=True)),
    Construct("b", "tt", Like),
    Construct("b", "tt", lambda a, b: Like(a, b, ignore_case=True, negated=True, escape="!")),
    Construct("b", "tt", lambda a, b: Like(a, b, escape="\\")),
    any_of("i", Operator.EQ, every=False),
    any_of("i", Operator.NE, every=True),
    any_of("t", Operator.MATCHES, every=False),
    any_of("b", Operator.EQ, every=False),
    Construct("b", "b", lambda a: RawFragment(("p OR ", a))),
    Construct("b", "b", lambda a: IsTest(a, IsKind.TRUE)),
    Construct("b", "b", lambda a: IsTest(a, IsKind.UNKNOWN, negated=True)),
    Construct("b", "t", lambda a: IsTest(a, IsKind.NORMALIZED)),
    Construct("i", "ii", lambda a, b: Subscript(Slice(column("l"), a), b)),
    Construct("i", "iii", lambda a, b, c: Subscript(Slice(ArrayLiteral((a,)), b, c), c)),
    Construct("i", "m", lambda a: Cast(Extract(DateField.YEAR, a), INT4)),
    Construct("m", "mt", lambda a, b: Cast(AtTimeZone(a, b), MOMENT)),
    Construct("b", "mmt", lambda a, b, c: BinaryOp(AtTimeZone(a, c), Operator.LT, b)),
    Construct("t", "tt", lambda a, b: BinaryOp(a, CustomOperator("||"), b)),
    Construct("b", "tt", lambda a, b: BinaryOp(a, CustomOperator("<", "pg_catalog"), b)),
    *binary("b", "mm", "EQ GE"),
    *binary("b", "tt", "STARTS_WITH"),
    *binary("t", "tt", "CONCAT"),
    *binary("t", "jk", "JSON_GET_TEXT"),
    *map(cast_to_text, "ibtj"),
    Construct("t", "t", lambda a: Collate(a, C)),
    *binary("j", "jk", "JSON_GET"),
    *binary("j", "jj", "CONCAT"),
    *binary("j", "jt", "SUB"),
    Construct("j", "jt", lambda a, b: BinaryOp(a, Operator.JSON_PATH, ArrayLiteral((b,)))),
    Construct("j", "jt", lambda a, b: BinaryOp(a, Operator.JSON_DELETE_PATH, ArrayLiteral((b,)))),
]


def one_in_another() -> Iterator[Expression]:
    """Yield every construct in every place of every other."""
    for outer in CONSTRUCTS:
        for place, kind in enumerate(outer.takes):
            parts = [LEAVES[taken][0] for taken in outer.takes]
            for inner in CONSTRUCTS:
                if inner.gives == kind:
                    parts[place] = inner.build(*[LEAVES[taken][-1] for taken in inner.takes])
                    yield outer.build(*parts)


def deeper(
    inner: dict[str, st.SearchStrategy[Expression]],
) -> dict[str, st.SearchStrategy[Expression]]:
    def built(kind: str) -> Iterator[st.SearchStrategy[Expression]]:
        for gives, takes, build in CONSTRUCTS:
            if gives == kind:
                yield st.builds(build, *[inner[taken] for taken in takes])

    return {kind: st.one_of(st.sampled_from(LEAVES[kind]), *built(kind)) for kind in LEAVES}


leaves = {kind: st.sampled_from(expressions) for kind, expressions in LEAVES.items()}
trees = st.one_of(*deeper(deeper(deeper(leaves))).values())


def parenthesised(node: Expression) -> str:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one case per node
    """Write an expression with parentheses around all of it, and around each part."""
    match node:
        case BinaryOp(left, operator, right):
            return f"({parenthesised(left)} {operator.symbol} {parenthesised(right)})"
        case UnaryOp(operator, operand):
            return f"({operator.symbol} {parenthesised(operand)})"
        case BoolOp(connective, operands):
            return joined(connective, operands)
        case IsNull(operand, negated):
            return f"({parenthesised(operand)} IS {'NOT ' if negated else ''}NULL)"
        case IsTest(operand, kind, negated):
            return f"({parenthesised(operand)} IS {'NOT ' if negated else ''}{kind.value})"
        case Slice(operand, low, high):
            ends = " : ".join("" if end is None else parenthesised(end) for end in (low, high))
            return f"({parenthesised(operand)}[{ends}])"
        case Extract(field, operand):
            return f"(EXTRACT({field.value} FROM {parenthesised(operand)}))"
        case AtTimeZone(operand, zone):
            return f"({parenthesised(operand)} AT TIME ZONE {parenthesised(zone)})"
        case Between(operand, low, high, negated):
            ends = f"{parenthesised(low)} AND {parenthesised(high)}"
            return f"({parenthesised(operand)} {'NOT ' if negated else ''}BETWEEN {ends})"
        case Like(operand, pattern, ignore_case, negated, escape):
            verb = ("NOT " if negated else "") + ("ILIKE" if ignore_case else "LIKE")
            tail = {None: "", "!": " ESCAPE '!'", "\\": r" ESCAPE E'\\'"}[escape]
            return f"({parenthesised(operand)} {verb} {parenthesised(pattern)}{tail})"
        case AnyOf(left, operator, array, every):
            which = "ALL" if every else "ANY"
            return f"({parenthesised(left)} {operator.symbol} {which} ({parenthesised(array)}))"
        case Cast(operand, type_ref):
            return f"({parenthesised(operand)}::{type_ref.sql})"
        case Collate(operand, collation):
            return f"({parenthesised(operand)} COLLATE {collation.sql})"
        case Subscript(operand, index):
            return f"({parenthesised(operand)}[{parenthesised(index)}])"
        case ArrayLiteral(items):
            return f"(ARRAY[{', '.join(map(parenthesised, items))}])"
        case Case((When(condition, result),), default):
            assert default is not None
            ends = f"THEN {parenthesised(result)} ELSE {parenthesised(default)}"
            return f"(CASE WHEN {parenthesised(condition)} {ends} END)"
        case FunctionCall(name, (argument,)):
            return f"({name}({parenthesised(argument)}))"
        case RawFragment((text, hole)):
            assert isinstance(text, str)
            assert not isinstance(hole, str)
            return f"({text}{parenthesised(hole)})"
        case ColumnRef(_, name):
            return f"(t.{name})"
        case Constant(value):
            return constant(value)
    raise AssertionError(f"no text for {node!r}")


def joined(connective: Connective, operands: tuple[Expression, ...]) -> str:
    """Join conditions; the server makes one list of ``a AND (b AND c)`` too."""
    if not operands:
        return "(TRUE)" if connective is Connective.AND else "(FALSE)"
    return f"({f' {connective.symbol} '.join(map(parenthesised, flat(connective, operands)))})"


def flat(connective: Connective, operands: tuple[Expression, ...]) -> list[Expression]:
    """Take the same connective out of its own operands."""
    found: list[Expression] = []
    for operand in operands:
        inner = operand
        while isinstance(inner, BoolOp) and len(inner.operands) == 1:
            inner = inner.operands[0]
        if isinstance(inner, BoolOp) and inner.connective is connective and inner.operands:
            found += flat(connective, inner.operands)
        else:
            found.append(inner)
    return found


def constant(value: bool | int | str | None) -> str:
    if value is None:
        return "(NULL)"
    if isinstance(value, bool):
        return f"({value})"
    if isinstance(value, int):
        return f"({value})"
    return {"it's\\%": r"(E'it''s\\%')"}[value]


async def printed_by_the_server(connection: Connection, columns: list[str]) -> str:
    listed = ", ".join(f"{text} AS c{number}" for number, text in enumerate(columns))
    await connection.execute(f"CREATE VIEW v AS SELECT {listed} FROM t")
    printed = await connection.fetch_first("SELECT pg_get_viewdef('v'::regclass)")
    await connection.execute("DROP VIEW v")
    assert printed is not None
    return printed[0]


@pytest.fixture
async def connection(connection: Connection) -> Connection:
    await connection.execute(TABLE)
    return connection


def compiled(tree: Expression) -> str:
    select = Select(Projection((SelectItem(tree),)), TableRef("t"))
    return compile_statement(select).text.removeprefix("SELECT ").removesuffix(' FROM "t"')


async def assert_read_as_written(connection: Connection, trees: list[Expression]) -> None:
    ours = await printed_by_the_server(connection, list(map(compiled, trees)))
    full = await printed_by_the_server(connection, list(map(parenthesised, trees)))

    assert ours == full


async def test_every_construct_is_read_in_every_place_of_every_other(
    connection: Connection,
):
    trees = list(one_in_another())

    for start in range(0, len(trees), 500):  # a view has at most 1,600 columns
        await assert_read_as_written(connection, trees[start : start + 500])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(trees, min_size=1, max_size=12))
async def test_a_random_tree_is_read_as_it_was_written(
    connection: Connection, trees: list[Expression]
):
    await assert_read_as_written(connection, trees)
