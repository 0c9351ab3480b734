"""What a column's type is in Python. Pure."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from ferrule_core.catalog import Catalog, Column, Domain, Enum, QualifiedName, TypeRef
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
_KINDS_BY_TYPE: Mapping[str, Kind] = {"cidr": "network", "inet": "network", "tsvector": "search"}
_LIKE_TEXT = frozenset(["bpchar", "citext", "name", "text", "varchar"])
"""Types that have the operators of text; others are text in Python alone."""

_IDENTIFIER = re.compile(r"[^\W\d]\w*")

ENUM_MODULE = "enums"
"""Module of the generated package that has the enums; other modules import them from there."""


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


class TypeBook:
    """Answers what the types of one catalog are in Python."""

    def __init__(
        self,
        catalog: Catalog,
        mappings: Mapping[str, TypeMapping],
        enum_classes: Mapping[QualifiedName, str],
    ) -> None:
        self._types = catalog.types
        self._mappings = mappings
        self._enum_classes = enum_classes

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
        return isinstance(self._types.get(base.qualified), Enum) or base.name in self._mappings

    def _element_type(self, ref: TypeRef) -> PythonType:
        if isinstance(self._types.get(ref.qualified), Enum):
            name = self._enum_classes[ref.qualified]
            return PythonType(text=name, imports={name: f".{ENUM_MODULE}"}, kind="enum")
        mapping = self._mappings.get(ref.name)
        return UNKNOWN if mapping is None else _mapped(mapping)


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
    }
    kind = _KINDS.get(mapping.annotation, "other")
    if kind == "text" and mapping.name not in _LIKE_TEXT:
        kind = "other"
    kind = "range" if mapping.name.endswith("range") else _KINDS_BY_TYPE.get(mapping.name, kind)
    return PythonType(text=mapping.annotation, imports=imports, kind=kind)
