"""A program's main coroutine, run on the event loop that is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import Any, TypeVar

from ferrule_core.errors import MissingPackage

Result = TypeVar("Result")


def run(main: Coroutine[Any, Any, Result], *, uvloop: bool = False) -> Result:
    """Run a coroutine as ``asyncio.run`` does, on uvloop where that is asked for.

    No event loop policy is installed: other loops of the process stay what they are.

    Raises:
        MissingPackage: uvloop is asked for and not installed.
    """
    factory = None
    if uvloop:
        try:
            factory = _uvloop_factory()
        except MissingPackage:
            main.close()
            raise
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)


def _uvloop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        found = import_module("uvloop")
    except ImportError:
        raise MissingPackage("uvloop", install="ferrule[uvloop]") from None
    factory: Callable[[], asyncio.AbstractEventLoop] = found.new_event_loop
    return factory
