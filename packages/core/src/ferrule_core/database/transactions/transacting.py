"""What a database can do about transactions: open them, repeat them, call back after them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import random
from typing import Unpack

from ferrule_core.database.pooling.pools import Pools
from ferrule_core.database.statements import Statements
from ferrule_core.database.transactions.attempts import Attempts
from ferrule_core.database.transactions.beginning import (
    PLAIN,
    TransactionKeywords,
    TransactionOptions,
)
from ferrule_core.database.transactions.block import TransactionBlock
from ferrule_core.database.transactions.callbacks import DONE, Callback, run_at_once
from ferrule_core.database.transactions.transaction import transaction_of


class Transacting(Statements):
    """Methods of ``Database`` that open transactions, or have to do with the open one."""

    _pools: Pools

    def transaction(self, **options: Unpack[TransactionKeywords]) -> TransactionBlock:
        """A block that commits at its end and rolls back if anything raises.

        Inside an open transaction of this task it is a savepoint of that one, which may have
        ``timeout`` and ``lock_timeout`` of its own. Statements of this database in the block find
        the transaction by themselves.

        Args:
            **options: See ``TransactionKeywords``.

        Raises:
            ConfigurationError: The options cannot be had together.
        """
        if not options:
            return TransactionBlock(self._pools, PLAIN, self._middleware)
        return TransactionBlock(self._pools, TransactionOptions(**options), self._middleware)

    def attempts(
        self,
        most: int,
        *,
        jitter: Callable[[], float] = random,
        **options: Unpack[TransactionKeywords],
    ) -> Attempts:
        """Run a transaction again after a serialization failure, a deadlock or a changed schema.

        ``async for attempt in database.attempts(3): async with attempt: ...`` runs the block once
        more, from its beginning, at most so often; nothing else is retried. After ever longer
        pauses of random length the last error is raised.

        Args:
            most: How often it is run at most.
            jitter: Gives numbers from 0 to 1, by which the pauses are multiplied.
            **options: Those of the transaction; see ``TransactionKeywords``.

        Raises:
            TransactionError: At the first attempt: a transaction is open already.
        """
        return Attempts(lambda: self.transaction(**options), most, jitter=jitter)

    def on_commit(self, callback: Callback) -> Awaitable[object]:
        """Call it once the outermost transaction of this task has committed.

        It is called after the connection was given back, in the task of the block. It may be
        asynchronous. Where the block around this call is rolled back, it is not called. Where no
        transaction is open, it is called at once; ``await`` what ``on_commit`` returns where it is
        asynchronous then.

        What a callback raises keeps no other from being called; the block raises
        ``CallbackFailed`` after all of them.
        """
        transaction = transaction_of(self._pools.current)
        if transaction is None:
            return run_at_once(callback)
        return transaction.on_commit(callback)

    def on_rollback(self, callback: Callback) -> Awaitable[object]:
        """Call it once the outermost transaction has ended, where this block was rolled back.

        What it raises is logged and noted on the error that ended the block. Where no transaction
        is open, there is nothing to roll back, and it is never called.
        """
        transaction = transaction_of(self._pools.current)
        return DONE if transaction is None else transaction.on_rollback(callback)
