"""Where catalogs are read from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts.backend import Connection

if TYPE_CHECKING:  # every command line pays for what is imported here
    from ferrule_core.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which part of a database is meant.

    Attributes:
        schemas: Names of schemas; empty means all but the server's own.
        include: Patterns (``fnmatch``) of ``schema.name``; empty means all.
        exclude: Patterns of what is left out all the same.
        owners: Whether the catalog is to say who owns what.
        privileges: Whether it is to say who may do what, now and by default.
    """

    schemas: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    owners: bool = False
    privileges: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unmodelled:
    """An object, or a property of one, that the catalog does not hold, said and not dropped.

    Attributes:
        kind: ``function``, ``trigger``, ``table option``, ...: what PostgreSQL's manual calls it.
        name: Name for people, with the schema: ``shop.search_books(text)``.
        reason: ``unmodelled``: Ferrule knows no such kind yet; ``unreadable``: the role may not
            read its rows, while the catalog describes it all the same.
    """

    kind: str
    name: str
    reason: Literal["unmodelled", "unreadable"] = "unmodelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRequest:
    """What a source may use; one that needs no server never calls ``connect``."""

    scope: Scope
    root: Path
    connect: Callable[[], AbstractAsyncContextManager[Connection]]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ObjectIdentity:
    """What stays the same when an object is renamed: no part of its meaning, so not in a catalog.

    Attributes:
        kind: The field of ``Catalog`` that holds the object: ``tables``, ``routines``, ...
        name: The object as text, as ``str`` gives it.
        oid: Its OID in this database, until it is dropped.
        columns: Of a relation or a composite type, each column with its number, which it keeps.
    """

    kind: str
    name: str
    oid: int
    columns: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaReading:
    """A catalog, what is not in it, and which objects of the server its names mean.

    Readings of equal schemas are equal, in whatever databases: identities are not compared.
    """

    catalog: Catalog
    unmodelled: tuple[Unmodelled, ...] = ()
    identities: tuple[ObjectIdentity, ...] = field(default=(), compare=False)
    server_version: tuple[int, int] | None = None


class SchemaSource(Protocol):
    """Reads a catalog from somewhere: a database, models, a snapshot, migrations."""

    @property
    def name(self) -> str:
        """Distinct among its kind."""
        ...

    async def read(self, request: SchemaRequest, /) -> SchemaReading:
        """Read the catalog of the scope; the source is not changed.

        Raises:
            UnknownObject: A schema of the scope does not exist.
        """
        ...
