"""What ``==`` asks the server of values for which its ``=`` means something else, or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from ferrule_core.catalog.types import TypeRef
from ferrule_core.deferred import dataclass
from ferrule_core.errors import QueryError
from ferrule_core.sql.nodes import BinaryOp, Expression, IsNull, Param, UnaryOp
from ferrule_core.sql.operators import AnyOperator, CustomOperator, Operator, UnaryOperator

_EQ, _NE = Operator.EQ, Operator.NE
_DISTINCT, _NOT_DISTINCT = Operator.IS_DISTINCT_FROM, Operator.IS_NOT_DISTINCT_FROM
_SAME = CustomOperator("~=")


@dataclass(frozen=True, slots=True)
class Equality:
    """How values of a type are compared.

    Attributes:
        what: What they are called in messages.
        same: The operator that tells equal ones; ``None`` where there is none.
        cast: The type that a value is said to have: the server would take it for any record.
        ordered: Whether one can be less than another.
    """

    what: str
    same: AnyOperator | None = None
    cast: TypeRef | None = None
    ordered: bool = False

    def compared(self, left: Expression, operator: Operator, right: Expression) -> Expression:
        """``left operator right``.

        Raises:
            QueryError: The server has no such operator, or one that means something else.
        """
        if self.cast is not None and isinstance(right, Param):
            right = Param(right.value, self.cast)
        if self.ordered:
            return BinaryOp(left, operator, right)
        if self.same is not None and operator in (_EQ, _NE):
            node = BinaryOp(left, self.same, right)
            return node if operator is _EQ else UnaryOp(UnaryOperator.NOT, node)
        if self.same is not None:
            raise QueryError(
                f'PostgreSQL does not compare {self.what} by "{operator.symbol}"',
                hint="ask by == or !=, or for what the values are made of by sql(...)",
            )
        raise QueryError(
            f"PostgreSQL does not tell whether two values of {self.what} are equal",
            hint="compare what they are made of, by sql(...); is_null() can be asked",
        )

    def null(self, operand: Expression, *, negated: bool) -> Expression:
        """Whether there is no value: of a composite, ``IS NULL`` is true of one with no parts."""
        if self.cast is None:
            return IsNull(operand, negated=negated)
        return BinaryOp(operand, _DISTINCT if negated else _NOT_DISTINCT, Param(None, self.cast))


FIGURES: Mapping[str, Equality] = {
    "box": Equality("boxes", _SAME),
    "circle": Equality("circles", _SAME),
    "line": Equality("lines", _EQ),
    "lseg": Equality("line segments", _EQ),
    "path": Equality("paths"),
    "point": Equality("points", _SAME),
    "polygon": Equality("polygons", _SAME),
}
"""By the name of the type. ``=`` compares areas of boxes and circles, and lengths of paths."""

XML = Equality("xml")
