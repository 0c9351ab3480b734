"""Transactions: a block that commits at its end, and rolls back if anything raises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextvars import Context, ContextVar
from types import TracebackType
from typing import Literal

from ferrule_core.database.pool import RESET_WITHIN, Pool, Slot
from ferrule_core.database.statements import Statements
from ferrule_core.database.verbs import Result, Statement, Verb
from ferrule_core.database.watch import Watch
from ferrule_core.errors import (
    CommitUnknown,
    ConfigurationError,
    ConnectionLost,
    DatabaseError,
    QueryCanceled,
    TransactionAborted,
    TransactionError,
)
from ferrule_core.plugins.contracts import Connection
from ferrule_core.query.port import Row
from ferrule_core.sql.compiled import CompiledQuery

Isolation = Literal["read committed", "repeatable read", "serializable"]

BEGIN = "BEGIN"

_innermost: ContextVar[Transaction | None] = ContextVar("ferrule_transaction", default=None)
"""The innermost open transaction, of whatever database; ``outer`` leads to the others."""


def transaction_of(pool: Pool) -> Transaction | None:
    """The open transaction of this task on a pool.

    Raises:
        TransactionError: There is one, but another task opened it.
    """
    transaction = _innermost.get()
    while transaction is not None:
        if transaction.pool is pool and transaction.open:
            transaction.check_owner()
            return transaction
        transaction = transaction.outer
    return None


class Transaction(Statements):
    """An open transaction. It belongs to the task that opened it.

    ``Database.transaction()`` makes it. Statements of the same database find it by themselves;
    its own verbs are for those who prefer to be explicit. What runs its coroutine in a new task,
    as ``asyncio.gather`` does, and ``asyncio.wait_for`` of Python 3.11, is refused; a deadline is
    set by ``asyncio.timeout``.
    """

    def __init__(self, pool: Pool, slot: Slot, middleware: Watch) -> None:
        self._middleware = middleware
        self.pool = pool
        self.slot = slot
        self.owner = slot.holder
        self.outer = _innermost.get()
        self.open = True
        self.savepoints = 0
        self.first_error: BaseException | None = None
        # A savepoint that is being undone, or why nothing can run any more.
        self._obstacle: asyncio.Task[None] | TransactionError | None = None

    @property
    def connection(self) -> Connection:
        """The connection that the transaction holds."""
        return self.slot.connection

    def check_owner(self) -> None:
        """Refuse every task but the one that opened the transaction."""
        task = asyncio.current_task(self.pool.loop)
        if task is self.owner:
            return
        mine = "no task" if task is None else f'task "{task.get_name()}"'
        owner = "no task" if self.owner is None else f'task "{self.owner.get_name()}"'
        raise TransactionError(
            f"a transaction of {owner} was used by {mine}",
            hint="run the statements of a transaction one after the other in its own task; "
            "start tasks that do not belong to it outside of the block",
        )

    def notice_end(self) -> None:
        """Look whether a statement of the caller ended the transaction; then refuse all others."""
        if not self.connection.in_transaction and not self.connection.closed:
            self._obstacle = TransactionError(
                "a statement of the caller ended the transaction",
                hint="leave COMMIT and ROLLBACK to the block; raise inside of it to roll back",
            )

    async def run_control(self, text: str) -> str:
        """Run COMMIT, SAVEPOINT and their like, and give the command tag."""
        if self._obstacle is not None:
            await self._pass_obstacle()
        return await self.connection.execute_script(text)

    async def undo_savepoint(self, name: str) -> None:
        """Go back to a savepoint; where that cannot be done, drop the connection.

        The work is a task of its own: a cancelled caller does not wait for it, but the next
        statement does.
        """
        if isinstance(self._obstacle, TransactionError):
            return  # there is no transaction any more
        text = f"ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}"
        self._obstacle = asyncio.get_running_loop().create_task(
            _run_or_drop(self.connection, text), name=f"ferrule: undo {name}", context=Context()
        )
        await asyncio.shield(self._obstacle)
        self._obstacle = None

    async def run_now(self, verb: Verb[Statement, Result], statement: Statement) -> Result:
        """Run a statement; see ``Statements.run_now``."""
        self.check_owner()
        return await self.run_owned(verb, statement)

    async def run_owned(self, verb: Verb[Statement, Result], statement: Statement) -> Result:
        """Run a statement for a task that is known to be the owner."""
        if not self.open:
            raise TransactionError("the transaction has ended")
        if self._obstacle is not None:
            await self._pass_obstacle()
        if statement.origin is None:
            self.slot.tainted = True
        try:
            result = await verb.run(self.connection, statement)
        except BaseException as error:
            self.first_error = self.first_error or error
            raise
        if statement.origin is None:
            self.notice_end()
            await self._pass_obstacle()
        return result

    def in_transaction(self) -> bool:
        """Always; see ``Statements.in_transaction``."""
        return True

    async def stream_now(
        self, query: CompiledQuery, chunk_rows: int
    ) -> AsyncGenerator[Sequence[Row]]:
        """Stream rows; see ``Statements.stream_now``."""
        self.check_owner()
        if self._obstacle is not None:
            await self._pass_obstacle()
        if query.origin is None:
            self.slot.tainted = True
        try:
            async for rows in self.connection.stream(
                query.text, query.parameters, chunk_rows=chunk_rows
            ):
                yield rows
                self.check_owner()
        except DatabaseError as error:
            self.first_error = self.first_error or error
            raise

    async def _pass_obstacle(self) -> None:
        if isinstance(self._obstacle, TransactionError):
            raise self._obstacle
        if self._obstacle is not None:
            await asyncio.shield(self._obstacle)
            self._obstacle = None


async def _run_or_drop(connection: Connection, text: str) -> None:
    done = False
    try:
        async with asyncio.timeout(RESET_WITHIN.total_seconds()):
            await connection.execute_script(text)
        done = True
    except (DatabaseError, TimeoutError):
        pass  # the next statement meets the dropped connection
    finally:
        if not done:
            connection.terminate()


class TransactionBlock:
    """``async with`` for a transaction: the outermost is one, those inside it are savepoints."""

    __slots__ = ("_begin", "_middleware", "_pool", "_savepoint", "_transaction")

    def __init__(self, pool: Pool, begin: str, middleware: Watch) -> None:
        self._pool = pool
        self._begin = begin
        self._middleware = middleware
        self._transaction: Transaction | None = None
        self._savepoint: str | None = None

    async def __aenter__(self) -> Transaction:
        """Open a transaction, or a savepoint where this task has one open.

        Raises:
            ConfigurationError: Isolation or access mode is asked for inside an open transaction.
            TransactionError: The open transaction belongs to another task.
        """
        if self._transaction is not None:
            raise TransactionError("this block of a transaction was entered already")
        self._savepoint = None
        transaction = transaction_of(self._pool)
        if transaction is None:
            self._transaction = await self._begin_transaction()
            return self._transaction
        if self._begin != BEGIN:
            raise ConfigurationError(
                "isolation, read_only and deferrable belong to the outermost transaction",
                hint="leave them out inside another transaction of the same database",
            )
        transaction.savepoints += 1
        self._savepoint = f"ferrule_{transaction.savepoints}"
        await transaction.run_control(f"SAVEPOINT {self._savepoint}")
        self._transaction = transaction
        return transaction

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Commit, or roll back where the block raised.

        The caller sees the error that ended the block, never one from the rollback.

        Raises:
            TransactionAborted: A statement failed and its error was swallowed in the block.
            CommitUnknown: The connection broke during COMMIT.
            DatabaseError: A deferred constraint, or a serialization failure, at COMMIT.
        """
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            raise TransactionError("this block of a transaction is not open")
        if self._savepoint is not None and kind is None:
            await self._release_savepoint(transaction, self._savepoint)
        elif self._savepoint is not None:
            await self._undo_savepoint(transaction, self._savepoint)
        elif kind is None:
            await self._commit(transaction)
        else:
            await self._roll_back(transaction)

    async def _begin_transaction(self) -> Transaction:
        pool = self._pool
        slot = pool.take() or await pool.acquire()
        try:
            await slot.connection.execute_script(self._begin)
        except BaseException:
            pool.release(slot, tainted=True)
            raise
        transaction = Transaction(pool, slot, self._middleware)
        _innermost.set(transaction)
        return transaction

    async def _commit(self, transaction: Transaction) -> None:
        if transaction.connection.closed:
            await self._roll_back(transaction)
            raise ConnectionLost(
                "the connection broke inside the transaction; nothing was committed"
            ) from transaction.first_error
        try:
            outcome = await transaction.run_control("COMMIT")
        except BaseException as error:
            await self._roll_back(transaction)
            if _says_nothing_about_commit(error):
                raise CommitUnknown(
                    "the connection broke during COMMIT: the transaction is committed or not",
                    hint="look whether its rows are there before you run it again",
                ) from error
            raise
        self._leave(transaction)
        self._pool.release(transaction.slot)
        if outcome == "ROLLBACK":
            raise _aborted() from transaction.first_error

    async def _roll_back(self, transaction: Transaction) -> None:
        self._leave(transaction)
        cleaning = self._pool.release(transaction.slot, tainted=True)
        if cleaning is not None:  # the pool ends it even where this task is cancelled once more
            await asyncio.shield(cleaning)

    async def _release_savepoint(self, transaction: Transaction, name: str) -> None:
        try:
            await transaction.run_control(f"RELEASE SAVEPOINT {name}")
        except TransactionAborted:
            swallowed = transaction.first_error
            await self._undo_savepoint(transaction, name)
            raise _aborted() from swallowed

    async def _undo_savepoint(self, transaction: Transaction, name: str) -> None:
        transaction.first_error = None
        if not transaction.connection.closed:
            await transaction.undo_savepoint(name)

    def _leave(self, transaction: Transaction) -> None:
        transaction.open = False
        if _innermost.get() is transaction:
            _innermost.set(transaction.outer)


def begin_text(isolation: Isolation | None, *, read_only: bool, deferrable: bool) -> str:
    """The statement that begins such a transaction."""
    words = [BEGIN]
    if isolation is not None:
        words.append(_ISOLATIONS[isolation])
    if read_only:
        words.append("READ ONLY")
    if deferrable:
        words.append("DEFERRABLE")
    return " ".join(words)


_ISOLATIONS: dict[Isolation, str] = {
    "read committed": "ISOLATION LEVEL READ COMMITTED",
    "repeatable read": "ISOLATION LEVEL REPEATABLE READ",
    "serializable": "ISOLATION LEVEL SERIALIZABLE",
}


def _says_nothing_about_commit(error: BaseException) -> bool:
    if isinstance(error, QueryCanceled):
        return error.fields is None  # our own deadline, not the server's word
    return isinstance(error, ConnectionLost)


def _aborted() -> TransactionAborted:
    return TransactionAborted(
        "a statement failed inside the transaction and its error was swallowed, "
        "so everything was rolled back",
        hint="let the error leave the block, or put what may fail in a transaction() of its own",
    )
