"""Triggers of tables and views."""

from __future__ import annotations

from typing import Literal

from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger; ``definition`` is ``CREATE TRIGGER ...`` in full, as the server prints it.

    ``fires`` says in which sessions it does, by ``session_replication_role``.
    """

    name: str
    definition: str
    fires: Literal["origin", "replica", "always", "never"] = "origin"
    comment: str | None = None
