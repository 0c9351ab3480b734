"""Owners and privileges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ferrule_core.catalog.access import DefaultPrivileges, Grant, Owner, Privileges
from ferrule_core.catalog.names import quote_identifier

_ON = {
    "view": "TABLE",
    "materialized view": "TABLE",
    "foreign table": "TABLE",
    "server": "FOREIGN SERVER",
}
"""What ``GRANT`` calls some kinds, where ``ALTER`` has another word."""


def give_to_owner(owner: Owner) -> Iterator[str]:
    """The statement that hands an object to its owner."""
    yield f"ALTER {owner.kind.upper()} {owner.name} OWNER TO {quote_identifier(owner.role)}"


def grant_all(privileges: Iterable[Privileges], owners: Iterable[Owner]) -> Iterator[str]:
    """The statements that make new objects have these privileges.

    Without owners in the catalog, the owner of everything is who runs the statements.
    """
    known = {(owner.kind, owner.name): owner.role for owner in owners}
    for each in sorted(privileges, key=_schemas_first):
        owner = known.get((each.kind, each.name))
        kind = _ON.get(each.kind, each.kind.upper())
        target = f"ON {kind} {each.name}"
        for grant in each.revoked:
            listed = _listed(grant, each.column)
            yield f"REVOKE {listed} {target} FROM {_grantee(grant, owner)}"
        for grant in _in_turn(each.granted):
            listed = _listed(grant, each.column)
            text = f"GRANT {listed} {target} TO {_grantee(grant, owner)}{_option(grant)}"
            if grant.by is None:
                yield text
            else:
                yield from (f"SET ROLE {quote_identifier(grant.by)}", text, "RESET ROLE")


def grant_by_default(default: DefaultPrivileges) -> Iterator[str]:
    """The statements for objects to come."""
    where = "" if default.schema is None else f" IN SCHEMA {quote_identifier(default.schema)}"
    head = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote_identifier(default.name)}{where}"
    kind = default.kind.upper()
    for grant in default.revoked:
        who = _grantee(grant, default.name)
        yield f"{head} REVOKE {_listed(grant, None)} ON {kind} FROM {who}"
    for grant in default.granted:
        who = _grantee(grant, default.name)
        yield f"{head} GRANT {_listed(grant, None)} ON {kind} TO {who}{_option(grant)}"


def _schemas_first(one: Privileges) -> bool:
    """Who grants in turn has to get at what is in the schema."""
    return one.kind != "schema"


def _in_turn(grants: Iterable[Grant]) -> Iterator[Grant]:
    """Each after those that let its grantor grant."""
    waiting = list(grants)
    may: set[str | None] = {None}
    while waiting:
        ready = [grant for grant in waiting if grant.by in may] or waiting
        yield from ready
        may.update(grant.role for grant in ready if grant.grantable)
        waiting = [grant for grant in waiting if grant not in ready]


def _listed(grant: Grant, column: str | None) -> str:
    of = "" if column is None else f" ({quote_identifier(column)})"
    return ", ".join(f"{privilege}{of}" for privilege in grant.privileges)


def _grantee(grant: Grant, owner: str | None) -> str:
    if grant.to == "public":
        return "PUBLIC"
    if grant.to == "role" and grant.role is not None:
        return quote_identifier(grant.role)
    return "CURRENT_USER" if owner is None else quote_identifier(owner)


def _option(grant: Grant) -> str:
    return " WITH GRANT OPTION" if grant.grantable else ""
