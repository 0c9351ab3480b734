"""The models that the tests of this folder write: books, their tags, and who is told."""

from __future__ import annotations

from decimal import Decimal

from ferrule_core.mapping.columns import Column, column, identity, server_default
from ferrule_core.mapping.relations import ForeignKey, ManyToMany, foreign_key, many_to_many
from ferrule_core.model.model import Model
from ferrule_core.model.soft_delete import SoftDelete


class Thing(Model, abstract=True):
    id: Column[int] = identity()


class Book(Thing, table="book"):
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    stock: Column[int] = column(default=0)
    kind: Column[str | None] = column(default=None)
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


class Tag(Model, table="tag"):
    id: Column[int] = identity()
    label: Column[str]


class BookTag(Model, table="book_tag"):
    book_id: Column[int] = column(primary_key=True)
    tag_id: Column[int] = column(primary_key=True)
    book: ForeignKey[Book] = foreign_key("book_id")
    tag: ForeignKey[Tag] = foreign_key("tag_id")


class Note(SoftDelete, table="note"):
    id: Column[int] = identity()
    text: Column[str]


class Log(Model, table="log"):
    id: Column[int] = identity()
    what: Column[str]
