"""Columns that many tables have, as bases of models: ``class Book(Timestamps, Versioned, ...)``."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ferrule_core.mapping.columns import Column, column, version_column
from ferrule_core.model.model import Model


class Timestamps(Model, abstract=True):
    """A table that says when a row was made and last changed, by the server's clock.

    ``class Book(Timestamps, table="book"): ...``; its table has ``created_at`` and ``updated_at``,
    both ``timestamptz``.
    """

    created_at: Column[datetime] = column(auto_now_add=True)
    updated_at: Column[datetime] = column(auto_now=True)


class Audited(Model, abstract=True):
    """A table that says who made a row, and who changed it last: whoever ``acting_as`` names.

    ``class Book(Audited, table="book"): ...``; its table has ``created_by`` and ``updated_by``,
    both ``bigint NOT NULL``. Columns of other names or types, and those that may be NULL, are
    written by hand: ``column(auto_actor_add=True)`` and ``column(auto_actor=True)``.
    """

    created_by: Column[int] = column(auto_actor_add=True)
    updated_by: Column[int] = column(auto_actor=True)


class AuditedByUuid(Model, abstract=True):
    """The same where actors are known by a ``uuid``."""

    created_by: Column[UUID] = column(auto_actor_add=True)
    updated_by: Column[UUID] = column(auto_actor=True)


class AuditedByText(Model, abstract=True):
    """The same where actors are known by a ``text``, such as a name."""

    created_by: Column[str] = column(auto_actor_add=True)
    updated_by: Column[str] = column(auto_actor=True)


class Versioned(Model, abstract=True):
    """A table of which two writers notice that they changed the same row.

    ``class Book(Versioned, table="book"): ...``; its table has ``version bigint``.
    """

    version: Column[int] = version_column()
