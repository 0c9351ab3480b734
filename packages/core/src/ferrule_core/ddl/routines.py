"""Functions, procedures, aggregates and triggers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ferrule_core.catalog.names import QualifiedName, quote_identifier
from ferrule_core.catalog.routines import Aggregate, Routine
from ferrule_core.catalog.triggers import InheritedTrigger, Trigger
from ferrule_core.ddl.clauses import comment_on

FIRES = {
    "origin": "ENABLE",
    "replica": "ENABLE REPLICA",
    "always": "ENABLE ALWAYS",
    "never": "DISABLE",
}
"""What ``ALTER TABLE`` calls it when a trigger or a rule acts."""


def create_routine(routine: Routine) -> Iterator[str]:
    """The statements that make a function or a procedure."""
    yield routine.definition
    kind = "PROCEDURE" if routine.kind == "procedure" else "FUNCTION"
    yield from comment_on(kind, routine.sql, routine.comment)


def create_aggregate(aggregate: Aggregate) -> Iterator[str]:
    """The statements that make an aggregate."""
    options = ",\n    ".join(
        f"{name} = {value}" if value else name for name, value in aggregate.options
    )
    arguments = aggregate.arguments or "*"
    yield f"CREATE AGGREGATE {aggregate.name.sql}({arguments}) (\n    {options}\n)"
    yield from comment_on("AGGREGATE", aggregate.sql, aggregate.comment)


def create_triggers(
    relation: QualifiedName,
    triggers: Iterable[Trigger],
    inherited: Iterable[InheritedTrigger] = (),
) -> Iterator[str]:
    """The statements that make the triggers of a table or a view."""
    for trigger in triggers:
        name = quote_identifier(trigger.name)
        yield trigger.definition
        if trigger.fires != "origin":
            yield f"ALTER TABLE {relation.sql} {FIRES[trigger.fires]} TRIGGER {name}"
        yield from comment_on("TRIGGER", f"{name} ON {relation.sql}", trigger.comment)
    for one in inherited:
        name = quote_identifier(one.name)
        yield f"ALTER TABLE {relation.sql} {FIRES[one.fires]} TRIGGER {name}"
