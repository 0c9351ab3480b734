"""Triggers of tables and views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger; ``definition`` is ``CREATE TRIGGER ...`` in full, as the server prints it.

    ``fires`` says in which sessions it does, by ``session_replication_role``.
    """

    name: str
    definition: str
    fires: Literal["origin", "replica", "always", "never"] = "origin"
    comment: str | None = None
