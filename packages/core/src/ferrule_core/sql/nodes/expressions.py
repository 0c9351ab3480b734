"""Expressions. Values of the caller travel in ``Param`` and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, Union

from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.types import TypeRef
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.operators import AnyOperator, Connective, IsKind, UnaryOperator
from ferrule_core.sql.values import value

if TYPE_CHECKING:
    from ferrule_core.sql.nodes.functions import Case, FunctionCall, KeywordCall
    from ferrule_core.sql.nodes.parts import AtTimeZone, Extract, FieldOf, Slice, Subscript
    from ferrule_core.sql.nodes.select import ArraySubquery, Exists, ScalarSubquery


@value
class ColumnRef(Node):
    """A column of a table in the statement.

    Attributes:
        source: The alias, or else the name, of the table in the statement; ``excluded`` names the
            row that an upsert wanted to insert. ``None`` leaves the column unqualified.
        name: Name of the column.
    """

    source: str | None
    name: str

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (ColumnRef, self.source, self.name)


@value
class Param(Node):
    """A value of the caller: it travels apart from the text, as ``$n``.

    Where one and the same ``Param`` (the node, not an equal one) stands twice in a statement, both
    places get one number, so that PostgreSQL sees ``GROUP BY date_trunc($1, x)`` as the expression
    that it selects.

    Attributes:
        value: What is sent; a change of it never changes the text.
        cast: The type to say in the text, ``$1::int4``, where PostgreSQL could not tell it from the
            context.
    """

    value: object
    cast: TypeRef | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Param, self.cast)
        params.append(self)


@value
class Constant(Node):
    """A value that is part of the statement's text: ``NULL``, ``TRUE``, ``1``, ``'year'``.

    For what belongs to the query's structure. What a user gives is a ``Param``, always: each new
    constant is a new text, and so a new prepared statement.
    """

    value: bool | int | str | None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Constant, type(self.value), self.value)


@value
class BinaryOp(Node):
    """``left operator right``."""

    left: Expression
    operator: AnyOperator
    right: Expression

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (BinaryOp, self.operator)
        self.left.shape(key, params)
        self.right.shape(key, params)


@value
class UnaryOp(Node):
    """``NOT operand``, ``-operand``, ``~operand``."""

    operator: UnaryOperator
    operand: Expression

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (UnaryOp, self.operator)
        self.operand.shape(key, params)


@value
class BoolOp(Node):
    """Conditions joined by ``AND`` or ``OR``.

    One condition stands for itself; none is ``TRUE`` for ``AND`` and ``FALSE`` for ``OR``.
    """

    connective: Connective
    operands: tuple[Expression, ...]

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (BoolOp, self.connective, len(self.operands))
        for operand in self.operands:
            operand.shape(key, params)


@value
class IsNull(Node):
    """``operand IS NULL``, or ``IS NOT NULL``."""

    operand: Expression
    negated: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (IsNull, self.negated)
        self.operand.shape(key, params)


@value
class IsTest(Node):
    """``operand IS TRUE``, ``operand IS NOT JSON OBJECT``."""

    operand: Expression
    kind: IsKind
    negated: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (IsTest, self.kind, self.negated)
        self.operand.shape(key, params)


@value
class AnyOf(Node):
    """``left operator ANY (array)``: one text for lists of every length.

    ``NOT IN`` is ``operator=Operator.NE`` with ``every=True``: ``left <> ALL (array)``.

    Attributes:
        array: An expression of an array type, or a subquery of one column.
        every: ``ALL`` instead of ``ANY``.
    """

    left: Expression
    operator: AnyOperator
    array: Expression
    every: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (AnyOf, self.operator, self.every)
        self.left.shape(key, params)
        self.array.shape(key, params)


@value
class Between(Node):
    """``operand BETWEEN low AND high``, both ends included."""

    operand: Expression
    low: Expression
    high: Expression
    negated: bool = False

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Between, self.negated)
        self.operand.shape(key, params)
        self.low.shape(key, params)
        self.high.shape(key, params)


@value
class Like(Node):
    """``operand LIKE pattern``.

    Attributes:
        ignore_case: ``ILIKE``.
        escape: The character that takes the meaning from ``%``, ``_`` and itself in the pattern;
            ``None`` leaves it to PostgreSQL, for which it is the backslash, and ``""`` means none.
    """

    operand: Expression
    pattern: Expression
    ignore_case: bool = False
    negated: bool = False
    escape: str | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Like, self.ignore_case, self.negated, self.escape)
        self.operand.shape(key, params)
        self.pattern.shape(key, params)


@value
class Cast(Node):
    """``operand::type``."""

    operand: Expression
    type: TypeRef

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Cast, self.type)
        self.operand.shape(key, params)


@value
class Collate(Node):
    """``operand COLLATE collation``."""

    operand: Expression
    collation: QualifiedName

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (Collate, self.collation)
        self.operand.shape(key, params)


@value
class RowValue(Node):
    """``ROW(a, b)``: several values compared as one."""

    items: tuple[Expression, ...]

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (RowValue, len(self.items))
        for item in self.items:
            item.shape(key, params)


@value
class ArrayLiteral(Node):
    """``ARRAY[a, b]``. An empty one needs a ``Cast`` around it."""

    items: tuple[Expression, ...]

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (ArrayLiteral, len(self.items))
        for item in self.items:
            item.shape(key, params)


@value
class RawFragment(Node):
    """SQL that the caller wrote, with holes where expressions and values go.

    Attributes:
        parts: Text is written as it stands; expressions are compiled in their place. A value can
            only be a ``Param``.
    """

    parts: tuple[str | Expression, ...]

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (RawFragment, len(self.parts))
        for part in self.parts:
            if isinstance(part, str):
                key.append(part)
            else:
                part.shape(key, params)


@value
class Default(Node):
    """``DEFAULT``: the column's own default, in place of a value that is inserted or assigned."""

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(Default)


Expression: TypeAlias = Union[
    ColumnRef,
    Param,
    Constant,
    BinaryOp,
    UnaryOp,
    BoolOp,
    IsNull,
    IsTest,
    AnyOf,
    Between,
    Like,
    Cast,
    Collate,
    "FunctionCall",
    "KeywordCall",
    "Case",
    "Exists",
    "ScalarSubquery",
    "ArraySubquery",
    RowValue,
    ArrayLiteral,
    "Subscript",
    "Slice",
    "FieldOf",
    "Extract",
    "AtTimeZone",
    RawFragment,
]
"""Every expression there is."""
