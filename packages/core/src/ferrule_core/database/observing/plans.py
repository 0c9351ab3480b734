"""The plan of a statement, as PostgreSQL's EXPLAIN describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from ferrule_core.deferred import dataclass
from ferrule_core.errors import QueryError
from ferrule_core.plugins.contracts import Connection
from ferrule_core.sql.redact import redacted

_HEAD = frozenset(
    {"Node Type", "Schema", "Relation Name", "Index Name", "Alias", "Plans", "Parent Relationship",
     "Startup Cost", "Total Cost", "Plan Rows", "Plan Width", "Parallel Aware", "Async Capable",
     "Disabled", "Join Type", "Strategy", "Partial Mode", "Operation", "CTE Name", "Function Name",
     "Subplan Name", "Inner Unique", "Scan Direction", "Command"}
)  # fmt: skip
"""Keys of a node that are no expressions, or are shown in its first line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One node of a plan, and those below it.

    Attributes:
        node: What the server does there: ``Seq Scan``, ``Hash Join``.
        on: The table, index, common table or function that it reads.
        cost: What the planner expects it to cost, in its own unit, with all below it.
        rows: How many rows it expects.
        details: Conditions, keys and the like, by PostgreSQL's names for them.
        parts: The nodes that feed this one.
    """

    node: str
    on: str | None
    cost: float
    rows: int
    details: tuple[tuple[str, str], ...] = ()
    parts: tuple[Plan, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The plan as a tree of text, one line for each node and detail."""
        lead = "  " * depth + ("-> " if depth else "")
        place = "" if self.on is None else f" on {self.on}"
        yield f"{lead}{self.node}{place} (cost {self.cost:.2f}, rows {self.rows})"
        yield from (f"{'  ' * depth}     {name}: {text}" for name, text in self.details)
        for part in self.parts:
            yield from part.lines(depth + 1)


async def explain(
    connection: Connection, text: str, parameters: Sequence[object], *, show_values: bool = False
) -> Plan:
    """Ask for the plan of one statement, which is not run.

    Args:
        connection: Where to ask. The statement's tables are locked as for reading, until the end
            of the transaction.
        text: The statement.
        parameters: Its values: the planner estimates with them.
        show_values: Leave the values that the plan repeats as they are; else they are ``?``.

    Raises:
        DatabaseError: The server does not plan it there, or not in time.
    """
    row = await connection.fetch_first(f"EXPLAIN (FORMAT JSON) {text}", parameters)
    if row is None:
        raise QueryError("the server described no plan")
    answer = row[0]
    document = json.loads(answer) if isinstance(answer, str) else answer
    return plan_of(document[0]["Plan"], show_values=show_values)


def plan_of(node: Mapping[str, Any], *, show_values: bool = False) -> Plan:
    """A plan from the JSON that EXPLAIN gives for one node."""
    return Plan(
        node=_what(node),
        on=_on(node),
        cost=float(node["Total Cost"]),
        rows=int(node["Plan Rows"]),
        details=tuple(_details(node, show_values=show_values)),
        parts=tuple(plan_of(part, show_values=show_values) for part in node.get("Plans", ())),
    )


def _what(node: Mapping[str, Any]) -> str:
    kind, join = str(node["Node Type"]), node.get("Join Type")
    if join is not None and join != "Inner":
        return f"{kind} ({join})"
    return kind


def _on(node: Mapping[str, Any]) -> str | None:
    place = node.get("Relation Name") or node.get("CTE Name") or node.get("Function Name")
    index = node.get("Index Name")
    names = [name for name in (place, None if index is None else f"index {index}") if name]
    return " by ".join(names) or None


def _details(node: Mapping[str, Any], *, show_values: bool) -> Iterator[tuple[str, str]]:
    for name, shown in node.items():
        if name in _HEAD or isinstance(shown, bool | int | float):
            continue
        items = cast("list[object]", shown) if isinstance(shown, list) else [shown]
        text = ", ".join(str(item) for item in items)
        yield name, text if show_values else redacted(text)
