"""What a command is given: terminal, plugins, settings, and ways to a database."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ferrule_core.command.terminal import Terminal
from ferrule_core.database.connect import connect
from ferrule_core.database.database import Database
from ferrule_core.database.target import find_target, single_connection
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import Connection, DatabaseUrl
from ferrule_core.plugins.manager import Plugins
from ferrule_core.settings.load import Settings, load_settings
from ferrule_core.settings.profiles import Profile
from ferrule_core.settings.urls import parse_url


@dataclass(frozen=True, kw_only=True)
class CommandContext:
    """The world of one command.

    Attributes:
        root: Folder in which ``ferrule.toml`` is looked for, and then above it.
        environment: Variables of the process.
    """

    terminal: Terminal
    plugins: Plugins
    root: Path
    environment: Mapping[str, str] = field(repr=False)

    @cached_property
    def settings(self) -> Settings:
        """The project's settings, read when they are first asked for.

        Raises:
            ConfigurationError: ``ferrule.toml`` is wrong, or has a table that no plugin knows.
        """
        settings = load_settings(self.root, self.environment)
        settings.refuse_unknown_tables(self.plugins.config_sections())
        return settings

    def profile(self, name: str | None = None) -> Profile:
        """The profile of that name; without one, that in use. See ``Settings.profile``."""
        return self.settings.profile(name)

    @asynccontextmanager
    async def connection(
        self, *, profile: str | None = None, url: str | None = None
    ) -> AsyncGenerator[Connection]:
        """One connection, closed at the end of the block.

        A profile's provider runs its server for the time of the block.
        """
        target = find_target(self._choice(profile, url), self.plugins, None)
        async with single_connection(target) as connection:
            yield connection

    def database(self, *, profile: str | None = None, url: str | None = None) -> Database:
        """The database to open with ``async with``; models of the block use it."""
        return connect(self._choice(profile, url), plugins=self.plugins)

    def _choice(self, profile: str | None, url: str | None) -> DatabaseUrl | Profile:
        if profile is not None and url is not None:
            raise ConfigurationError("a profile and a URL were given; one of them is needed")
        return self.profile(profile) if url is None else parse_url(url)
