"""Names of databases that say which of its servers is meant: ``replica``, ``reports.replica``."""

from __future__ import annotations

from typing import Literal, TypeAlias

Role: TypeAlias = Literal["primary", "replica"]


def role_of(name: str) -> tuple[str | None, Role | None]:
    """The database, and the role of its server; ``None`` for what the name does not say."""
    database, _, last = name.rpartition(".")
    if last == "replica":
        return database or None, "replica"
    if last == "primary":
        return database or None, "primary"
    return name, None


def name_within(model: str | None, asked: str) -> str:
    """The name to use for a query of a model: a role is one of the model's own database."""
    database, role = role_of(asked)
    if role is None or database is not None or model is None:
        return asked
    own, _ = role_of(model)
    return role if own is None else f"{own}.{role}"


def same_database(one: str | None, other: str | None) -> bool:
    """Whether two names mean the same tables, whichever server has them."""
    return one == other or _tables(one) == _tables(other)


def _tables(name: str | None) -> str | None:
    return None if name is None else role_of(name)[0]
