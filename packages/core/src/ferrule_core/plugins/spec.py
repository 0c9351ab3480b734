"""Every hook of Ferrule.

A hook takes nothing, is synchronous and hands out named objects, which do the work.

Each is collecting and is called once, by ``ferrule_core.plugins.manager``, the first time that its
objects are
needed. Two objects of one name are refused with ``PluginError``. A hook must neither connect nor
read files.
"""

# pyright: reportReturnType=false
# A specification has no body.

from __future__ import annotations

from collections.abc import Sequence

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
from ferrule_core.plugins.markers import hookspec


@hookspec
def ferrule_backends() -> Sequence[Backend]:
    """Provide drivers.

    Asked by ``Database`` when a URL is opened. Names are distinct; where two backends serve one URL
    scheme, the profile's ``backend`` says which, else the first by name of those installed.
    """


@hookspec
def ferrule_types() -> Sequence[TypeMapping]:
    """Provide the Python side of types of the server.

    Asked when code is generated. Distinct by ``name``, the name of the type in ``pg_type``.
    """


@hookspec
def ferrule_schema_sources() -> Sequence[SchemaSource]:
    """Provide places that catalogs can be read from.

    Asked by commands that read a schema; ``ferrule_introspect`` provides ``database``, core itself
    ``models``.
    """


@hookspec
def ferrule_servers() -> Sequence[ScratchServer]:
    """Provide servers that can be started on this machine.

    Asked when a profile has a ``provider``, by tests, and for scratch databases.
    """


@hookspec
def ferrule_rewriters() -> Sequence[Rewriter]:
    """Provide pure rewritings of statements, applied in order of name before compilation.

    Asked when a database is opened. A rewriter must return a statement of the kind that it was
    given.
    """


@hookspec
def ferrule_middleware() -> Sequence[Middleware]:
    """Provide what stands around the execution of statements, outermost first in order of name.

    Asked when a database is opened; a database without middleware pays nothing.
    """


@hookspec
def ferrule_observers() -> Sequence[Observer]:
    """Provide those who look at what is sent, and change nothing: logs, metrics, tracing.

    Asked when a database is opened; each may decline to look at that one. Called inside of all
    middleware, in order of name. A database that nobody looks at pays nothing.
    """


@hookspec
def ferrule_generators() -> Sequence[Generator]:
    """Provide renderings of a catalog as files.

    Asked by ``ferrule pull``; ``ferrule_codegen`` provides ``models``.
    """


@hookspec
def ferrule_commands() -> Sequence[CommandGroup]:
    """Provide commands; nothing of a command is imported until it is used.

    Asked by the command line at start.
    """


@hookspec
def ferrule_config_sections() -> Sequence[ConfigSection]:
    """Provide tables of ``ferrule.toml``, each with its pydantic model.

    Asked when settings are loaded; an unknown table is refused.
    """
