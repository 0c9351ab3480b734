"""Transactions, and attempts at them, without an event loop."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Iterator
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ferrule_core.database.sync.statements import SyncStatements
from ferrule_core.database.transactions.callbacks import (
    Callback,
    note_after_rollback,
    raise_after_commit,
)
from ferrule_core.query.blocking import SyncBlock, iterate, run_sync

if TYPE_CHECKING:
    from ferrule_core.database.transactions.attempts import Attempt, Attempts
    from ferrule_core.database.transactions.block import TransactionBlock
    from ferrule_core.database.transactions.transaction import Transaction

_due: ContextVar[list[Callback] | None] = ContextVar("ferrule_due", default=None)
"""The callbacks that the block which ends now has left to its thread."""


def once_due(callback: Callback) -> Callback:
    """What a transaction calls in place of a callback that shall run in the block's own thread."""

    def note() -> None:
        due = _due.get()
        if due is not None:
            due.append(callback)

    return note


def call_now(callback: Callback) -> None:
    """Call a callback, and wait for it where it is asynchronous."""
    result = callback()
    if inspect.isawaitable(result):
        run_sync(_awaited(result))


async def _awaited(result: Awaitable[object]) -> None:
    await result


class SyncTransaction(SyncStatements):
    """An open transaction. It belongs to the thread that opened it."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._transaction = transaction

    def on_commit(self, callback: Callback) -> None:
        """Call it, in this thread, once the outermost block has committed."""
        run_sync(_awaited_now(self._transaction, once_due(callback), on_commit=True))

    def on_rollback(self, callback: Callback) -> None:
        """Call it, in this thread, once the outermost block has ended and this was rolled back."""
        run_sync(_awaited_now(self._transaction, once_due(callback), on_commit=False))


async def _awaited_now(transaction: Transaction, callback: Callback, *, on_commit: bool) -> None:
    await (transaction.on_commit if on_commit else transaction.on_rollback)(callback)


class _Block(SyncBlock["Transaction"]):
    """A block of a transaction, whose callbacks run in the thread that leaves it."""

    __slots__ = ()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        due: list[Callback] = []
        before = _due.set(due)
        try:
            kept = super().__exit__(kind, error, traceback)
        except BaseException as later:
            note_after_rollback(_errors_of(due), later)
            raise
        finally:
            _due.reset(before)
        errors = _errors_of(due)
        if error is None:
            raise_after_commit(errors)
        else:
            note_after_rollback(errors, error)
        return kept


def _errors_of(due: list[Callback]) -> list[Exception]:
    """Run all callbacks, and give what they raised."""
    errors: list[Exception] = []
    while due:
        try:
            call_now(due.pop(0))
        except Exception as error:  # noqa: BLE001 - the callers raise it, or log it
            errors.append(error)
    return errors


class SyncTransactionBlock:
    """``with`` for a transaction: the outermost is one, those inside it are savepoints."""

    __slots__ = ("_block",)

    def __init__(self, block: TransactionBlock) -> None:
        self._block = _Block(block)

    def __enter__(self) -> SyncTransaction:
        """Open a transaction, or a savepoint where this thread has one open.

        Raises:
            ConfigurationError: A savepoint cannot do what is asked for.
            TransactionError: The open transaction belongs to another thread or task.
            TransactionTimeout: ``timeout`` passed before it was open.
        """
        return self._block.__enter__().sync

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Commit, or roll back where the block raised; then run the callbacks, in this thread.

        ``TransactionBlock`` says what it raises.

        Raises:
            SyncError: The process forked inside of the block, and this is the child.
        """
        self._block.__exit__(kind, error, traceback)


class SyncAttempts:
    """``for`` over the attempts to run one transaction; see ``Database.attempts``."""

    __slots__ = ("_attempts",)

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    def __iter__(self) -> Iterator[SyncAttempt]:
        return (SyncAttempt(attempt) for attempt in iterate(aiter(self._attempts)))


class SyncAttempt:
    """One run of the transaction: ``with attempt:``.

    Attributes:
        attempt: Its asynchronous twin, which knows how many there are.
    """

    __slots__ = ("_block", "attempt")

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        block: AbstractAsyncContextManager[Any, bool | None] = attempt
        self._block = _Block(block)

    def __enter__(self) -> SyncTransaction:
        """Open the transaction.

        Raises:
            TransactionError: One is open already, which could not be run again.
        """
        return self._block.__enter__().sync

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """End the transaction; keep an error after which another attempt is made."""
        return bool(self._block.__exit__(kind, error, traceback))
