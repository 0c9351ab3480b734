"""What ``==`` asks the server of values for which its ``=`` means something else, or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from ferrule_core.deferred import dataclass
from ferrule_core.errors import QueryError
from ferrule_core.sql.nodes import BinaryOp, Expression, UnaryOp
from ferrule_core.sql.operators import AnyOperator, CustomOperator, Operator, UnaryOperator

_EQ, _NE = Operator.EQ, Operator.NE
_SAME = CustomOperator("~=")


@dataclass(frozen=True, slots=True)
class Equality:
    """How values of a type are compared.

    Attributes:
        what: What they are called in messages.
        same: The operator that tells equal ones; ``None`` where there is none.
    """

    what: str
    same: AnyOperator | None = None

    def compared(self, left: Expression, operator: Operator, right: Expression) -> Expression:
        """``left operator right``.

        Raises:
            QueryError: The server has no such operator, or one that means something else.
        """
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
