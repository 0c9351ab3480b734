"""How long a statement may take, and how long its end may take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

CANCEL_WITHIN_SECONDS = 0.8
"""How long a statement may take to be stopped. Past that the link is dropped.

A caller whose deadline passed waits no longer than this for its transaction to be rolled back, so
that it is back within a second.
"""

FORGET_WITHIN_SECONDS = 5.0
"""How long the server may take to forget statements that the cache had no room for."""

_TURNS = 3
"""Turns of the event loop in which a task that heeds its cancellation has ended."""

Result = TypeVar("Result")


async def run_apart(
    work: Coroutine[Any, Any, Result], seconds: float | None, drop: Callable[[], None]
) -> Result:
    """Run what may not end when it is cancelled; then ``drop`` the link, which does end it.

    Raises:
        TimeoutError: The deadline passed.
    """
    task = asyncio.get_running_loop().create_task(work)
    try:
        done, _ = await asyncio.wait((task,), timeout=seconds)
    except asyncio.CancelledError:
        await _stop(task, drop)
        raise
    if not done:
        await _stop(task, drop)
        raise TimeoutError
    return task.result()


async def _stop(task: asyncio.Task[Any], drop: Callable[[], None]) -> None:
    task.add_done_callback(_retrieve)
    task.cancel()
    for _ in range(_TURNS):
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:  # once more: the caller is about to raise the first one
            continue
    if not task.done():
        drop()


def _retrieve(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()
