"""Statements about statements, and calls of procedures."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ferrule_core.sql.nodes.expressions import Param
from ferrule_core.sql.nodes.functions import FunctionCall
from ferrule_core.sql.nodes.node import Key, Node
from ferrule_core.sql.values import value

if TYPE_CHECKING:
    from ferrule_core.sql.nodes.statement import Statement


class ExplainFormat(Enum):
    """How a plan is written."""

    TEXT = "TEXT"
    JSON = "JSON"
    XML = "XML"
    YAML = "YAML"

    __hash__ = object.__hash__


@value
class Explain(Node):
    """``EXPLAIN (…) statement``.

    Attributes:
        analyze: Run the statement too, and say how long each part took.
        generic_plan: The plan for values that are not known yet, from PostgreSQL 16 on.
    """

    statement: Statement
    analyze: bool = False
    verbose: bool = False
    costs: bool = True
    settings: bool = False
    generic_plan: bool = False
    buffers: bool = False
    wal: bool = False
    format: ExplainFormat = ExplainFormat.TEXT

    def shape(self, key: Key, params: list[Param]) -> None:
        key += (
            Explain,
            self.analyze,
            self.verbose,
            self.costs,
            self.settings,
            self.generic_plan,
            self.buffers,
            self.wal,
            self.format,
        )
        self.statement.shape(key, params)


@value
class Call(Node):
    """``CALL procedure(…)``."""

    call: FunctionCall

    def shape(self, key: Key, params: list[Param]) -> None:
        key.append(Call)
        self.call.shape(key, params)
