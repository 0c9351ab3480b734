"""``strict_loading``: a block in which reading rows one by one is an error, or a warning."""

from __future__ import annotations

import warnings
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextvars import ContextVar, Token
from threading import Lock
from types import TracebackType
from typing import Any, Literal, TypeVar

from ferrule_core.errors import ConfigurationError, RepeatedLoads
from ferrule_core.query.blocking import RunSync, interpose_sync
from ferrule_core.query.port import Executor, Resolve, Row, interpose
from ferrule_core.query.repetition import HINT, Repetitions, caller, caller_of_sync
from ferrule_core.sql.compiled import CompiledBatch, CompiledQuery

T = TypeVar("T")

Reaction = Literal["raise", "warn"]

_scope: ContextVar[_Scope | None] = ContextVar("ferrule_strict_loading", default=None)


class RepeatedLoadsWarning(UserWarning):
    """A line of the program reads rows one by one, which one statement could read."""


class strict_loading:  # noqa: N801 - it is called like a function
    """A block in which a line must not read rows one by one, by a statement for each key.

    ``with strict_loading():`` around a request or a test finds the loop that should have been an
    ``include``. It holds for the tasks that are started in the block as well, each of which is
    counted apart. What counts is in ``ferrule_core.query.repetition``.

    Args:
        reaction: ``"raise"`` raises ``RepeatedLoads`` before the statement is sent; ``"warn"``
            gives ``RepeatedLoadsWarning``, once for each line and task.
        most: How many rows a task may read so.

    Raises:
        ConfigurationError: There is no such reaction, or nothing could be read at all.
    """

    __slots__ = ("_most", "_reaction", "_tokens")

    def __init__(self, reaction: Reaction = "raise", *, most: int = 10) -> None:
        if reaction not in ("raise", "warn"):
            raise ConfigurationError(f'strict loading can "raise" or "warn", not {reaction!r}')
        if most < 1:
            raise ConfigurationError(f"strict loading allows at least one statement, not {most}")
        self._reaction: Reaction = reaction
        self._most = most
        self._tokens: list[Token[_Scope | None]] = []

    def __enter__(self) -> None:
        _attend(1)
        self._tokens.append(_scope.set(_Scope(self._reaction, self._most)))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _scope.reset(self._tokens.pop())
        _attend(-1)


class _Scope:
    """What one block has counted."""

    def __init__(self, reaction: Reaction, most: int) -> None:
        self._reaction = reaction
        self._repetitions = Repetitions(most)
        self._watched: dict[Executor, _Watched] = {}

    def around(self, executor: Executor) -> Executor:
        """The same, looked at."""
        watched = self._watched.get(executor)
        if watched is None:
            watched = self._watched[executor] = _Watched(executor, self)
        return watched

    def note(self, query: CompiledQuery) -> None:
        """Look at a statement that is about to be sent."""
        found = self._repetitions.note(query)
        if found is None:
            return
        if self._reaction == "raise":
            raise RepeatedLoads(
                str(found), hint=HINT, file=found.file, line=found.line, times=found.times
            )
        text = f"{found}; {HINT}"
        warnings.warn_explicit(text, RepeatedLoadsWarning, found.file, found.line)


class _Watched:
    """An executor whose reads are looked at; it is sent all that the executor is sent."""

    def __init__(self, executor: Executor, scope: _Scope) -> None:
        self._executor = executor
        self._scope = scope

    def fetch(self, query: CompiledQuery, /) -> Coroutine[Any, Any, Sequence[Row]]:
        self._scope.note(query)
        return self._executor.fetch(query)

    def fetch_first(self, query: CompiledQuery, /) -> Coroutine[Any, Any, Row | None]:
        self._scope.note(query)
        return self._executor.fetch_first(query)

    def execute(self, query: CompiledQuery, /) -> Coroutine[Any, Any, int]:
        return self._executor.execute(query)

    def fetch_batch(self, batch: CompiledBatch, /) -> Coroutine[Any, Any, Sequence[Row]]:
        return self._executor.fetch_batch(batch)

    def stream(self, query: CompiledQuery, /, *, chunk_rows: int) -> AsyncGenerator[Sequence[Row]]:
        return self._executor.stream(query, chunk_rows=chunk_rows)


_lock = Lock()
_blocks = 0
_always = False


def remember_callers() -> None:
    """Know from now on which lines call ``.sync``, in a block or not."""
    global _always  # noqa: PLW0603 - of the process
    with _lock:
        _always = True
        interpose_sync(_remembered)


def _attend(more: int) -> None:
    """Look at queries while there is a block; no longer costs them anything after the last one."""
    global _blocks  # noqa: PLW0603 - of the process, as what it counts
    with _lock:
        _blocks += more
        if _blocks == 0:
            interpose(None)
            interpose_sync(_remembered if _always else None)
        elif _blocks == more:
            interpose(_looked_at)
            interpose_sync(_remembered)


def _looked_at(resolve: Resolve) -> Resolve:
    def find(database: str | None) -> Executor:
        executor, scope = resolve(database), _scope.get()
        return executor if scope is None else scope.around(executor)

    return find


def _remembered(run: RunSync) -> RunSync:
    """Remember which line called, for its frames are not those of the thread that does the work."""

    def run_sync(work: Coroutine[Any, Any, T], /, *, leaving: bool) -> T:
        token = caller_of_sync.set(caller())
        try:
            return run(work, leaving=leaving)
        finally:
            caller_of_sync.reset(token)

    return run_sync
