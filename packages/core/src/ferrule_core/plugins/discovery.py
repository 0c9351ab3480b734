"""Which plugins are installed, and whether they were built for this version of core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING

from ferrule_core.deferred import dataclass
from ferrule_core.errors import PluginError
from ferrule_core.plugins.distributions import Distribution, EntryPoint, entry_points
from ferrule_core.plugins.markers import PROJECT

if TYPE_CHECKING:
    from packaging.requirements import Requirement

DISABLE_VARIABLE = "FERRULE_DISABLE_PLUGINS"
"""Names of plugins that are not loaded, separated by commas."""

_CORE = "ferrule-core"
_RELEASED_TOGETHER = frozenset({_CORE, "ferrule"})
"""Distributions of one version: a plugin may state its need by either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A plugin that is to be loaded, and where it came from.

    Attributes:
        name: Name of its entry point.
        distribution: Name of what pip installed, ``None`` for a plugin that was passed by hand.
        version: Version of that distribution.
    """

    name: str
    module: ModuleType
    distribution: str | None = None
    version: str | None = None


def installed_plugins(environment: Mapping[str, str]) -> Iterator[Installed]:
    """Import the plugins of all installed distributions, in order of name.

    Plugins that ``FERRULE_DISABLE_PLUGINS`` names are not even imported; names in it that are not
    installed are ignored, so that one list serves several environments.

    Raises:
        PluginError: A plugin cannot be imported, was built for another version of ferrule-core,
            or shares its name with another.
    """
    disabled = {name.strip() for name in environment.get(DISABLE_VARIABLE, "").split(",")}
    found = sorted(entry_points(PROJECT), key=lambda entry: entry.name)
    here = _version_of_core(found)
    seen: dict[str, str] = {}
    for entry in found:
        if entry.name in disabled:
            continue
        source = entry.distribution
        if entry.name in seen:
            raise PluginError(
                f'two distributions have a plugin "{entry.name}": '
                f'"{seen[entry.name]}" and "{source.name}"',
                hint="uninstall one of them",
            )
        seen[entry.name] = source.name
        _check_version(entry, source, here)
        yield Installed(
            name=entry.name,
            module=_import(entry),
            distribution=source.name,
            version=source.version,
        )


def _import(entry: EntryPoint) -> ModuleType:
    try:
        module: object = entry.load()
    except Exception as error:
        raise PluginError(
            f'the plugin "{entry.name}" cannot be imported: {type(error).__name__}: {error}',
            hint=_without(entry.name),
        ) from error
    if not isinstance(module, ModuleType):
        raise PluginError(
            f'the plugin "{entry.name}" is no module but {type(module).__name__}',
            hint='its entry point must read "package.module", without ":name"',
        )
    return module


def _version_of_core(found: Iterable[EntryPoint]) -> str:
    """Core is a plugin itself, so it is among those that are found."""
    for entry in found:
        if entry.distribution.name == _CORE:
            return entry.distribution.version
    raise PluginError(
        f"{_CORE} is imported, but not installed: nothing says which version it is",
        hint=f"install it with pip: pip install {_CORE}",
    )


def _check_version(entry: EntryPoint, source: Distribution, here: str) -> None:
    """Refuse a plugin whose distribution does not want the core that is here.

    Distributions are held to what they themselves declare: packages of Ferrule require exactly
    ``ferrule-core==<their version>``, others a range of it.
    """
    if source.name == _CORE:
        return
    if f"{_CORE}=={here}" in source.requires:
        return  # spares the import of packaging
    wanted = _needs(source.requires)
    if not wanted:
        raise PluginError(
            f'the plugin "{entry.name}" does not say which version of ferrule-core it is for',
            hint=f'"{source.name}" must list ferrule-core in its dependencies',
        )
    if not all(need.specifier.contains(here, prereleases=True) for need in wanted):
        shown = " and ".join(f"{need.name}{need.specifier}" for need in wanted)
        raise PluginError(
            f'the plugin "{entry.name}" ({source.name} {source.version}) needs {shown}, '
            f"but ferrule-core {here} is installed",
            hint=f"install matching versions, or go on without it: {_without(entry.name)}",
        )


def _needs(requirements: Iterable[str]) -> list[Requirement]:
    """What a distribution requires of ours, for the interpreter that runs."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    return [
        need
        for need in map(Requirement, requirements)
        if canonicalize_name(need.name) in _RELEASED_TOGETHER
        and (need.marker is None or need.marker.evaluate({"extra": ""}))
    ]


def _without(name: str) -> str:
    return f"set {DISABLE_VARIABLE}={name}"
