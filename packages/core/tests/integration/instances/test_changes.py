"""What differs from the row that was read, and what the row was."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from packages.core.tests.integration.instances.shop import (
    Account,
    Author,
    Binding,
    Book,
    CheapBook,
    Edition,
)

from ferrule_core.errors import ModelError, QueryError, UnknownColumn, ValueRefused
from ferrule_core.mapping.columns import Column, column, identity
from ferrule_core.mapping.relations import ForeignKey, foreign_key
from ferrule_core.model.model import Model
from ferrule_core.model.passwords import PasswordHash

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def loaded(**values: Any) -> Book:
    made = await Book.create(**{"title": "Emma", **values})
    return await Book.get(id=made.id)


async def test_what_was_loaded_or_saved_has_not_changed():
    book = await Book.create(title="Emma", meta={"a": [1]}, keywords=["x"])
    assert book.changed == ()

    assert (await Book.get(id=book.id)).changed == ()
    book.title, book.price = "Persuasion", Decimal("2.50")
    assert book.changed == ("title", "price")

    await book.save(only=["price"])
    assert book.changed == ("title",)
    await book.save(only=book.changed)
    assert book.changed == ()


async def test_a_new_instance_has_changed_in_all_that_it_has_values_for_and_was_nothing():
    book = Book(title="Emma", meta={})

    assert book.changed == ("title", "class_", "meta", "edition", "author_id")
    assert dict(book.original) == {}
    assert repr(book.original) == "Book()"


async def test_a_deleted_instance_is_new_again():
    book = await loaded()
    before = book.original

    await book.delete()

    assert "title" in book.changed
    assert len(book.original) == 0
    assert before["title"] == "Emma"


async def test_a_value_that_is_put_back_has_not_changed():
    book = await loaded(price=Decimal("1.50"))

    book.price = Decimal("2.00")
    book.price = Decimal("1.50")

    assert book.changed == ()
    book.price = Decimal("1.5")  # numeric tells them apart
    assert book.changed == ("price",)


async def test_changes_in_place_count_and_the_original_is_not_changed_by_them():
    book = await loaded(keywords=["a"], meta={"a": {"b": [1]}}, edition=Edition(year=1815))

    book.keywords.append("b")
    assert book.meta is not None
    book.meta["a"]["b"].append(2)
    assert book.edition is not None
    book.edition.notes.append("first")

    assert book.changed == ("keywords", "meta", "edition")
    assert book.original["keywords"] == ["a"]
    assert book.original["meta"] == {"a": {"b": [1]}}
    assert book.original["edition"] == Edition(year=1815)
    book.original["meta"]["a"]["b"].append(3)
    assert book.original["meta"] == {"a": {"b": [1]}}
    await book.save()
    assert (await Book.get(id=book.id)).meta == {"a": {"b": [1, 2]}}


async def test_documents_that_nobody_read_have_not_changed():
    book = await loaded(meta={"a": 1}, edition=Edition(year=1815))

    assert book.changed == ()
    assert "meta" not in vars(book)
    assert book.original["edition"] == Edition(year=1815)
    assert "edition" not in vars(book)


async def test_the_original_has_values_as_instances_have_them():
    book = await loaded(binding=Binding.HARD_COVER)
    book.binding = Binding.PAPER

    assert book.original["binding"] is Binding.HARD_COVER
    assert book.original[Book.binding] is Binding.HARD_COVER
    assert book.original[Book.price] == Decimal("1.00")
    assert list(book.original) == list(Book.__table__.columns)
    assert {**book.original}["title"] == "Emma"
    assert "title" in book.original
    assert Book.title in book.original
    assert "author" not in book.original


async def test_the_original_keeps_to_the_row_that_there_was():
    book = await loaded()
    before = book.original

    book.title = "Persuasion"
    await book.save()

    assert before["title"] == "Emma"
    assert book.original["title"] == "Persuasion"


async def test_what_was_deferred_is_neither_there_nor_changed_until_it_is_assigned():
    made = await loaded(meta={"a": 1})
    book = await Book.filter(id=made.id).only(Book.id, Book.title).get()

    assert book.changed == ()
    assert dict(book.original) == {"id": book.id, "title": "Emma"}
    assert book.original.get("price") is None
    assert book.original.get(Book.price, Decimal(7)) == Decimal(7)
    with pytest.raises(KeyError, match="price"):
        book.original["price"]

    book.meta = {"a": 1}  # whether it differs is not known
    assert book.changed == ("meta",)


async def test_a_misspelt_name_is_refused_by_the_original():
    book = await loaded()
    wrong: Any = 5

    for ask in (lambda: book.original["titel"], lambda: book.original.get("titel")):
        with pytest.raises(UnknownColumn, match='no column or relation "titel"') as caught:
            ask()
        assert caught.value.hint == 'did you mean "title"?'
    with pytest.raises(QueryError, match="is no column of Book itself"):
        book.original[Author.name]
    with pytest.raises(QueryError, match="not by a int"):
        book.original[wrong]


async def test_an_instance_that_is_assigned_changes_the_key_and_saving_writes_it():
    jane, emily = await Author.create(name="Jane"), await Author.create(name="Emily")
    made = await loaded(author=jane)
    book = await Book.filter(id=made.id).include(Book.author).get()
    assert book.changed == ()

    book.author = emily
    assert book.changed == ("author_id",)
    assert book.author is emily
    assert book.author_id == jane.id  # asking what changed changes nothing
    await book.save()
    assert (book.changed, book.author_id) == ((), emily.id)

    book.author_id = jane.id
    assert book.changed == ("author_id",)
    book.author = None
    assert book.changed == ("author_id",)


async def test_an_unsaved_instance_that_is_assigned_changes_the_key_too():
    book = await loaded()

    book.author = Author(name="Jane")

    assert book.changed == ("author_id",)
    with pytest.raises(ModelError, match="has no key yet"):
        await book.save()


async def test_an_unsaved_instance_leaves_the_key_as_it_was():
    jane = await Author.create(name="Jane")
    book = await loaded(author=jane)

    book.author = Author(name="Emily")
    with pytest.raises(ModelError, match="has no key yet") as caught:
        await book.save()

    assert caught.value.hint == "save that one first"
    assert book.author_id == jane.id
    new = Book(title="Emma")
    new.author = book.author
    with pytest.raises(ModelError, match="has no key yet"):
        await new.save()
    assert await Book.filter().count() == 1


async def test_a_relation_is_loaded_with_its_key_though_only_others_were_asked_for():
    jane, emily = await Author.create(name="Jane"), await Author.create(name="Emily")
    made = await loaded(author=jane)
    query = Book.filter(id=made.id).only(Book.id, Book.title)

    for asked in (query.select_related("author"), query.prefetch_related("author")):
        book = await asked.get()
        assert (book.changed, book.author_id) == ((), jane.id)
        book.title += "!"
        await book.save()

    book.author = emily
    await book.save()
    assert (await Book.get(id=made.id)).author_id == emily.id
    assert book.title == "Emma!!"


async def test_an_instance_is_assigned_though_the_key_was_not_loaded():
    jane = await Author.create(name="Jane")
    made = await loaded()
    book = await Book.filter(id=made.id).only(Book.id).get()

    book.author = jane
    assert book.changed == ("author_id",)
    await book.save()

    assert (await Book.get(id=made.id)).author_id == jane.id


async def test_what_only_the_server_writes_is_said_to_have_changed_and_is_not_saved():
    book = await loaded()
    book.price_with_tax = Decimal(5)

    assert book.changed == ("price_with_tax",)
    with pytest.raises(ModelError, match="computed by the server"):
        await book.save()
    await book.refresh()
    assert book.changed == ()


async def test_rows_that_are_joined_know_their_own_part_of_the_row():
    jane = await Author.create(name="Jane")
    made = await loaded(author=jane)
    book = await Book.filter(id=made.id).select_related("author").get()
    assert book.author is not None

    book.author.name = "J. A."

    assert (book.changed, book.author.changed) == ((), ("name",))
    assert dict(book.author.original) == {
        "id": jane.id,
        "name": "Jane",
        "born": None,
        "mentor_id": None,
    }


async def test_rows_of_views_say_what_they_were():
    made = await loaded(price=Decimal(2))
    row = await CheapBook.get(id=made.id)

    row.title = "?"

    assert row.changed == ("title",)
    assert row.original[CheapBook.title] == "Emma"


async def test_a_document_that_fits_no_longer_is_refused_when_it_is_read_and_can_be_shown(db: Any):
    made = await loaded(edition=Edition(year=1815))
    await db.execute("UPDATE book SET edition = '{}'")
    book = await Book.get(id=made.id)

    assert book.changed == ()
    assert "edition=<class 'ferrule_core" in repr(book.original)
    assert "edition" not in repr(book)
    for ask in (lambda: book.original["edition"], book.to_dict, book.to_json):
        with pytest.raises(ValueRefused, match='column "edition": the document does not fit'):
            ask()
    assert "edition" not in book.to_dict(exclude=["edition"])
    book.title = "x"
    await book.save()
    assert (await Book.get(title="x")).changed == ()


async def test_secrets_are_not_shown_by_the_original():
    hash_ = PasswordHash("$argon2id$v=19$m=8,t=1,p=1$xx$yy")
    account = await Account.create(password=hash_)

    assert account.original[Account.password] == hash_
    assert "$argon2" not in repr(account.original)
    assert "password=PasswordHash(...)" in repr(account.original)


async def test_a_column_of_such_a_name_works_under_another(db: Any):
    class Order(Model, table="ordered"):
        id: Column[int] = identity()
        changed_: Column[bool] = column(name="changed")
        original_id: Column[int | None] = column(name="original", default=None)
        parent: ForeignKey[Order | None] = foreign_key("original_id")

    await db.execute(
        "CREATE TABLE ordered (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, "
        '"changed" boolean NOT NULL, "original" bigint REFERENCES ordered)'
    )
    order = await Order.create(changed_=False)
    order.changed_ = True

    assert order.changed == ("changed_",)
    assert order.original[Order.changed_] is False
    await order.save()
    assert (await Order.get(changed_=True)).id == order.id
