"""What type checkers know of ``.sync``."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypedDict, Unpack, assert_type

from cases.shop import Author, Book, CheapBook

from ferrule_core.database.database import Database
from ferrule_core.database.sync.blocks import SyncTransaction
from ferrule_core.database.sync.facade import SyncDatabase
from ferrule_core.model.managers import Manager, ViewManager
from ferrule_core.model.sync_managers import KeyedTwin, twin
from ferrule_core.query.blocking import run_sync
from ferrule_core.query.paginate import Page


class AuthorLookups(TypedDict, total=False):
    name: str


class AuthorManager(Manager[Author, int]):
    model = Author

    async def named(self, **lookups: Unpack[AuthorLookups]) -> list[Author]:
        return await self.load_items(**lookups)

    @property
    def sync(self) -> AuthorTwin:  # type: ignore[override]
        return AuthorTwin(self)


class AuthorTwin(KeyedTwin[Author, int]):
    named = twin(AuthorManager.named)


class PlainManager(Manager[Author, int]):
    model = Author


class CheapManager(ViewManager[CheapBook]):
    model = CheapBook


async def later() -> int:
    return 1


def queries() -> None:
    query = Book.filter(Book.price < 10)
    assert_type(query.sync.all(), list[Book])
    assert_type(query.sync.first(), Book | None)
    assert_type(query.sync.get(title="x"), Book)
    assert_type(query.sync.count(), int)
    assert_type(query.sync.exists(), bool)
    assert_type(query.sync.stream(), Iterator[Book])
    assert_type(list(query.sync), list[Book])
    assert_type(query.sync.paginate(size=3), Page[Book])
    assert_type(query.sync.update(price=Decimal(1)), int)
    assert_type(query.sync.values_list(Book.title, flat=True), list[str])
    assert_type(query.sync.values_list(Book.title, Book.price), list[tuple[str, Decimal]])
    assert_type(query.sync.values(Book.title), list[dict[str, Any]])
    assert_type(run_sync(later()), int)


def models(book: Book, cheap: CheapBook) -> None:
    assert_type(Book.sync.get(title="x"), Book)
    assert_type(Book.sync.get_or_none(title="x"), Book | None)
    assert_type(Book.sync.create(title="x"), Book)
    assert_type(Book.sync.get_or_create(title="x"), tuple[Book, bool])
    assert_type(Book.sync.bulk_create([book]), list[Book])
    assert_type(CheapBook.sync.get(title="x"), CheapBook)
    assert_type(book.sync.fetch(Book.author), Book)
    assert_type(cheap.sync.fetch(), CheapBook)
    book.sync.save()
    book.sync.delete()
    book.sync.refresh()


def managers(authors: AuthorManager, plain: PlainManager, cheap: CheapManager) -> None:
    assert_type(authors.sync.load_by_id(1), Author)
    assert_type(authors.sync.named(name="x"), list[Author])
    assert_type(plain.sync.load_by_ids([1]), list[Author])
    assert_type(plain.sync.load_item_or_none(name="x"), Author | None)
    assert_type(plain.sync.update_item(1, name="x"), Author)
    assert_type(cheap.sync.load_items(), list[CheapBook])


def databases(database: Database) -> None:
    with database.sync as opened:
        assert_type(opened, SyncDatabase)
        with opened.transaction(read_only=True) as inside:
            assert_type(inside, SyncTransaction)
        for attempt in opened.attempts(3):
            with attempt as inside:
                assert_type(inside.execute("SELECT 1"), int)
    with database.transaction().sync as inside:
        assert_type(inside, SyncTransaction)


def mistakes(book: Book, cheap: CheapBook, authors: AuthorManager, database: Database) -> None:
    Book.sync.filter()  # E
    Book.sync.get("x")  # E
    Book.sync.save()  # E
    book.sync.create()  # E
    CheapBook.sync.create()  # E
    cheap.sync.save()  # E
    Book.filter().sync.limit(1)  # E
    authors.sync.load_by_id("x")  # E
    authors.sync.named(nam="x")  # E
    authors.sync.named(name=1)  # E
    authors.sync.create_item(name="x")  # E
    database.sync.transaction(isolation="x")  # E
    run_sync(later)  # E
