"""What other libraries got wrong with queries and writes, once each.

What is not here has tests of its own, on servers too:

- names, aliases and keywords that are SQL, wildcards and keys of documents: ``../hostile``
- tables and columns called like words of SQL or methods of models: ``test_odd_names.py``
- statements with conditions and assignments as text: ``unit/query/test_write_text.py``
- keys of several columns in relations and links: ``test_relations.py``, ``test_linked.py``
- handlers that raise, before and after each verb, also of many rows: ``../watching``
- tables of other schemas, and names in generated code: ``packages/codegen``, hostile names
- transactions that belong to a task and a database: ``tests/database/test_transactions.py``
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from itertools import count
from uuid import UUID

import pytest

from ferrule_core.database import Database, transaction
from ferrule_core.errors import DatabaseError, ModelError, NotLoaded, QueryError, ValueRefused
from ferrule_core.mapping import types
from ferrule_core.mapping.columns import Column, column, identity, server_default
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    ManyToMany,
    foreign_key,
    inverse_foreign_key,
    many_to_many,
)
from ferrule_core.model.model import Model
from ferrule_core.query.by_name import Q
from ferrule_core.query.functions import func
from ferrule_core.query.raw import sql

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


class Shelf(Model, table="shelf"):
    room: Column[str] = column(primary_key=True)
    number: Column[int] = column(primary_key=True, type=types.Integer())
    height: Column[int] = column(type=types.Integer())


class Order(Model, table="order"):
    class_: Column[str] = column(name="class", primary_key=True, type=types.Varchar(5))
    chosen: Column[str | None] = column(name="select", default=None)


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str]
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Tag(Model, table="tag"):
    id: Column[int] = identity(always=True)
    label: Column[str]


class Book(Model, table="book"):
    id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
    title: Column[str]
    price: Column[Decimal] = server_default("1")
    meta: Column[JsonValue] = column(default=None)
    stock: Column[int] = column(default=0)
    author_id: Column[int]
    editor_id: Column[int | None] = column(default=None)
    author: ForeignKey[Author] = foreign_key("author_id")
    editor: ForeignKey[Author | None] = foreign_key("editor_id")
    tags: ManyToMany[Tag] = many_to_many(through="book_tag")


@pytest.fixture
async def author() -> Author:
    author = await Author.create(name="Ann")
    await Book.bulk_create(
        [Book(title=title, author_id=author.id, stock=n) for n, title in enumerate("abcde")]
    )
    return author


async def test_a_value_is_a_value_whatever_it_begins_with(author: Author):
    for odd in ["$1", "$$", "%", "_", "\\", "'", "NULL", ""]:
        author.name = odd
        await author.save()
        assert await Author.filter(name=odd).count() == 1
        assert await Author.filter(name__contains="$2").count() == 0
    assert await Author.filter(name__startswith="%").count() == 0


async def test_nothing_is_compared_with_null_by_equality(author: Author):
    assert await Book.filter(editor_id=None).count() == 5
    assert await Book.filter(editor=None).count() == 5
    assert await Book.exclude(editor_id=author.id).count() == 5


async def test_lists_longer_than_all_parameters_are_one(author: Author):
    assert await Author.filter(id__in=list(range(1, 70_000))).count() == 1
    assert author.id < 70_000


async def test_an_error_of_the_database_is_not_taken_for_no_row(author: Author):
    fails = sql("{} / {} = 1", Book.stock, Book.author_id - author.id)

    for read in (Book.filter(fails).get_or_none, Book.filter(fails).first):
        with pytest.raises(DatabaseError):
            await read()
    with pytest.raises(DatabaseError):
        await Book.get_or_none(fails)


async def test_a_part_of_a_row_is_saved_as_a_part(author: Author):
    book = await Book.filter(title="a").only("stock").get()
    book.stock = 50
    await book.save()

    again = await Book.get(title="a")
    assert (again.stock, again.author_id, again.title) == (50, author.id, "a")
    with pytest.raises(NotLoaded):
        _ = book.title


@pytest.mark.parametrize("value", ["1", "null", '"x"', "{}", 1, [], {"a": "1"}])
async def test_a_document_is_decoded_once(value: JsonValue, author: Author):
    book = await Book.create(title="json", author_id=author.id, meta=value)

    assert (await Book.get(id=book.id)).meta == value


async def test_chains_share_nothing():
    base = Book.filter(title="a")
    one, two = base.filter(stock=1), base.order_by("-title").limit(1)

    assert base.sql().parameters == ("a",)
    assert one.sql().parameters == ("a", 1)
    assert two.sql().parameters == ("a", 1)
    assert "LIMIT" not in one.sql().text


async def test_a_part_is_counted_and_aggregated_as_a_part(author: Author):
    part = Book.filter(author_id=author.id).order_by("stock").limit(3).offset(1)

    assert await part.count() == 3
    assert await part.aggregate(func.sum(Book.stock)) == (1 + 2 + 3,)
    assert await part.exists()


async def test_groups_are_filtered_by_their_names(author: Author):
    groups = Book.filter().group_by(Book.author_id).annotate(n=func.count())

    assert await groups.having(n__gt=4).values() == [{"author_id": author.id, "n": 5}]
    assert await groups.having(n__gt=5).values() == []


async def test_updates_with_more_conditions_than_assignments(author: Author):
    changed = await Book.filter(
        title__in=["a", "b"], stock__gte=0, stock__lte=9, author_id=author.id
    ).update(price=Decimal(7))

    assert changed == 2
    assert await Book.filter(price=Decimal(7)).delete() == 2


async def test_several_relations_are_fetched_inside_of_a_transaction(author: Author, db: Database):
    async with transaction():
        book = await Book.get(title="a")
        await book.fetch(Book.author, Book.editor, Book.tags)
        await author.fetch(Author.books)
        assert db.in_transaction()

    assert book.author == author
    assert book.editor is None
    assert book.tags == []
    assert len(author.books) == 5


async def test_what_is_to_be_loaded_is_loaded_or_refused(author: Author):
    loaded = await Author.filter(id=author.id).prefetch_related("books__tags").get()
    joined = await Book.filter(title="a").select_related("author").get()

    assert sorted(book.title for book in loaded.books) == list("abcde")
    assert loaded.books[0].tags == []
    assert joined.author == author
    with pytest.raises(QueryError):
        Author.filter().prefetch_related("bookz")


@pytest.mark.parametrize("wrong", ["stock__gteq", "stock__", "stock__gt__lt", "stok", "__stock"])
async def test_a_look_up_that_there_is_not_is_no_equality(wrong: str):
    for build in (Book.filter, Book.exclude):
        with pytest.raises(QueryError) as caught:
            build(**{wrong: 1})
        assert caught.value.hint is not None
    with pytest.raises(QueryError, match='did you mean "gte"'):
        Book.filter(stock__gteq=1)


async def test_more_values_than_a_statement_has_parameters():
    # three columns of 12,000 rows are more than 32,767 values
    rows = [Shelf(room="r", number=n, height=n % 7) for n in range(12_000)]

    await Shelf.bulk_create(rows)

    assert await Shelf.filter().count() == 12_000
    for row in rows:
        row.height += 1
    assert await Shelf.bulk_update(rows) == 12_000
    assert await Shelf.filter(height=0).count() == 0
    assert await Shelf.bulk_delete(rows) == 12_000


async def test_rows_that_say_different_columns_are_written_together(author: Author):
    books = [
        Book(title="all", author_id=author.id, price=Decimal(9), stock=4),
        Book(title="few", author_id=author.id),
        Book(title="other", author_id=author.id, meta={"a": 1}),
    ]

    await Book.bulk_create(books)

    found = await Book.filter(title__in=["all", "few", "other"]).order_by("title").all()
    assert [(book.price, book.stock, book.meta) for book in found] == [
        (Decimal(9), 4, None),
        (Decimal(1), 0, None),
        (Decimal(1), 0, {"a": 1}),
    ]


async def _lift(shelf: Shelf) -> None:
    shelf.height = 50
    await shelf.save()


async def _lift_many(shelf: Shelf) -> None:
    shelf.height = 50
    assert await Shelf.bulk_update([shelf]) == 1


async def _lift_by_upsert(shelf: Shelf) -> None:
    await Shelf(room=shelf.room, number=shelf.number, height=50).upsert()


async def _lift_by_query(shelf: Shelf) -> None:
    assert await Shelf.filter(room=shelf.room, number=shelf.number).update(height=50) == 1


async def _lift_or_create(shelf: Shelf) -> None:
    key = {"room": shelf.room, "number": shelf.number}
    _, created = await Shelf.update_or_create({"height": 50}, **key)
    assert not created


async def _delete_many(shelf: Shelf) -> None:
    assert await Shelf.bulk_delete([shelf]) == 1


CHANGES: list[tuple[Callable[[Shelf], Awaitable[object]], int | None]] = [
    (_lift, 50),
    (_lift_many, 50),
    (_lift_by_upsert, 50),
    (_lift_by_query, 50),
    (_lift_or_create, 50),
    (lambda shelf: shelf.increment(Shelf.height, 40), 50),
    (lambda shelf: shelf.delete(), None),
    (_delete_many, None),
]


@pytest.mark.parametrize(("change", "height"), CHANGES)
async def test_a_key_of_two_columns_means_one_row(
    change: Callable[[Shelf], Awaitable[object]], height: int | None
):
    keys = [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    await Shelf.bulk_create([Shelf(room=r, number=n, height=10) for r, n in keys])

    await change(await Shelf.get(room="a", number=2))

    left = {(shelf.room, shelf.number): shelf.height for shelf in await Shelf.filter().all()}
    assert left == {
        key: height if key == ("a", 2) else 10
        for key in keys
        if key != ("a", 2) or height is not None
    }


async def test_text_is_refused_and_not_cut():
    order = await Order.create(class_="12345")
    with pytest.raises(ValueRefused, match="more than 5 characters"):
        await Order.create(class_="123456")
    with pytest.raises(ValueRefused, match="more than 5 characters"):
        await Order.filter().update(class_="123456")

    assert [one.class_ for one in await Order.filter().all()] == [order.class_]


async def test_a_default_that_is_called_is_called_for_each_row():
    calls = count(1)

    def number_of_call() -> int:
        return next(calls)

    class Counted(Model, table="order"):
        kind: Column[str] = column(name="class", primary_key=True)
        number: Column[int] = column(
            name="count", type=types.Integer(), default_factory=number_of_call
        )

    one = await Counted.create(kind="a")
    await Counted.bulk_create([Counted(kind="b"), Counted(kind="c")])

    assert one.number == 1
    assert await Counted.filter().order_by("kind").values_list("number", flat=True) == [1, 2, 3]
    with pytest.raises(ModelError) as caught:
        column(default=number_of_call)
    assert caught.value.message.endswith("is called for one")
    assert caught.value.hint == "write default_factory=..."


async def test_a_default_that_can_change_is_of_one_instance():
    class Kept(Model, table="book"):
        id: Column[UUID] = server_default("gen_random_uuid()", primary_key=True)
        title: Column[str]
        meta: Column[JsonValue] = column(default=[])
        author_id: Column[int]

    one, other = Kept(title="x", author_id=1), Kept(title="y", author_id=1)
    assert isinstance(one.meta, list)
    one.meta.append("mine")

    assert other.meta == []


async def test_what_is_there_is_updated_and_not_inserted_again(author: Author):
    same, created = await Author.update_or_create({"name": "Bea"}, id=author.id)
    assert (same.id, created) == (author.id, False)
    other, created = await Author.update_or_create({"name": "Cat"}, id=author.id + 1)
    assert (other.name, created) == ("Cat", True)

    assert await Author.filter().order_by("id").values_list("name", flat=True) == ["Bea", "Cat"]


@pytest.mark.usefixtures("db", "author")
async def test_writes_say_how_many_rows_there_were():
    assert await Book.filter(title="none").update(stock=1) == 0
    assert await Book.filter(stock__lt=2).update(stock=9) == 2
    assert await Book.filter(title="none").delete() == 0
    assert await Book.filter(stock=9).delete() == 2
    assert await Book.filter().count() == 3


@pytest.mark.usefixtures("db", "author")
async def test_long_chains_of_conditions_are_as_deep_as_one():
    by_name, typed, query = Q(stock=0), Book.stock == 0, Book.filter()
    for n in range(1, 2_000):
        by_name |= Q(stock=n)
        typed |= Book.stock == n
        query = query.filter(stock__lt=n + 9)

    assert await Book.filter(by_name).count() == 5
    assert await Book.filter(typed).count() == 5
    assert await Book.filter(~by_name).count() == 0
    assert await query.count() == 5


async def test_more_parameters_than_a_statement_can_have_are_refused_by_their_number():
    with pytest.raises(QueryError, match="arguments cannot exceed 32767"):
        await Book.filter(*[Book.stock != n for n in range(33_000)]).count()
