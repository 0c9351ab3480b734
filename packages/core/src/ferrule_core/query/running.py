"""Compiling statements and handing them to the database in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ferrule_core.query.port import Executor, Row, executor_for
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_core.sql.shapes import ShapeCache

if TYPE_CHECKING:
    from ferrule_core.sql.nodes import Statement

_CACHE = ShapeCache()


def compiled(statement: Statement) -> CompiledQuery:
    """The text and the parameters of a statement; the text is made once for each shape."""
    return _CACHE.compile(statement)


async def fetch(database: str | None, statement: Statement) -> Sequence[Row]:
    """All rows of a statement."""
    return await executor_for(database).fetch(_CACHE.compile(statement))


async def fetch_first(database: str | None, statement: Statement) -> Row | None:
    """The first row of a statement, or ``None``."""
    return await executor_for(database).fetch_first(_CACHE.compile(statement))


async def fetch_value(database: str | None, statement: Statement) -> Any:  # noqa: ANN401 - a cell
    """The first column of the first row."""
    row = await executor_for(database).fetch_first(_CACHE.compile(statement))
    return None if row is None else row[0]


async def execute(database: str | None, statement: Statement) -> int:
    """Run a statement and say how many rows it touched."""
    return await executor_for(database).execute(_CACHE.compile(statement))


__all__ = ["Executor", "compiled", "execute", "fetch", "fetch_first", "fetch_value"]
