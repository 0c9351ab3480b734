"""Waiting for coroutines without an event loop: what stands behind ``.sync``.

``ferrule_core.database`` installs who runs them, so that queries and models know of no thread.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

from ferrule_core.errors import ConfigurationError, SyncError

T = TypeVar("T")


class RunSync(Protocol):
    """Runs a coroutine to its end."""

    def __call__(self, work: Coroutine[Any, Any, T], /, *, leaving: bool) -> T:
        """See ``run_sync``."""
        ...


_run_sync: RunSync | None = None
_installed: RunSync | None = None
_wrap: Callable[[RunSync], RunSync] | None = None


def install_sync(run: RunSync) -> None:
    """Say who runs coroutines for those who cannot await them."""
    global _installed  # noqa: PLW0603 - one process, one answer: the module is the port
    _installed = run
    interpose_sync(_wrap)


def interpose_sync(wrap: Callable[[RunSync], RunSync] | None) -> None:
    """Put somebody before whoever runs coroutines; ``None`` for nobody."""
    global _run_sync, _wrap  # noqa: PLW0603 - as above
    _wrap = wrap
    if _installed is not None:
        _run_sync = _installed if wrap is None else wrap(_installed)


def run_sync(work: Coroutine[Any, Any, T], *, leaving: bool = False) -> T:
    """Run a coroutine to its end, and wait for it without an event loop of one's own.

    This is what all of ``.sync`` does. The coroutine runs in the one thread of this process that
    is there for it; all that a thread asks for runs in the same task, with the thread's context
    variables. An interrupt of the waiting thread cancels it.

    Args:
        work: What a coroutine function gave, and nobody awaits.
        leaving: It ends a block, and is begun even where the block was cancelled meanwhile.

    Raises:
        ConfigurationError: No database is connected.
        SyncError: The calling thread is the one that would do the work, or the process is ending.
    """
    if _run_sync is None:
        work.close()
        raise ConfigurationError(
            "no database is connected",
            hint="use `with ferrule.connect(...).sync:` around the call",
        )
    return _run_sync(work, leaving=leaving)


def iterate(items: AsyncIterator[T]) -> Iterator[T]:
    """Go through what an asynchronous generator gives; it is closed wherever the loop ends."""
    try:
        while True:
            try:
                item = run_sync(_next(items))
            except StopAsyncIteration:
                return
            yield item
    finally:
        run_sync(_close(items), leaving=True)


async def _next(items: AsyncIterator[T]) -> T:
    return await anext(items)


async def _close(items: AsyncIterator[Any]) -> None:
    close = getattr(items, "aclose", None)
    if close is not None:
        await close()


class SyncBlock(Generic[T]):
    """``with`` for something that has ``async with``.

    A block that was entered by one thread is left by the same one. After a fork it is the
    parent's: the child leaves it without a word to the server, and is told so where it would
    have been committed.
    """

    __slots__ = ("_block", "_entered", "_process")

    def __init__(self, block: AbstractAsyncContextManager[T, bool | None]) -> None:
        self._block = block
        self._entered = False
        self._process = 0

    def __enter__(self) -> T:
        try:
            entered = run_sync(self._enter())
        except BaseException as error:  # an interrupt may come when the work is done already
            if self._entered:
                run_sync(self._leave(type(error), error, error.__traceback__), leaving=True)
            raise
        self._process = os.getpid()
        return entered

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        try:
            self._check_process()
            return run_sync(self._leave(kind, error, traceback), leaving=True)
        except SyncError:
            if kind is None:
                raise
            return None  # what ended the block says more

    def _check_process(self) -> None:
        if self._process != os.getpid():
            raise SyncError(
                "this block was entered before the process forked, so its end is the parent's",
                hint="fork outside of the block, or leave it in the child by os._exit()",
            )

    async def _enter(self) -> T:
        entered = await self._block.__aenter__()
        self._entered = True
        return entered

    async def _leave(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        self._entered = False
        return await self._block.__aexit__(kind, error, traceback)
