"""From ``ferrule.toml`` and the environment to a profile."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote

from ferrule_core.errors import ConfigurationError, UnknownProfile, nearest
from ferrule_core.settings.discover import FILE_NAME, find_file
from ferrule_core.settings.profiles import PoolOptions, Profile
from ferrule_core.settings.urls import parse_url

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ferrule_core.plugins.contracts import ConfigSection, DatabaseUrl
    from ferrule_core.settings.tables import FileTable, ProfileTable

Table = TypeVar("Table", bound="BaseModel")

PROFILE_VARIABLE = "FERRULE_PROFILE"
URL_VARIABLE = "FERRULE_URL"
FALLBACK_URL_VARIABLE = "DATABASE_URL"

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def load_settings(
    start: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read the ``ferrule.toml`` of a project.

    Args:
        start: Where to look first, then upwards; the working folder by default.
        environment: The variables to use; the process's own by default.

    Returns:
        The settings; without a file those of an empty one, with ``start`` as root.

    Raises:
        ConfigurationError: The file is no TOML, or a key or value in it is wrong.
    """
    environment = os.environ if environment is None else environment
    start = Path.cwd() if start is None else start.absolute()
    path = find_file(start)
    if path is None:
        return Settings(root=start, environment=environment)
    tables = _read(path)
    own = {key: tables.pop(key) for key in ("default", "profiles") if key in tables}
    from ferrule_core.settings.tables import FileTable

    return Settings(
        root=path.parent,
        environment=environment,
        file=_validate(FileTable, own, path, ()),
        others=tables,
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a project.

    Attributes:
        root: Folder of ``ferrule.toml``; relative paths start there.
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

    def profile(self, name: str | None = None) -> Profile:
        """The profile of that name, with its variables filled in.

        Without a name it is the one that ``FERRULE_PROFILE`` names, else the file's ``default``,
        else the only one; and where ``FERRULE_URL`` is set, that URL takes the place of the
        profile's own. A profile that is asked for by name is never redirected. Where the file has
        no profiles, ``FERRULE_URL`` and then ``DATABASE_URL`` make one.

        Raises:
            UnknownProfile: There is no such profile.
            ConfigurationError: No profile was named and none is the default, a variable that the
                profile needs is not set, or its URL is wrong.
        """
        redirect = None if name is not None else self.environment.get(URL_VARIABLE) or None
        chosen = name or self.environment.get(PROFILE_VARIABLE) or self._default()
        if chosen is None:
            return self._profile_from_environment()
        if self.file is None or chosen not in self.file.profiles:
            raise self._unknown(chosen)
        return self._resolve(chosen, self.file.profiles[chosen], redirect)

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
        known = [*sections, "default", "profiles"]
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

    def _profile_from_environment(self) -> Profile:
        variables = [URL_VARIABLE]
        if not self.profile_names:
            variables.append(FALLBACK_URL_VARIABLE)
        for variable in variables:
            if text := self.environment.get(variable):
                return Profile(
                    name="default",
                    url=_parse(text, variable),
                    data=self.root / ".ferrule" / "default",
                    models=self.root / "models",
                    migrations=self.root / "migrations",
                )
        if self.profile_names:
            raise ConfigurationError(
                f"{self.path} has several profiles and none is the default",
                hint=f"name one of them: {_listed(self.profile_names)}",
            )
        raise ConfigurationError(
            f"no database is configured: {self._no_profiles()}, "
            f"and neither {URL_VARIABLE} nor {FALLBACK_URL_VARIABLE} is set",
            hint="run `ferrule init`",
        )

    def _resolve(self, name: str, table: ProfileTable, redirect: str | None) -> Profile:
        place = f"{self.path}: [profiles.{name}]"
        url = None
        if redirect is not None:
            url = _parse(redirect, URL_VARIABLE)
        elif table.url is not None:
            url = self._url(table.url.get_secret_value(), f"{place} url")
        data = self._fill(table.data or f".ferrule/{name}", f"{place} data")
        direct = table.direct_url if redirect is None else None
        replicas = table.replicas if redirect is None else ()
        return Profile(
            name=name,
            url=url,
            direct_url=None
            if direct is None
            else self._url(direct.get_secret_value(), f"{place} direct_url"),
            replicas=tuple(
                self._url(replica.get_secret_value(), f"{place} replicas") for replica in replicas
            ),
            provider=None if redirect is not None else table.provider,
            data=self.root / Path(data).expanduser(),
            database=None if redirect is not None else table.database,
            description=table.description,
            schemas=table.schemas,
            models=self.root / self._fill(table.models, f"{place} models"),
            migrations=self.root / self._fill(table.migrations, f"{place} migrations"),
            backend=table.backend,
            pool=PoolOptions(**table.pool.model_dump()),
        )

    def _url(self, text: str, place: str) -> DatabaseUrl:
        """The URL, with variables; those in place of user or password hold them as they are."""
        userinfo, at, rest = text.rpartition("@")
        filled = self._fill(userinfo, place, lambda value: quote(value, safe=""))
        return _parse(filled + at + self._fill(rest, place), place)

    def _fill(self, text: str, place: str, write: Callable[[str], str] = str) -> str:
        """Put the environment's values where the text says ``${VARIABLE}``."""
        missing = [name for name in _REFERENCE.findall(text) if name not in self.environment]
        if missing:
            raise ConfigurationError(
                f'{place}: the environment variable "{missing[0]}" is not set',
                hint=f"export {missing[0]}=... before the command",
            )
        return _REFERENCE.sub(lambda found: write(self.environment[found.group(1)]), text)

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


def _parse(text: str, place: str) -> DatabaseUrl:
    try:
        return parse_url(text)
    except ConfigurationError as error:
        raise ConfigurationError(f"{place}: {error.message}", hint=error.hint) from None


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
