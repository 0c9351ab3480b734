"""How the workers of pytest-xdist ask their controller for servers: by files in a folder.

A worker writes ``NAME.wanted``; the controller starts the server and answers with
``NAME.url`` or ``NAME.error``. So a server is started only if a test needs it, and it belongs
to the controller, which outlives every worker.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.urls import parse_url, url_text
from ferrule_testing.choices import ServerChoice
from ferrule_testing.running import RunningServers

POLL_SECONDS = 0.05
ANSWER_WITHIN_SECONDS = 180.0


class ServerRequests:
    """The controller's side: answers in a thread of its own until it is closed."""

    def __init__(
        self, folder: Path, choices: Sequence[ServerChoice], servers: RunningServers
    ) -> None:
        self._folder = folder
        self._open = {str(choice): choice for choice in choices}
        self._servers = servers
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._answer_all, name="ferrule-servers")
        self._thread.start()

    def close(self) -> None:
        """Answer no more."""
        self._closing.set()
        self._thread.join()

    def _answer_all(self) -> None:
        while not self._closing.wait(POLL_SECONDS):
            for name in [name for name in self._open if self._wanted(name).exists()]:
                self._answer(self._open.pop(name))

    def _answer(self, choice: ServerChoice) -> None:
        try:
            suffix, text = "url", url_text(self._servers.url(choice))
        except Exception as error:  # noqa: BLE001 (the workers raise it)
            suffix, text = "error", str(error)
        written = self._folder / f"{choice}.new"
        written.write_text(text)
        written.rename(self._folder / f"{choice}.{suffix}")

    def _wanted(self, name: str) -> Path:
        return self._folder / f"{name}.wanted"


class RequestedServers:
    """The worker's side."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._urls: dict[ServerChoice, DatabaseUrl] = {}

    def url(self, choice: ServerChoice) -> DatabaseUrl:
        """As ``ServerRegistry.url``.

        Raises:
            RuntimeError: The controller could not start it, or does not answer.
        """
        if choice not in self._urls:
            self._urls[choice] = self._ask(choice)
        return self._urls[choice]

    def _ask(self, choice: ServerChoice) -> DatabaseUrl:
        (self._folder / f"{choice}.wanted").touch()
        answer, error = self._folder / f"{choice}.url", self._folder / f"{choice}.error"
        deadline = time.monotonic() + ANSWER_WITHIN_SECONDS
        while time.monotonic() < deadline:
            if answer.exists():
                return parse_url(answer.read_text())
            if error.exists():
                raise RuntimeError(error.read_text())
            time.sleep(POLL_SECONDS)
        raise RuntimeError(f'the controller of this test run did not start the server "{choice}"')
