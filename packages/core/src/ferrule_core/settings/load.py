"""From ``ferrule.toml`` and the environment to a profile."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ferrule_core.errors import ConfigurationError, UnknownProfile, nearest
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.settings.completing import complete_url
from ferrule_core.settings.discover import FILE_NAME, find_file
from ferrule_core.settings.env_file import with_env_file
from ferrule_core.settings.filling import Filler
from ferrule_core.settings.profiles import Profile
from ferrule_core.settings.resolving import resolve
from ferrule_core.settings.variables import FALLBACK_URL_VARIABLE, URL_VARIABLE, Variables

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ferrule_core.plugins.contracts import ConfigSection
    from ferrule_core.settings.tables import FileTable

Table = TypeVar("Table", bound="BaseModel")

OWN_KEYS = ("default", "env_prefix", "profiles")
"""What of the file is core's; each other table is a plugin's."""


def load_settings(
    start: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read the ``ferrule.toml`` of a project, and the ``.env`` beside it.

    Args:
        start: Where to look first, then upwards; the working folder by default.
        environment: The variables to use; the process's own by default.

    Returns:
        The settings; without a file those of an empty one, with ``start`` as root.

    Raises:
        ConfigurationError: A file cannot be read, or a key or value in it is wrong.
    """
    environment = os.environ if environment is None else environment
    start = Path.cwd() if start is None else start.absolute()
    path = find_file(start)
    if path is None:
        return Settings(root=start, environment=environment)
    tables = _read(path)
    own = {key: tables.pop(key) for key in OWN_KEYS if key in tables}
    from ferrule_core.settings.tables import FileTable

    return Settings(
        root=path.parent,
        environment=with_env_file(path.parent, environment),
        file=_validate(FileTable, own, path, ()),
        others=tables,
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a project.

    Attributes:
        root: Folder of ``ferrule.toml``; relative paths start there.
        environment: The variables of the process, and those of ``.env``.
        others: Tables that belong to plugins, not yet checked.
    """

    root: Path
    environment: Mapping[str, str] = field(repr=False)
    file: FileTable | None = field(default=None, repr=False)
    others: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def path(self) -> Path:
        """Where ``ferrule.toml`` is, or would be."""
        return self.root / FILE_NAME

    @property
    def profile_names(self) -> tuple[str, ...]:
        """Names of the profiles in the file."""
        return () if self.file is None else tuple(self.file.profiles)

    @cached_property
    def variables(self) -> Variables:
        """The environment, read with the project's prefix."""
        return Variables.of(self.environment, None if self.file is None else self.file.env_prefix)

    def profile(self, name: str | None = None) -> Profile:
        """The profile of that name, with its variables filled in.

        Without a name it is the one that the environment names (``MC_DB_PROFILE`` with the prefix
        ``MC``, then ``FERRULE_PROFILE``), else the file's ``default``, else the only one; and what
        the environment says of a URL (``MC_DB_URL``, ``FERRULE_URL``) or its parts
        (``MC_DB_HOST``) takes the place of the profile's own. A profile that is asked for by name
        is never redirected. Where the file has no profiles, these variables, ``DATABASE_URL`` and
        then those of libpq (``PGHOST``) make one. What a URL leaves out is filled in as libpq does.

        Raises:
            UnknownProfile: There is no such profile.
            ConfigurationError: No profile was named and none is the default, a variable that the
                profile needs is not set, or its URL is wrong.
        """
        chosen = name or self.variables.profile or self._default()
        if chosen is None:
            return self._profile_from_environment()
        if self.file is None or chosen not in self.file.profiles:
            raise self._unknown(chosen)
        table = self.file.profiles[chosen]
        place = f"{self.path}: [profiles.{chosen}]"
        return resolve(table, chosen, place, self._filler, None if name else self.variables)

    def section(self, section: ConfigSection) -> BaseModel:
        """A plugin's table, checked by the plugin's model; its defaults where it is left out.

        Raises:
            ConfigurationError: A key or value in the table is wrong.
        """
        module, _, name = section.model.partition(":")
        model = cast("type[BaseModel]", getattr(import_module(module), name))
        return _validate(model, self.others.get(section.name, {}), self.path, (section.name,))

    def refuse_unknown_tables(self, sections: Iterable[str]) -> None:
        """Check that every table of the file belongs to core or to one of these sections.

        Raises:
            ConfigurationError: It does not; the message names the table.
        """
        known = [*sections, *OWN_KEYS]
        for table in self.others:
            if table not in known:
                raise ConfigurationError(
                    f"{self.path}: [{table}]: unknown table", hint=nearest(table, known)
                )

    def _default(self) -> str | None:
        if self.file is None:
            return None
        if self.file.default is None and len(self.file.profiles) == 1:
            return next(iter(self.file.profiles))
        return self.file.default

    @cached_property
    def _filler(self) -> Filler:
        return Filler(self.environment, self.root)

    def _profile_from_environment(self) -> Profile:
        variables = self.variables
        fallbacks = () if self.profile_names else (FALLBACK_URL_VARIABLE,)
        url = variables.url(*fallbacks)
        if url is not None or variables.parts:
            return self._profile_of(variables.with_parts(url or DatabaseUrl()))
        if self.profile_names:
            raise ConfigurationError(
                f"{self.path} has several profiles and none is the default",
                hint=f"name one of them: {_listed(self.profile_names)}",
            )
        if variables.names_database():
            return self._profile_of(DatabaseUrl())
        raise ConfigurationError(
            f"no database is configured: {self._no_profiles()}, "
            f"and neither {URL_VARIABLE} nor {FALLBACK_URL_VARIABLE} is set",
            hint="run `ferrule init`",
        )

    def _profile_of(self, url: DatabaseUrl) -> Profile:
        return Profile(
            name="default",
            url=complete_url(url, self.environment),
            data=self.root / ".ferrule" / "default",
            models=self.root / "models",
            migrations=self.root / "migrations",
        )

    def _no_profiles(self) -> str:
        if self.file is None:
            return f"there is no {FILE_NAME} in {self.root} or above it"
        return f"{self.path} has no profiles"

    def _unknown(self, name: str) -> UnknownProfile:
        if not self.profile_names:
            return UnknownProfile(
                f'there is no profile "{name}": {self._no_profiles()}',
                hint="run `ferrule init`",
            )
        return UnknownProfile(
            f'there is no profile "{name}" in {self.path}; there are: '
            f"{_listed(self.profile_names)}",
            hint=nearest(name, self.profile_names),
        )


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
    except UnicodeDecodeError:
        reason = "not UTF-8"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise ConfigurationError(f"{path} cannot be read: {reason}")


def _validate(model: type[Table], table: object, path: Path, prefix: tuple[str, ...]) -> Table:
    from pydantic import ValidationError

    try:
        return model.model_validate(table)
    except ValidationError as error:
        from ferrule_core.settings.complaints import complaint

        refused = complaint(error, model, path, prefix)
    raise refused  # here, so that pydantic's error, which holds the values, is not its context


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
