"""Triggers, rules and policies of tables and views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ferrule_core.catalog import InheritedTrigger, Policy, Rule, Trigger
from ferrule_core.catalog.policies import PolicyCommand
from ferrule_core.catalog.triggers import Fires
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.order import sorted_by_name
from ferrule_introspect.rows import PolicyRow, RuleRow, TriggerRow

_FIRES: dict[str, Fires] = {
    "O": "origin",
    "R": "replica",
    "A": "always",
    "D": "never",
}
_COMMANDS: dict[str, PolicyCommand] = {
    "*": "all",
    "r": "select",
    "a": "insert",
    "w": "update",
    "d": "delete",
}


def assemble_triggers(
    rows: Iterable[TriggerRow], comments: Comments
) -> dict[int, tuple[Trigger, ...]]:
    """Triggers by the OID of their relation, sorted by name."""
    found: dict[int, list[Trigger]] = {}
    for row in rows:
        if row.cloned:
            continue
        trigger = Trigger(
            name=row.name,
            definition=row.definition,
            fires=_FIRES[row.fires],
            comment=comments.on("pg_trigger", row.oid),
        )
        found.setdefault(row.relation, []).append(trigger)
    return {relation: sorted_by_name(triggers) for relation, triggers in found.items()}


def inherited_triggers(rows: Iterable[TriggerRow]) -> dict[int, tuple[InheritedTrigger, ...]]:
    """What partitions' copies of triggers do otherwise than their parents', sorted by name."""
    found: dict[int, list[InheritedTrigger]] = {}
    for row in rows:
        if row.cloned:
            one = InheritedTrigger(name=row.name, fires=_FIRES[row.fires])
            found.setdefault(row.relation, []).append(one)
    return {relation: sorted_by_name(triggers) for relation, triggers in found.items()}


def assemble_rules(rows: Iterable[RuleRow], comments: Comments) -> Mapping[int, tuple[Rule, ...]]:
    """Rules by the OID of their relation, sorted by name."""
    found: dict[int, list[Rule]] = {}
    for row in rows:
        rule = Rule(
            name=row.name,
            definition=row.definition.strip().removesuffix(";"),
            fires=_FIRES[row.fires],
            comment=comments.on("pg_rewrite", row.oid),
        )
        found.setdefault(row.relation, []).append(rule)
    return {relation: sorted_by_name(rules) for relation, rules in found.items()}


def assemble_policies(
    rows: Iterable[PolicyRow], comments: Comments
) -> Mapping[int, tuple[Policy, ...]]:
    """Policies by the OID of their table, sorted by name; their roles too."""
    found: dict[int, list[Policy]] = {}
    for row in rows:
        policy = Policy(
            name=row.name,
            permissive=row.permissive,
            command=_COMMANDS[row.command],
            roles=tuple(sorted(row.roles)),
            using=row.using_expression,
            check=row.check_expression,
            comment=comments.on("pg_policy", row.oid),
        )
        found.setdefault(row.relation, []).append(policy)
    return {relation: sorted_by_name(policies) for relation, policies in found.items()}
