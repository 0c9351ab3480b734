"""From a table of ``ferrule.toml`` to a profile, with what the environment changes in it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts import DatabaseUrl, HostAddress
from ferrule_core.settings.completing import complete_url
from ferrule_core.settings.log_options import LogOptions
from ferrule_core.settings.profiles import PoolOptions, Profile
from ferrule_core.settings.variables import Variables

if TYPE_CHECKING:
    from ferrule_core.settings.filling import Filler
    from ferrule_core.settings.tables import ProfileTable, Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a profile's database is."""

    url: DatabaseUrl | None = None
    direct_url: DatabaseUrl | None = None
    replicas: tuple[DatabaseUrl, ...] = ()
    provider: str | None = None
    database: str | None = None


def resolve(
    table: ProfileTable, name: str, place: str, filler: Filler, variables: Variables | None
) -> Profile:
    """Make the profile that a table describes.

    Args:
        table: What ``ferrule.toml`` says.
        name: Name of the profile.
        place: File and table, for errors.
        filler: Fills in variables and secrets; relative paths start in its folder.
        variables: The environment, where it may lead to another server.

    Raises:
        ConfigurationError: A variable is not set, a command fails, or a URL is wrong.
    """
    where = _changed(table, place, filler, variables)
    # What the file says of a time is stronger than a variable of libpq's.
    said = table.pool.model_fields_set
    without = frozenset({"connect_timeout"} if "connect_within" in said else ())
    root = filler.folder
    data = filler.text(table.data or f".ferrule/{name}", f"{place} data")
    return Profile(
        name=name,
        url=_completed(where.url, filler, without),
        direct_url=_completed(where.direct_url, filler, without),
        replicas=tuple(
            complete_url(url, filler.environment, without=without) for url in where.replicas
        ),
        reads=table.reads,
        fence_within=table.fence_within,
        lag_within=table.lag_within,
        provider=where.provider,
        data=root / Path(data).expanduser(),
        database=where.database,
        description=table.description,
        schemas=table.schemas,
        models=root / filler.text(table.models, f"{place} models"),
        migrations=root / filler.text(table.migrations, f"{place} migrations"),
        backend=table.backend,
        pool=PoolOptions(**table.pool.model_dump()),
        log=LogOptions(**table.log.model_dump()),
    )


def _changed(
    table: ProfileTable, place: str, filler: Filler, variables: Variables | None
) -> _Place:
    """Where the database is, once the environment had its say."""
    url = None if variables is None else variables.url()
    parts = {} if variables is None else variables.parts
    if variables is None or (url is None and not parts):
        return _told(table, place, filler)
    if url is not None or {"host", "port"} & set(parts):  # another server
        own = DatabaseUrl() if table.url is None else filler.url(table.url, f"{place} url")
        return _Place(url=variables.with_parts(url or own))
    told = _told(table, place, filler)
    if told.url is None and set(parts) == {"dbname"}:
        return replace(told, database=parts["dbname"])
    return _Place(
        url=variables.with_parts(told.url or DatabaseUrl()),
        direct_url=told.direct_url and variables.with_parts(told.direct_url),
        replicas=tuple(variables.with_parts(one) for one in told.replicas),
    )


def _told(table: ProfileTable, place: str, filler: Filler) -> _Place:
    """Where the file says that the database is."""
    if table.url is None:
        return _Place(provider=table.provider, database=table.database)
    url = filler.url(table.url, f"{place} url")
    if table.password is not None:
        url = _with_password(url, filler.secret(table.password, f"{place} password"))

    def beside(value: Secret, key: str) -> DatabaseUrl:
        return _inherited(filler.url(value, f"{place} {key}"), url)

    return _Place(
        url=url,
        direct_url=None if table.direct_url is None else beside(table.direct_url, "direct_url"),
        replicas=tuple(beside(replica, "replicas") for replica in table.replicas),
    )


def _inherited(url: DatabaseUrl, main: DatabaseUrl) -> DatabaseUrl:
    """Another way to the same database: what its URL leaves out is as in the profile's own."""
    options = {**main.options, **url.options}
    if "hostaddr" not in url.options:
        options.pop("hostaddr", None)
    inherited = replace(
        url,
        user=url.user or main.user,
        database=url.database or main.database,
        options=options,
    )
    same_user = inherited.user == main.user
    if inherited.password is None and main.password is not None and same_user:
        return _with_password(inherited, main.password)
    return inherited


def _with_password(url: DatabaseUrl, password: str) -> DatabaseUrl:
    """The URL with one password for all of its hosts."""
    alternatives = tuple(
        HostAddress(host=one.host, port=one.port, password=password) for one in url.alternatives
    )
    return replace(url, password=password, alternatives=alternatives)


def _completed(
    url: DatabaseUrl | None, filler: Filler, without: Container[str]
) -> DatabaseUrl | None:
    return None if url is None else complete_url(url, filler.environment, without=without)
