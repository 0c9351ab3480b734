"""The order of rows."""

from __future__ import annotations

from ferrule_core.sql.nodes.expressions import Expression, Param
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.values import value


@value
class Ordering(Node):
    """One key of ``ORDER BY``.

    Attributes:
        nulls_first: ``None`` leaves it to PostgreSQL: nulls last when ascending, first when
            descending.
    """

    expression: Expression
    descending: bool = False
    nulls_first: bool | None = None

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (self.descending, self.nulls_first)
        self.expression.shape(key, params)
