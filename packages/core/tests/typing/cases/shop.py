"""Models for the typing cases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar
from uuid import UUID

from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column, generated, identity, server_default
from ferrule_core.mapping.constraints import check, unique
from ferrule_core.mapping.indexes import index
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    ManyToMany,
    foreign_key,
    inverse_foreign_key,
    many_to_many,
)
from ferrule_core.model.model import Model, View


class Binding(Enum):
    PAPER = "paper"
    HARD_COVER = "hard cover"


class Timestamps(Model, abstract=True):
    created: Column[datetime] = server_default("now()")


class Author(Timestamps, table="author", schema="shop"):
    id: Column[int] = identity()
    name: Column[str]
    born: Column[date | None] = column(default=None)
    mentor_id: Column[int | None] = column(default=None)
    mentor: ForeignKey[Author | None] = foreign_key("mentor_id")
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")

    shelf_mark: ClassVar[str] = "A"

    @property
    def first_name(self) -> str:
        """Columns are plain values inside of methods too."""
        return self.name.split()[0]


class Book(Timestamps, table="book", schema="shop"):
    __constraints__ = (unique("author_id", "title"), check("price >= 0"))
    __indexes__ = (index("author_id", "-price", where="price > 0"),)

    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str] = column(index=True)
    price: Column[Decimal] = column(type=types.Numeric(10, 2), check="price >= 0")
    price_with_tax: Column[Decimal] = generated("price * 1.1")
    binding: Column[Binding] = server_default("'paper'")
    keywords: Column[list[str]] = column(default_factory=list)
    meta: Column[dict[str, Any] | None] = column(default=None)
    published: Column[datetime | None] = column(default=None)
    lent_for: Column[timedelta | None] = column(default=None)
    weight: Column[float] = server_default("0")
    stock: Column[int] = server_default("0")
    in_print: Column[bool] = column(name="print", default=True)
    author_id: Column[int]
    editor_id: Column[int | None] = column(default=None)
    author: ForeignKey[Author] = foreign_key("author_id", on_delete="cascade")
    editor: ForeignKey[Author | None] = foreign_key("editor_id")
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


class Tag(Model, table="tag", schema="shop"):
    id: Column[int] = identity(always=True, type=types.Integer())
    label: Column[str] = column(unique=True)


class CheapBook(View, table="cheap_book", schema="shop"):
    id: Column[UUID]
    title: Column[str]
