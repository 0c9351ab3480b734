"""The deadline of a whole block."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from ferrule_core.errors import TransactionTimeout


class Deadline:
    """Interrupts the task of a block once it has taken too long, whatever it waits for."""

    __slots__ = ("_timer", "_what", "_within")

    def __init__(self, within: timedelta, *, nested: bool) -> None:
        self._within = within
        self._what = "an inner block of a transaction" if nested else "the transaction"
        self._timer = asyncio.timeout(within.total_seconds())

    @property
    def expired(self) -> bool:
        """Whether the task was interrupted."""
        return self._timer.expired()

    async def start(self) -> None:
        """Let the time run."""
        await self._timer.__aenter__()

    async def stop(self, error: BaseException | None) -> None:
        """Let the task go on undisturbed.

        Args:
            error: What leaves the block.

        Raises:
            TransactionTimeout: It leaves because the time was over.
        """
        try:
            await self._timer.__aexit__(None if error is None else type(error), error, None)
        except TimeoutError:
            raise self.error() from error

    def error(self) -> TransactionTimeout:
        """What a block says that took too long."""
        return TransactionTimeout(
            f"{self._what} took longer than {self._within.total_seconds():g} s and was rolled back",
            hint="raise its timeout, or do less in it",
        )
