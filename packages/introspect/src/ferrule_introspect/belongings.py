"""What belongs to a relation beside its columns and keys, a line for each. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog import (
    Catalog,
    DefaultPrivileges,
    Exclusion,
    ForeignTable,
    Grant,
    MaterializedView,
    Policy,
    Relation,
    Rule,
    Table,
    View,
    shown_name,
)


def place_lines(table: Table | ForeignTable) -> Iterator[str]:
    """Which tables it is a part of, or is cut into."""
    if isinstance(table, Table) and table.partitioning is not None:
        yield f"partition by {table.partitioning.strategy} ({table.partitioning.key})"
    if table.partition_of is not None:
        yield f"partition of {table.partition_of.parent} {table.partition_of.bound}"
    if table.inherits:
        yield f"inherits {', '.join(map(str, table.inherits))}"
    if isinstance(table, Table) and table.of_type is not None:
        yield f"of type {table.of_type}"


def exclusion_line(exclusion: Exclusion) -> str:
    """What no two rows may both have."""
    parts = [
        f"{shown_name(one.element.column) if one.element.column else one.element.expression}"
        f" with {one.operator}"
        for one in exclusion.elements
    ]
    where = f" where {exclusion.predicate}" if exclusion.predicate else ""
    return f"exclude {shown_name(exclusion.name)}: {exclusion.method} ({', '.join(parts)}){where}"


def guard_lines(relation: Relation | ForeignTable, catalog: Catalog) -> Iterator[str]:
    """Rules, triggers, row-level security and its policies, and statistics."""
    if not isinstance(relation, MaterializedView):
        yield from (f"trigger {shown_name(trigger.name)}" for trigger in relation.triggers)
    if isinstance(relation, Table):
        yield from (
            f"trigger {shown_name(one.name)}, inherited, fires {one.fires}"
            for one in relation.inherited_triggers
        )
    if isinstance(relation, Table | View):
        yield from map(_rule_line, relation.rules)
    if isinstance(relation, Table):
        if relation.row_security:
            forced = ", for its owner too" if relation.force_row_security else ""
            yield f"row-level security{forced}"
        yield from map(_policy_line, relation.policies)
    for statistics in catalog.statistics:
        if statistics.table == relation.name:
            yield f"statistics {shown_name(statistics.name.name)}"


def access_lines(catalog: Catalog) -> Iterator[tuple[str, list[str]]]:
    """Owners and privileges, where they were asked for."""
    for owner in catalog.owners:
        yield f"{owner.kind} {owner.name} (owner)", [shown_name(owner.role)]
    for one in catalog.privileges:
        column = "" if one.column is None else f", column {shown_name(one.column)}"
        label = f"{one.kind} {one.name}{column} (privileges)"
        yield label, [*_grants("may", one.granted), *_grants("may not", one.revoked)]
    for default in catalog.default_privileges:
        label = f"{_new_objects(default)} (default privileges)"
        yield label, [*_grants("may", default.granted), *_grants("may not", default.revoked)]


def _new_objects(default: DefaultPrivileges) -> str:
    where = "" if default.schema is None else f" in {shown_name(default.schema)}"
    return f"new {default.kind} of {shown_name(default.name)}{where}"


def _grants(may: str, grants: tuple[Grant, ...]) -> Iterator[str]:
    for grant in grants:
        who = shown_name(grant.role) if grant.role is not None else f"the {grant.to}"
        more = ", and may grant it" if grant.grantable else ""
        yield f"{who} {may} {', '.join(grant.privileges)}{more}"


def _policy_line(policy: Policy) -> str:
    kind = "policy" if policy.permissive else "restrictive policy"
    roles = ", ".join(map(shown_name, policy.roles))
    using = f", using {policy.using}" if policy.using else ""
    check = f", check {policy.check}" if policy.check else ""
    return f"{kind} {shown_name(policy.name)}: {policy.command} by {roles}{using}{check}"


def _rule_line(rule: Rule) -> str:
    return (
        f"rule {shown_name(rule.name)}{'' if rule.fires == 'origin' else f', fires {rule.fires}'}"
    )
