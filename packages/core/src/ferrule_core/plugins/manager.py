"""The one place that asks hooks: each once, the first time its objects are needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from types import MappingProxyType, ModuleType
from typing import Any, Generic, Protocol, TypeVar, cast

import pluggy

from ferrule_core.deferred import dataclass
from ferrule_core.errors import MissingPackage, PluginError, nearest
from ferrule_core.plugins import spec
from ferrule_core.plugins.contracts import (
    Backend,
    CommandGroup,
    ConfigSection,
    Generator,
    Middleware,
    Observer,
    Rewriter,
    SchemaSource,
    ScratchServer,
    TypeMapping,
)
from ferrule_core.plugins.discovery import Installed, installed_plugins
from ferrule_core.plugins.markers import PROJECT


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Handed = TypeVar("Handed", bound=_Named)


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Handed]):
    """What one hook hands out.

    Attributes:
        label: What people call it.
        extras: Objects that packages of ours hand out, and what to install to have them.
    """

    label: str
    hook: str
    extras: Mapping[str, str] = field(default_factory=dict[str, str])


_BACKENDS: _Kind[Backend] = _Kind("backend", "ferrule_backends", {"asyncpg": "ferrule-asyncpg"})
_TYPES: _Kind[TypeMapping] = _Kind("type", "ferrule_types")
_SOURCES: _Kind[SchemaSource] = _Kind(
    "schema source", "ferrule_schema_sources", {"database": "ferrule[introspect]"}
)
_SERVERS: _Kind[ScratchServer] = _Kind(
    "server", "ferrule_servers", {"embedded": "ferrule[embedded]"}
)
_REWRITERS: _Kind[Rewriter] = _Kind("rewriter", "ferrule_rewriters")
_MIDDLEWARE: _Kind[Middleware] = _Kind("middleware", "ferrule_middleware")
_OBSERVERS: _Kind[Observer] = _Kind("observer", "ferrule_observers")
_GENERATORS: _Kind[Generator] = _Kind(
    "generator", "ferrule_generators", {"models": "ferrule[codegen]"}
)
_COMMANDS: _Kind[CommandGroup] = _Kind("command", "ferrule_commands")
_SECTIONS: _Kind[ConfigSection] = _Kind("config section", "ferrule_config_sections")

_ALL: tuple[_Kind[Any], ...] = (
    _BACKENDS,
    _TYPES,
    _SOURCES,
    _SERVERS,
    _REWRITERS,
    _MIDDLEWARE,
    _OBSERVERS,
    _GENERATORS,
    _COMMANDS,
    _SECTIONS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginListing:
    """What one plugin is and hands out, for people.

    Attributes:
        hands_out: Kind of object (``backend``, ``generator``, ...) to the names of those objects.
    """

    name: str
    distribution: str | None
    version: str | None
    hands_out: Mapping[str, tuple[str, ...]]


class Plugins:
    """Everything that the installed packages hand out, by kind and name.

    Hooks are asked lazily, each once, so that the command line pays only for what it uses.
    """

    def __init__(self, installed: Iterable[Installed]) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(spec)
        self._installed: dict[str, Installed] = {}
        self._asked: dict[str, Mapping[str, Any]] = {}
        self._givers: dict[str, dict[str, str]] = {}
        for plugin in installed:
            self._register(plugin)

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Plugins:
        """Load the plugins of all installed distributions.

        Args:
            environment: Where ``FERRULE_DISABLE_PLUGINS`` is looked up; the process's own by
                default.

        Raises:
            PluginError: A plugin cannot be imported, was built for another version of
                ferrule-core, or implements a hook that does not exist.
        """
        return cls(installed_plugins(os.environ if environment is None else environment))

    @classmethod
    def of(cls, *modules: ModuleType) -> Plugins:
        """Take these plugins and no others, for tests."""
        return cls(Installed(name=module.__name__, module=module) for module in modules)

    def backend(self, scheme: str, name: str | None = None) -> Backend:
        """The backend for a URL scheme.

        Args:
            scheme: The URL's scheme, without ``://``.
            name: Which backend; without it the first by name that serves the scheme.

        Raises:
            MissingPackage: No installed backend serves the scheme, but a package of ours does.
            PluginError: Nothing known does, or the named backend does not serve the scheme.
        """
        if name is not None:
            named = self._pick(_BACKENDS, name)
            if scheme not in named.schemes:
                raise PluginError(f'the backend "{name}" does not serve URLs of "{scheme}://"')
            return named
        for backend in self.backends().values():
            if scheme in backend.schemes:
                return backend
        if scheme in {"postgresql", "postgres"}:
            raise MissingPackage("a backend for PostgreSQL", install=_BACKENDS.extras["asyncpg"])
        raise PluginError(
            f'no installed backend serves URLs of "{scheme}://"',
            hint="the URL of a PostgreSQL database begins with postgresql://",
        )

    def backends(self) -> Mapping[str, Backend]:
        """All drivers."""
        return self._ask(_BACKENDS)

    def types(self) -> Mapping[str, TypeMapping]:
        """Python's side of types, by name in ``pg_type``."""
        return self._ask(_TYPES)

    def schema_source(self, name: str) -> SchemaSource:
        """The source of that name; ``MissingPackage`` or ``PluginError`` where there is none."""
        return self._pick(_SOURCES, name)

    def schema_sources(self) -> Mapping[str, SchemaSource]:
        """All places that catalogs can be read from."""
        return self._ask(_SOURCES)

    def server(self, name: str) -> ScratchServer:
        """The server of that name; ``MissingPackage`` or ``PluginError`` where there is none."""
        return self._pick(_SERVERS, name)

    def servers(self) -> Mapping[str, ScratchServer]:
        """All servers that can be started on this machine."""
        return self._ask(_SERVERS)

    def generator(self, name: str) -> Generator:
        """The generator of that name; ``MissingPackage`` or ``PluginError`` where there is none."""
        return self._pick(_GENERATORS, name)

    def generators(self) -> Mapping[str, Generator]:
        """All renderings of catalogs."""
        return self._ask(_GENERATORS)

    def rewriters(self) -> tuple[Rewriter, ...]:
        """Rewritings of statements, in the order in which they apply."""
        return tuple(self._ask(_REWRITERS).values())

    def middleware(self) -> tuple[Middleware, ...]:
        """What stands around the execution of statements, outermost first."""
        return tuple(self._ask(_MIDDLEWARE).values())

    def observers(self) -> tuple[Observer, ...]:
        """Who looks at what is sent, in the order in which they are called."""
        return tuple(self._ask(_OBSERVERS).values())

    def commands(self) -> Mapping[str, CommandGroup]:
        """Commands by the word behind ``ferrule``."""
        return self._ask(_COMMANDS)

    def config_sections(self) -> Mapping[str, ConfigSection]:
        """Tables that packages add to ``ferrule.toml``."""
        return self._ask(_SECTIONS)

    def listing(self) -> tuple[PluginListing, ...]:
        """Every plugin with what it hands out, in order of name; asks all hooks."""
        named = {kind.label: tuple(self._ask(kind)) for kind in _ALL}
        return tuple(
            PluginListing(
                name=plugin.name,
                distribution=plugin.distribution,
                version=plugin.version,
                hands_out=MappingProxyType(
                    {
                        label: own
                        for label, names in named.items()
                        if (own := tuple(n for n in names if self._givers[label][n] == plugin.name))
                    }
                ),
            )
            for plugin in sorted(self._installed.values(), key=lambda plugin: plugin.name)
        )

    def _register(self, plugin: Installed) -> None:
        self._installed[plugin.name] = plugin
        try:
            self._manager.register(plugin.module, plugin.name)
            self._manager.check_pending()
        except (ValueError, pluggy.PluginValidationError) as error:
            raise PluginError(
                f'the plugin "{plugin.name}" cannot be used: {error}'.rstrip("."),
                hint="was it written for another version of ferrule-core?",
            ) from error

    def _pick(self, kind: _Kind[Handed], name: str) -> Handed:
        known = self._ask(kind)
        if name in known:
            return known[name]
        if name in kind.extras:
            raise MissingPackage(f'the {kind.label} "{name}"', install=kind.extras[name])
        names = ", ".join(f'"{other}"' for other in known) or "none"
        raise PluginError(
            f'no installed plugin has a {kind.label} "{name}"; there are: {names}',
            hint=nearest(name, known),
        )

    def _ask(self, kind: _Kind[Handed]) -> Mapping[str, Handed]:
        """What all plugins hand out of a kind, in order of name."""
        asked = self._asked.get(kind.label)
        if asked is not None:
            return asked
        found: dict[str, Handed] = {}
        givers: dict[str, str] = {}
        for plugin, handed in self._calls(kind):
            if handed.name in found:
                raise PluginError(
                    f'two plugins hand out a {kind.label} "{handed.name}": '
                    f'"{givers[handed.name]}" and "{plugin}"',
                    hint=f"set FERRULE_DISABLE_PLUGINS={plugin} to go without one of them",
                )
            found[handed.name] = handed
            givers[handed.name] = plugin
        self._givers[kind.label] = givers
        ordered = MappingProxyType({name: found[name] for name in sorted(found)})
        self._asked[kind.label] = ordered
        return ordered

    def _calls(self, kind: _Kind[Handed]) -> Iterable[tuple[str, Handed]]:
        """Each object of a kind with the name of its plugin."""
        hook: pluggy.HookCaller = getattr(self._manager.hook, kind.hook)
        for implementation in hook.get_hookimpls():
            function = cast("Callable[[], Iterable[Handed]]", implementation.function)
            try:
                objects = tuple(function())
            except Exception as error:
                raise PluginError(
                    f'the plugin "{implementation.plugin_name}" failed in {kind.hook}: '
                    f"{type(error).__name__}: {error}"
                ) from error
            for handed in objects:
                if not isinstance(getattr(handed, "name", None), str):
                    raise PluginError(
                        f'the plugin "{implementation.plugin_name}" hands out a {kind.label} '
                        f"without a name: {type(handed).__name__}"
                    )
                yield implementation.plugin_name, handed
