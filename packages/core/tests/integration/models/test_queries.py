"""What queries give: rows in order and in part, values, aggregates, pages, streams, counts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pytest

from ferrule_core.database import Database, connect, transaction
from ferrule_core.errors import (
    ConfigurationError,
    LockNotAvailable,
    MultipleRows,
    NotFound,
    QueryError,
)
from ferrule_core.mapping.columns import Column, column, generated, identity, server_default
from ferrule_core.mapping.relations import ForeignKey, foreign_key
from ferrule_core.model.model import Model
from ferrule_core.plugins.contracts import DatabaseUrl
from ferrule_core.query.functions import func

pytestmark = pytest.mark.anyio


class Binding(Enum):
    PAPER = "paper"
    HARD_COVER = "hard cover"


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    price_with_tax: Column[Decimal] = generated("price * 1.1")
    binding: Column[Binding] = server_default("'paper'")
    keywords: Column[list[str]] = server_default("'{}'")
    published: Column[datetime | None] = column(default=None)
    stock: Column[int] = server_default("0")
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")


class Shelf(Model, table="shelf"):
    room: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True)
    height: Column[int]


@pytest.fixture(autouse=True)
async def shop(db: Database) -> None:
    await db.execute("INSERT INTO author (id, name) VALUES (1, 'Le Guin'), (2, 'Lem')")
    await db.execute(
        "INSERT INTO book (id, title, price, binding, keywords, stock, author_id)"
        " SELECT lpad(n::text, 32, '0')::uuid, 'title ' || n, n,"
        " CASE WHEN n % 2 = 0 THEN 'paper' ELSE 'hard cover' END::binding,"
        " ARRAY['k' || n], n * 10, 1 + n % 2 FROM generate_series(1, 5) AS n"
    )


async def numbers(query: object) -> list[int]:
    return [int(book.price) for book in await query.all()]  # type: ignore[attr-defined]


class TestOrderAndPart:
    async def test_strings_columns_and_orders_say_the_order(self):
        assert await numbers(Book.filter().order_by("price")) == [1, 2, 3, 4, 5]
        assert await numbers(Book.filter().order_by("-price")) == [5, 4, 3, 2, 1]
        assert await numbers(Book.filter().order_by(Book.price)) == [1, 2, 3, 4, 5]
        assert await numbers(Book.filter().order_by(Book.binding, Book.price.desc())) == [
            4,
            2,
            5,
            3,
            1,
        ]
        assert await numbers(Book.filter().order_by(-Book.price)) == [5, 4, 3, 2, 1]

    async def test_a_later_order_replaces_an_earlier_one(self):
        assert await numbers(Book.filter().order_by("title").order_by("-price")) == [5, 4, 3, 2, 1]

    async def test_reverse_turns_the_order_round(self):
        assert await numbers(Book.filter().order_by("price").reverse()) == [5, 4, 3, 2, 1]
        assert await numbers(Book.filter().reverse()) == [5, 4, 3, 2, 1]

    async def test_reverse_turns_nulls_round_too(self):
        await Book.filter(Book.price == 3).update(published=datetime(2024, 1, 1, tzinfo=UTC))
        last = Book.filter().order_by(Book.published.asc().nulls_last(), "price")
        first = Book.filter().order_by(Book.published.asc().nulls_first(), "price")

        assert await numbers(last) == [3, 1, 2, 4, 5]
        assert await numbers(last.reverse()) == [5, 4, 2, 1, 3]
        assert await numbers(first) == [1, 2, 4, 5, 3]
        assert await numbers(first.reverse()) == [3, 5, 4, 2, 1]

    async def test_limit_offset_and_slices_take_a_part(self):
        books = Book.filter().order_by("price")

        assert await numbers(books.limit(2)) == [1, 2]
        assert await numbers(books.offset(3)) == [4, 5]
        assert await numbers(books.limit(2).offset(1)) == [2, 3]
        assert await numbers(books[1:3]) == [2, 3]
        assert await numbers(books[:2]) == [1, 2]
        assert await numbers(books[3:]) == [4, 5]
        assert await numbers(books[1:4][1:]) == [3, 4]
        assert await numbers(books[1:4][:9]) == [2, 3, 4]
        assert await numbers(books[2:1]) == []
        assert await numbers(books.limit(0)) == []

    async def test_first_and_last_are_by_key_where_no_order_is_set(self):
        first = await Book.filter().first()
        last = await Book.filter().last()
        by_price = await Book.filter().order_by("-price").last()

        assert [int(book.price) for book in (first, last, by_price) if book] == [1, 5, 1]
        with pytest.raises(QueryError, match="the last row of a part is not known"):
            await Book.filter().limit(2).last()

    async def test_distinct_gives_each_row_once(self):
        bindings = Book.filter().distinct().order_by("binding").values_list("binding", flat=True)
        dearest = Book.filter().distinct(Book.binding).order_by("binding", "-price")

        assert await bindings == [Binding.PAPER, Binding.HARD_COVER]
        assert await numbers(dearest) == [4, 5]
        assert await dearest.count() == 2

    async def test_get_needs_exactly_one_row(self):
        assert (await Book.filter(price=3).get()).title == "title 3"
        assert (await Book.filter().get(Book.price == 3)).title == "title 3"
        assert await Book.filter().get_or_none(price=99) is None
        with pytest.raises(NotFound, match="no Book fits"):
            await Book.get(price=99)
        with pytest.raises(MultipleRows, match="more than one Book fits"):
            await Book.get(price__gt=3)
        with pytest.raises(MultipleRows):
            await Book.get_or_none(price__gt=3)


class TestCounting:
    async def test_a_part_is_counted_as_a_part(self):
        assert await Book.filter().limit(3).count() == 3
        assert await Book.filter().offset(4).count() == 1
        assert await Book.filter()[1:3].count() == 2
        assert await Book.filter(price__gt=2).limit(10).count() == 3

    async def test_existence_in_a_part(self):
        assert await Book.filter().offset(4).exists()
        assert not await Book.filter().offset(5).exists()
        assert not await Book.filter().limit(0).exists()
        assert await Book.filter().distinct().order_by("title").exists()

    async def test_the_order_does_not_disturb_a_count(self):
        assert await Book.filter().order_by("author__name").count() == 5
        assert await Book.filter().order_by("price").aggregate(func.count()) == (5,)


class TestValues:
    async def test_tuples_dictionaries_and_flat_lists(self):
        first = Book.filter(price=1)

        assert await first.values_list(Book.title, Book.binding, Book.author.name) == [
            ("title 1", Binding.HARD_COVER, "Lem")
        ]
        assert await first.values_list("title", "author__name") == [("title 1", "Lem")]
        assert await first.values_list(Book.title, flat=True) == ["title 1"]
        assert await first.values("title", Book.author.name, double=Book.price * 2) == [
            {"title": "title 1", "author__name": "Lem", "double": Decimal(2)}
        ]
        assert list((await first.values())[0]) == list(Book.__table__.columns)
        assert len((await first.values_list())[0]) == len(Book.__table__.columns)

    async def test_aggregates_have_the_types_that_they_say(self):
        found = await Book.filter().aggregate(
            func.count(),
            func.count(Book.binding, distinct=True),
            func.sum(Book.stock),
            func.avg(Book.stock),
            func.sum(Book.price),
            func.max(Book.binding),
        )

        assert found == (5, 2, 150, Decimal(30), Decimal(15), Binding.HARD_COVER)
        assert [type(value) for value in found[:4]] == [int, int, int, Decimal]

    async def test_the_sum_of_bigint_is_an_int(self):
        (total,) = await Book.filter().aggregate(func.sum(Book.author_id))

        assert (total, type(total)) == (8, int)

    async def test_aggregates_by_name_and_of_no_rows(self):
        none = Book.filter(price=99)

        assert await Book.filter().aggregate(dearest=func.max(Book.price)) == {
            "dearest": Decimal(5)
        }
        assert await none.aggregate(func.sum(Book.stock), func.avg(Book.stock)) == (None, None)

    async def test_aggregates_of_a_part_see_that_part(self):
        cheapest = Book.filter().order_by("price").limit(2)

        assert await cheapest.aggregate(func.max(Book.price), func.count()) == (Decimal(2), 2)
        assert await cheapest.aggregate(func.max(Book.author.name)) == ("Lem",)

    async def test_aggregates_of_a_part_work_with_keys_of_several_columns(self):
        await Shelf.bulk_create(
            [Shelf(room="a", number=n, height=height) for n, height in enumerate([1, 9, 5])]
        )

        assert await Shelf.filter().order_by("-height")[:2].aggregate(func.min(Shelf.height)) == (
            5,
        )


class TestPagesAndStreams:
    async def test_pages_follow_each_other(self):
        books = Book.filter().order_by("price")

        pages = [await books.paginate(size=2, number=number, total=True) for number in (1, 2, 3)]

        assert [[int(book.price) for book in page.items] for page in pages] == [[1, 2], [3, 4], [5]]
        assert [page.has_next for page in pages] == [True, True, False]
        assert [page.has_previous for page in pages] == [False, True, True]
        assert [(page.total, page.pages) for page in pages] == [(5, 3)] * 3

    async def test_a_page_is_not_counted_unless_asked(self):
        page = await Book.filter().paginate(size=2)

        assert (page.total, page.pages) == (None, None)

    async def test_a_page_beyond_the_end_is_empty(self):
        page = await Book.filter().paginate(size=2, number=9)

        assert (page.items, page.has_next) == ([], False)

    async def test_a_stream_gives_all_rows_with_their_relations(self):
        books = Book.filter().order_by("price").include(Book.author)

        found = [(int(book.price), book.author.name) async for book in books.stream(chunk_rows=2)]

        assert found == [(1, "Lem"), (2, "Le Guin"), (3, "Lem"), (4, "Le Guin"), (5, "Lem")]

    async def test_a_query_can_be_iterated(self):
        assert [int(b.price) async for b in Book.filter(price__gt=3).order_by("price")] == [4, 5]


class TestUpdates:
    async def test_expressions_are_computed_by_the_server(self):
        count = await Book.filter(Book.price > 3).update(
            Book.price.set(Book.price * 2), stock=Book.stock + Book.author_id
        )

        found = await Book.filter(price__gt=3).order_by("price").values_list("price", "stock")
        assert count == 2
        assert found == [(Decimal(8), 41), (Decimal(10), 52)]

    async def test_values_are_sent_as_their_column_needs_them(self):
        lem = await Author.get(name="Lem")

        await Book.filter(price=2).update(
            binding=Binding.HARD_COVER, keywords=["x"], author=lem, published=func.now()
        )

        book = await Book.get(price=2)
        assert (book.binding, book.keywords, book.author_id) == (Binding.HARD_COVER, ["x"], lem.id)
        assert book.published is not None

    async def test_a_part_can_be_updated_and_deleted(self):
        updated = await Book.filter().order_by("price").limit(2).update(stock=0)
        deleted = await Book.filter().order_by("-price")[:1].delete()

        assert (updated, deleted) == (2, 1)
        assert await Book.filter().order_by("price").values_list("stock", flat=True) == [
            0,
            0,
            30,
            40,
        ]


class TestLocking:
    async def test_locked_rows_are_waited_for_skipped_or_refused(self):
        locked, done = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            async with transaction():
                await Book.filter(price=1).include(Book.author).select_for_update().all()
                locked.set()
                await done.wait()

        holder = asyncio.create_task(hold())
        await locked.wait()
        try:
            async with transaction():
                free = await Book.filter(price__lte=2).select_for_update(skip_locked=True).all()
            with pytest.raises(LockNotAvailable):
                async with transaction():
                    await Book.filter(price=1).select_for_update(nowait=True).all()
        finally:
            done.set()
            await holder

        assert [int(book.price) for book in free] == [2]


async def test_a_query_can_run_on_another_database(database_url: DatabaseUrl):
    async with connect(database_url, name="reports"):
        assert await Book.filter().using("reports").count() == 5
    with pytest.raises(ConfigurationError, match="reports"):
        await Book.filter().using("reports").count()
