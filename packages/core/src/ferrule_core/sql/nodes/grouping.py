"""Several groupings in one statement."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from ferrule_core.sql.nodes.expressions import Expression, Param
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.values import value


class GroupingKind(Enum):
    """Which groupings the sets stand for, from the manual's section 7.2.4."""

    SETS = "GROUPING SETS"
    ROLLUP = "ROLLUP"
    CUBE = "CUBE"

    __hash__ = object.__hash__


@value
class GroupingSets(Node):
    """``GROUPING SETS ((a, b), ())``, ``ROLLUP (a, b)``, ``CUBE (a, (b, c))``.

    Attributes:
        sets: Expressions that are grouped by together; an empty one stands for all rows.
    """

    kind: GroupingKind
    sets: tuple[tuple[Expression, ...], ...]

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (GroupingSets, self.kind, tuple(map(len, self.sets)))
        for together in self.sets:
            for expression in together:
                expression.shape(key, params)


GroupingElement: TypeAlias = Expression | GroupingSets
"""Whatever may stand in ``GROUP BY``."""
