"""References to types of which the name alone does not say how their values travel."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from ferrule_core.catalog.types import TypeRef
from ferrule_core.deferred import dataclass

if TYPE_CHECKING:
    from ferrule_core.mapping.user_types import DomainDefinition


class _Known(TypeRef):
    """A type that is equal to a plain reference to it: the catalog knows no more than the name."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeRef) and _named(self) == _named(other)

    def __hash__(self) -> int:
        return hash(_named(self))


def _named(ref: TypeRef) -> tuple[object, ...]:
    return ref.schema, ref.name, ref.arguments, ref.dimensions


@dataclass(frozen=True, slots=True, eq=False)
class DomainType(_Known):
    """A domain, the type that it is over, and what else it says; see ``user_types.domain``."""

    base: TypeRef = field(kw_only=True)
    definition: DomainDefinition = field(kw_only=True)

    @property
    def resolved(self) -> TypeRef:
        """The type behind it, with the dimensions of both."""
        base = self.base.resolved if isinstance(self.base, DomainType) else self.base
        return replace(base, dimensions=base.dimensions + self.dimensions)


@dataclass(frozen=True, slots=True, eq=False)
class CompositeRef(_Known):
    """A composite type, whose values are instances of a dataclass."""


@dataclass(frozen=True, slots=True, eq=False)
class TextRef(_Known):
    """A type whose values are the server's text."""


@dataclass(frozen=True, slots=True)
class AttributeName:
    """What an attribute of a composite type is called, where the field cannot be called so."""

    name: str
