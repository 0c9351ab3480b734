"""The closed union of all statements."""

from __future__ import annotations

from typing import TypeAlias

from ferrule_core.sql.nodes.commands import Call, Explain
from ferrule_core.sql.nodes.merge import Merge
from ferrule_core.sql.nodes.select import Select, SetOperation
from ferrule_core.sql.nodes.writes import Delete, Insert, Update

Statement: TypeAlias = Select | SetOperation | Insert | Update | Delete | Merge | Explain | Call
"""Every statement there is."""
