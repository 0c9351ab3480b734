"""Databases and transactions without an event loop: the twins behind ``.sync``.

Each has the methods of its asynchronous twin, with the same parameters and without ``await``. What
they do runs in the one thread that the process has for it; see ``ferrule_core.database.portal``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING

from ferrule_core.database.health import WITHIN, Health
from ferrule_core.database.portal import before_exit
from ferrule_core.database.registry import open_databases
from ferrule_core.database.sync_connection import SyncConnection, SyncConnectionBlock
from ferrule_core.query.blocking import SyncBlock, iterate, run_sync
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

if TYPE_CHECKING:
    from typing import Self, Unpack

    from ferrule_core.database.beginning import TransactionKeywords
    from ferrule_core.database.block import TransactionBlock
    from ferrule_core.database.database import Database
    from ferrule_core.database.query_log import QueryLog
    from ferrule_core.database.statements import Statements
    from ferrule_core.database.transaction import Transaction

FAREWELL = timedelta(seconds=2)
"""How long a database that is open when the process ends may take to close its connections."""


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


class SyncDatabase(SyncStatements):
    """A database and its pool of connections, for threads without an event loop.

    Attributes:
        database: Its asynchronous twin.
    """

    __slots__ = ("_block", "database")

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.database = database
        self._block = SyncBlock(database)

    def __repr__(self) -> str:
        return f"{self.database!r}.sync"

    def open(self) -> Self:
        """Make the first connections; see ``Database.open``.

        What is still open when the process ends is closed then.
        """
        run_sync(self.database.open())
        return self

    def close(self) -> None:
        """Wait for connections in use, within ``close_within``, then close all."""
        run_sync(self.database.close())

    def __enter__(self) -> Self:
        self._block.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def transaction(self, **options: Unpack[TransactionKeywords]) -> SyncTransactionBlock:
        """A block that commits at its end and rolls back if anything raises.

        Everything that this thread runs through ``.sync`` in the block belongs to it; see
        ``Database.transaction``.

        Args:
            **options: See ``TransactionKeywords``.
        """
        return self.database.transaction(**options).sync

    def connection(self) -> AbstractContextManager[SyncConnection]:
        """A connection of the pool for the time of the block; see ``Database.connection``."""
        return SyncConnectionBlock(self.database.connection())

    def health(self, *, within: timedelta = WITHIN, max_lag: timedelta | None = None) -> Health:
        """Ask the server whether it can be used now; see ``Database.health``."""
        return run_sync(self.database.health(within=within, max_lag=max_lag))

    def log_queries(
        self, *, level: int = logging.INFO, show_parameters: bool = False
    ) -> AbstractContextManager[QueryLog]:
        """Write down the statements of the block; see ``Database.log_queries``."""
        return self.database.log_queries(level=level, show_parameters=show_parameters)


class SyncTransaction(SyncStatements):
    """An open transaction. It belongs to the thread that opened it."""

    __slots__ = ()

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)


class SyncTransactionBlock:
    """``with`` for a transaction: the outermost is one, those inside it are savepoints."""

    __slots__ = ("_block",)

    def __init__(self, block: TransactionBlock) -> None:
        self._block = SyncBlock(block)

    def __enter__(self) -> SyncTransaction:
        """Open a transaction, or a savepoint where this thread has one open.

        Raises:
            ConfigurationError: Isolation or access mode is asked for inside an open transaction.
            TransactionError: The open transaction belongs to another thread or task.
        """
        return self._block.__enter__().sync

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Commit, or roll back where the block raised; see ``TransactionBlock``.

        Raises:
            SyncError: The process forked inside of the block, and this is the child.
        """
        self._block.__exit__(kind, error, traceback)


async def _close_what_is_open() -> None:
    for database in reversed(open_databases()):
        await database.end_with_process(within=FAREWELL)


before_exit(_close_what_is_open)
