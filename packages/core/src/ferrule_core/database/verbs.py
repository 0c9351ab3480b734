"""The methods of a connection as values, so that one path runs them all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts import Connection, Middleware
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

Result = TypeVar("Result")
Statement = TypeVar("Statement", bound=CompiledQuery | CompiledBatch)


@dataclass(frozen=True, slots=True)
class Verb(Generic[Statement, Result]):
    """One method of a connection.

    Attributes:
        to_rows: What middleware sees of the result.
        from_rows: The result, from what middleware gave back.
        reads: Whether it is used for statements that may only read.
    """

    run: Callable[[Connection, Statement], Awaitable[Result]]
    to_rows: Callable[[Result], Sequence[Row]]
    from_rows: Callable[[Sequence[Row]], Result]
    reads: bool = False


class TouchedRows(list[Row]):
    """What middleware sees of ``execute``: no rows, but how many were touched."""

    def __init__(self, touched: int) -> None:
        super().__init__()
        self.touched = touched


def _same(rows: Sequence[Row]) -> Sequence[Row]:
    return rows


def touched_rows(rows: Sequence[Row]) -> int:
    """How many rows a statement gave or touched, from what middleware sees of its result."""
    return rows.touched if isinstance(rows, TouchedRows) else len(rows)


FETCH: Verb[CompiledQuery, Sequence[Row]] = Verb(
    lambda connection, query: connection.fetch(query.text, query.parameters),
    _same,
    _same,
    reads=True,
)
FETCH_FIRST: Verb[CompiledQuery, Row | None] = Verb(
    lambda connection, query: connection.fetch_first(query.text, query.parameters),
    lambda row: () if row is None else (row,),
    lambda rows: rows[0] if rows else None,
    reads=True,
)
EXECUTE: Verb[CompiledQuery, int] = Verb(
    lambda connection, query: connection.execute(query.text, query.parameters),
    TouchedRows,
    touched_rows,
)
FETCH_BATCH: Verb[CompiledBatch, Sequence[Row]] = Verb(
    lambda connection, batch: connection.fetch_batch(batch.text, batch.rows), _same, _same
)


async def observed(
    middleware: Sequence[Middleware],
    run_now: Callable[[Verb[Any, Any], Any], Coroutine[Any, Any, Any]],
    verb: Verb[Any, Result],
    statement: CompiledQuery | CompiledBatch,
) -> Result:
    """Run a statement inside of the middleware, the first outermost."""

    async def innermost(inner: CompiledQuery | CompiledBatch) -> Sequence[Row]:
        return verb.to_rows(await run_now(verb, inner))

    call: Callable[[CompiledQuery | CompiledBatch], Awaitable[Sequence[Row]]] = innermost
    for around in reversed(middleware):
        call = partial(_call, around, call)
    return verb.from_rows(await call(statement))


def _call(
    around: Middleware,
    call_next: Callable[[CompiledQuery | CompiledBatch], Awaitable[Sequence[Row]]],
    statement: CompiledQuery | CompiledBatch,
) -> Awaitable[Sequence[Row]]:
    return around(statement, call_next)
