"""Triggers of tables and views."""

from __future__ import annotations

from typing import Literal

from ferrule_core.deferred import dataclass

Fires = Literal["origin", "replica", "always", "never"]
"""In which sessions a trigger or a rule acts, by ``session_replication_role``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger; ``definition`` is ``CREATE TRIGGER ...`` in full, as the server prints it."""

    name: str
    definition: str
    fires: Fires = "origin"
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InheritedTrigger:
    """A trigger that a partition has from its parent, and that acts in other sessions than there.

    Those that act as their parent's are not listed.
    """

    name: str
    fires: Fires
