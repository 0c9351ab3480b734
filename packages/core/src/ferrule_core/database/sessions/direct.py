"""Connections outside of the pool, for what needs a session of its own: LISTEN, held locks."""

from __future__ import annotations

from dataclasses import replace

from ferrule_core.database.poolers.connecting import PoolerMismatch
from ferrule_core.database.target import Target
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
        ConfigurationError: The backend cannot listen, or a pooler in transaction mode is there.
        ConnectFailed: No connection could be made.
    """
    place = target.profile.direct_url or url
    backend = target.backend(place)
    if not backend.capabilities.listens:
        raise ConfigurationError(f'{purpose} is nothing that the backend "{backend.name}" can do')
    if options.pooler == "transaction" and place is url:
        raise _no_session(purpose, "url")
    wanted = replace(options, statement_within=None, pooler="session")
    try:
        return await target.connector(place, wanted).connect(place)
    except PoolerMismatch as error:
        raise _no_session(purpose, "url" if place is url else "direct_url") from error


def _no_session(purpose: str, key: str) -> ConfigurationError:
    return ConfigurationError(
        f"{purpose} needs a session that lasts, and {key} of the profile leads to a pooler in "
        "transaction mode",
        hint="give the profile a direct_url that leads to the server itself",
    )
