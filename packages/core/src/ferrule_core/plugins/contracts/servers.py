"""Servers that Ferrule may start itself: for development, demos, tests and scratch databases."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts.backend import DatabaseUrl


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOffer:
    """What a server would be, known without starting it."""

    version: tuple[int, int]
    extensions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """What is in a data folder now. ``url`` and ``pid`` are given while the server runs."""

    folder: Path
    running: bool
    url: DatabaseUrl | None = None
    pid: int | None = None
    version: tuple[int, int] | None = None


class ScratchServer(Protocol):
    """Runs a PostgreSQL server in a data folder.

    The URL that it gives is a superuser's, of the database ``postgres``.
    """

    @property
    def name(self) -> str:
        """What a profile's ``provider`` says: ``embedded``."""
        ...

    def offer(self) -> ServerOffer | None:
        """What it would run; ``None`` where it cannot run on this machine."""
        ...

    def open(self, folder: Path | None = None) -> AbstractAsyncContextManager[DatabaseUrl]:
        """Run a server for the time of the block; joins one that runs in that folder already.

        The server stops when the last process that opened it ends, even by a crash. Without a
        folder it lives in a temporary one that is removed.
        """
        ...

    async def start(self, folder: Path) -> ServerStatus:
        """Start a server that stays until ``stop``."""
        ...

    async def stop(self, folder: Path) -> bool:
        """Stop it; False where none was running."""
        ...

    async def status(self, folder: Path) -> ServerStatus:
        """Look, change nothing."""
        ...
