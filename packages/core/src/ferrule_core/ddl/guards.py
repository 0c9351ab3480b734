"""Rules, row-level security and what else acts on a relation's rows."""

from __future__ import annotations

from collections.abc import Iterator

from ferrule_core.catalog.names import QualifiedName, quote_identifier
from ferrule_core.catalog.objects import MaterializedView, View
from ferrule_core.catalog.policies import Policy, Rule
from ferrule_core.catalog.statistics import Statistics
from ferrule_core.catalog.tables import Table
from ferrule_core.ddl.clauses import comment_on
from ferrule_core.ddl.routines import FIRES


def create_rules(relation: Table | View) -> Iterator[str]:
    """The statements that make the rules of a table or a view."""
    for rule in relation.rules:
        yield from _create_rule(relation.name, rule)


def guard_table(table: Table) -> Iterator[str]:
    """The statements that turn row-level security on and make its policies."""
    alter = f"ALTER TABLE {table.name.sql}"
    if table.row_security:
        yield f"{alter} ENABLE ROW LEVEL SECURITY"
    if table.force_row_security:
        yield f"ALTER TABLE ONLY {table.name.sql} FORCE ROW LEVEL SECURITY"
    for policy in table.policies:
        yield _create_policy(table.name, policy)
        name = f"{quote_identifier(policy.name)} ON {table.name.sql}"
        yield from comment_on("POLICY", name, policy.comment)


def choose_indexes(relation: Table | MaterializedView) -> Iterator[str]:
    """Which index ``CLUSTER`` takes, and which columns tell replicas a row."""
    kind = "TABLE" if isinstance(relation, Table) else "MATERIALIZED VIEW"
    alter = f"ALTER {kind} {relation.name.sql}"
    if relation.clustered_on is not None:
        yield f"{alter} CLUSTER ON {quote_identifier(relation.clustered_on)}"
    identity = relation.replica_identity
    if identity is not None:
        index = f" {quote_identifier(identity.index)}" if identity.index is not None else ""
        kinds = {"full": "FULL", "nothing": "NOTHING", "index": "USING INDEX"}
        yield f"ALTER TABLE ONLY {relation.name.sql} REPLICA IDENTITY {kinds[identity.kind]}{index}"


def create_statistics(statistics: Statistics) -> Iterator[str]:
    """The statements that make a statistics object."""
    name = statistics.name.sql
    yield statistics.definition
    if statistics.target is not None:
        yield f"ALTER STATISTICS {name} SET STATISTICS {statistics.target}"
    yield from comment_on("STATISTICS", name, statistics.comment)


def _create_rule(relation: QualifiedName, rule: Rule) -> Iterator[str]:
    name = quote_identifier(rule.name)
    yield rule.definition
    if rule.fires != "origin":
        yield f"ALTER TABLE {relation.sql} {FIRES[rule.fires]} RULE {name}"
    yield from comment_on("RULE", f"{name} ON {relation.sql}", rule.comment)


def _create_policy(table: QualifiedName, policy: Policy) -> str:
    text = f"CREATE POLICY {quote_identifier(policy.name)} ON {table.sql}"
    if not policy.permissive:
        text += " AS RESTRICTIVE"
    if policy.command != "all":
        text += f" FOR {policy.command.upper()}"
    if policy.roles != ("public",):
        text += f" TO {', '.join(map(_role, policy.roles))}"
    if policy.using is not None:
        text += f" USING ({policy.using})"
    return text if policy.check is None else f"{text} WITH CHECK ({policy.check})"


def _role(name: str) -> str:
    """``public`` is everybody, and no role's name."""
    return "PUBLIC" if name == "public" else quote_identifier(name)
