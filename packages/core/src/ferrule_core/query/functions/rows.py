"""Several values as one: ``func.row(Book.price, Book.id) > func.row(10, 3)``."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ferrule_core.errors import QueryError
from ferrule_core.mapping.deferred import deferrable
from ferrule_core.mapping.expressions import Condition, Expr
from ferrule_core.mapping.operands import Operand, paths_of
from ferrule_core.mapping.value_types import BOOLEAN, ValueType
from ferrule_core.query.functions.building import argument
from ferrule_core.sql.nodes import (
    AnyOf,
    BinaryOp,
    ColumnRef,
    Constant,
    Expression,
    FunctionCall,
    FunctionRef,
    Param,
    Projection,
    RowValue,
    ScalarSubquery,
    Select,
    SelectItem,
)
from ferrule_core.sql.operators import Operator


class Row:
    """Values that are compared one after the other, as words are by their letters."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[object, ...]) -> None:
        self.values = values

    # Of object's own == and != checkers expect a bool; here they give a condition, as everywhere.

    def __eq__(self, other: Row | tuple[object, ...], /) -> Expr[bool]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._compared(Operator.EQ, other)

    def __ne__(self, other: Row | tuple[object, ...], /) -> Expr[bool]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._compared(Operator.NE, other)

    def __lt__(self, other: Row | tuple[object, ...], /) -> Expr[bool]:
        return self._compared(Operator.LT, other)

    def __le__(self, other: Row | tuple[object, ...], /) -> Expr[bool]:
        return self._compared(Operator.LE, other)

    def __gt__(self, other: Row | tuple[object, ...], /) -> Expr[bool]:
        return self._compared(Operator.GT, other)

    def __ge__(self, other: Row | tuple[object, ...], /) -> Expr[bool]:
        return self._compared(Operator.GE, other)

    __hash__ = object.__hash__

    def in_(self, rows: Collection[tuple[object, ...]], /) -> Expr[bool]:
        """Whether it is one of these; each place of them is one parameter, however many there are.

        Raises:
            QueryError: One of them has another number of values, or ``None`` among them.
        """
        return _among(self.values, tuple(rows), negated=False)

    def not_in(self, rows: Collection[tuple[object, ...]], /) -> Expr[bool]:
        """Whether it is none of these."""
        return _among(self.values, tuple(rows), negated=True)

    def _compared(self, operator: Operator, other: Row | tuple[object, ...]) -> Expr[bool]:
        values = other.values if isinstance(other, Row) else other
        return compare_rows(operator, self.values, values)


@deferrable
def _among(
    values: tuple[object, ...], rows: tuple[tuple[object, ...], ...], *, negated: bool
) -> Expr[bool]:
    operator = Operator.NE if negated else Operator.EQ
    row = RowValue(tuple([argument(value) for value in values]))
    node = AnyOf(row, operator, _listed(values, rows), every=negated)
    return Condition(node, paths_of(*values), BOOLEAN)


def _listed(values: tuple[object, ...], rows: Iterable[tuple[object, ...]]) -> Expression:
    given = [tuple(row) for row in rows]
    width = len(values)
    if any(len(row) != width or None in row for row in given):
        raise QueryError(f"each of the rows needs {width} values, and None is none")
    if not given:
        none = tuple([SelectItem(argument(value)) for value in values])
        return ScalarSubquery(Select(Projection(none), where=Constant(value=False)))
    kinds = [_type_of(value) for value in values]
    columns = [
        [value if kind is None else kind.send(value) for value in column]
        for kind, column in zip(kinds, zip(*given, strict=True), strict=True)
    ]
    names = [f"v{place}" for place in range(width)]
    arrays = tuple([argument(column) for column in columns])
    source = FunctionRef(FunctionCall("unnest", arrays), "rows", tuple(names))
    items = tuple([SelectItem(ColumnRef("rows", name)) for name in names])
    return ScalarSubquery(Select(Projection(items), source))


@deferrable
def compare_rows(
    operator: Operator, left: tuple[object, ...], right: tuple[object, ...]
) -> Expr[bool]:
    """``ROW(...) < ROW(...)``.

    Raises:
        QueryError: They are of different lengths.
    """
    if len(left) != len(right):
        raise QueryError(f"a row of {len(left)} values is compared with one of {len(right)}")
    pairs = list(zip(left, right, strict=True))
    one = RowValue(tuple([_node(value, other) for value, other in pairs]))
    two = RowValue(tuple([_node(value, other) for other, value in pairs]))
    return Condition(BinaryOp(one, operator, two), paths_of(*left, *right), BOOLEAN)


def _node(value: object, like: object) -> Expression:
    kind = _type_of(like)
    if isinstance(value, Operand) or value is None or kind is None:
        return argument(value)
    return Param(kind.send(value))


def _type_of(value: object) -> ValueType | None:
    return value.value_type if isinstance(value, Operand) else None


class RowFunctions:
    """Rows of values (manual, section 4.2.13)."""

    @staticmethod
    def row(*values: object) -> Row:
        """Several values that are compared as one.

        ``func.row(Book.price, Book.id) > (10, 3)`` goes on after a row in an order by both.

        Raises:
            QueryError: There is none.
        """
        if not values:
            raise QueryError("a row has values", hint="func.row(Book.price, Book.id)")
        return Row(values)
