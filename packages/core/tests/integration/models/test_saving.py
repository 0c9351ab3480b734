"""Single instances: inserted, updated by what changed, deleted, read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import pytest

from ferrule_core.database import Database
from ferrule_core.errors import (
    ForeignKeyViolation,
    MissingValue,
    ModelError,
    NotFound,
    NotLoaded,
    StaleObject,
    UniqueViolation,
    UnknownColumn,
    ValueRefused,
)
from ferrule_core.mapping.columns import Column, column, generated, identity, server_default
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model import saving
from ferrule_core.model.model import Model, View
from ferrule_core.sql.compiled import CompiledQuery
from ferrule_core.sql.nodes import Update

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


class Binding(Enum):
    PAPER = "paper"
    HARD_COVER = "hard cover"


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    price_with_tax: Column[Decimal] = generated("price * 1.1")
    binding: Column[Binding] = server_default("'paper'")
    keywords: Column[list[str]] = server_default("'{}'")
    meta: Column[dict[str, Any] | None] = column(default=None)
    published: Column[datetime | None] = column(default=None)
    author_id: Column[int]
    editor_id: Column[int | None] = column(default=None)
    author: ForeignKey[Author] = foreign_key("author_id")
    editor: ForeignKey[Author | None] = foreign_key("editor_id")


class Tag(Model, table="tag"):
    id: Column[int] = identity(always=True)
    label: Column[str]


class Shelf(Model, table="shelf"):
    room: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)
    height: Column[int]


class CheapBook(View, table="cheap_book"):
    id: Column[UUID] = column(primary_key=True)
    title: Column[str]


@contextmanager
def updates(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """The columns of each update that is sent in the block."""
    sent: list[list[str]] = []
    executor_for = saving.executor_for

    class Recording:
        def __init__(self, database: str | None) -> None:
            self._executor = executor_for(database)

        async def fetch_first(self, query: CompiledQuery) -> Any:
            if isinstance(query.origin, Update):
                sent.append([assignment.column for assignment in query.origin.assignments])
            return await self._executor.fetch_first(query)

    with monkeypatch.context() as patch:
        patch.setattr(saving, "executor_for", Recording)
        yield sent


@pytest.fixture
async def author(db: Database) -> Author:  # noqa: ARG001 - it must be open
    return await Author.create(name="Le Guin")


@pytest.fixture
async def book(author: Author) -> Book:
    created = await Book.create(
        title="Earthsea", author_id=author.id, keywords=["sea"], meta={"pages": [1, {"a": 2}]}
    )
    return await Book.get(id=created.id)


class TestInserting:
    async def test_what_the_server_fills_in_is_on_the_instance(self, author: Author):
        book = await Book.create(title="x", author_id=author.id)

        assert isinstance(book.id, UUID)
        assert (book.price, book.price_with_tax) == (Decimal("1.00"), Decimal("1.10"))
        assert book.binding is Binding.PAPER
        assert book.keywords == []

    async def test_values_of_the_caller_win_over_defaults_of_the_server(self, author: Author):
        key = uuid4()

        book = await Book.create(
            id=key, title="x", author_id=author.id, price=Decimal(3), binding=Binding.HARD_COVER
        )

        found = await Book.get(id=key)
        assert (found.price, found.binding) == (book.price, book.binding)
        assert found.binding is Binding.HARD_COVER

    async def test_a_related_instance_gives_the_foreign_key(self, author: Author):
        book = await Book.create(title="x", author=author)

        assert book.author_id == author.id
        assert book.author is author

    async def test_an_unsaved_related_instance_is_refused(self):
        with pytest.raises(ModelError, match="refers to an instance that has no key yet"):
            Book(title="x", author=Author(name="y"))

    async def test_a_row_of_nothing_but_defaults_can_be_inserted(self, db: Database):
        class Plain(Model, table="plain"):
            id: Column[int] = identity()
            at: Column[datetime] = server_default("now()")

        await db.execute(
            "CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " at timestamptz NOT NULL DEFAULT now())"
        )

        plain = await Plain.create()
        many = await Plain.bulk_create([Plain(), Plain()])

        assert [plain.id, *(each.id for each in many)] == [1, 2, 3]

    async def test_a_new_instance_that_is_saved_is_inserted(self, author: Author):
        book = Book(title="x", author_id=author.id)

        await book.save()

        assert (await Book.get(id=book.id)).title == "x"

    async def test_the_error_of_the_server_reaches_the_caller(self):
        await Tag.create(label="sf")

        with pytest.raises(UniqueViolation) as caught:
            await Tag.create(label="sf")
        with pytest.raises(ForeignKeyViolation):
            await Book.create(title="x", author_id=77)

        assert caught.value.constraint == "tag_label_key"

    @pytest.mark.parametrize(
        ("values", "error", "text"),
        [
            ({"title": "x"}, MissingValue, 'Book needs a value for "author_id"'),
            ({"titel": "x"}, UnknownColumn, 'did you mean "title"'),
            (
                {"title": "x", "author_id": 1, "price_with_tax": Decimal(1)},
                ModelError,
                "is computed by the server",
            ),
            ({"title": 3, "author_id": 1}, ValueRefused, "text cannot be made"),
            ({"title": "x", "author_id": 1.5}, ValueRefused, "an integer cannot be made"),
            ({"title": "x", "author_id": 1, "keywords": "ab"}, ValueRefused, "an array cannot"),
            ({"title": "x", "author_id": 1, "binding": "leather"}, ValueRefused, "no label"),
        ],
    )
    async def test_what_cannot_be_inserted_is_refused_before_it_is_sent(
        self, values: dict[str, Any], error: type[Exception], text: str
    ):
        with pytest.raises(error) as caught:
            await Book.create(**values)

        assert text in str(caught.value)


class TestUpdating:
    async def test_only_changed_columns_are_written(
        self, book: Book, db: Database, monkeypatch: pytest.MonkeyPatch
    ):
        await db.execute("UPDATE book SET published = '2024-01-01T00:00Z'")
        book.title = "Tehanu"
        book.price = Decimal(2)

        with updates(monkeypatch) as sent:
            await book.save()

        found = await Book.get(id=book.id)
        assert sent == [["title", "price"]]
        assert (found.title, found.price) == ("Tehanu", Decimal("2.00"))
        assert found.published == datetime(2024, 1, 1, tzinfo=UTC)

    async def test_nothing_is_sent_where_nothing_changed(
        self, book: Book, monkeypatch: pytest.MonkeyPatch
    ):
        book.title = "Earth" + "sea"
        assert book.meta is not None
        assert book.keywords == ["sea"]

        with updates(monkeypatch) as sent:
            await book.save()
            await book.save()

        assert sent == []

    async def test_what_was_saved_is_not_saved_again(
        self, book: Book, monkeypatch: pytest.MonkeyPatch
    ):
        book.title = "Tehanu"
        await book.save()

        with updates(monkeypatch) as sent:
            await book.save()

        assert sent == []

    async def test_the_instance_shows_what_the_server_made_of_the_values(self, book: Book):
        book.price = Decimal("1.005")

        await book.save()

        assert (book.price, book.price_with_tax) == (Decimal("1.01"), Decimal("1.11"))

    async def test_a_change_in_place_is_seen(self, book: Book):
        book.keywords.append("magic")
        assert book.meta is not None
        book.meta["pages"][1]["a"] = 3

        await book.save()

        found = await Book.get(id=book.id)
        assert found.keywords == ["sea", "magic"]
        assert found.meta == {"pages": [1, {"a": 3}]}

    async def test_changes_in_place_after_a_save_are_seen_too(self, author: Author):
        document = {"a": 1}
        book = await Book.create(title="x", author=author, meta=document)
        document["b"] = 2
        await book.save()
        document["c"] = 3
        await book.save()

        assert (await Book.get(id=book.id)).meta == {"a": 1, "b": 2, "c": 3}

    @pytest.mark.parametrize(
        ("was", "now"),
        [({"a": 1}, {"a": True}), ({"a": 1}, {"a": 1.5}), ({"a": [1]}, {"a": [1, None]})],
    )
    async def test_values_that_python_calls_equal_are_told_apart(
        self, author: Author, was: Any, now: Any
    ):
        book = await Book.create(title="x", author=author, meta=was)
        book.meta = now

        await book.save()

        stored = (await Book.get(id=book.id)).meta
        assert stored is not None
        assert stored == now
        assert type(stored["a"]) is type(now["a"])

    async def test_a_changed_primary_key_is_written_to_the_row_that_was_read(self):
        await Shelf.bulk_create(
            [Shelf(room="a", number=1, height=1), Shelf(room="a", number=2, height=2)]
        )
        shelf = await Shelf.get(room="a", number=1)

        shelf.number = 3
        await shelf.save()
        shelf.height = 9
        await shelf.save()

        rows = await Shelf.filter().order_by("number").values_list()
        assert rows == [("a", 2, 2), ("a", 3, 9)]

    async def test_a_part_of_a_composite_key_never_touches_sibling_rows(self):
        await Shelf.bulk_create(
            [Shelf(room=room, number=number, height=1) for room in "ab" for number in (1, 2)]
        )
        shelf = await Shelf.get(room="a", number=1)
        other = await Shelf.get(room="b", number=2)

        shelf.height = 5
        await shelf.save()
        await other.delete()

        rows = await Shelf.filter().order_by("room", "number").values_list()
        assert rows == [("a", 1, 5), ("a", 2, 1), ("b", 1, 1)]

    async def test_an_update_of_a_row_that_is_gone_is_an_error(self, book: Book, db: Database):
        await db.execute("DELETE FROM book")
        book.title = "x"

        with pytest.raises(StaleObject, match="the row of this Book is no longer there"):
            await book.save()

    async def test_a_generated_column_cannot_be_written(self, book: Book):
        book.price_with_tax = Decimal(3)

        with pytest.raises(ModelError, match='"price_with_tax" of Book is computed by the server'):
            await book.save()

    async def test_a_foreign_key_follows_the_instance_that_is_assigned(self, book: Book):
        lem = await Author.create(name="Lem")

        book.author = lem
        await book.save()

        assert book.author_id == lem.id
        assert (await Book.filter(id=book.id).include(Book.author).get()).author.name == "Lem"

    async def test_a_foreign_key_can_be_cleared_by_its_relation(self, book: Book, author: Author):
        book.editor = author
        await book.save()
        edited = await Book.get(id=book.id)
        assert edited.editor_id == author.id

        edited.editor = None
        await edited.save()

        assert (await Book.get(id=book.id)).editor_id is None

    async def test_a_relation_whose_key_was_changed_is_no_longer_loaded(self, book: Book):
        lem = await Author.create(name="Lem")
        await book.fetch(Book.author)

        book.author_id = lem.id
        await book.save()

        with pytest.raises(NotLoaded):
            _ = book.author

    async def test_a_relation_and_its_key_cannot_lead_to_different_rows(self, book: Book):
        lem = await Author.create(name="Lem")
        asimov = await Author.create(name="Asimov")

        book.author = lem
        book.author_id = asimov.id

        with pytest.raises(ModelError, match='"author" of Book and its key lead to different'):
            await book.save()


class TestPartsOfRows:
    async def test_a_column_that_was_not_loaded_says_how_to_load_it(self, book: Book):
        part = await Book.filter().only(Book.title).get()

        with pytest.raises(NotLoaded, match='column "price" of this Book was not loaded'):
            _ = part.price
        assert part.id == book.id

    async def test_saving_a_part_leaves_the_rest_alone(self, book: Book):
        part = await Book.filter().only("title").get()
        part.title = "Tehanu"

        await part.save()

        found = await Book.get(id=book.id)
        assert (found.title, found.keywords) == ("Tehanu", ["sea"])

    async def test_a_column_that_was_not_loaded_can_be_written(self, book: Book):
        part = await Book.filter().defer(Book.price, Book.meta).get()
        part.price = Decimal(8)
        part.title = "Tehanu"

        await part.save()
        part.price = Decimal(9)
        await part.save()

        found = await Book.get(id=book.id)
        assert (found.title, found.price) == ("Tehanu", Decimal(9))
        assert found.meta == {"pages": [1, {"a": 2}]}

    @pytest.mark.usefixtures("book")
    async def test_refresh_loads_what_was_left_out(self):
        part = await Book.filter().only("title").get()

        await part.refresh()

        assert part.keywords == ["sea"]
        assert part.price == Decimal(1)


class TestDeletingAndRefreshing:
    async def test_a_deleted_instance_can_be_inserted_again(self, book: Book):
        await book.delete()
        assert await Book.filter().count() == 0

        await book.save()

        assert (await Book.filter().get()).id == book.id

    async def test_deleting_what_is_gone_is_an_error(self, book: Book, db: Database):
        await db.execute("DELETE FROM book")

        with pytest.raises(StaleObject):
            await book.delete()

    async def test_an_instance_that_is_in_no_table_cannot_be_deleted(self):
        with pytest.raises(ModelError, match="this Tag is in no table"):
            await Tag(label="x").delete()

    async def test_refresh_takes_over_what_others_wrote(self, book: Book, db: Database):
        await book.fetch(Book.author)
        book.keywords.append("mine")
        await db.execute("UPDATE book SET title = 'theirs', keywords = '{theirs}'")

        await book.refresh()

        assert (book.title, book.keywords) == ("theirs", ["theirs"])
        with pytest.raises(NotLoaded):
            _ = book.author

    async def test_refresh_of_what_is_gone_is_an_error(self, book: Book, db: Database):
        await db.execute("DELETE FROM book")

        with pytest.raises(StaleObject):
            await book.refresh()


class TestManyAtOnce:
    async def test_rows_may_have_values_for_different_columns(self, author: Author):
        books = [
            Book(title="a", author=author),
            Book(title="b", author=author, price=Decimal(5)),
            Book(title="c", author=author),
        ]

        created = await Book.bulk_create(books)

        assert created == books
        assert [book.price for book in created] == [Decimal(1), Decimal(5), Decimal(1)]
        assert await Book.filter().order_by("title").values_list("title", flat=True) == list("abc")

    async def test_all_are_inserted_or_none(self, author: Author):
        good = Book(title="a", author=author)
        bad = Book(title="b", author_id=99, price=Decimal(5))

        with pytest.raises(ForeignKeyViolation):
            await Book.bulk_create([good, bad])

        assert await Book.filter().count() == 0
        with pytest.raises(NotLoaded):
            _ = good.id
        await Book.bulk_create([good])
        assert await Book.filter().count() == 1

    async def test_no_rows_are_no_work(self):
        assert await Tag.bulk_create([]) == []

    async def test_more_rows_than_a_statement_has_parameters(self):
        tags = await Tag.bulk_create([Tag(label=f"tag {number}") for number in range(40_000)])

        assert await Tag.filter().count() == 40_000
        assert len({tag.id for tag in tags}) == 40_000
        assert tags[777].label == (await Tag.get(id=tags[777].id)).label

    async def test_what_was_inserted_before_is_refused(self):
        tag = await Tag.create(label="x")
        new = Tag(label="y")

        with pytest.raises(ModelError, match="in the table already"):
            await Tag.bulk_create([tag])
        with pytest.raises(ModelError, match="cannot be inserted twice"):
            await Tag.bulk_create([new, new])


class TestGetOrCreate:
    async def test_a_row_is_made_once(self):
        made = await Tag.get_or_create(label="sf")
        found = await Tag.get_or_create(label="sf")

        assert [made[1], found[1]] == [True, False]
        assert made[0] == found[0]

    async def test_defaults_are_for_new_rows_only(self):
        made, _ = await Shelf.get_or_create({"height": 3}, room="a", number=1)
        found, _ = await Shelf.get_or_create({"height": 9}, room="a", number=1)

        assert (made.height, found.height) == (3, 3)

    async def test_a_conflict_over_another_key_is_said(self):
        await Shelf.create(room="a", number=1, height=3)

        with pytest.raises(UniqueViolation):
            await Shelf.get_or_create(room="a", number=1, height=4)

    async def test_many_at_once_make_one_row(self):
        import asyncio

        results = await asyncio.gather(*[Tag.get_or_create(label="sf") for _ in range(50)])

        assert [made for _, made in results].count(True) == 1
        assert len({tag.id for tag, _ in results}) == 1


async def test_a_view_is_read_and_has_no_verbs_that_write(book: Book):
    cheap = await CheapBook.get(title="Earthsea")

    assert cheap.id == book.id
    assert not hasattr(CheapBook, "create")
    assert not hasattr(CheapBook, "save")


@pytest.mark.usefixtures("book")
async def test_a_query_of_a_view_refuses_to_write_before_anything_is_sent(db: Database):
    cheap = CheapBook.filter()

    with db.log_queries() as log:
        for write in (
            lambda: cheap.update(CheapBook.title.set("x")),
            lambda: cheap.update(title="x"),
            cheap.delete,
            lambda: cheap.returning().delete(),
            lambda: cheap.returning(CheapBook.id).update(title="x"),
        ):
            with pytest.raises(ModelError) as caught:
                await write()
            assert caught.value.message == "CheapBook is a View, whose rows are only read"
            assert "inherit from Model" in str(caught.value.hint)

    assert len(log) == 0
    assert await cheap.count() == 1


async def test_not_found_says_of_what():
    with pytest.raises(NotFound, match="no Tag fits"):
        await Tag.get(id=1)
