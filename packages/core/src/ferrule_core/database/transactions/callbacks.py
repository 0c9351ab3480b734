"""What is to be done once a transaction has ended: ``on_commit`` and ``on_rollback``."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Generator

from ferrule_core.deferred import dataclass
from ferrule_core.errors import CallbackFailed

Callback = Callable[[], object]
"""Called without arguments; where it gives an awaitable, that is awaited."""

logger = logging.getLogger("ferrule.transaction")


class _Done:
    """An awaitable for what is done already, so that awaiting it is optional."""

    def __await__(self) -> Generator[None, None, None]:
        return
        yield


DONE: Awaitable[None] = _Done()


@dataclass(slots=True)
class _Entry:
    callback: Callback
    on_commit: bool
    savepoint: str | None
    due: bool = False  # a savepoint around it was rolled back


class Callbacks:
    """The callbacks of one transaction, in the order of their registration."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    def add(self, callback: Callback, *, on_commit: bool, savepoint: str | None) -> None:
        """Remember a callback of the block whose savepoint that is."""
        self._entries.append(_Entry(callback, on_commit, savepoint))

    def release(self, savepoint: str, outer: str | None) -> None:
        """Let the enclosing block decide about what was added inside of a savepoint."""
        for entry in self._entries:
            if entry.savepoint == savepoint:
                entry.savepoint = outer

    def undo(self, savepoint: str) -> None:
        """Drop what waited for the commit of a savepoint that was rolled back."""
        kept: list[_Entry] = []
        for entry in self._entries:
            if entry.savepoint == savepoint and not entry.due:
                if entry.on_commit:
                    continue
                entry.due = True
            kept.append(entry)
        self._entries = kept

    async def run(self, *, committed: bool) -> list[Exception]:
        """Run what is due, one after the other, whatever becomes of the others.

        Returns:
            What the callbacks raised. A cancellation goes on when all have run.
        """
        errors: list[Exception] = []
        cancelled: asyncio.CancelledError | None = None
        for entry in self._entries:
            if not (entry.due or entry.on_commit is committed):
                continue
            try:
                result = entry.callback()
                if inspect.isawaitable(result):
                    await result
            except Exception as error:  # noqa: BLE001 - the callers raise it, or log it
                errors.append(error)
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            log(errors)
            if committed:
                cancelled.add_note("the transaction is committed; its callbacks were interrupted")
            raise cancelled
        return errors


def run_at_once(callback: Callback) -> Awaitable[object]:
    """Call a callback for which there is no transaction to wait for.

    Returns:
        What is to be awaited where the callback is asynchronous.
    """
    result = callback()
    return result if inspect.isawaitable(result) else DONE


def raise_after_commit(errors: list[Exception]) -> None:
    """Say that the transaction is committed, and what came after it is not all done."""
    if not errors:
        return
    cause = errors[0] if len(errors) == 1 else ExceptionGroup("callbacks failed", errors)
    raise CallbackFailed(
        f"the transaction is committed, but {_number(errors)} of on_commit and on_rollback failed",
        errors=tuple(errors),
    ) from cause


def note_after_rollback(errors: list[Exception], reason: BaseException | None) -> None:
    """Log what callbacks raised, and say so on the error that ended the block, which goes on."""
    log(errors)
    if errors and reason is not None:
        kinds = ", ".join(type(error).__name__ for error in errors)
        reason.add_note(f"after the rollback {_number(errors)} of on_rollback failed: {kinds}")


def log(errors: list[Exception]) -> None:
    """Log errors that cannot be raised, because another one is."""
    for error in errors:
        logger.error("a callback of a transaction failed", exc_info=error)


def _number(errors: list[Exception]) -> str:
    return "a callback" if len(errors) == 1 else f"{len(errors)} callbacks"
