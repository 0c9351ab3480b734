"""What instances say about themselves: values of the row by column, parts by column or name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, assert_type

from cases.shop import Author, Book

from ferrule_core.mapping.original import Original


async def right(book: Book) -> None:
    assert_type(book.changed, tuple[str, ...])
    assert_type(book.original, Original)
    assert_type(book.original[Book.price], Decimal)
    assert_type(book.original[Book.meta], dict[str, Any] | None)
    assert_type(book.original.get(Book.price), Decimal | None)
    assert_type(book.original.get(Book.price, Decimal(0)), Decimal)
    assert_type(book.original["price"], Any)
    await book.save(only=book.changed)
    assert_type(book.to_dict(), dict[str, Any])
    book.to_dict(include=[Book.title, "price", Book.author, Book.author.name])
    book.to_dict(include={"title": True, "author": ["name", Author.born]})
    book.to_dict(exclude={Book.title}, rename=str.upper, by_alias=True)
    book.to_json(exclude=("title",), rename={"price": "cost"}, indent=2)
    assert_type(Book.from_json("{}"), Book)
    assert_type(Book.from_json(b"{}", by_alias=True), Book)


async def mistakes(book: Book) -> None:
    book.changed = ()  # E
    book.original["price"] = 1  # E
    book.original[5]  # E
    book.original.get(Book.price, "x")  # E
    book.to_dict(include=[5])  # E
    book.to_dict(rename={"price": 5})  # E
    Book.from_json({})  # E
