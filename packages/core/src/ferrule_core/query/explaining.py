"""What the server means to do with a query."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, overload

from ferrule_core.errors import QueryError
from ferrule_core.query import running
from ferrule_core.query.reading import select_instances
from ferrule_core.sql.nodes import Explain, ExplainFormat

if TYPE_CHECKING:
    from ferrule_core.query.selection import Selection


class Explaining:
    """``explain`` of a query."""

    __slots__ = ()

    _selection: Selection

    @overload
    async def explain(
        self, *, analyze: bool = False, buffers: bool = False, format: Literal["text"] = "text"
    ) -> str: ...
    @overload
    async def explain(
        self, *, analyze: bool = False, buffers: bool = False, format: Literal["json"]
    ) -> list[dict[str, Any]]: ...
    async def explain(
        self,
        *,
        analyze: bool = False,
        buffers: bool = False,
        format: Literal["text", "json"] = "text",  # noqa: A002 - the server's word
    ) -> str | list[dict[str, Any]]:
        """The server's plan for what ``all`` would send first.

        Args:
            analyze: Run it too, and say how long each part took. The query reads; with
                ``select_for_update`` its rows are locked.
            buffers: Say which pages were read.
            format: As text for people, or as JSON, parsed.

        Raises:
            QueryError: The format is another one.
        """
        if format not in ("text", "json"):
            raise QueryError("a plan is written as text or as json")
        node = Explain(
            select_instances(self._selection),
            analyze=analyze,
            buffers=buffers,
            format=ExplainFormat.JSON if format == "json" else ExplainFormat.TEXT,
        )
        rows = await running.fetch(self._selection.database, node)
        if format == "text":
            return "\n".join(row[0] for row in rows)
        plan: Any = rows[0][0]
        found: list[dict[str, Any]] = json.loads(plan) if isinstance(plan, str) else plan
        return found
