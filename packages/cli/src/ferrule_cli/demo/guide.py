"""How the demo speaks: numbered steps, what came of them, and the pauses between them."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ferrule_cli.failures import UsageError
from ferrule_core.command.terminal import JsonValue, Terminal


class Guide:
    """Announces each step and keeps what a program wants to know of it.

    Attributes:
        steps: Name, duration in seconds and facts of each step that is done.
    """

    def __init__(self, terminal: Terminal, *, pause: bool) -> None:
        """Raises ``UsageError`` where a pause is wanted and nobody can end it."""
        if pause and (terminal.json or not sys.stdin.isatty()):
            raise UsageError("--pause needs a terminal to wait at", hint="leave it out")
        self.steps: list[dict[str, JsonValue]] = []
        self._terminal = terminal
        self._pause = pause

    @asynccontextmanager
    async def step(self, name: str, title: str, text: str) -> AsyncGenerator[dict[str, JsonValue]]:
        """Announce a step, let the block do it, and wait if that is wanted.

        The block may put facts into what it is given.
        """
        number = len(self.steps) + 1
        self._terminal.heading(f"{number}. {title}")
        self._terminal.say(text)
        self._terminal.say()
        begun = time.monotonic()
        facts: dict[str, JsonValue] = {}
        yield facts
        seconds = round(time.monotonic() - begun, 2)
        self.steps.append({"name": name, "seconds": seconds, **facts})
        if self._pause:
            self._terminal.say()
            self._terminal.say("   press Enter to go on")
            await _enter()


async def _enter() -> None:
    """Wait for the Enter key, while Ctrl-C still works."""
    loop = asyncio.get_running_loop()
    pressed = loop.create_future()
    loop.add_reader(sys.stdin, pressed.set_result, None)
    try:
        await pressed
    finally:
        loop.remove_reader(sys.stdin)
    sys.stdin.readline()
