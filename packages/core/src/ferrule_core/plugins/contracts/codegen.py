"""From a catalog to files: what a generator gets, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, Protocol

from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts.schema import Unmodelled
from ferrule_core.plugins.contracts.types import TypeMapping

if TYPE_CHECKING:  # every command line pays for what is imported here
    from ferrule_core.catalog import Catalog, TypeRef

Layer = Literal["base", "user"]
"""``base`` is written again by each pull; ``user`` is created once and never touched again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryValue:
    """A place of a statement, or a column of its result.

    Attributes:
        name: ``most`` of ``:most``; or the column's name.
        nullable: Whether NULL is among its values, as far as anybody said.
    """

    name: str
    type: TypeRef
    nullable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedQuery:
    """A statement of a file, and what the server says of it.

    Attributes:
        name: The file's name without ``.sql``.
        place: Where the file is, for people.
        text: The statement, with ``:name`` places.
        comment: What the file begins with.
        parameters: Its places, each once, in their order.
        columns: Of its result; none where it gives no rows.
        rows: The class of its rows, where the file names a model.
    """

    name: str
    place: str
    text: str
    comment: str
    parameters: tuple[QueryValue, ...]
    columns: tuple[QueryValue, ...]
    rows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateRequest:
    """Everything that a generator may know.

    Attributes:
        package: Name of the Python package that the files will be: the last part of the output
            folder.
        types: Mappings of types by the name in ``pg_type``, of all plugins.
        names: Overrides by the user: ``"shop.book"`` → class name, ``"shop.book.class"`` →
            attribute name.
        queries: Statements of files that become functions.
    """

    catalog: Catalog
    package: str
    types: Mapping[str, TypeMapping]
    unmodelled: tuple[Unmodelled, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    queries: tuple[DescribedQuery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedFile:
    """One file, relative to the output folder."""

    path: PurePosixPath
    text: str
    layer: Layer = "base"


class Generator(Protocol):
    """Renders a catalog as files. Pure: it neither reads nor writes any file."""

    @property
    def name(self) -> str:
        """Distinct among its kind."""
        ...

    def generate(self, request: GenerateRequest, /) -> Sequence[GeneratedFile]:
        """The files; equal requests give equal files."""
        ...
