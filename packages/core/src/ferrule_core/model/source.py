"""The schema source ``models``: what the classes of a project declare."""

from __future__ import annotations

import enum
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from importlib import import_module, invalidate_caches
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Protocol

from ferrule_core.catalog.catalog import Catalog
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.objects import Sequence
from ferrule_core.errors import ConfigurationError, UnknownObject, nearest
from ferrule_core.mapping.kinds.composites import Composite
from ferrule_core.mapping.kinds.refs import DomainType
from ferrule_core.mapping.mapped import Mapped
from ferrule_core.mapping.to_catalog import PUBLIC, Declared, to_catalog
from ferrule_core.mapping.user_types import DeclaredSequence, enum_type_of
from ferrule_core.plugins.contracts import SchemaReading, SchemaRequest, Scope, Unmodelled


class _Object(Protocol):
    @property
    def name(self) -> QualifiedName | str: ...


class ModelsSource:
    """Reads the catalog that models describe; no server is asked."""

    name = "models"

    async def read(self, request: SchemaRequest, /) -> SchemaReading:
        """Import the models and read what they declare, in the request's scope.

        Raises:
            ConfigurationError: There are no models there, or another module has their name.
            UnknownObject: A schema of the scope has no models.
            ModelError: A class says something that no table can be.
        """
        modules = import_models(request.root / request.models)
        declared = list(declared_in(modules, request.database))
        catalog = _in_scope(to_catalog(declared), request.scope)
        return SchemaReading(catalog=catalog, unmodelled=_without_query(declared, request.scope))


def import_models(place: Path) -> list[ModuleType]:
    """The modules of a package of models, all of them imported, or the one of that name.

    Raises:
        ConfigurationError: There is none, or another module has its name.
    """
    if not place.is_dir() and not place.with_suffix(".py").is_file():
        raise ConfigurationError(
            f'there are no models at "{place}"',
            hint="say where they are: models = ... in the profile of ferrule.toml",
        )
    with _found_first(place.parent):
        top = import_module(place.name)
        _refuse_other(top, place)
        inner = walk_packages(getattr(top, "__path__", ()), f"{place.name}.")
        names = [found.name for found in inner if not found.name.endswith(".__main__")]
        return [top, *map(import_module, names)]


def declared_in(modules: Iterable[ModuleType], database: str | None) -> Iterator[Declared]:
    """What stands in modules and belongs into a catalog, each once.

    Args:
        modules: Of the project.
        database: Models of other databases than this one are left out.
    """
    seen: set[int] = set()
    for module in modules:
        for found in list(vars(module).values()):
            if id(found) in seen:
                continue
            seen.add(id(found))
            if isinstance(found, DomainType | DeclaredSequence) or (
                isinstance(found, type) and _belongs(found, database)
            ):
                yield found


def _belongs(kind: type[object], database: str | None) -> bool:
    if issubclass(kind, Mapped):
        return kind is not Mapped and kind.__table__.database == database
    if issubclass(kind, Composite):
        return kind is not Composite
    return issubclass(kind, enum.Enum) and enum_type_of(kind) is not None


@contextmanager
def _found_first(folder: Path) -> Generator[None]:
    """Let modules be looked for in a folder first."""
    entry = str(folder.resolve())
    sys.path.insert(0, entry)
    invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(entry)


def _refuse_other(module: ModuleType, place: Path) -> None:
    file = module.__file__
    paths = [Path(path) for path in getattr(module, "__path__", ())]
    here = [place.resolve(), place.with_suffix(".py").resolve()]
    if any(path.resolve() in here for path in [*paths, *([Path(file)] if file else [])]):
        return
    raise ConfigurationError(
        f'"{place}" cannot be imported: a module called "{place.name}" is there already, '
        f"from {file or paths[0]}",
        hint="give the package of the models another name",
    )


def _in_scope(catalog: Catalog, scope: Scope) -> Catalog:
    known = [schema.name for schema in catalog.schemas]
    for name in scope.schemas:
        if name not in known:
            hint = nearest(name, known) or f"models are in: {', '.join(known) or 'none'}"
            raise UnknownObject(f'no model is in the schema "{name}"', hint=hint)
    chosen = catalog.only_schemas(scope.schemas) if scope.schemas else catalog
    return replace(
        chosen,
        **{
            field.name: tuple(one for one in getattr(chosen, field.name) if _is_in(one, scope))
            for field in fields(chosen)
        },
    )


def _is_in(one: _Object, scope: Scope) -> bool:
    """Whether the patterns let an object through; a sequence stays or goes with its owner."""
    owner = one.owner if isinstance(one, Sequence) else None
    name = one.name if owner is None else owner.table
    return not isinstance(name, QualifiedName) or scope.lets_through(name.schema, name.name)


def _without_query(declared: Iterable[Declared], scope: Scope) -> tuple[Unmodelled, ...]:
    """The views of which only the server knows the query."""
    found: set[Unmodelled] = set()
    for one in declared:
        if not isinstance(one, type) or not issubclass(one, Mapped):
            continue
        table, kind = one.__table__, one.__relation_kind__
        if table.abstract or kind == "table" or one.__definition__ or table.extensions:
            continue
        schema = table.schema or PUBLIC
        wanted = not scope.schemas or schema in scope.schemas
        if wanted and scope.lets_through(schema, table.name):
            found.add(Unmodelled(kind=kind, name=str(QualifiedName(schema, table.name))))
    return tuple(sorted(found))
