"""The variables of the environment that choose a profile, or take the place of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.parameters import VARIABLES
from ferrule_core.settings.places import parameters_of, url_of
from ferrule_core.settings.urls import parse_url

PROFILE_VARIABLE = "FERRULE_PROFILE"
URL_VARIABLE = "FERRULE_URL"
PREFIX_VARIABLE = "FERRULE_ENV_PREFIX"
FALLBACK_URL_VARIABLE = "DATABASE_URL"

PREFIXED = ("PROFILE", "URL", "HOST", "PORT", "USER", "PASSWORD", "NAME")
"""What follows the prefix and ``DB_``."""

PARTS = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
"""Those that are a part of a URL, and what libpq calls it."""

_PLACES = ("service", "host", "hostaddr", "dbname")
"""Parameters whose ``PG*`` variable alone says which database is meant."""


@dataclass(frozen=True, slots=True)
class Variables:
    """The environment, read with the project's prefix.

    Attributes:
        prefix: With its underscore: ``MC_``; empty for none.
    """

    environment: Mapping[str, str]
    prefix: str

    @classmethod
    def of(cls, environment: Mapping[str, str], prefix: str | None) -> Variables:
        """Read with this prefix, or with the one of ``FERRULE_ENV_PREFIX``, which wins."""
        text = environment.get(PREFIX_VARIABLE) or prefix or ""
        return cls(environment, text if not text or text.endswith("_") else f"{text}_")

    @property
    def profile(self) -> str | None:
        """The profile that is asked for."""
        return self._own("PROFILE") or self.environment.get(PROFILE_VARIABLE) or None

    @property
    def url_names(self) -> tuple[str, ...]:
        """The variables that may hold a URL, the first that is set wins."""
        return (*([self._name("URL")] if self.prefix else []), URL_VARIABLE)

    @property
    def parts(self) -> dict[str, str]:
        """Parts of a URL that are set one by one, by libpq's names."""
        found = {name: self._own(part) for part, name in PARTS.items()}
        return {name: text for name, text in found.items() if text}

    def url(self, *more: str) -> DatabaseUrl | None:
        """The URL of the first variable that is set; ``more`` are asked after the own ones.

        Raises:
            ConfigurationError: It is none; the message names the variable.
        """
        for name in (*self.url_names, *more):
            if text := self.environment.get(name):
                return named_url(text, name)
        return None

    def with_parts(self, url: DatabaseUrl) -> DatabaseUrl:
        """The URL with the parts that are set one by one.

        Raises:
            ConfigurationError: They make no URL.
        """
        parts = self.parts
        if not parts:
            return url
        try:
            changed = url_of({**parameters_of(url), **parts}, url.scheme)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"{self.prefix}DB_HOST or {self.prefix}DB_PORT: {error.message}", hint=error.hint
            ) from None
        if {"host", "port", "password"} & set(parts):
            return changed
        return replace(changed, password=url.password, alternatives=url.alternatives)

    def names_database(self) -> bool:
        """Whether ``PG*`` variables say where the database is."""
        return any(self.environment.get(VARIABLES[name]) for name in _PLACES)

    def _name(self, part: str) -> str:
        return f"{self.prefix}DB_{part}"

    def _own(self, part: str) -> str | None:
        return self.environment.get(self._name(part)) or None if self.prefix else None


def named_url(text: str, place: str) -> DatabaseUrl:
    """Take a URL apart whose place an error shall name."""
    try:
        return parse_url(text)
    except ConfigurationError as error:
        raise ConfigurationError(f"{place}: {error.message}", hint=error.hint) from None
