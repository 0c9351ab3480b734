"""Columns that many tables have, as bases of models: ``class Book(Timestamps, Versioned, ...)``."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

from ferrule_core.mapping.columns import Column, column, version_column
from ferrule_core.model.model import Model

K = TypeVar("K")


class Timestamps(Model, abstract=True):
    """A table that says when a row was made and last changed, by the server's clock.

    ``class Book(Timestamps, table="book"): ...``; its table has ``created_at`` and ``updated_at``,
    both ``timestamptz``.
    """

    created_at: Column[datetime] = column(auto_now_add=True)
    updated_at: Column[datetime] = column(auto_now=True)


class Audited(Model, Generic[K], abstract=True):
    """A table that says who made a row, and who changed it last: whoever ``acting_as`` names.

    ``class Book(Audited[int], table="book"): ...``; its table has ``created_by`` and
    ``updated_by``, of the type that keys of actors have. ``Audited[int | None]`` allows writes of
    nobody.
    """

    created_by: Column[K] = column(auto_actor_add=True)
    updated_by: Column[K] = column(auto_actor=True)


class Versioned(Model, abstract=True):
    """A table of which two writers notice that they changed the same row.

    ``class Book(Versioned, table="book"): ...``; its table has ``version bigint``.
    """

    version: Column[int] = version_column()
