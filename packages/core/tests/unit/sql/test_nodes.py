"""What holds for every node: it is a value, and all of it is in the shape."""

from __future__ import annotations

import pickle
import subprocess
import sys
from copy import copy
from dataclasses import fields, replace
from enum import Enum
from typing import Any

import pytest

from ferrule_core.catalog import QualifiedName, TypeRef
from ferrule_core.errors import NameRefused, QueryError
from ferrule_core.sql import nodes
from ferrule_core.sql.compiler import compile_statement
from ferrule_core.sql.nodes import (
    AnyOf,
    ArrayLiteral,
    ArraySubquery,
    Assignment,
    AtTimeZone,
    Between,
    BinaryOp,
    BoolOp,
    Call,
    Case,
    Cast,
    Collate,
    ColumnDefinition,
    ColumnRef,
    CommonTable,
    ConflictColumns,
    ConflictConstraint,
    Constant,
    Cycle,
    DateField,
    Default,
    Delete,
    Exists,
    Explain,
    ExplainFormat,
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
    Insert,
    IsNull,
    IsTest,
    Join,
    JoinedSource,
    JoinKind,
    KeywordCall,
    KeywordFunction,
    Like,
    Locking,
    LockStrength,
    LockWait,
    Merge,
    MergeBranch,
    MergeDelete,
    MergeInsert,
    MergeMatch,
    MergeNothing,
    MergeUpdate,
    NamedArgument,
    NamedWindow,
    OnConflict,
    Ordering,
    Overriding,
    Param,
    Projection,
    RawFragment,
    RowAssignment,
    RowValue,
    Sample,
    SampleMethod,
    ScalarSubquery,
    Search,
    Select,
    SelectItem,
    SetOperation,
    SetOperator,
    Slice,
    Statement,
    SubqueryRef,
    Subscript,
    TableRef,
    UnaryOp,
    Update,
    Values,
    ValuesRef,
    When,
    Window,
    With,
)
from ferrule_core.sql.nodes.node import KeyPart, Node
from ferrule_core.sql.operators import Connective, IsKind, Operator, UnaryOperator
from ferrule_core.sql.shapes import shape_of

A, B, C = (ColumnRef("t", name) for name in "abc")
INT4 = TypeRef("pg_catalog", "int4")
SAMPLE = Sample(A, SampleMethod.SYSTEM, B)
T = TableRef("t", "s", "t", only=True, sample=SAMPLE)
PROJECTION = Projection((SelectItem(A, "x"), SelectItem(B, "y")))
JOIN = Join(TableRef("u"), A, JoinKind.LEFT)
SEARCH = Search(("x", "y"), "o", breadth=True)
CYCLE = Cycle(("x", "y"), "m", "p")
TABLE = CommonTable("c", Select(PROJECTION), ("x", "y"), True, SEARCH, CYCLE)
WITH = With((TABLE,), recursive=True)
ORDER = Ordering(A, descending=True, nulls_first=True)
BOUND = FrameBound(FrameEdge.PRECEDING, A)
FRAME = Frame(FrameUnit.ROWS, BOUND, FrameBound(FrameEdge.FOLLOWING, B), FrameExclusion.TIES)
WINDOW = Window((A, B), (ORDER, Ordering(B)), FRAME, "w")
NAMED_WINDOW = NamedWindow("n", WINDOW)
SETS = GroupingSets(GroupingKind.ROLLUP, ((A,), (B, C)))
LOCK = Locking(LockStrength.SHARE, ("t",), LockWait.NOWAIT)
SELECT = Select(
    PROJECTION,
    T,
    joins=(JOIN,),
    where=A,
    group_by=(A, SETS),
    having=B,
    order_by=(ORDER,),
    limit=Param(1),
    offset=Param(2),
    distinct=(A, B),
    locking=(LOCK,),
    with_=WITH,
    windows=(NAMED_WINDOW,),
    group_distinct=True,
    with_ties=True,
)
CALL = FunctionCall("f", (A, B), "s", True, True, (ORDER,), (Ordering(B),), C, WINDOW, True)
VALUES = Values(((A, Default()), (B, Param(1))))
TARGET = ConflictColumns(("a", B), where=C)
ASSIGNMENT = Assignment("a", B)
INSERTED = MergeInsert(("a", "b"), (A, Default()), Overriding.USER_VALUE)
BRANCHES = (
    MergeBranch(MergeMatch.MATCHED, MergeUpdate((ASSIGNMENT,)), A),
    MergeBranch(MergeMatch.NOT_MATCHED, INSERTED),
)
ON_CONFLICT = OnConflict(TARGET, (ASSIGNMENT,), where=A)

EXAMPLES: dict[type[Node], Node] = {
    type(example): example
    for example in (
        AnyOf(A, Operator.EQ, B, every=True),
        ArrayLiteral((A, B)),
        ArraySubquery(SELECT),
        ASSIGNMENT,
        AtTimeZone(A, B),
        Between(A, B, C, negated=True),
        BinaryOp(A, Operator.EQ, B),
        BoolOp(Connective.AND, (A, B)),
        Case((When(A, B), When(B, C)), default=A, operand=B),
        Call(CALL),
        Cast(A, INT4),
        Collate(A, QualifiedName("s", "c")),
        A,
        TABLE,
        ColumnDefinition("x", INT4),
        KeywordCall(KeywordFunction.COALESCE, (A, B)),
        TARGET,
        ConflictConstraint("k"),
        Constant(1),
        CYCLE,
        Default(),
        Delete(T, A, TableRef("u"), (JOIN,), PROJECTION, WITH),
        Exists(SELECT),
        Explain(SELECT, True, True, False, True, True, True, True, ExplainFormat.JSON),
        Extract(DateField.YEAR, A),
        FieldOf(A, "f"),
        FRAME,
        BOUND,
        CALL,
        FunctionRef(CALL, "f", ("x", "y"), ordinality=True),
        SETS,
        Insert(T, ("a", "b"), VALUES, ON_CONFLICT, PROJECTION, Overriding.USER_VALUE, WITH),
        IsNull(A, negated=True),
        IsTest(A, IsKind.JSON, negated=True),
        JOIN,
        JoinedSource(TableRef("u"), (JOIN, Join(TableRef("v"), B))),
        Like(A, B, ignore_case=True, negated=True, escape="!"),
        LOCK,
        Merge(T, TableRef("u"), A, BRANCHES, PROJECTION, WITH),
        BRANCHES[0],
        MergeDelete(),
        INSERTED,
        MergeNothing(),
        MergeUpdate((ASSIGNMENT, Assignment("b", C))),
        NamedArgument("n", A),
        NAMED_WINDOW,
        ON_CONFLICT,
        ORDER,
        Param(1, INT4),
        PROJECTION,
        RawFragment(("x ", A, " y")),
        RowAssignment(("a", "b"), RowValue((A, B))),
        RowValue((A, B)),
        SAMPLE,
        ScalarSubquery(SELECT),
        SEARCH,
        SELECT,
        SelectItem(A, "x"),
        SetOperation(
            SELECT,
            SetOperator.UNION,
            Select(PROJECTION),
            all=True,
            order_by=(ORDER,),
            limit=Param(1),
            offset=Param(2),
            with_=WITH,
        ),
        Slice(A, B, C),
        SubqueryRef(Select(PROJECTION), "q", ("x", "y"), lateral=True),
        Subscript(A, B),
        T,
        UnaryOp(UnaryOperator.NOT, A),
        Update(T, (ASSIGNMENT,), A, TableRef("u"), (JOIN,), PROJECTION, WITH),
        VALUES,
        ValuesRef(((A, B), (B, C)), "v", ("x", "y")),
        When(A, B),
        WINDOW,
        WITH,
    )
}
FIELDS = [
    pytest.param(kind, field.name, id=f"{kind.__name__}.{field.name}")
    for kind in EXAMPLES
    for field in fields(kind)
    if field.init
    and (kind, field.name) not in {(Param, "value"), (FunctionRef, "definitions")}  # tests below
]


def merged(branch: MergeBranch) -> Merge:
    return Merge(T, TableRef("u"), A, (branch,))


def called(**more: Any) -> Select:
    return Select(Projection((SelectItem(FunctionCall("f", **more)),)))


PLACES: dict[type[Node], Any] = {
    Assignment: lambda node: Update(T, (node,)),
    ColumnDefinition: lambda node: Select(
        PROJECTION, FunctionRef(FunctionCall("f"), "f", definitions=(node,))
    ),
    Cycle: lambda node: statement_of(CommonTable("c", Select(PROJECTION), cycle=node)),
    Frame: lambda node: called(over=Window(frame=node)),
    FrameBound: lambda node: called(over=Window(frame=Frame(FrameUnit.ROWS, node))),
    GroupingSets: lambda node: Select(PROJECTION, group_by=(node,)),
    JoinedSource: lambda node: Select(PROJECTION, node),
    MergeBranch: merged,
    MergeDelete: lambda node: merged(MergeBranch(MergeMatch.MATCHED, node)),
    MergeInsert: lambda node: merged(MergeBranch(MergeMatch.NOT_MATCHED, node)),
    MergeNothing: lambda node: merged(MergeBranch(MergeMatch.MATCHED, node)),
    MergeUpdate: lambda node: merged(MergeBranch(MergeMatch.MATCHED, node)),
    NamedArgument: lambda node: called(arguments=(node,)),
    NamedWindow: lambda node: Select(PROJECTION, windows=(node,)),
    RowAssignment: lambda node: Update(T, (node,)),
    Sample: lambda node: Select(PROJECTION, TableRef("t", sample=node)),
    Search: lambda node: statement_of(CommonTable("c", Select(PROJECTION), search=node)),
    ValuesRef: lambda node: Select(PROJECTION, node),
    Window: lambda node: called(over=node),
    CommonTable: lambda node: Select(PROJECTION, with_=With((node,))),
    ConflictColumns: lambda node: Insert(T, ("a", "b"), VALUES, OnConflict(node)),
    ConflictConstraint: lambda node: Insert(T, ("a", "b"), VALUES, OnConflict(node)),
    Default: lambda node: Update(T, (Assignment("a", node),)),
    FunctionRef: lambda node: Select(PROJECTION, node),
    Join: lambda node: Select(PROJECTION, T, (node,)),
    Locking: lambda node: Select(PROJECTION, locking=(node,)),
    OnConflict: lambda node: Insert(T, ("a", "b"), VALUES, node),
    Ordering: lambda node: Select(PROJECTION, order_by=(node,)),
    Projection: Select,
    SelectItem: lambda node: Select(Projection((node,))),
    SubqueryRef: lambda node: Select(PROJECTION, node),
    TableRef: lambda node: Select(PROJECTION, node),
    Values: lambda node: Insert(T, ("a", "b"), node),
    When: lambda node: Select(Projection((SelectItem(Case((node,))),))),
    With: lambda node: Select(PROJECTION, with_=node),
}

WHOLE = Select | SetOperation | Insert | Update | Delete | Merge | Explain | Call
OTHERS = [
    ColumnRef("z", "z"),
    ConflictConstraint("z"),
    FrameBound(FrameEdge.UNBOUNDED_PRECEDING),
    FunctionCall("z"),
    MergeDelete(),
    Projection(()),
    Select(Projection((SelectItem(ColumnRef("z", "z")),))),
    TableRef("z"),
    Window(),
]


def statement_of(node: Node) -> Statement:
    """Put a node where it may stand in a statement."""
    if isinstance(node, WHOLE):
        return node
    place = PLACES.get(type(node), lambda node: Select(Projection((SelectItem(node),))))
    return place(node)


def variants(value: Any) -> list[Any]:  # noqa: PLR0911 - a table
    """Give other values that a field might have."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1]
        case str():
            return [value + "x", None]
        case Enum():
            return [member for member in type(value) if member is not value]
        case tuple():
            return [value[:-1], (*value, value[0]), tuple(reversed(value))]
        case TypeRef() | QualifiedName():
            return [replace(value, name="other")]
        case Node():
            return [None, *OTHERS]
    raise AssertionError(f"no variant of {value!r}")


def text_of(node: Node) -> str | None:
    """Compile a node, or give ``None`` where it cannot be SQL."""
    try:
        return compile_statement(statement_of(node)).text
    except (AssertionError, AttributeError, TypeError, QueryError):
        return None


def names_in(value: Any) -> set[str]:
    """All strings in a node: names, but for raw SQL, constants and escape characters."""
    match value:
        case RawFragment() | Constant():
            return set()
        case str():
            return {value}
        case tuple():
            return {name for item in value for name in names_in(item)}
        case Like():
            return names_in((value.operand, value.pattern))
        case Node() | TypeRef() | QualifiedName():
            return names_in(tuple(getattr(value, field.name) for field in fields(value)))
        case _:
            return set()


def renamed(value: Any, new: str) -> Any:
    """Give a node with every name in it replaced."""
    match value:
        case RawFragment() | Constant() | KeyPart():
            return value
        case str():
            return new
        case tuple():
            return tuple(renamed(item, new) for item in value)
        case Like():
            operand, pattern = renamed(value.operand, new), renamed(value.pattern, new)
            return replace(value, operand=operand, pattern=pattern)
        case Node() | TypeRef() | QualifiedName():
            names = [field.name for field in fields(value) if field.init]
            return replace(value, **{name: renamed(getattr(value, name), new) for name in names})
        case _:
            return value


NAMED = [node for node in EXAMPLES.values() if names_in(node)]


def test_every_node_has_an_example():
    kinds = {
        kind
        for name in nodes.__all__
        if isinstance(kind := getattr(nodes, name), type) and issubclass(kind, Node)
    }

    assert set(EXAMPLES) == kinds


@pytest.mark.parametrize("node", EXAMPLES.values(), ids=lambda node: type(node).__name__)
def test_a_node_is_a_value(node: Node):
    for same in (replace(node), copy(node), pickle.loads(pickle.dumps(node))):  # noqa: S301
        assert same == node
        assert hash(same) == hash(node)
        assert repr(same) == repr(node)
    assert not hasattr(node, "__dict__")


def test_no_node_can_be_changed_in_development_mode():
    script = """if True:
        from ferrule_core.sql import nodes
        from ferrule_core.sql.nodes.node import Node

        kinds = [kind for kind in vars(nodes).values() if isinstance(kind, type)]
        kinds = [kind for kind in kinds if issubclass(kind, Node)]
        assert len(kinds) > 40
        for change in ("nodes.TableRef('t').name = 'u'", "del nodes.TableRef('t').name"):
            try:
                exec(change)
            except AttributeError as error:
                print(type(error).__name__, error)
        nodes.Param(1).value = 2
    """

    run = subprocess.run(  # the mode of an interpreter cannot be changed while it runs
        [sys.executable, "-X", "dev", "-c", script], capture_output=True, text=True, check=False
    )

    assert run.stdout.splitlines() == [
        "FrozenInstanceError cannot assign to field 'name'",
        "FrozenInstanceError cannot delete field 'name'",
    ]
    assert "FrozenInstanceError: cannot assign to field 'value'" in run.stderr


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_a_field_that_changes_the_text_changes_the_shape(kind: type[Node], name: str):
    example = EXAMPLES[kind]
    text, (shape, _) = text_of(example), shape_of(statement_of(example))

    others = [replace(example, **{name: value}) for value in variants(getattr(example, name))]
    texts = {other: other_text for other in others if (other_text := text_of(other)) is not None}
    changed = [other for other, other_text in texts.items() if other_text != text]

    assert changed, f"no variant of {kind.__name__}.{name} changes the text"
    for other in changed:
        assert shape_of(statement_of(other))[0] != shape


@pytest.mark.parametrize("node", EXAMPLES.values(), ids=lambda node: type(node).__name__)
def test_the_shape_has_the_params_in_the_order_of_the_text(node: Node):
    statement = statement_of(node)

    _, params = shape_of(statement)

    assert tuple(param.value for param in params) == compile_statement(statement).parameters


@pytest.mark.parametrize("hostile", ['x"; DROP TABLE y; --', "x' OR 1=1", "$1", "é\\", "a.b"])
@pytest.mark.parametrize("node", EXAMPLES.values(), ids=lambda node: type(node).__name__)
def test_a_hostile_name_stays_between_its_quotes(node: Node, hostile: str):
    plain, attacked = renamed(node, "name"), renamed(node, hostile)

    quoted = hostile.replace('"', '""')
    expected = text_of(plain).replace('"name"', f'"{quoted}"')
    assert text_of(attacked) == expected


@pytest.mark.parametrize("name", ["", "a\0b", "é" * 32])
@pytest.mark.parametrize("node", NAMED, ids=lambda node: type(node).__name__)
def test_a_name_that_postgresql_cannot_hold_is_refused(node: Node, name: str):
    with pytest.raises(NameRefused):
        compile_statement(statement_of(renamed(node, name)))


def test_a_truth_and_a_number_that_are_equal_in_python_have_two_shapes():
    one, true = statement_of(Constant(1)), statement_of(Constant(True))

    assert shape_of(one)[0] != shape_of(true)[0]
    assert compile_statement(one).text != compile_statement(true).text


def test_distinct_and_distinct_on_one_have_two_shapes():
    distinct, on_one = Select(PROJECTION, distinct=True), Select(PROJECTION, distinct=(A,))

    assert shape_of(distinct)[0] != shape_of(on_one)[0]


def test_the_definitions_of_a_functions_columns_are_in_the_shape():
    call, x = FunctionCall("f"), ColumnDefinition("x", INT4)

    plain, one, two = (
        shape_of(statement_of(FunctionRef(call, "f", definitions=definitions)))[0]
        for definitions in ((), (x,), (x, x))
    )

    assert len({plain, one, two}) == 3


def test_rows_of_uneven_length_have_a_shape_of_their_own():
    even = Values(((A, A), (A, A), (A, A)))
    uneven = Values(((A, A), (A,), (A, A, A)))

    shapes = [shape_of(statement_of(values))[0] for values in (even, uneven)]

    assert shapes[0] != shapes[1]


def test_a_node_without_a_shape_says_so():
    with pytest.raises(AssertionError, match="Node does not say its shape"):
        Node().shape([], [])
