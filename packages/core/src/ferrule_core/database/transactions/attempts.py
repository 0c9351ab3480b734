"""Attempts: run a transaction again where the server says that this may help."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self, cast

from ferrule_core.database.sync.blocks import SyncAttempt, SyncAttempts
from ferrule_core.database.transactions.block import TransactionBlock
from ferrule_core.database.transactions.transaction import Transaction
from ferrule_core.errors import (
    ConfigurationError,
    DatabaseError,
    TransactionAborted,
    TransactionError,
)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0
"""Upper bounds of the random pauses, in seconds: the first one, doubled each time."""


class Attempts:
    """``async for`` over the attempts to run one transaction; see ``Database.attempts``."""

    def __init__(
        self,
        open_block: Callable[[], TransactionBlock],
        most: int,
        *,
        jitter: Callable[[], float],
    ) -> None:
        if most < 1:
            raise ConfigurationError("attempts() must be one at least")
        self._open_block = open_block
        self._most = most
        self._jitter = jitter

    @property
    def sync(self) -> SyncAttempts:
        """The same without ``async``: ``for attempt in attempts(3).sync: with attempt:``."""
        return SyncAttempts(self)

    def __aiter__(self) -> _AttemptIterator:
        return _AttemptIterator(self._open_block, self._most, self._jitter)


class _AttemptIterator:
    def __init__(
        self, open_block: Callable[[], TransactionBlock], most: int, jitter: Callable[[], float]
    ) -> None:
        self._open_block = open_block
        self._most = most
        self._jitter = jitter
        self._last: Attempt | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Attempt:
        last = self._last
        number = 1
        if last is not None:
            if not last.entered:
                raise TransactionError(
                    "an attempt was not used", hint="write `async with attempt:` in the loop"
                )
            if not last.failed:
                raise StopAsyncIteration
            await asyncio.sleep(self._jitter() * longest_pause(last.number))
            number = last.number + 1
        self._last = Attempt(self._open_block(), number, self._most)
        return self._last


class Attempt:
    """One run of the transaction: ``async with attempt:``.

    Attributes:
        number: Which one it is, from 1.
        most: How many there are at most.
        entered: Whether its block was begun.
        failed: Whether another attempt is made.
    """

    __slots__ = ("_block", "entered", "failed", "most", "number")

    def __init__(self, block: TransactionBlock, number: int, most: int) -> None:
        self._block = block
        self.number = number
        self.most = most
        self.entered = False
        self.failed = False

    @property
    def sync(self) -> SyncAttempt:
        """The same without ``async``."""
        return SyncAttempt(self)

    async def __aenter__(self) -> Transaction:
        """Open the transaction.

        Raises:
            TransactionError: One is open already, which could not be run again.
        """
        self.entered = True
        self._block.refuse_nesting()
        return await self._block.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """End the transaction; keep an error after which another attempt is made."""
        try:
            await self._block.__aexit__(kind, error, traceback)
        except BaseException as later:
            if not self._goes_on_after(later):
                raise
            return True
        return error is not None and self._goes_on_after(error)

    def _goes_on_after(self, error: BaseException) -> bool:
        if is_retryable(error):
            self.failed = self.number < self.most
            if self.failed:
                return True
        if self.number > 1 or is_retryable(error):
            error.add_note(f"in attempt {self.number} of {self.most}")
        return False


def longest_pause(number: int) -> float:
    """The most seconds to wait after the attempt of that number."""
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (number - 1))


def is_retryable(error: BaseException) -> bool:
    """Whether running the whole transaction again may help.

    That is so after a serialization failure, a deadlock and a changed schema. Of a group, as task
    groups raise it, all must be such, or what follows from one of them.
    """
    if isinstance(error, BaseExceptionGroup):
        inner = cast("BaseExceptionGroup[BaseException]", error).exceptions
        return any(map(is_retryable, inner)) and all(
            is_retryable(each) or isinstance(each, TransactionAborted) for each in inner
        )
    return isinstance(error, DatabaseError) and error.retryable
