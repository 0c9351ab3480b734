"""Statements without an event loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ferrule_core.query.blocking import iterate, run_sync
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

if TYPE_CHECKING:
    from ferrule_core.database.statements import Statements


class SyncStatements:
    """Runs compiled statements, and SQL text that the caller wrote."""

    __slots__ = ("_statements",)

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def fetch(self, query: CompiledQuery | str, /, *parameters: object) -> Sequence[Row]:
        """All rows of one statement: ``fetch("SELECT $1::int", 7)``."""
        return run_sync(self._statements.fetch(query, *parameters))

    def fetch_first(self, query: CompiledQuery | str, /, *parameters: object) -> Row | None:
        """The first row of one statement, or ``None``."""
        return run_sync(self._statements.fetch_first(query, *parameters))

    def execute(self, query: CompiledQuery | str, /, *parameters: object) -> int:
        """Run one statement and say how many rows it touched."""
        return run_sync(self._statements.execute(query, *parameters))

    def fetch_batch(self, batch: CompiledBatch, /) -> Sequence[Row]:
        """Run one statement for each row of parameters, all or none; what it returns, in order."""
        return run_sync(self._statements.fetch_batch(batch))

    def stream(
        self, query: CompiledQuery | str, /, *parameters: object, chunk_rows: int = 1000
    ) -> Iterator[Sequence[Row]]:
        """The rows in chunks, by a server-side cursor; see ``Statements.stream``."""
        return iterate(self._statements.stream(query, *parameters, chunk_rows=chunk_rows))
