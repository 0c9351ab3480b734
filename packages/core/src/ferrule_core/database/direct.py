"""Connections outside of the pool, for what needs a session of its own: LISTEN, held locks."""

from __future__ import annotations

from dataclasses import replace

from ferrule_core.database.target import Target, connect_options
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import Connection, DatabaseUrl
from ferrule_core.settings.profiles import PoolOptions


async def open_direct(
    target: Target, url: DatabaseUrl, options: PoolOptions, purpose: str
) -> Connection:
    """Open a session of its own, around a pooler where the profile has a ``direct_url``.

    Statements on it have no deadline: whoever uses it sets one for each.

    Args:
        target: The profile, and the plugins that serve it.
        url: Where the database is, if there is no ``direct_url``.
        options: Those of the database's pool.
        purpose: What the session is for, for people: ``LISTEN``.

    Raises:
        ConfigurationError: The backend cannot listen.
        ConnectFailed: No connection could be made.
    """
    place = target.profile.direct_url or url
    backend = target.backend(place)
    if not backend.capabilities.listens:
        raise ConfigurationError(f'{purpose} is nothing that the backend "{backend.name}" can do')
    return await backend.connect(place, connect_options(replace(options, statement_within=None)))
