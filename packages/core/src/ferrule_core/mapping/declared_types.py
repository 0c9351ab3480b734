"""The types of the server that annotations mean, and what those of one's own are made of."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, cast, get_args, get_origin
from uuid import UUID

from ferrule_core.catalog.constraints import Check
from ferrule_core.catalog.names import QualifiedName, default_name
from ferrule_core.catalog.objects import Attribute, Composite, Domain, Enum
from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.errors import ModelError
from ferrule_core.mapping.annotations import dimensions_of, value_type_of
from ferrule_core.mapping.kinds.composites import SaidAttribute, attributes_of
from ferrule_core.mapping.kinds.refs import CompositeRef, DomainType
from ferrule_core.mapping.user_types import enum_type_of, labels_of

if TYPE_CHECKING:
    from ferrule_core.mapping.columns import ModelColumn
    from ferrule_core.mapping.indexes import ObjectName
    from ferrule_core.mapping.model_table import ModelTable
    from ferrule_core.mapping.value_types import ValueType

_MEANT: Mapping[type, str] = {
    bool: "bool",
    bytes: "bytea",
    date: "date",
    datetime: "timestamptz",
    Decimal: "numeric",
    dict: "jsonb",
    float: "float8",
    int: "int8",
    IPv4Address: "inet",
    IPv4Interface: "inet",
    IPv4Network: "cidr",
    IPv6Address: "inet",
    IPv6Interface: "inet",
    IPv6Network: "cidr",
    str: "text",
    time: "time",
    timedelta: "interval",
    UUID: "uuid",
}
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class DeclaredTypes:
    """The types that columns need, each once, and what they are made of.

    Attributes:
        enums: Those that were met, by name.
        domains: The same.
        composites: The same.
    """

    def __init__(self, schema: str) -> None:
        """Start with none.

        Args:
            schema: Where a table lies whose model does not say it.
        """
        self._schema = schema
        self.enums: dict[QualifiedName, Enum] = {}
        self.domains: dict[QualifiedName, Domain] = {}
        self.composites: dict[QualifiedName, Composite] = {}

    def of_column(self, table: ModelTable, column: ModelColumn) -> TypeRef:
        """The type of a column; enums and domains behind it are kept.

        Raises:
            ModelError: The annotation does not tell it.
        """
        declared = column.options.type
        schema = table.schema or self._schema
        if declared is not None:
            self._meet(declared, column.annotation, schema)
            self._meet_composite(declared, column.annotation)
            return _plain(declared)
        meant = self._meant(column.annotation, value_type_of(column.annotation), schema)
        if meant is None:
            meant = column.value_type.stored  # a document that a class describes
        if meant is None:
            raise ModelError(
                f"{table.model_name}.{column.attribute} does not say what its type is in SQL",
                hint='write column(type=...): types.Integer(), types.Named("tsvector"), ...',
            )
        self._meet_composite(meant, column.annotation)
        return _plain(meant)

    def add_enum(self, kind: type[enum.Enum], schema: str | None = None) -> TypeRef:
        """Keep the type of an enum."""
        said = enum_type_of(kind)
        name = QualifiedName(
            (said.schema if said is not None else None) or schema or self._schema,
            _snake_case(kind.__name__) if said is None else said.name,
        )
        self._keep_enum(name, kind)
        return TypeRef(name.schema, name.name)

    def add_domain(self, kind: DomainType) -> None:
        """Keep a domain, and those that it is made of.

        Raises:
            ModelError: Another one of the name is made of something else.
        """
        said, name = kind.definition, kind.qualified
        if isinstance(kind.base, DomainType):
            self.add_domain(kind.base)
        domain = Domain(
            name=name,
            type=_plain(kind.base),
            nullable=said.nullable,
            default=said.default,
            collation=qualified(said.collation),
            checks=_domain_checks(kind),
            comment=said.comment,
        )
        if self.domains.setdefault(name, domain) != domain:
            raise ModelError(
                f"the domain {name} is declared in two ways",
                hint="declare it once, and let all columns have that type",
            )

    def add_composite(self, kind: type[Any], ref: TypeRef) -> None:
        """Keep a composite type, and the types of its attributes.

        Raises:
            ModelError: A field does not tell its type, or another class says another one.
        """
        name = ref.qualified
        attributes = tuple(self._attribute(kind, said, name) for said in attributes_of(kind))
        composite = Composite(name=name, attributes=attributes)
        if self.composites.setdefault(name, composite) != composite:
            raise ModelError(
                f"the composite type {name} is declared in two ways, "
                f"the second time by {kind.__name__}",
                hint="declare it once, and let all columns have that class",
            )

    def _attribute(
        self, kind: type[Any], said: SaidAttribute, composite: QualifiedName
    ) -> Attribute:
        found = said.type
        if found is None:
            found = self._meant(said.annotation, value_type_of(said.annotation), composite.schema)
        else:
            self._meet(found, said.annotation, composite.schema)
        if found is None:
            raise ModelError(
                f"{kind.__name__}.{said.field} does not say what its type is in SQL",
                hint="write Annotated[..., types.Integer()], or the type that it is",
            )
        self._meet_composite(found, said.annotation)
        return Attribute(name=said.name, type=_plain(found))

    def _meet_composite(self, ref: TypeRef, annotation: object) -> None:
        """Keep what a class tells of the composite type that its values have."""
        ref = _base(ref)
        kind = _leaf(value_type_of(annotation)).python
        if isinstance(ref, CompositeRef) and kind is not None and is_dataclass(kind):
            self.add_composite(kind, ref)

    def forbids_null(self, ref: TypeRef) -> bool:
        """Whether a domain keeps NULL out of a column of the type."""
        domain = None if ref.dimensions else self.domains.get(ref.qualified)
        return domain is not None and (not domain.nullable or self.forbids_null(domain.type))

    def _meet(self, declared: TypeRef, annotation: object, schema: str) -> None:
        """Keep what a type that was said tells of a domain, or what it is to an enum."""
        if isinstance(declared, DomainType):
            self.add_domain(declared)
            declared = _base(declared)
        kind = _enum_in(value_type_of(annotation))
        if kind is None or declared.builtin or declared.qualified in self.domains:
            return
        said = enum_type_of(kind)
        if said is None or (said.schema or schema, said.name) == (declared.schema, declared.name):
            self._keep_enum(declared.qualified, kind)

    def _meant(self, annotation: object, values: ValueType, schema: str) -> TypeRef | None:
        if values.stored is not None:
            return values.stored
        if values.element is not None:
            element = self._meant(object, values.element, schema)
            return (
                None if element is None else replace(element, dimensions=dimensions_of(annotation))
            )
        kind: type[Any] | None = values.python
        if kind is None:
            return _of_union(annotation)
        return self._of_enum(kind, schema) if issubclass(kind, enum.Enum) else _of_class(kind)

    def _of_enum(self, kind: type[enum.Enum], schema: str) -> TypeRef:
        if enum_type_of(kind) is None and all(isinstance(member.value, int) for member in kind):
            return TypeRef(PG_CATALOG, "int8")
        return self.add_enum(kind, schema)

    def _keep_enum(self, name: QualifiedName, kind: type[enum.Enum]) -> None:
        said = enum_type_of(kind)
        comment = None if said is None else said.comment
        found = Enum(name=name, labels=labels_of(kind), comment=comment)
        if self.enums.setdefault(name, found) != found:
            raise ModelError(
                f"the enum {name} is declared in two ways, the second time by {kind.__name__}",
                hint='give one of them another name: @enum_type("another_name")',
            )


def qualified(name: ObjectName | None) -> QualifiedName | None:
    """The whole name of an object: the server's own, where no schema is said."""
    if name is None:
        return None
    return QualifiedName(PG_CATALOG, name) if isinstance(name, str) else QualifiedName(*name)


def _plain(ref: TypeRef) -> TypeRef:
    """The reference alone, without the definition of a domain."""
    return TypeRef(ref.schema, ref.name, ref.arguments, ref.dimensions)


def _base(ref: TypeRef) -> TypeRef:
    return _base(ref.base) if isinstance(ref, DomainType) else ref


def _leaf(values: ValueType) -> ValueType:
    return values if values.element is None else _leaf(values.element)


def _enum_in(values: ValueType) -> type[enum.Enum] | None:
    kind = _leaf(values).python
    return kind if kind is not None and issubclass(kind, enum.Enum) else None


def _of_class(kind: type[Any]) -> TypeRef | None:
    for base in cast("type[object]", kind).__mro__:
        if base in _MEANT:
            return TypeRef(PG_CATALOG, _MEANT[base])
    return None


def _of_union(annotation: object) -> TypeRef | None:
    """The type that all members of a union mean: ``IPv4Address | IPv6Address``."""
    if get_origin(annotation) not in (Union, UnionType):
        return None
    members = [member for member in get_args(annotation) if isinstance(member, type)]
    found = {_of_class(member) for member in members if member is not type(None)}
    return found.pop() if len(found) == 1 and len(members) == len(get_args(annotation)) else None


def _domain_checks(kind: DomainType) -> tuple[Check, ...]:
    taken = {one.name for one in kind.definition.checks if one.name is not None}
    found: list[Check] = []
    for one in kind.definition.checks:
        name, number = one.name, 0
        while name is None:
            wished = default_name(kind.name, None, f"check{number or ''}")
            name, number = (None if wished in taken else wished), number + 1
        taken.add(name)
        found.append(
            Check(
                name=name,
                expression=one.sql,
                no_inherit=one.no_inherit,
                validated=one.validated,
                enforced=one.enforced,
                comment=one.comment,
            )
        )
    return tuple(sorted(found, key=lambda check: check.name))


def _snake_case(name: str) -> str:
    return _WORDS.sub("_", name).lower()
