"""The block: ``async with`` for a transaction, and for the savepoints inside of it."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Coroutine
from time import perf_counter
from types import TracebackType
from typing import Any

from ferrule_core.database.observing.watch import Watch, run_script
from ferrule_core.database.pooling.pool import Pool, Slot
from ferrule_core.database.pooling.pools import Pools
from ferrule_core.database.sync.blocks import SyncTransactionBlock
from ferrule_core.database.transactions.beginning import (
    BEGIN,
    PLAIN,
    TransactionOptions,
    lock_timeout_text,
)
from ferrule_core.database.transactions.callbacks import note_after_rollback, raise_after_commit
from ferrule_core.database.transactions.deadline import Deadline
from ferrule_core.database.transactions.ending import (
    aborted,
    commit,
    fail_to_commit,
    finish,
    roll_back,
)
from ferrule_core.database.transactions.shared import SharedTransaction
from ferrule_core.database.transactions.transaction import (
    Transaction,
    innermost,
    transaction_of,
)
from ferrule_core.database.verbs import FETCH_FIRST
from ferrule_core.errors import (
    ConfigurationError,
    ConnectionLost,
    TransactionAborted,
    TransactionError,
)
from ferrule_core.sql.compiled import CompiledQuery

_MOST_DEAD = 3
"""How many connections may turn out to be dead at BEGIN before that is an error."""

_LOCK_TIMEOUT = CompiledQuery("SELECT current_setting('lock_timeout')", (), "lock_timeout")


class TransactionBlock:
    """``async with`` for a transaction: the outermost is one, those inside it are savepoints.

    A block may be used again, after its end.
    """

    # Most blocks never set these: a class's attribute costs a block nothing.
    _transaction: Transaction | None = None
    _deadline: Deadline | None = None
    _savepoint: str | None = None
    _outer_savepoint: str | None = None
    _restore = ""

    def __init__(self, pools: Pools, options: TransactionOptions, middleware: Watch) -> None:
        self._pools = pools
        self._options = options
        self._middleware = middleware

    @property
    def sync(self) -> SyncTransactionBlock:
        """The same without ``async``: ``with transaction().sync:``."""
        return SyncTransactionBlock(self)

    async def __aenter__(self) -> Transaction:
        """Open a transaction, or a savepoint where this task has one open.

        Raises:
            ConfigurationError: A savepoint cannot do what is asked for.
            TransactionError: The open transaction belongs to another task.
            TransactionTimeout: ``timeout`` passed before it was open.
        """
        if self._transaction is not None:
            raise TransactionError("this block of a transaction was entered already")
        if self._options is not PLAIN or innermost() is not None or self._middleware:
            outer = transaction_of(self._pools.current)
            if self._options is not PLAIN or outer is not None or self._middleware:
                return await self._open(outer)
        # What most blocks are, in as few calls as can be.
        pool = self._pools.current
        if pool.loop is not get_running_loop():
            pool = self._pools.here()
        slot = pool.take() or await pool.acquire()
        try:
            await slot.connection.execute_script(BEGIN)
        except BaseException as error:
            pool.release(slot, tainted=True)
            if not isinstance(error, ConnectionLost):
                raise
            return await self._open(None)
        self._transaction = transaction = Transaction(pool, slot, self._middleware)
        return transaction

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Commit, or roll back where the block raised; then run the callbacks.

        The caller sees the error that ended the block, never one from the rollback.

        Raises:
            TransactionAborted: A statement failed and its error was swallowed in the block.
            TransactionTimeout: The block took longer than ``timeout``.
            CommitUnknown: The connection broke during COMMIT.
            DatabaseError: A deferred constraint, or a serialization failure, at COMMIT.
            CallbackFailed: All is committed, but a callback raised.
        """
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            raise TransactionError("this block of a transaction is not open")
        connection = transaction.slot.connection
        if (
            error is None
            and self._options is PLAIN
            and self._savepoint is None
            and transaction.callbacks is None
            and transaction.obstacle is None
            and not (self._middleware or connection.closed)
        ):  # what most ends are, in as few calls as can be
            try:
                tag = await connection.execute_script("COMMIT")
            except BaseException as failure:
                await fail_to_commit(transaction, failure)
                raise
            finish(transaction, tag)
            return
        savepoint, self._savepoint = self._savepoint, None
        if savepoint is not None:
            await self._end_in_time(self._end_savepoint(transaction, savepoint, error), error)
            return
        try:
            if self._deadline is not None:
                await self._end_in_time(self._end(transaction, error), error)
            elif error is not None:
                await roll_back(transaction, error)
            else:
                await commit(transaction, self._options, None)
        except BaseException as later:
            await _call_back(transaction, later)
            raise
        if transaction.callbacks is not None:
            await _call_back(transaction, error)

    def refuse_nesting(self) -> None:
        """Refuse to be anything but the outermost block.

        Raises:
            TransactionError: A transaction of the same database is open.
        """
        if transaction_of(self._pools.current) is not None:
            raise TransactionError(
                "attempts() cannot run inside of an open transaction, which only fails as a whole",
                hint="put attempts() around the outermost transaction",
            )

    async def _open(self, outer: Transaction | None) -> Transaction:
        """Open what is not the plain case."""
        within = self._options.timeout
        deadline = None if within is None else Deadline(within, nested=outer is not None)
        if deadline is not None:
            await deadline.start()
        try:
            if outer is None:
                transaction = await self._begin()
            else:
                await self._open_savepoint(outer)
                transaction = outer
        except BaseException as error:
            if deadline is not None:
                await deadline.stop(error)
            raise
        self._deadline = deadline
        self._transaction = transaction
        return transaction

    async def _begin(self) -> Transaction:
        pool = self._pools.here()
        slot = await self._slot_in_transaction(pool)
        kind = SharedTransaction if self._options.shared else Transaction
        return kind(pool, slot, self._middleware)

    async def _slot_in_transaction(self, pool: Pool) -> Slot:
        dead = 0
        while True:
            waited = 0.0
            slot = pool.take()
            if slot is None:
                began = perf_counter()
                slot = await pool.acquire()
                waited = perf_counter() - began
            try:
                text = (
                    BEGIN
                    if self._options is PLAIN
                    else self._options.begin_text(slot.connection.server_version)
                )
                await run_script(self._middleware, slot.connection, text, waited=waited)
            except ConnectionLost:
                pool.release(slot, tainted=True)
                dead += 1
                if dead == _MOST_DEAD:
                    raise
            except BaseException:
                pool.release(slot, tainted=True)
                raise
            else:
                return slot

    async def _open_savepoint(self, outer: Transaction) -> None:
        options = self._options
        if options.is_only_for_outermost:
            raise ConfigurationError(
                "isolation, read_only, deferrable, shared and resolve_within belong to the "
                "outermost transaction",
                hint="leave them out inside another transaction of the same database",
            )
        more = self._restore = ""
        if options.lock_timeout is not None:
            row = await outer.run_owned(FETCH_FIRST, _LOCK_TIMEOUT)
            more = f"; {lock_timeout_text(options.lock_timeout)}"
            self._restore = "" if row is None else f"; SET LOCAL lock_timeout = '{row[0]}'"
        self._outer_savepoint = outer.current_savepoint()
        self._savepoint = await outer.open_savepoint(more)

    async def _end(self, transaction: Transaction, error: BaseException | None) -> None:
        """End a transaction that has a deadline."""
        deadline = self._deadline
        if error is None and deadline is not None and deadline.expired:
            error = deadline.error()  # the block swallowed the interruption
            await roll_back(transaction, error)
            raise error
        if error is None:
            await commit(transaction, self._options, deadline)
        else:
            await roll_back(transaction, error)

    async def _end_savepoint(
        self, transaction: Transaction, name: str, error: BaseException | None
    ) -> None:
        outer = self._outer_savepoint
        if error is None and self._deadline is not None and self._deadline.expired:
            await transaction.undo_savepoint(name, outer)
            raise self._deadline.error()
        if error is not None:
            await transaction.undo_savepoint(name, outer)
            return
        if not transaction.failed:
            try:
                await transaction.release_savepoint(name, outer, self._restore)
            except TransactionAborted:
                pass  # a failure that only the server had seen
            except BaseException:
                await transaction.undo_savepoint(name, outer)
                raise
            else:
                return
        swallowed = transaction.first_error
        await transaction.undo_savepoint(name, outer)
        raise aborted() from swallowed

    async def _end_in_time(
        self, ending: Coroutine[Any, Any, None], error: BaseException | None
    ) -> None:
        """Stop the deadline after the end.

        Raises:
            TransactionTimeout: The block was ended by it.
        """
        deadline = self._deadline
        try:
            await ending
        except BaseException as later:
            if deadline is not None:
                self._deadline = None
                await deadline.stop(later)
            raise
        if deadline is not None:
            self._deadline = None
            await deadline.stop(error)


async def _call_back(transaction: Transaction, failure: BaseException | None) -> None:
    """Run the callbacks that are due, but none where nobody knows whether it is committed."""
    if transaction.callbacks is None or transaction.outcome_unknown:
        return
    errors = await transaction.callbacks.run(committed=failure is None)
    if failure is None:
        raise_after_commit(errors)
    else:
        note_after_rollback(errors, failure)
