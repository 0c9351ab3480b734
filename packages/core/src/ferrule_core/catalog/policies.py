"""Who may see which rows, and what happens to a statement before it is run."""

from __future__ import annotations

from typing import Literal

from ferrule_core.catalog.triggers import Fires
from ferrule_core.deferred import dataclass

PolicyCommand = Literal["all", "select", "insert", "update", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy of row-level security; it acts where the table says ``row_security``.

    Attributes:
        roles: Names of the roles that it is for; ``public`` means everybody.
        using: Which rows are seen, as the server prints it, without outer parentheses.
        check: Which rows may be written, in the same way.
    """

    name: str
    permissive: bool = True
    command: PolicyCommand = "all"
    roles: tuple[str, ...] = ("public",)
    using: str | None = None
    check: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rewrite rule that is not a view's own.

    ``definition`` is ``CREATE RULE ...`` in full, as the server prints it, without a final
    semicolon.
    """

    name: str
    definition: str
    fires: Fires = "origin"
    comment: str | None = None
