"""What to connect to: a URL, a profile, or a server that is started first."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ferrule_core.database.creating import with_database
from ferrule_core.database.poolers.connecting import Connector, connect_options
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import Backend, Connection, DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.completing import complete_url
from ferrule_core.settings.profiles import PoolOptions, Profile
from ferrule_core.settings.urls import is_location, parse_url

if TYPE_CHECKING:
    from ferrule_core.settings.load import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A profile, and the plugins that serve it."""

    profile: Profile
    plugins: Plugins

    @asynccontextmanager
    async def located(self) -> AsyncGenerator[DatabaseUrl]:
        """The URL, for the time of the block; a provider's server runs that long.

        The database of a provider's profile is created where it is missing.
        """
        if self.profile.provider is None:
            if self.profile.url is None:
                raise ConfigurationError(
                    f'profile "{self.profile.name}" has neither url nor provider'
                )
            yield self.profile.url
            return
        server = self.plugins.server(self.profile.provider)
        async with server.open(self.profile.data) as url:
            if self.profile.database is not None:
                options = connect_options(self.profile.pool)
                url = await with_database(  # noqa: PLW2901 - the same server
                    self.backend(url), url, self.profile.database, options
                )
            yield url

    def backend(self, url: DatabaseUrl) -> Backend:
        """The driver for the URL."""
        return self.plugins.backend(url.scheme, self.profile.backend)

    def connector(self, url: DatabaseUrl, options: PoolOptions) -> Connector:
        """What makes the connections of a pool."""
        return Connector(self.backend(url), options, ours=self.profile.provider is not None)


def find_target(
    target: str | DatabaseUrl | Profile | None, plugins: Plugins | None, settings: Settings | None
) -> Target:
    """Make a target of what ``connect`` was given.

    Args:
        target: A URL or connection string, the name of a profile, or ``None`` for the profile that
            is in use.
        plugins: Those installed, where left out.
        settings: Those of the working folder, where left out and needed.
    """
    plugins = Plugins.load() if plugins is None else plugins
    if isinstance(target, str) and is_location(target):
        target = parse_url(target)
    if isinstance(target, DatabaseUrl):
        target = Profile(name="default", url=target)
    if isinstance(target, Profile):
        return Target(profile=_completed(target), plugins=plugins)
    if settings is None:
        from ferrule_core.settings.load import load_settings  # a URL needs none

        settings = load_settings()
    return Target(profile=settings.profile(target), plugins=plugins)


def _completed(profile: Profile) -> Profile:
    """With the process's variables for what its URLs leave out; settings have done so already."""
    if profile.url is None:
        return profile
    return replace(
        profile,
        url=complete_url(profile.url, os.environ),
        direct_url=profile.direct_url and complete_url(profile.direct_url, os.environ),
        replicas=tuple(complete_url(replica, os.environ) for replica in profile.replicas),
    )


@asynccontextmanager
async def single_connection(target: Target) -> AsyncGenerator[Connection]:
    """One connection without a pool, closed at the end of the block."""
    async with target.located() as url:
        connection = await target.connector(url, target.profile.pool).connect(url)
        try:
            yield connection
        finally:
            await connection.close(within=target.profile.pool.close_within)
