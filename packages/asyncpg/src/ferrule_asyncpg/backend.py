"""The backend: opens connections by asyncpg, which is imported when the first one is opened."""

from __future__ import annotations

from dataclasses import field

from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts import Capabilities, Connection, ConnectOptions, DatabaseUrl


@dataclass(frozen=True, slots=True)
class AsyncpgBackend:
    """PostgreSQL by asyncpg."""

    name: str = "asyncpg"
    schemes: frozenset[str] = frozenset({"postgres", "postgresql"})
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(copies=True, listens=True)
    )

    async def connect(self, url: DatabaseUrl, options: ConnectOptions) -> Connection:
        """Open one connection; see ``Backend.connect``."""
        from ferrule_asyncpg.opening import open_connection

        return await open_connection(url, options)
