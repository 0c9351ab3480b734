"""The bookshop, to play with.

Run it with ``python play.py``; change it; see what your editor knows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal

from ferrule import connect, func, transaction
from ferrule.errors import UniqueViolation

from models import (
    Address,
    Author,
    Bestseller,
    Book,
    BookFormat,
    Customer,
    Publisher,
    Purchase,
    PurchaseLine,
    PurchaseStatus,
)


async def short_fantasy() -> None:
    """Follow relations: in a condition, and loaded with the books."""
    books = await (
        Book.filter(Book.category.name == "Fantasy", Book.pages < 400)
        .include(Book.publisher, Book.authors)
        .order_by(Book.price)
        .limit(4)
        .all()
    )
    for book in books:
        names = ", ".join(author.name for author in book.authors)
        print(f"{book.price:>6}  {book.title}, {names}, {book.publisher.name}")


async def born_in_1929() -> None:
    """Look-ups by keyword are typed as well; rows may come as a stream."""
    authors = Author.filter(name__istartswith="u", born__year=1929)
    async for author in authors.stream():
        print(f"{author.sort_name}, born on {author.born}")


async def price_of_hardcovers() -> None:
    """Aggregates come back as a tuple of the right types."""
    hardcovers = Book.filter(Book.format == BookFormat.HARDCOVER)
    count, dearest = await hardcovers.aggregate(
        func.count(Book.id), func.max(Book.price)
    )
    print(f"{count} hardcovers; the dearest costs {dearest}")


async def bestsellers() -> None:
    """A view is a model that can only be read."""
    best = Bestseller.filter().order_by(Bestseller.copies.desc()).limit(3)
    for book in await best.all():
        print(f"{book.copies:>4} copies of {book.title}")


async def buy_a_book() -> None:
    """A transaction: all of it, or none."""
    in_kiel = Address.filter(Address.city == "Kiel").order_by(Address.id)
    address = await in_kiel.include(Address.customer).first()
    assert address is not None
    async with transaction():
        book = await Book.get(title="The Dispossessed")
        purchase = await Purchase.create(
            customer_id=address.customer_id,
            shipping_address_id=address.id,
            billing_address_id=address.id,
        )
        line = await PurchaseLine.create(
            purchase_id=purchase.id,
            line=1,
            book_id=book.id,
            quantity=2,
            unit_price=book.price,
        )
        purchase.status = PurchaseStatus.PAID
        purchase.paid_at = datetime.now(UTC)
        await purchase.save()  # UPDATE of these two columns, and no others
    print(f"{address.customer.name} paid {line.total} for {book.title}")


async def cheaper_ebooks() -> None:
    """One UPDATE, and the number of rows that it changed."""
    ebooks = Book.filter(Book.format == BookFormat.EBOOK)
    changed = await ebooks.update(Book.price.set(Book.price * Decimal("0.9")))
    print(f"{changed} ebooks cost 10 % less")


async def same_publisher_twice() -> None:
    """What the server refuses is an error of its own class, with names."""
    try:
        await Publisher.create(name="Oak Gall", city="Hamburg")
    except UniqueViolation as error:
        print(f"refused: {error.table} has {error.constraint}")


Step = Callable[[], Awaitable[None]]
READING: tuple[Step, ...] = (
    short_fantasy,
    born_in_1929,
    price_of_hardcovers,
    bestsellers,
)
WRITING: tuple[Step, ...] = (buy_a_book, cheaper_ebooks, same_publisher_twice)


async def main() -> None:
    """Run everything above on the database of the profile "dev"."""
    async with connect("dev"):
        print(f"{await Customer.filter().count()} customers")
        for step in (*READING, *WRITING):
            print(f"\n{step.__name__}: {step.__doc__}")
            await step()


if __name__ == "__main__":
    asyncio.run(main())
