"""Instances that are pickled and copied, and what is written of them afterwards."""

from __future__ import annotations

import copy
import pickle
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from anyio import run_process
from packages.core.tests.integration.instances.shop import (
    Account,
    Author,
    Binding,
    Book,
    CheapBook,
    Edition,
    Tag,
)

from ferrule_core.database import Database
from ferrule_core.errors import ModelError, NotLoaded
from ferrule_core.mapping.states import restore
from ferrule_core.model.passwords import PasswordHash

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("book")]

EMMA = UUID(int=1)
ROOT = Path(__file__).parents[5]
HASH = PasswordHash("$argon2id$v=19$m=8,t=1,p=1$xx$yy")


@pytest.fixture
async def book(db: Database) -> Book:
    await Author.create(id=1, name="Jane")
    book = Book(id=EMMA, title="Emma", class_="novel", author_id=1, keywords=["a"])
    book.meta, book.edition = {"a": [1]}, Edition(year=1815)
    book.binding = Binding.HARD_COVER
    await book.save()
    await Tag.create(id=1, label="classic")
    await db.execute("INSERT INTO book_tag SELECT book.id, tag.id FROM book, tag")
    return await Book.get()


def pickled(one: Any, protocol: int = pickle.HIGHEST_PROTOCOL) -> Any:
    return pickle.loads(pickle.dumps(one, protocol))  # noqa: S301


WAYS = [pickled, copy.copy, copy.deepcopy]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
async def test_a_pickle_is_the_same_row_and_knows_what_changed(book: Book, protocol: int):
    book.title = "Persuasion"

    again = pickled(book, protocol)

    assert again == book
    assert again.to_dict() == book.to_dict()
    assert again.changed == ("title",)
    assert dict(again.original) == dict(book.original)
    await again.save()
    assert (await Book.get(id=EMMA)).title == "Persuasion"
    assert book.changed == ("title",)  # it does not know of the other one


@pytest.mark.parametrize("again", WAYS)
async def test_documents_that_nobody_read_are_decoded_afterwards(book: Book, again: Any):
    other = again(book)

    assert "meta" not in vars(other)
    assert other.changed == ()
    other.meta["a"].append(2)
    other.edition.notes.append("x")
    other.keywords.append("b")
    assert other.changed == ("keywords", "meta", "edition")
    assert (book.meta, book.edition, book.keywords) == ({"a": [1]}, Edition(year=1815), ["a"])
    await other.save()
    assert (await Book.get(id=EMMA)).meta == {"a": [1, 2]}


async def test_a_copy_shares_values_and_a_deep_copy_does_not(book: Book):
    assert book.meta is not None
    shallow, deep = copy.copy(book), copy.deepcopy(book)

    book.meta["a"].append(2)

    assert shallow.meta is book.meta
    assert (shallow.changed, deep.changed) == (("meta",), ())
    assert deep.meta == {"a": [1]}
    shallow.title = "x"
    assert book.title == "Emma"


@pytest.mark.parametrize("again", WAYS)
async def test_rows_that_were_loaded_in_part_stay_partial(book: Book, again: Any):
    part = await Book.filter().only(Book.title).get()

    one, other = again(part), again(part)

    assert one == book
    with pytest.raises(NotLoaded, match='column "price" of this Book was not loaded'):
        _ = one.price
    assert dict(one.original) == {"id": EMMA, "title": "Emma"}
    one.title = "x"
    await one.save()
    assert (await Book.get()).price == Decimal(1)
    again(one).price = Decimal(2)
    assert other.__layout__ is again(one).__layout__
    await Book.bulk_update([other])


@pytest.mark.parametrize("again", [pickled, copy.deepcopy])
async def test_relations_come_along_and_circles_are_closed(again: Any):
    author = await Author.filter().include(Author.books.tags).get()

    other = again(author)

    assert other == author
    assert other is not author
    assert other.books[0] == author.books[0]
    assert other.books[0] is not author.books[0]
    assert other.books[0].author is other
    assert other.books[0].tags[0].label == "classic"
    other.books[0].title = "x"
    assert other.books[0].changed == ("title",)
    assert author.books[0].changed == ()


async def test_a_copy_has_the_same_relations():
    author = await Author.filter().include(Author.books).get()

    assert copy.copy(author).books is author.books


@pytest.mark.parametrize("again", WAYS)
async def test_a_row_that_was_joined_travels_alone(again: Any):
    book = await Book.filter().select_related("author").get()
    assert book.author is not None

    author = again(book.author)

    assert dict(author.original) == {"id": 1, "name": "Jane", "born": None, "mentor_id": None}
    author.name = "J. A."
    await author.save()
    assert (await Author.get(id=1)).name == "J. A."


@pytest.mark.parametrize("again", WAYS)
async def test_new_and_deleted_instances_stay_in_no_table(book: Book, again: Any):
    new = again(Book(title="Sanditon"))

    assert new.changed == Book(title="Sanditon").changed
    await new.save()
    assert await Book.filter().count() == 2
    await new.delete()
    gone = again(new)
    assert len(gone.original) == 0
    with pytest.raises(ModelError, match="is in no table"):
        await gone.delete()
    assert again(book).id == EMMA


@pytest.mark.parametrize("again", WAYS)
async def test_secrets_and_views_and_annotations_travel(again: Any):
    account = again(await Account.create(password=HASH))
    row = again(await CheapBook.get())
    annotated = again(await Book.filter().annotate(twice=Book.price * 2).get())

    assert (account.password, account.changed) == (HASH, ())
    assert (row.title, row.changed) == ("Emma", ())
    assert (annotated.twice, annotated.changed) == (Decimal(2), ())


async def test_the_driver_is_not_in_a_pickle(book: Book):
    part = await Book.filter().only(Book.title).include(Book.author).get()

    for one in (book, part):
        assert b"asyncpg" not in pickle.dumps(one)
        assert b"Layout" not in pickle.dumps(one)
    assert type(pickled(book).id) is UUID


async def test_another_process_reads_a_pickle_where_the_model_can_be_imported(tmp_path: Path):
    author = await Author.filter().include(Author.books).get()
    (tmp_path / "author.pickle").write_bytes(pickle.dumps([author, await Book.get()]))
    program = (
        "import pickle, sys\n"
        "author, book = pickle.load(open(sys.argv[1], 'rb'))\n"
        "assert 'asyncpg' not in sys.modules\n"
        "assert author.books[0] == book and hash(author.books[0]) == hash(book)\n"
        "assert author.books[0].author is author and author.changed == ()\n"
        "print(book.title, book.price, book.edition.year, book.changed)\n"
    )

    done = await run_process(
        [sys.executable, "-c", program, str(tmp_path / "author.pickle")],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        check=False,
    )

    assert (done.stdout, done.stderr) == (b"Emma 1.00 1815 ()\n", b"")


async def test_a_hash_is_kept_in_one_process_only(book: Book):
    kept = hash(book)

    assert hash(pickled(book)) == kept  # of the same key
    new = Book(title="x")
    first = hash(new)
    assert hash(new) == first
    for again in WAYS:
        assert hash(again(new)) != first
        assert b"__hashed__" not in pickle.dumps(new)
        assert "__hashed__" not in vars(again(book))


async def test_columns_that_the_model_no_longer_has_are_named(book: Book):
    values, names, row = book.__getstate__()
    assert names is not None

    with pytest.raises(ModelError) as caught:
        restore(Book.__new__(Book), (values, (*names, "isbn"), (*row, "x")))

    assert caught.value.message == 'an instance was pickled with "isbn", which Book has not'
    fewer = Book.__new__(Book)  # as if "id" had come to the model since
    restore(fewer, ({"title": "Emma"}, ("title",), ("Emma",)))
    with pytest.raises(NotLoaded, match='column "price" of this Book was not loaded'):
        _ = fewer.price


async def test_sets_and_keys_hold_instances_through_a_pickle():
    books = {await Book.get(): "x"}

    assert pickled(books) == books
    assert pickled({*books}) == {*books}
