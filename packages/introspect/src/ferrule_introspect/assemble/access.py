"""Owners and privileges, where they were asked for."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable
from typing import Literal

from ferrule_core.catalog import DefaultPrivileges, Grant, Owner, Privileges
from ferrule_introspect.rows_beside import AccessRow, DefaultAccessRow

_To = Literal["role", "public", "owner"]


def assemble_owners(rows: Iterable[AccessRow]) -> tuple[Owner, ...]:
    """Owners of what has one of its own."""
    return tuple(
        Owner(kind=row.kind, name=row.name, schema=row.schema, role=row.owner)
        for row in rows
        if row.owner is not None and row.column is None
    )


def assemble_privileges(rows: Iterable[AccessRow]) -> tuple[Privileges, ...]:
    """Privileges on objects and columns, where they differ from those of a new one."""
    return tuple(
        Privileges(
            kind=row.kind,
            name=row.name,
            schema=row.schema,
            column=row.column,
            granted=_grants(row.granted),
            revoked=_grants(row.revoked),
        )
        for row in rows
        if row.granted or row.revoked
    )


def assemble_default_privileges(rows: Iterable[DefaultAccessRow]) -> tuple[DefaultPrivileges, ...]:
    """Privileges on objects to come."""
    return tuple(
        DefaultPrivileges(
            name=row.role,
            kind=row.kind,
            schema=row.schema,
            granted=_grants(row.granted),
            revoked=_grants(row.revoked),
        )
        for row in rows
        if row.granted or row.revoked
    )


def only_of(rows: Iterable[AccessRow], kept: Container[tuple[str, int]]) -> list[AccessRow]:
    """The rows of objects that the catalog holds."""
    return [row for row in rows if (row.catalog, row.oid) in kept]


def _grants(text: str | None) -> tuple[Grant, ...]:
    """One for each role, grantor and option, in an order that depends on nothing else."""
    held: list[tuple[_To, str | None, str | None, str, bool]] = json.loads(text or "[]")
    found: dict[tuple[_To, str | None, str | None, bool], list[str]] = {}
    for to, role, by, privilege, grantable in held:
        found.setdefault((to, role, by, grantable), []).append(privilege)
    ordered = sorted(found, key=lambda key: (key[0], key[1] or "", key[2] or "", key[3]))
    return tuple(
        Grant(
            to=key[0],
            role=key[1],
            by=key[2],
            grantable=key[3],
            privileges=tuple(sorted(found[key])),
        )
        for key in ordered
    )
