"""Who owns what, and who may do what with it. In a catalog only where it was asked for."""

from __future__ import annotations

from typing import Literal

from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The role that owns an object.

    Attributes:
        kind: What ``ALTER`` calls the kind; ``routine`` is any function.
        name: How SQL names it within its kind: ``shop.search(text)``.
        schema: Where it lies; ``None`` for what belongs to the database as a whole.
        role: Its owner.
    """

    kind: str
    name: str
    schema: str | None = None
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Privileges that one role has.

    Attributes:
        to: ``public`` is everybody; ``owner`` whoever owns the object.
        role: The role's name, where it is neither of them.
        privileges: As SQL spells them, sorted.
        grantable: Whether the role may grant them in turn.
        by: The role that granted them, where that is not the owner.
    """

    to: Literal["role", "public", "owner"] = "role"
    role: str | None = None
    privileges: tuple[str, ...]
    grantable: bool = False
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Privileges:
    """How the privileges on an object differ from those that a new one has.

    Attributes:
        kind: As in ``Owner``.
        name: As in ``Owner``.
        schema: As in ``Owner``.
        column: A column, where the privileges are on that and not on the whole table.
        granted: What was granted beyond.
        revoked: What is not there although new objects have it.
    """

    kind: str
    name: str
    schema: str | None = None
    column: str | None = None
    granted: tuple[Grant, ...] = ()
    revoked: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultPrivileges:
    """How objects that a role will make differ in their privileges from others.

    Attributes:
        name: The role.
        kind: ``tables``, ``sequences``, ``routines``, ``types``, ``schemas``, ``large objects``.
        schema: Where the objects will lie; ``None`` means everywhere.
        granted: What is granted beyond.
        revoked: What is not granted although it is elsewhere.
    """

    name: str
    kind: str
    schema: str | None = None
    granted: tuple[Grant, ...] = ()
    revoked: tuple[Grant, ...] = ()
