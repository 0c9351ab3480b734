"""Types and sequences of one's own, declared beside the models that use them.

::

    ISBN = domain("isbn", types.Text(), checks=["VALUE ~ '^97[89][0-9]{10}$'"], schema="shop")


    @enum_type("book_status", schema="shop")
    class BookStatus(Enum):
        DRAFT = "draft"
        ON_SALE = "on sale"
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import TypeVar

from ferrule_core.catalog.columns import SequenceOptions
from ferrule_core.catalog.names import QualifiedName
from ferrule_core.catalog.types import PG_CATALOG, TypeRef
from ferrule_core.deferred import dataclass
from ferrule_core.errors import ModelError
from ferrule_core.mapping.constraints import CheckConstraint, check
from ferrule_core.mapping.indexes import ObjectName
from ferrule_core.mapping.kinds.refs import DomainType

E = TypeVar("E", bound=enum.Enum)

_PUBLIC = "public"
_BIGINT = TypeRef(PG_CATALOG, "int8")
_ENUM_ATTRIBUTE = "__enum_type__"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainDefinition:
    """What a domain says beside its type; see ``domain``."""

    nullable: bool = True
    default: str | None = None
    collation: ObjectName | None = None
    checks: tuple[CheckConstraint, ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumType:
    """The server's type behind a Python enum; see ``enum_type``."""

    name: str
    schema: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSequence:
    """See ``sequence``."""

    name: QualifiedName
    type: TypeRef
    options: SequenceOptions
    owned_by: tuple[str, str] | None = None
    comment: str | None = None


def domain(  # noqa: PLR0913 - what a domain can say
    name: str,
    base: TypeRef,
    *,
    schema: str = _PUBLIC,
    nullable: bool = True,
    default: str | None = None,
    collation: ObjectName | None = None,
    checks: Sequence[str | CheckConstraint] = (),
    comment: str | None = None,
) -> DomainType:
    """A type with conditions over another: ``isbn: Column[str] = column(type=ISBN)``.

    Args:
        name: Name of the domain.
        base: The type that it is made of.
        schema: Schema that it lies in.
        nullable: Whether NULL is among its values.
        default: Default of its columns that have no other, in SQL.
        collation: Name of its collation; of one of your own, schema and name.
        checks: Conditions in SQL, on ``VALUE``; ``check(...)`` gives one a name.
        comment: Kept in the database.
    """
    conditions = tuple(one if isinstance(one, CheckConstraint) else check(one) for one in checks)
    definition = DomainDefinition(
        nullable=nullable,
        default=default,
        collation=collation,
        checks=conditions,
        comment=comment,
    )
    return DomainType(schema, name, base=base, definition=definition)


def enum_type(
    name: str, *, schema: str | None = None, comment: str | None = None
) -> Callable[[type[E]], type[E]]:
    """Say which type of the server the members of a Python enum belong to; their values are labels.

    An enum without it is the type of its own name, ``BookStatus`` of ``book_status``, in the
    schema of the table that has a column of it.

    Args:
        name: Name of the type.
        schema: Schema that it lies in; that of the table, where nothing is said.
        comment: Kept in the database.

    Raises:
        ModelError: A value of the enum is no text.
    """

    def decorate(kind: type[E]) -> type[E]:
        labels_of(kind)
        setattr(kind, _ENUM_ATTRIBUTE, EnumType(name=name, schema=schema, comment=comment))
        return kind

    return decorate


def sequence(
    name: str,
    *,
    schema: str = _PUBLIC,
    type: TypeRef = _BIGINT,  # noqa: A002 - the spelling that users know
    options: SequenceOptions | None = None,
    owned_by: tuple[str, str] | None = None,
    comment: str | None = None,
) -> DeclaredSequence:
    """A sequence that columns take their defaults from: ``server_default("nextval('ticket')")``.

    An ``identity()`` column has one of its own, which needs not be declared.

    Args:
        name: Name of the sequence.
        schema: Schema that it lies in.
        type: ``types.Integer()`` or ``types.SmallInt()``, where it is not ``bigint``.
        options: How it counts.
        owned_by: Table and column in its schema that it is dropped with.
        comment: Kept in the database.
    """
    return DeclaredSequence(
        name=QualifiedName(schema, name),
        type=type,
        options=options or SequenceOptions(),
        owned_by=owned_by,
        comment=comment,
    )


def enum_type_of(kind: type[enum.Enum]) -> EnumType | None:
    """What was said of an enum; ``None`` where nothing was."""
    found: EnumType | None = vars(kind).get(_ENUM_ATTRIBUTE)
    return found


def labels_of(kind: type[enum.Enum]) -> tuple[str, ...]:
    """The labels of an enum in their order.

    Raises:
        ModelError: A value is no text.
    """
    labels: list[str] = []
    for member in kind:
        if not isinstance(member.value, str):
            raise ModelError(
                f"{kind.__name__}.{member.name} has the value {member.value!r}, which is no label",
                hint="labels of an enum are text; for others say the column's type: "
                "column(type=types.Integer())",
            )
        labels.append(member.value)
    return tuple(labels)
