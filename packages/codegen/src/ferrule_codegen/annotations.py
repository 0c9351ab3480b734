"""What a column's type is in Python. Pure."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from ferrule_core.catalog import (
    Attribute,
    Catalog,
    Column,
    Composite,
    Domain,
    Enum,
    QualifiedName,
    TypeRef,
)
from ferrule_core.deferred import dataclass
from ferrule_core.plugins.contracts import TypeMapping, Unmodelled

Kind = Literal[
    "boolean",
    "number",
    "text",
    "date",
    "time",
    "timestamp",
    "json",
    "enum",
    "array",
    "network",
    "range",
    "search",
    "unordered",
    "opaque",
    "other",
]
"""What can be asked of a value: decides which look-ups a column has."""

_KINDS: Mapping[str, Kind] = {
    "bool": "boolean",
    **dict.fromkeys(("int", "float", "Decimal", "timedelta"), "number"),
    "str": "text",
    "date": "date",
    "time": "time",
    "datetime": "timestamp",
    "JsonValue": "json",
}
_KINDS_BY_TYPE: Mapping[str, Kind] = {
    **dict.fromkeys(("cidr", "inet"), "network"),
    "tsvector": "search",
    **dict.fromkeys(("box", "circle", "hstore", "line", "lseg", "point", "polygon"), "unordered"),
    **dict.fromkeys(("path", "xml"), "opaque"),
}
_LIKE_TEXT = frozenset(["bpchar", "citext", "name", "text", "varchar"])
"""Types that have the operators of text; others are text in Python alone."""

_IDENTIFIER = re.compile(r"[^\W\d]\w*")

ENUM_MODULE = "enums"
"""Module of the generated package that has the enums; other modules import them from there."""

COMPOSITE_MODULE = "composites"
"""The same of composite types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonType:
    """A type as Python source, and where its names come from.

    Attributes:
        text: ``list[BookStatus]``.
        imports: Module by name; a name that is not in it is a builtin. ``.enums`` is the package's
            own.
        kind: What can be asked of a value.
        element: Of an array, the type of what is in it.
    """

    text: str
    imports: Mapping[str, str]
    kind: Kind
    element: PythonType | None = None


UNKNOWN = PythonType(text="object", imports={}, kind="other")
"""A type that nothing is known about: the value is whatever the driver makes of it."""

AS_TEXT = PythonType(text="str", imports={}, kind="other")
"""A type of an extension that nobody knows: the value is the server's text."""


class TypeBook:
    """Answers what the types of one catalog are in Python."""

    def __init__(
        self,
        catalog: Catalog,
        mappings: Mapping[str, TypeMapping],
        classes: Mapping[QualifiedName, str],
    ) -> None:
        """Take what is known.

        Args:
            catalog: Has the user's own types.
            mappings: By the name in ``pg_type``.
            classes: Of enums and composites.
        """
        self._types = catalog.types
        self._relations = catalog.relations
        self._mappings = mappings
        self._classes = classes
        self._ranges = {name for one in catalog.ranges for name in (one.name, one.multirange_name)}

    def value_type(self, ref: TypeRef) -> PythonType:
        """The type of a value that is not null."""
        base = self.resolved(ref)
        element = self._element_type(base)
        for _ in range(base.dimensions):
            element = PythonType(
                text=f"list[{element.text}]", imports=element.imports, kind="array", element=element
            )
        return element

    def resolved(self, ref: TypeRef) -> TypeRef:
        """The type behind domains, with the dimensions of both."""
        defined = self._types.get(ref.qualified)
        if not isinstance(defined, Domain):
            return ref
        base = self.resolved(defined.type)
        return replace(base, dimensions=base.dimensions + ref.dimensions)

    def is_nullable(self, column: Column) -> bool:
        """Whether a row may hold NULL there: neither the column nor a domain forbids it."""
        return column.nullable and self.accepts_null(column.type)

    def accepts_null(self, ref: TypeRef) -> bool:
        """Whether a value of the type may be NULL: all but domains that forbid it."""
        while not ref.dimensions and isinstance(defined := self._types.get(ref.qualified), Domain):
            if not defined.nullable:
                return False
            ref = defined.type
        return True

    def is_known(self, ref: TypeRef) -> bool:
        """Whether the annotation says more than ``object``."""
        base = self.resolved(ref)
        defined = self._types.get(base.qualified)
        return isinstance(defined, Enum | Composite) or base.name in self._mappings

    def constructor(self, ref: TypeRef) -> str | None:
        """What of ``ferrule.types`` says the type, where its name alone would not say enough."""
        if isinstance(self._types.get(ref.qualified), Composite):
            return "Composite"
        return "AsText" if self._is_text(ref) else None

    def attribute_type(self, attribute: Attribute) -> tuple[PythonType, bool]:
        """The type of an attribute of a composite, and whether it can be NULL."""
        as_column = Column(name=attribute.name, type=attribute.type)
        return self.value_type(attribute.type), self.is_nullable(as_column)

    def _is_text(self, ref: TypeRef) -> bool:
        """Whether the server's text is all that is known: not of rows of tables, and of ranges."""
        base = self.resolved(ref)
        name = base.qualified
        return not (
            self.is_known(base) or base.builtin or name in self._relations or name in self._ranges
        )

    def _element_type(self, ref: TypeRef) -> PythonType:
        defined = self._types.get(ref.qualified)
        if isinstance(defined, Enum):
            name = self._classes[ref.qualified]
            return PythonType(text=name, imports={name: f".{ENUM_MODULE}"}, kind="enum")
        if isinstance(defined, Composite):
            name = self._classes[ref.qualified]
            return PythonType(text=name, imports={name: f".{COMPOSITE_MODULE}"}, kind="other")
        mapping = self._mappings.get(ref.name)
        if mapping is not None:
            return _mapped(mapping)
        return AS_TEXT if self._is_text(ref) else UNKNOWN


def unknown_types(catalog: Catalog, mappings: Mapping[str, TypeMapping]) -> Iterator[Unmodelled]:
    """Each type that columns have and nobody knows in Python: ``object`` in the models."""
    book = TypeBook(catalog, mappings, {})
    refs = {
        book.resolved(column.type).qualified
        for relation in catalog.relations.values()
        for column in relation.columns
        if not book.is_known(column.type)
    }
    for name in sorted(refs):
        yield Unmodelled(kind="type", name=str(name))


def _mapped(mapping: TypeMapping) -> PythonType:
    imports = {
        name: mapping.import_from
        for name in _IDENTIFIER.findall(mapping.annotation)
        if mapping.import_from is not None and not hasattr(builtins, name)
    } | dict(mapping.further)
    kind = _KINDS.get(mapping.annotation, "other")
    if kind == "text" and mapping.name not in _LIKE_TEXT:
        kind = "other"
    kind = "range" if mapping.name.endswith("range") else _KINDS_BY_TYPE.get(mapping.name, kind)
    return PythonType(text=mapping.annotation, imports=imports, kind=kind)
