"""The task that works for one caller of ``.sync``: one call after another, in the portal's loop."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from contextvars import Context
from functools import partial
from threading import Lock
from typing import Any

from ferrule_core.errors import SyncError

ENDED = "the process is ending, and what .sync works with was closed"


class Call:
    """One coroutine that a thread waits for.

    Attributes:
        context: The variables that the coroutine sees, and changes.
        error: What it raised, once it is over.
        over: Whether it has ended; then it was returned or raised, or was never begun.
        leaving: Whether it ends a block, which must be done whatever happened to the task.
    """

    __slots__ = ("context", "error", "leaving", "over", "result", "signal", "work")

    def __init__(self, context: Context, work: Coroutine[Any, Any, Any], *, leaving: bool) -> None:
        self.context = context
        self.work = work
        self.leaving = leaving
        self.result: Any = None
        self.error: BaseException | None = None
        self.over = False
        self.signal = Lock()
        self.signal.acquire()  # whoever waits acquires it once more

    def end(self) -> None:
        """Let the thread that waits go on."""
        self.over = True
        self.signal.release()


class Gate:
    """What a runner waits at for its next call.

    For asyncio it is a future; unlike one it can be passed again and again, and who opens it runs
    the waiting task at once, not in the loop's next turn.
    """

    __slots__ = ("_asyncio_future_blocking", "_loop", "_open", "_waiter")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._asyncio_future_blocking = False
        self._loop = loop
        self._waiter: Callable[[Gate], object] | None = None
        self._open = False

    def open(self) -> None:
        """Let the task pass. Called in the loop, where no task is running."""
        self._open = True
        waiter, self._waiter = self._waiter, None
        if waiter is not None:
            waiter(self)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """For asyncio."""
        return self._loop

    def add_done_callback(self, waiter: Callable[[Gate], object], *, context: Context) -> None:
        """For asyncio: the task waits from now on."""
        del context  # who opens the gate does so in the task's own
        self._waiter = waiter

    def cancel(self, msg: object = None) -> bool:
        """For asyncio: a task that waits here meets its cancellation when it passes."""
        del msg
        return False

    def result(self) -> None:
        """For asyncio."""

    def __await__(self) -> Generator[Gate]:
        try:
            if not self._open:
                self._asyncio_future_blocking = True
                yield self
        finally:
            self._open = False


class Runner:
    """Runs the calls of one thread. All its methods but ``serve`` are called by other threads.

    Attributes:
        call: What runs, or is about to.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, name: str) -> None:
        self.call: Call | None = None
        self._loop = loop
        self._name = name
        self._context = Context()
        self._gate = Gate(loop)
        self._begun = False
        self._interrupted = False
        self._ended = False
        self._task: asyncio.Task[None] | None = None
        loop.call_soon_threadsafe(self._begin, context=self._context)

    def run(self, call: Call) -> None:
        """Run a call and wait until it is over. An interrupt of the waiting thread cancels it."""
        self.call = call
        try:
            self._loop.call_soon_threadsafe(self._gate.open, context=self._context)
            call.signal.acquire()
        except BaseException:
            if self._loop.is_closed():
                call.work.close()
                raise SyncError(ENDED) from None
            self._interrupt(call)
            raise

    def end(self) -> None:
        """End the task: nobody will call any more."""
        with suppress(RuntimeError):  # the loop ended before
            self._loop.call_soon_threadsafe(self._cancel, context=self._context)

    def _interrupt(self, call: Call) -> None:
        """Cancel a call and wait until it has cleaned up; a second interrupt does not wait."""
        self._loop.call_soon_threadsafe(self._cancel_call, call)
        if not call.over:
            call.signal.acquire()

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._serve(), name=self._name, context=self._context)

    def _cancel(self) -> None:
        self._ended = True
        if self._begun and self._task is not None:
            self._task.cancel()
        else:
            self._gate.open()

    def _cancel_call(self, call: Call) -> None:
        if call.over or self._task is None:
            return
        if self._begun:
            self._interrupted = True
            self._task.cancel()
        else:
            self.call = None
            call.work.close()
            call.end()

    async def _serve(self) -> None:
        cancelled = False
        while not self._ended:
            try:
                await self._gate
            except asyncio.CancelledError:
                # By what the thread has open: the deadline of a transaction, a lock that was lost.
                cancelled = True
            call = self.call
            if call is None:
                continue  # it was interrupted before it began
            if cancelled and not call.leaving:
                call.work.close()
                call.error = asyncio.CancelledError()
            else:
                await self._run(call)
            cancelled = False
            self.call = None
            call.end()
            del call

    async def _run(self, call: Call) -> None:
        self._begun = True
        try:
            call.result = await _inside(call.context, call.work)
        except (Exception, KeyboardInterrupt, SystemExit, asyncio.CancelledError) as error:  # noqa: BLE001 - the caller gets it
            call.error = error
        self._begun = False
        if self._interrupted and self._task is not None:
            self._interrupted = False
            self._task.uncancel()


@types.coroutine
def _inside(context: Context, work: Coroutine[Any, Any, Any]) -> Generator[Any, None, Any]:
    """Await a coroutine in a context of its own without a task of its own."""
    go_on = partial(work.send, None)
    resume: Callable[[], object] = go_on
    while True:
        try:
            awaited = context.run(resume)
        except StopIteration as end:
            return end.value
        try:
            yield awaited
        except BaseException as error:  # noqa: BLE001 - it is the coroutine's
            resume = partial(work.throw, error)
        else:
            resume = go_on
