"""How statements are run: the verbs that a database and a transaction share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Coroutine, Sequence
from typing import Any

from ferrule_core.database.observing.watch import Watch
from ferrule_core.database.verbs import (
    EXECUTE,
    FETCH,
    FETCH_BATCH,
    FETCH_FIRST,
    Result,
    Statement,
    Verb,
)
from ferrule_core.errors import QueryError
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery


class Statements(ABC):
    """Runs compiled statements, and SQL text that the caller wrote.

    A statement without ``origin`` is the caller's own: it may have changed the session, so the
    connection is reset before anyone else gets it.
    """

    _middleware: Watch

    @abstractmethod
    async def run_now(self, verb: Verb[Statement, Result], statement: Statement) -> Result:
        """Run a statement, inside of all middleware."""

    @abstractmethod
    def stream_now(self, query: CompiledQuery, chunk_rows: int) -> AsyncGenerator[Sequence[Row]]:
        """Stream rows, seen by nobody."""

    @abstractmethod
    def in_transaction(self) -> bool:
        """Whether a statement of this task would run in a transaction that the caller opened."""

    # Functions that give coroutines, and no coroutines around those, which would cost each time.

    def fetch(
        self, query: CompiledQuery | str, /, *parameters: object
    ) -> Coroutine[Any, Any, Sequence[Row]]:
        """All rows of one statement, as ``await database.fetch("SELECT $1::int", 7)``."""
        if parameters or isinstance(query, str):
            query = _compiled(query, parameters)
        return self._run(FETCH, query)

    def fetch_first(
        self, query: CompiledQuery | str, /, *parameters: object
    ) -> Coroutine[Any, Any, Row | None]:
        """The first row of one statement, or ``None``."""
        if parameters or isinstance(query, str):
            query = _compiled(query, parameters)
        return self._run(FETCH_FIRST, query)

    def execute(
        self, query: CompiledQuery | str, /, *parameters: object
    ) -> Coroutine[Any, Any, int]:
        """Run one statement and say how many rows it touched."""
        if parameters or isinstance(query, str):
            query = _compiled(query, parameters)
        return self._run(EXECUTE, query)

    def fetch_batch(self, batch: CompiledBatch, /) -> Coroutine[Any, Any, Sequence[Row]]:
        """Run one statement for each row of parameters, all or none; what it returns, in order."""
        return self._run(FETCH_BATCH, batch)

    def stream(
        self, query: CompiledQuery | str, /, *parameters: object, chunk_rows: int = 1000
    ) -> AsyncGenerator[Sequence[Row]]:
        """The rows in chunks, by a server-side cursor, in constant memory.

        It does not pass through middleware, which would need all rows at once; observers see it.
        A connection is held until the last row was read, or the iterator is closed.
        """
        compiled = _compiled(query, parameters)
        if self._middleware:
            return self._middleware.stream(
                self.stream_now, compiled, chunk_rows, self.in_transaction
            )
        return self.stream_now(compiled, chunk_rows)

    def _run(
        self, verb: Verb[Statement, Result], statement: Statement
    ) -> Coroutine[Any, Any, Result]:
        if self._middleware:
            return self._middleware.run(self.run_now, verb, statement)
        return self.run_now(verb, statement)


def _compiled(query: CompiledQuery | str, parameters: tuple[object, ...]) -> CompiledQuery:
    if isinstance(query, str):
        return CompiledQuery(query, parameters)
    if parameters:
        raise QueryError(
            "a compiled query has its parameters already",
            hint="pass parameters only with SQL text",
        )
    return query
