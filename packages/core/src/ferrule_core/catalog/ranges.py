"""Range types and collations."""

from __future__ import annotations

from typing import Literal

from ferrule_core.catalog.names import MAX_NAME_BYTES, QualifiedName
from ferrule_core.catalog.types import TypeRef
from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A range type over another.

    Attributes:
        operator_class: What orders the values, where it is not the default of ``subtype``.
        collation: The same for the collation.
        canonical: The function that brings equal ranges into one form.
        difference: The function that tells how far two values are apart.
        multirange: The type of several ranges (PostgreSQL 14); ``None`` where the server named it.
    """

    name: QualifiedName
    subtype: TypeRef
    operator_class: QualifiedName | None = None
    collation: QualifiedName | None = None
    canonical: QualifiedName | None = None
    difference: QualifiedName | None = None
    multirange: QualifiedName | None = None
    comment: str | None = None

    @property
    def multirange_name(self) -> QualifiedName:
        """The name of the type of several ranges, whoever chose it."""
        return self.multirange or default_multirange(self.name)


def default_multirange(name: QualifiedName) -> QualifiedName:
    """The name that the server gives to the multirange of a range type.

    ``makeMultirangeTypeName`` in PostgreSQL's ``pg_type.c``.
    """
    before, found, behind = name.name.partition("range")
    if found:
        return QualifiedName(name.schema, _cut(f"{before}multirange{behind}", MAX_NAME_BYTES))
    ending = "_multirange"
    return QualifiedName(name.schema, _cut(name.name, MAX_NAME_BYTES - len(ending)) + ending)


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collation:
    """An order of texts. Its version is the server's matter.

    Attributes:
        locale: What the provider calls it; of ``libc`` it is both of the next two.
        lc_collate: The order, where characters are told by another locale (``libc``).
        lc_ctype: How characters are told, where the order is of another locale (``libc``).
        rules: Changes to the order (``icu``, PostgreSQL 16).
    """

    name: QualifiedName
    provider: Literal["libc", "icu", "builtin"]
    locale: str | None = None
    lc_collate: str | None = None
    lc_ctype: str | None = None
    deterministic: bool = True
    rules: str | None = None
    comment: str | None = None
