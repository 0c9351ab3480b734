"""Triggers of tables and views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ferrule_core.catalog import Trigger
from ferrule_introspect.assemble.comments import Comments
from ferrule_introspect.assemble.order import sorted_by_name
from ferrule_introspect.rows import TriggerRow

_FIRES: dict[str, Literal["origin", "replica", "always", "never"]] = {
    "O": "origin",
    "R": "replica",
    "A": "always",
    "D": "never",
}


def assemble_triggers(
    rows: Iterable[TriggerRow], comments: Comments
) -> dict[int, tuple[Trigger, ...]]:
    """Triggers by the OID of their relation, sorted by name."""
    found: dict[int, list[Trigger]] = {}
    for row in rows:
        trigger = Trigger(
            name=row.name,
            definition=row.definition,
            fires=_FIRES[row.fires],
            comment=comments.on("pg_trigger", row.oid),
        )
        found.setdefault(row.relation, []).append(trigger)
    return {relation: sorted_by_name(triggers) for relation, triggers in found.items()}
