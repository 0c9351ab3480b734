"""Which version the server has, where a statement depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.query.port import Executor, executor_for
from ferrule_core.query.running import compiled
from ferrule_core.sql.nodes import Cast, Constant, FunctionCall, Projection, Select, SelectItem

if TYPE_CHECKING:
    from ferrule_core.query.port import Row

_SETTING = FunctionCall("current_setting", (Constant("server_version_num"),), PG_CATALOG)
_VERSION = Select(Projection((SelectItem(Cast(_SETTING, TypeRef(PG_CATALOG, "int4"))),)))
_KNOWN: WeakKeyDictionary[Executor, int] = WeakKeyDictionary()


async def major_version(database: str | None) -> int:
    """The major version of the server of a database: 18. It is asked once."""
    executor = executor_for(database)
    known = _KNOWN.get(executor)
    if known is None:
        row: Row | None = await executor.fetch_first(compiled(_VERSION))
        known = 0 if row is None else row[0] // 10_000
        _KNOWN[executor] = known
    return known
