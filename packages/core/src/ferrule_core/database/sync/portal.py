"""The event loop behind ``.sync``: one thread for the process, which runs what other threads ask.

Each calling thread has a runner there: a task that does all of that thread's work, one call after
the other. So what a thread begins, a transaction above all, belongs to one task, as it would if
the thread awaited it itself. A call runs in a copy of the caller's context variables.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from asyncio.events import _get_running_loop  # pyright: ignore[reportPrivateUsage] - see _lease()
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from ferrule_core.database.sync.runner import ENDED, Call, Runner
from ferrule_core.errors import FerruleError, SyncError
from ferrule_core.query.blocking import install_sync

T = TypeVar("T")

EXIT_SECONDS = 5.0
"""How long the end of the process may wait for the portal."""

_carried: list[ContextVar[Any]] = []
_farewells: list[Callable[[], Awaitable[None]]] = []
_inherited: list[Portal] = []


def carry(variable: ContextVar[Any]) -> None:
    """Give the caller what a call did to this variable, as if it had been awaited."""
    _carried.append(variable)


def before_exit(farewell: Callable[[], Awaitable[None]]) -> None:
    """Run this in the portal when the process ends."""
    _farewells.append(farewell)


class Portal:
    """The thread, its event loop, and the runners in it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._callers = _Callers()
        self._runners: WeakSet[Runner] = WeakSet()
        self._thread = threading.Thread(target=self._live, name="ferrule sync", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], *, leaving: bool = False) -> T:
        """Run a coroutine for the calling thread; see ``ferrule_core.query.port.run_sync``."""
        if threading.get_ident() == self._thread.ident:
            work.close()
            raise SyncError(
                ".sync was called in the thread that does its work, which would wait for itself",
                hint="await the method without .sync: what calls you there is a coroutine",
            )
        call = Call(copy_context(), work, leaving=leaving)
        lease = self._lease()
        self._runner(lease).run(call)
        for variable in _carried:
            value = call.context.get(variable)
            if value is not variable.get(None):
                variable.set(value)
        error = call.error
        if error is None:
            result: T = call.result
            return result
        try:
            if self._ending.is_set() and isinstance(error, FerruleError | asyncio.CancelledError):
                raise SyncError(ENDED) from error
            raise error
        finally:
            del error, call  # or the error, its traceback and this frame hold each other

    def end(self) -> None:
        """Close what is open, and end the thread."""
        self.loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(EXIT_SECONDS)

    def disown(self) -> None:
        """In a forked process, where the thread is not: keep off the loop, which is the parent's.

        Closing it would take the parent's sockets off the parent's loop, since the two share
        what the system knows of it.
        """
        for task in asyncio.all_tasks(self.loop):
            inherited: Any = task
            inherited._log_destroy_pending = False  # noqa: SLF001 - as asyncio's own runners do
        loop: Any = self.loop
        for copy in (getattr(loop, "_ssock", None), getattr(loop, "_csock", None)):
            if copy is not None:
                copy.close()
        loop._closed = True  # noqa: SLF001 - so that nothing closes it, or wakes the parent

    def _runner(self, lease: Lease) -> Runner:
        if lease.runner is None:
            name = f"ferrule: sync of {threading.current_thread().name}"
            lease.runner = Runner(self.loop, name)
            self._runners.add(lease.runner)
        return lease.runner

    def _lease(self) -> Lease:
        callers = self._callers
        loop = _get_running_loop()  # the public way raises where there is none, which takes longer
        task = None if loop is None else asyncio.current_task(loop)
        lease = callers.lease if task is None else callers.lease_of(task)
        if lease.runner is not None and lease.runner.call is not None:
            return Lease()  # a signal handler or a finalizer calls while its thread waits
        return lease

    def _live(self) -> None:
        try:
            self.loop.run_until_complete(self._wait_for_end())
        finally:
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()

    async def _wait_for_end(self) -> None:
        await self._ending.wait()
        for farewell in _farewells:
            await farewell()
        for runner in tuple(self._runners):
            runner.end()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=EXIT_SECONDS / 2)


class Lease:
    """What a caller holds of its runner, which ends with it."""

    __slots__ = ("__weakref__", "runner")

    def __init__(self) -> None:
        self.runner: Runner | None = None

    def __del__(self) -> None:
        if self.runner is not None:
            self.runner.end()


class _Callers(threading.local):
    """The leases of one thread: its own, and those of tasks that block its event loop."""

    def __init__(self) -> None:
        self.lease = Lease()
        self.leases: WeakKeyDictionary[asyncio.Task[Any], Lease] = WeakKeyDictionary()

    def lease_of(self, task: asyncio.Task[Any]) -> Lease:
        """The lease of a task."""
        lease = self.leases.get(task)
        if lease is None:
            lease = self.leases[task] = Lease()
        return lease


_portal: Portal | None = None
_starting = threading.Lock()
_ended = False


def run_in_portal(work: Coroutine[Any, Any, T], *, leaving: bool = False) -> T:
    """Run a coroutine in the portal, which is made where there is none yet."""
    portal = _portal or _start()
    if portal is None:
        work.close()
        raise SyncError(ENDED)
    return portal.run(work, leaving=leaving)


def _start() -> Portal | None:
    global _portal  # noqa: PLW0603 - one for the process
    with _starting:
        if _portal is None and not _ended:
            _portal = Portal()
        return _portal


def _end() -> None:
    global _portal, _ended  # noqa: PLW0603 - one for the process
    _ended = True
    portal, _portal = _portal, None
    if portal is not None:
        portal.end()


def _begin_anew() -> None:
    """In a forked process: the portal is the parent's; the first call makes another one."""
    global _portal, _starting  # noqa: PLW0603 - one for the process
    _starting = threading.Lock()
    if _portal is not None:
        _portal.disown()
        _inherited.append(_portal)
        _portal = None


install_sync(run_in_portal)
atexit.register(_end)
if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_begin_anew)
