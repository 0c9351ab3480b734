"""Range types and collations."""

from __future__ import annotations

from typing import Literal

from ferrule_core.catalog.names import QualifiedName
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
