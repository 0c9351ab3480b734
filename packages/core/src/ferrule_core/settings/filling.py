"""Values of ``ferrule.toml`` that stand for others: variables, and the output of commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from ferrule_core.deferred import dataclass
from ferrule_core.errors import ConfigurationError
from ferrule_core.lazy import pattern
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.secrets import run_secret_command
from ferrule_core.settings.variables import named_url

if TYPE_CHECKING:
    from ferrule_core.settings.tables import CommandTable, Secret

_REFERENCE = pattern(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_OPTION_REFERENCE = pattern(r"(?<==)\$\{([A-Za-z_][A-Za-z0-9_]*)\}(?=&|$)")
_NEEDS_BACKSLASH = pattern(r"([\\'\s])")


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills in what values of the file refer to.

    A command is run once, however many values it gives.
    """

    environment: Mapping[str, str]
    folder: Path
    _printed: dict[object, str] = field(default_factory=dict[object, str])

    def text(self, text: str, place: str) -> str:
        """Put the environment's values where the text says ``${VARIABLE}``.

        Raises:
            ConfigurationError: A variable is not set.
        """
        return self._fill(_REFERENCE, text, place, str)

    def secret(self, value: Secret, place: str) -> str:
        """The text of a secret that is no URL, as it stands.

        Raises:
            ConfigurationError: A variable is not set, or the command fails.
        """
        from ferrule_core.settings.tables import CommandTable

        if isinstance(value, CommandTable):
            return self._run(value, place)
        return self.text(value.get_secret_value(), place)

    def url(self, value: Secret, place: str) -> DatabaseUrl:
        """A URL; variables in place of user or password hold them as they are.

        Raises:
            ConfigurationError: It is none, a variable is not set, or the command fails.
        """
        from ferrule_core.settings.tables import CommandTable

        if isinstance(value, CommandTable):
            return named_url(self._run(value, place), place)
        text = value.get_secret_value()
        if "://" not in text and "=" in text:
            return named_url(self._fill(_REFERENCE, text, place, _in_conninfo), place)
        userinfo, at, rest = text.rpartition("@")
        filled = self._fill(_REFERENCE, userinfo, place, _in_url) + at
        rest = self._fill(_OPTION_REFERENCE, rest, place, _in_url)
        return named_url(filled + self.text(rest, place), place)

    def _fill(
        self, pattern: re.Pattern[str], text: str, place: str, write: Callable[[str], str]
    ) -> str:
        missing = [name for name in pattern.findall(text) if name not in self.environment]
        if missing:
            raise ConfigurationError(
                f'{place}: the environment variable "{missing[0]}" is not set',
                hint=f"export {missing[0]}=... before the command",
            )
        return pattern.sub(lambda found: write(self.environment[found.group(1)]), text)

    def _run(self, value: CommandTable, place: str) -> str:
        if value.command not in self._printed:
            self._printed[value.command] = run_secret_command(
                value.command,
                within=value.within,
                environment=self.environment,
                folder=self.folder,
                place=place,
            )
        return self._printed[value.command]


def _in_url(value: str) -> str:
    return quote(value, safe="")


def _in_conninfo(value: str) -> str:
    return _NEEDS_BACKSLASH.sub(r"\\\1", value)
