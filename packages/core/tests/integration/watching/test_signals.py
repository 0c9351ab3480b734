"""What handlers may do, and what becomes of a write when they fail."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from packages.core.tests.integration.watching.bookshop import Book, BookTag, Log, Note, Tag, Thing

from ferrule_core.database import Database, transaction
from ferrule_core.errors import (
    CallbackFailed,
    CheckViolation,
    ModelError,
    QueryError,
    UniqueViolation,
    ValidationFailed,
)
from ferrule_core.mapping.columns import Column, identity
from ferrule_core.mapping.relations import ManyToMany, many_to_many
from ferrule_core.mapping.watch import watch_again
from ferrule_core.model.model import Model
from ferrule_core.model.signals import (
    BulkWrite,
    LinkWrite,
    around_bulk,
    around_save,
    post_bulk,
    post_create,
    post_delete,
    post_links,
    post_save,
    post_update,
    pre_bulk,
    pre_create,
    pre_delete,
    pre_links,
    pre_save,
    pre_update,
)
from ferrule_core.query.merging import incoming
from ferrule_core.query.servers import major_version

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


class Vetoed(Exception):
    """What handlers raise here."""


@pytest.fixture(autouse=True)
def no_handler_is_left() -> Iterator[None]:
    yield
    for model in (Thing, Book, BookTag, Note, Tag, Log):
        model.__table__.handlers.clear()
        watch_again(model.__table__)


async def titles() -> list[str]:
    return sorted([book.title for book in await Book.filter().all()])


def veto(_: object) -> None:
    raise Vetoed


async def create() -> None:
    await Book.create(title="Dune")


async def save_new() -> None:
    await Book(title="Dune").save()


async def bulk_create() -> None:
    await Book.bulk_create([Book(title="Dune"), Book(title="Nana")])


async def copy() -> None:
    await Book.bulk_create([Book(title="Dune")], copy=True)


async def get_or_create() -> None:
    await Book.get_or_create(title="Dune")


async def upsert() -> None:
    await Book(title="Dune").upsert(on=[Book.title])


async def bulk_upsert() -> None:
    await Book.bulk_upsert([Book(title="Dune")], on=[Book.title])


async def insert_from() -> None:
    await Note.create(text="Dune")
    await Book.insert_from(Note.filter(), title=Note.text)


async def save() -> None:
    emma = await Book.get(title="Emma")
    emma.title = "Dune"
    await emma.save()


async def bulk_update() -> None:
    emma = await Book.get(title="Emma")
    emma.title = "Dune"
    await Book.bulk_update([emma])


async def update() -> None:
    await Book.filter(title="Emma").update(title="Dune")


async def update_returning() -> None:
    await Book.filter(title="Emma").returning().update(title="Dune")


async def upsert_there() -> None:
    await Book(title="Emma", stock=4).upsert(on=[Book.title])


async def increment() -> None:
    await (await Book.get(title="Emma")).increment(Book.stock)


async def delete() -> None:
    await (await Book.get(title="Emma")).delete()


async def bulk_delete() -> None:
    await Book.bulk_delete(await Book.filter().all())


async def delete_by_query() -> None:
    await Book.filter().delete()


async def delete_returning() -> None:
    await Book.filter().returning(Book.id).delete()


CREATES = [create, save_new, bulk_create, copy, get_or_create, upsert, bulk_upsert, insert_from]
UPDATES = [save, bulk_update, update, update_returning, upsert_there, increment]
DELETES = [delete, bulk_delete, delete_by_query, delete_returning]

Verb = Callable[[], Awaitable[None]]


@pytest.mark.parametrize("verb", [*CREATES, *UPDATES])
async def test_what_raises_before_a_row_is_saved_prevents_it(verb: Verb) -> None:
    await Book.create(title="Emma")
    pre_save(Book)(veto)

    with pytest.raises(Vetoed):
        await verb()

    assert await Book.filter().values_list(Book.title, Book.stock) == [("Emma", 0)]


@pytest.mark.parametrize("verb", CREATES)
async def test_what_raises_before_a_row_is_created_prevents_it(verb: Verb) -> None:
    pre_create(Book)(veto)

    with pytest.raises(Vetoed):
        await verb()

    assert await titles() == []


@pytest.mark.parametrize("verb", UPDATES)
async def test_what_raises_before_a_row_is_updated_prevents_it(verb: Verb) -> None:
    await Book.create(title="Emma")
    pre_update(Book)(veto)

    with pytest.raises(Vetoed):
        await verb()

    assert await Book.filter().values_list(Book.title, Book.stock) == [("Emma", 0)]


@pytest.mark.parametrize("verb", DELETES)
async def test_what_raises_before_a_row_is_deleted_keeps_it(verb: Verb) -> None:
    await Book.create(title="Emma")
    pre_delete(Book)(veto)

    with pytest.raises(Vetoed):
        await verb()

    assert await titles() == ["Emma"]


@pytest.mark.parametrize("verb", [*CREATES, *UPDATES])
async def test_what_raises_after_a_row_was_saved_undoes_it(verb: Verb) -> None:
    await Book.create(title="Emma")
    post_save(Book)(veto)

    with pytest.raises(Vetoed):
        await verb()

    assert await Book.filter().values_list(Book.title, Book.stock) == [("Emma", 0)]


@pytest.mark.parametrize("verb", DELETES)
async def test_what_raises_after_a_row_was_deleted_brings_it_back(verb: Verb) -> None:
    await Book.create(title="Emma")
    post_delete(Book)(veto)

    with pytest.raises(Vetoed):
        await verb()

    assert await titles() == ["Emma"]


@pytest.mark.parametrize("verb", [bulk_create, bulk_upsert, update, delete_by_query, bulk_delete])
async def test_what_raises_before_a_call_prevents_it(verb: Verb) -> None:
    await Book.create(title="Emma")
    pre_bulk(Book)(veto)

    with pytest.raises(Vetoed):
        await verb()

    assert await titles() == ["Emma"]


async def test_instances_are_what_they_were_when_a_handler_fails_after_the_write() -> None:
    post_create(Book)(veto)
    dune = Book(title="Dune")

    with pytest.raises(Vetoed):
        await dune.save()

    assert "id" not in vars(dune)
    post_create(Book).remove(veto)
    await dune.save()
    assert await titles() == ["Dune"]


async def test_loaded_instances_still_know_what_changed_when_a_handler_fails() -> None:
    emma = await Book.create(title="Emma")
    post_update(Book)(veto)
    emma.stock = 5

    with pytest.raises(Vetoed):
        await emma.save()
    post_update(Book).remove(veto)
    await emma.save()

    assert (await Book.get(title="Emma")).stock == 5


async def test_deleted_instances_are_in_their_table_again_when_a_handler_fails() -> None:
    emma = await Book.create(title="Emma")
    post_delete(Book)(veto)

    with pytest.raises(Vetoed):
        await emma.delete()
    post_delete(Book).remove(veto)
    await emma.delete()

    assert await titles() == []


async def test_what_a_handler_changes_before_the_write_is_written() -> None:
    @pre_save(Book)
    def tidy(book: Book) -> None:
        book.title = book.title.strip()

    dune = await Book.create(title=" Dune ")
    await Book.bulk_create([Book(title=" Nana")])
    dune.title = "Dune II "
    await dune.save()
    await Book.filter(title="Nana").update(title=" Emma ")

    assert await titles() == ["Dune II", "Emma"]


async def test_handlers_see_the_new_values_of_a_query_that_updates() -> None:
    await Book.bulk_create([Book(title="Emma", stock=1), Book(title="Dune", stock=2)])
    seen: list[tuple[str, int, Decimal]] = []

    @pre_update(Book)
    def see(book: Book) -> None:
        seen.append((book.title, book.stock, book.price))

    changed = await Book.filter(stock__gt=1).update(
        Book.stock.set(Book.stock * 10), Book.price.set(Book.price * Decimal("1.5")), kind="x"
    )

    assert changed == 1
    assert seen == [("Dune", 20, Decimal("1.50"))]
    dune = await Book.get(title="Dune")
    assert (dune.stock, dune.price, dune.kind) == (20, Decimal("1.50"), "x")


async def test_a_limited_query_updates_only_its_rows() -> None:
    await Book.bulk_create([Book(title="Emma"), Book(title="Dune"), Book(title="Nana")])
    seen: list[str] = []
    pre_update(Book)(lambda book: seen.append(book.title))

    assert await Book.filter().order_by(Book.title).limit(2).update(stock=9) == 2

    assert sorted(seen) == ["Dune", "Emma"]
    assert await Book.filter(stock=9).count() == 2


async def test_a_handler_writes_in_the_transaction_of_the_row() -> None:
    @pre_create(Book)
    async def log(book: Book) -> None:
        await Log.create(what=f"create {book.title}")

    await Book.create(title="Emma")
    with pytest.raises(UniqueViolation):
        await Book.create(title="Emma")

    assert [log.what for log in await Log.filter().all()] == ["create Emma"]


async def test_after_a_commit_handlers_are_called_when_it_is_committed() -> None:
    said: list[str] = []
    post_save(Book, on_commit=True)(lambda book: said.append(book.title))

    async with transaction():
        await Book.create(title="Emma")
        assert said == []
    await Book.create(title="Dune")

    assert said == ["Emma", "Dune"]


async def test_after_a_rollback_they_are_never_called() -> None:
    said: list[str] = []
    post_save(Book, on_commit=True)(lambda book: said.append(book.title))

    with suppress(Vetoed):
        async with transaction():
            await Book.create(title="Emma")
            raise Vetoed
    async with transaction():
        with suppress(Vetoed):
            async with transaction():
                await Book.create(title="Dune")
                raise Vetoed
        await Book.create(title="Nana")

    assert said == ["Nana"]


async def test_a_handler_that_fails_after_the_commit_undoes_nothing() -> None:
    post_save(Book, on_commit=True)(veto)

    with pytest.raises(CallbackFailed):
        async with transaction():
            await Book.create(title="Emma")
    with pytest.raises(Vetoed):
        await Book.create(title="Dune")

    assert await titles() == ["Dune", "Emma"]


async def test_a_generator_runs_around_the_write() -> None:
    heard: list[object] = []

    @around_save(Book)
    async def watch(book: Book) -> AsyncIterator[None]:
        heard.append(await Book.filter().count())
        yield
        heard.append((book.id, await Book.filter().count()))

    emma = await Book.create(title="Emma")

    assert heard == [0, (emma.id, 1)]


async def test_a_generator_sees_the_failure_and_cannot_hide_it() -> None:
    heard: list[type[BaseException]] = []

    @around_save(Book)
    async def hide(_: Book) -> AsyncIterator[None]:
        try:
            yield
        except UniqueViolation as error:
            heard.append(type(error))

    await Book.create(title="Emma")
    with pytest.raises(UniqueViolation):
        await Book.create(title="Emma")

    assert heard == [UniqueViolation]


async def test_a_generator_may_turn_the_failure_into_another() -> None:
    @around_save(Book)
    def translate(_: Book) -> Iterator[None]:
        try:
            yield
        except UniqueViolation as error:
            raise Vetoed from error

    await Book.create(title="Emma")

    with pytest.raises(Vetoed):
        await Book.create(title="Emma")


async def test_a_generator_that_raises_behind_its_yield_undoes_the_write() -> None:
    @around_save(Book)
    def refuse(_: Book) -> Iterator[None]:
        yield
        raise Vetoed

    with pytest.raises(Vetoed):
        await Book.create(title="Emma")

    assert await titles() == []


async def test_a_generator_that_does_not_come_to_its_yield_is_told_of() -> None:
    @around_save(Book)
    async def early(book: Book) -> AsyncIterator[None]:
        if book.title != "Emma":
            yield

    with pytest.raises(ModelError, match=r"early ended before its yield, so nothing was written"):
        await Book.create(title="Emma")

    assert await titles() == []


async def test_what_has_no_yield_is_no_generator() -> None:
    with pytest.raises(ModelError, match="veto has no yield, at which the row would be written"):
        around_save(Book)(veto)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


async def test_handlers_of_a_base_hear_of_all_that_inherit() -> None:
    said: list[str] = []
    pre_save(Thing)(lambda thing: said.append(type(thing).__name__))

    class Novel(Book):
        pass

    await Book.create(title="Emma")
    await Novel.create(title="Dune")

    assert said == ["Book", "Novel"]
    assert Tag.__table__.watch is None


async def test_handlers_of_a_subclass_do_not_hear_of_its_base() -> None:
    said: list[str] = []

    class Novel(Book):
        pass

    pre_save(Novel)(lambda novel: said.append(novel.title))

    await Book.create(title="Emma")
    await Novel.create(title="Dune")

    assert said == ["Dune"]


async def test_handlers_of_bases_come_first_and_all_in_order() -> None:
    said: list[int] = []
    pre_save(Book)(lambda _: said.append(2))
    pre_save(Thing)(lambda _: said.append(1))
    pre_save(Book)(lambda _: said.append(3))

    await Book.create(title="Emma")

    assert said == [1, 2, 3]


async def test_a_removed_handler_is_not_called() -> None:
    pre_save(Book)(veto)
    pre_save(Book).remove(veto)

    await Book.create(title="Emma")

    assert Book.__table__.watch is None


async def test_a_handler_that_is_not_there_cannot_be_removed() -> None:
    pre_save(Thing)(veto)

    with pytest.raises(ModelError, match="veto is no handler of pre_save of Book") as caught:
        pre_save(Book).remove(veto)

    assert caught.value.hint == "remove it from the model that it was registered for"


async def test_a_handler_is_registered_once() -> None:
    pre_save(Book)(veto)

    with pytest.raises(ModelError, match="veto is a handler of pre_save of Book already"):
        pre_save(Book)(veto)


async def test_a_signal_is_of_a_model() -> None:
    with pytest.raises(ModelError, match=r"a signal is of a model, not of <class 'int'>"):
        pre_save(int)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


async def test_a_merge_is_refused_where_only_rows_are_watched() -> None:
    pre_update(Book)(veto)
    merge = (
        Book.merge(Note.filter(), on=Book.title == incoming(Note.text))
        .when_matched()
        .update(stock=1)
    )
    if await major_version(None) < 15:
        pytest.skip("MERGE came with PostgreSQL 15")

    with pytest.raises(QueryError, match="handlers watch rows of Book, and MERGE does not say"):
        await merge.run()
    calls: list[BulkWrite[Book]] = []
    post_bulk(Book)(calls.append)
    await merge.run()

    assert [(call.verb, call.count) for call in calls] == [("merge", 0)]


async def test_a_call_tells_what_it_is_about() -> None:
    calls: list[BulkWrite[Book]] = []
    post_bulk(Book)(calls.append)
    books = [Book(title="Emma"), Book(title="Dune")]

    await Book.bulk_create(books)
    await Book.filter(title="Emma").update(Book.stock.set(Book.stock + 1), kind="x")
    await Book.filter(title="Emma").delete()

    assert [(call.verb, call.columns, call.count) for call in calls] == [
        ("bulk_create", (), 2),
        ("update", ("stock", "kind"), 1),
        ("delete", (), 1),
    ]
    assert calls[0].rows == books
    query = calls[1].query
    assert query is not None
    assert await query.count() == 0


async def test_a_call_has_no_count_before_it_is_done() -> None:
    counts: list[int | None] = []

    @around_bulk(Book)
    def watch(call: BulkWrite[Book]) -> Iterator[None]:
        counts.append(call.count)
        yield
        counts.append(call.count)

    await Book.bulk_create([Book(title="Emma")])

    assert counts == [None, 1]


async def test_links_tell_what_they_connect() -> None:
    calls: list[LinkWrite[Book]] = []
    post_links(Book)(calls.append)
    emma, old = await Book.create(title="Emma"), await Tag.create(label="old")

    await emma.linked(Book.tags).add(old)
    await emma.linked(Book.tags).set([])

    assert [(call.verb, call.relation, call.added, call.removed) for call in calls] == [
        ("add", "tags", 1, 0),
        ("set", "tags", 0, 1),
    ]
    assert calls[0].instance is emma
    assert list(calls[0].rows) == [old]


async def test_what_raises_before_links_are_changed_prevents_it() -> None:
    emma, old = await Book.create(title="Emma"), await Tag.create(label="old")
    pre_links(Book)(veto)

    with pytest.raises(Vetoed):
        await emma.linked(Book.tags).add(old)

    assert await BookTag.filter().count() == 0


async def test_links_are_refused_where_only_rows_of_the_junction_are_watched() -> None:
    emma, old = await Book.create(title="Emma"), await Tag.create(label="old")
    pre_create(BookTag)(veto)

    with pytest.raises(
        ModelError,
        match='handlers watch rows of BookTag, and a change of "tags" of Book does not call them',
    ) as caught:
        await emma.linked(Book.tags).add(old)

    assert caught.value.hint == (
        "create and delete rows of BookTag itself, or register pre_links(Book)"
    )


async def test_the_rows_that_a_handler_forbids_are_not_deleted_with_the_others() -> None:
    await Book.bulk_create([Book(title="Emma"), Book(title="Dune", stock=1)])

    @pre_delete(Book)
    def keep(book: Book) -> None:
        if book.stock:
            raise Vetoed

    with pytest.raises(Vetoed):
        await Book.filter().delete()

    assert await titles() == ["Dune", "Emma"]


async def test_soft_deletes_are_vetoed_and_told_of() -> None:
    note = await Note.create(text="first")
    pre_delete(Note)(veto)

    with pytest.raises(Vetoed):
        await note.delete()
    with pytest.raises(Vetoed):
        await Note.filter().delete()
    with pytest.raises(Vetoed):
        await note.purge()

    assert await Note.filter().count() == 1


async def test_a_soft_delete_by_query_gives_the_rows_as_they_are_now() -> None:
    await Note.create(text="first")
    said: list[str] = []
    pre_delete(Note)(lambda note: said.append(note.text))

    ((text, deleted_at),) = await Note.filter().returning(Note.text, Note.deleted_at).delete()

    assert text == "first"
    assert deleted_at is not None
    assert said == ["first"]


async def test_a_save_without_a_change_is_not_said_to_have_written() -> None:
    emma = await Book.create(title="Emma")
    said: list[str] = []
    pre_save(Book)(lambda _: said.append("pre"))
    post_save(Book)(lambda _: said.append("post"))

    await emma.save()

    assert said == ["pre"]


async def test_a_refused_value_is_told_before_anything_is_written() -> None:
    said: list[str] = []
    post_save(Book)(lambda _: said.append("post"))

    with pytest.raises(ValidationFailed, match='column "stock": an integer cannot be made'):
        await Book.create(title="Emma", stock="x")

    assert said == []
    assert await titles() == []


async def test_handlers_live_in_another_module_than_the_models() -> None:
    models, handlers = ModuleType("shop_models"), ModuleType("shop_handlers")
    sys.modules |= {"shop_models": models, "shop_handlers": handlers}
    exec(  # noqa: S102 - as generated code: a base that is written again, and a class of the user's
        "from ferrule_core.model.model import Model\n"
        "from ferrule_core.mapping.columns import Column, identity\n"
        "class TagBase(Model, table='tag'):\n"
        "    id: Column[int] = identity()\n"
        "    label: Column[str]\n"
        "class Tag(TagBase):\n"
        "    pass\n",
        models.__dict__,
    )
    exec(  # noqa: S102 - as above
        "import shop_models\n"
        "from ferrule_core.model.signals import pre_save\n"
        "@pre_save(shop_models.Tag)\n"
        "async def lower(tag):\n"
        "    tag.label = tag.label.lower()\n",
        handlers.__dict__,
    )
    try:
        made: Any = await models.__dict__["Tag"].create(label="OLD")
    finally:
        del sys.modules["shop_models"], sys.modules["shop_handlers"]

    assert made.label == "old"


async def test_nobody_watches_a_model_without_handlers() -> None:
    class Plain(Model, table="log"):
        id: Column[int] = identity()
        what: Column[str]
        tags: ManyToMany[Tag] = many_to_many(through="log_tag")

    assert Plain.__table__.watch is None


async def test_a_failing_server_leaves_the_instance_new(db: Database) -> None:
    await db.execute("ALTER TABLE book ADD CHECK (stock >= 0)")
    pre_save(Book)(lambda _: None)
    dune = Book(title="Dune", stock=-1)

    with pytest.raises(CheckViolation):
        await dune.save()
    dune.stock = 1
    await dune.save()

    assert await titles() == ["Dune"]


async def test_the_twins_call_handlers_too() -> None:
    said: list[str] = []

    @pre_save(Book)
    async def hear(book: Book) -> None:
        said.append(book.title)

    pre_delete(Book)(veto)
    emma = Book.sync.create(title="Emma")
    with pytest.raises(Vetoed):
        emma.sync.delete()
    with pytest.raises(Vetoed):
        Book.filter().sync.delete()

    assert said == ["Emma"]
    assert Book.filter().sync.count() == 1
