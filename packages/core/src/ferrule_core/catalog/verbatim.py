"""Objects that are kept as the SQL that makes them."""

from __future__ import annotations

from typing import Literal

from ferrule_core.catalog.names import QualifiedName
from ferrule_core.deferred import dataclass

VerbatimKind = Literal[
    "access method",
    "base type",
    "cast",
    "conversion",
    "event trigger",
    "foreign data wrapper",
    "language",
    "operator",
    "operator class",
    "operator family",
    "publication",
    "server",
    "shell type",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
    "transform",
    "user mapping",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbatim:
    """An object of which nothing is known but how it is made.

    Attributes:
        kind: What SQL calls it; base types and shell types are both ``TYPE`` there.
        name: What stands behind the kind in ``COMMENT ON`` and ``DROP``: an operator with its
            types, an operator class with its method, a cast as ``(this AS that)``.
        schema: Where it lies; ``None`` for what belongs to the database as a whole.
        label: Its own name, by which others refer to it; of a cast and its like, ``name`` again.
        statements: What makes it, in order, written by the server or from its catalogs, without
            final semicolons. Of a base type the first makes the shell that its functions need.
    """

    kind: VerbatimKind
    name: str
    schema: str | None = None
    label: str
    statements: tuple[str, ...]
    comment: str | None = None

    @property
    def qualified(self) -> QualifiedName | None:
        """Its own name with its schema, where it has one."""
        return None if self.schema is None else QualifiedName(self.schema, self.label)

    def __str__(self) -> str:
        """Kind and name, for people."""
        return f"{self.kind} {self.name}"
