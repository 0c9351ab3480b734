"""Instances as JSON and back: related rows, secrets, and texts that are none."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
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
from ferrule_core.errors import (
    ModelError,
    NotLoaded,
    NotNullViolation,
    QueryError,
    UnknownColumn,
    ValueRefused,
)
from ferrule_core.mapping.columns import Column, column
from ferrule_core.mapping.json_form import JsonForm
from ferrule_core.mapping.value_types import ValueType
from ferrule_core.model.encryption import Encrypted
from ferrule_core.model.model import Model
from ferrule_core.model.passwords import PasswordHash

pytestmark = pytest.mark.anyio

HASH = PasswordHash("$argon2id$v=19$m=8,t=1,p=1$xx$yy")
EMMA = UUID(int=1)


@pytest.fixture
async def book(db: Database) -> Book:
    await Author.create(id=1, name="Jane", born=date(1775, 12, 16))
    book = Book(id=EMMA, title="Emma", price=Decimal("2.50"), class_="novel", author_id=1)
    book.binding, book.keywords = Binding.HARD_COVER, ["a", "ü"]
    book.meta, book.edition = {"a": [1, 1.5, None]}, Edition(year=1815, notes=["x"])
    await book.save()
    await Tag.bulk_create([Tag(id=1, label="classic")])
    await db.execute("INSERT INTO book_tag SELECT book.id, tag.id FROM book, tag")
    return await Book.filter().include(Book.author, Book.tags).get()


async def test_each_value_has_its_form(book: Book):
    text = book.to_json()

    assert json.loads(text) == {
        "id": str(EMMA),
        "title": "Emma",
        "price": "2.50",
        "price_with_tax": "2.75",
        "binding": "hard cover",
        "keywords": ["a", "ü"],
        "class_": "novel",
        "meta": {"a": [1, 1.5, None]},
        "edition": {"year": 1815, "notes": ["x"]},
        "author_id": 1,
        "author": {"id": 1, "name": "Jane", "born": "1775-12-16", "mentor_id": None},
        "tags": [{"id": 1, "label": "classic"}],
    }
    assert "ü" in text
    assert ", " not in text
    assert book.to_json(include=["title", Book.author.name], indent=1) == (
        '{\n "title": "Emma",\n "author": {\n  "name": "Jane"\n }\n}'
    )


async def test_an_instance_is_made_of_its_json_with_related_rows(book: Book):
    made = Book.from_json(book.to_json())

    assert made == book
    assert made.to_dict() == book.to_dict()
    assert made.author == book.author
    assert made.author is not None
    assert made.author.born == date(1775, 12, 16)
    assert [tag.label for tag in made.tags] == ["classic"]
    assert made.changed == tuple(Book.__table__.columns)
    assert Book.from_json(book.to_json().encode()) == book
    assert Book.from_json(book.to_json(by_alias=True), by_alias=True).class_ == "novel"


async def test_an_instance_of_json_is_new_and_can_be_inserted(book: Book):
    made = Book.from_json(book.to_json(exclude=["id", "tags", "price"]))

    await made.save()

    assert made.id != book.id
    assert made.price == Decimal("1.00")  # the server's default
    again = await Book.get(id=made.id)
    assert (again.title, again.binding, again.edition) == ("Emma", book.binding, book.edition)


@pytest.mark.usefixtures("db")
async def test_an_instance_of_json_has_what_the_text_has_and_no_more():
    made = Book.from_json('{"title": "Emma", "price": 2.50}')

    assert vars(made) == {"title": "Emma", "price": Decimal("2.50")}
    with pytest.raises(NotLoaded, match='column "meta" of this Book has no value yet'):
        _ = made.meta
    with pytest.raises(NotNullViolation):
        await Book.from_json('{"price": "2.50"}').save()
    assert await Book.filter().count() == 0


async def test_a_circle_is_closed_again(book: Book):
    author = await Author.filter().include(Author.books).get()
    author.books[0].to_dict()
    text = author.to_json(include=[Author.name, Author.id, Author.books])

    made = Author.from_json(text)

    assert json.loads(text)["books"][0]["author_id"] == 1
    (only,) = made.books
    assert only.author is made
    student = Author(id=2, name="Emily", mentor_id=2)
    student.mentor, student.students = student, [student]  # type: ignore[misc]
    again = Author.from_json(student.to_json())
    assert again.mentor is again
    assert again.students[0] is again
    assert again.mentor_id == 2
    assert book.author == author


async def test_rows_of_views_can_be_read_and_written(book: Book):
    row = await CheapBook.get(id=book.id)

    made = CheapBook.from_json(row.to_json())

    assert made.to_dict() == row.to_dict()


@pytest.mark.usefixtures("db")
async def test_secrets_are_written_only_when_they_are_asked_for():
    account = await Account.create(password=HASH, token=Encrypted("gAAAA"))

    assert json.loads(account.to_json()) == {"id": account.id, "author_id": None}
    asked = account.to_json(include=[Account.password, Account.token])
    assert json.loads(asked) == {"password": HASH.stored, "token": "gAAAA"}
    made = Account.from_json(asked)
    assert (made.password, made.token) == (HASH, Encrypted("gAAAA"))
    made.password = "open sesame"  # type: ignore[assignment]
    with pytest.raises(ValueRefused) as caught:
        made.to_json(include=["password"])
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the text is no JSON of Book: Expecting value"),
        ('{"title": NaN}', "the text is no JSON of Book: JSON has no NaN; write it as a text"),
        (
            '{"title": "a", "title": "b"}',
            "the text is no JSON of Book: an object has 'title' twice",
        ),
        (b"\xff", "the text is no JSON of Book: 'utf-8'"),
        ("[" * 100_000, "the text is no JSON of Book: maximum recursion"),
        ("[]", "the JSON of Book is an object, and no list"),
        ('{"author": 5}', '"author" is an object, and no int'),
        ('{"tags": {}}', '"tags" is an array, and no dict'),
        ('{"tags": [null]}', '"tags.0" is an object, and no NoneType'),
        ('{"title": 5}', 'column "title": text is a string, and no JSON of type number'),
        ('{"title": "\\u0000"}', 'column "title": PostgreSQL\'s text cannot hold a NUL character'),
        ('{"id": "x"}', 'column "id": a UUID is text of 32 hexadecimal digits, and not this text'),
        ('{"price": "x"}', 'column "price": a number is text such as "1.10", or a number, and not'),
        ('{"price": [1]}', 'column "price": a number is text such as "1.10", or a number, and no'),
        ('{"binding": "e-book"}', "column \"binding\": 'e-book' is no label of Binding"),
        ('{"binding": []}', 'column "binding": the value is a text or a number, and no JSON'),
        (
            '{"keywords": "x"}',
            'column "keywords": an array is one of JSON, and no JSON of type str',
        ),
        ('{"keywords": [1]}', 'column "keywords": text is a string, and no JSON of type number'),
        ('{"edition": {}}', 'column "edition": the document does not fit Edition: "year" is wrong'),
        ('{"author_id": 1.0}', 'column "author_id": an integer is a number without fraction, and'),
        ('{"author_id": true}', 'column "author_id": an integer is a number without fraction'),
        ('{"author_id": 9e99}', 'column "author_id": an integer is a number without fraction'),
        ('{"author": {"born": 5}}', 'column "author.born": a date is text such as "2024-02-29"'),
        ('{"author": {"born": "5"}}', 'column "author.born": a date is text such as "2024-02-29"'),
        ('{"tags": [{"id": 99999999999999999999}]}', 'column "tags.0.id": the number is out of'),
    ],
)
def test_what_is_no_json_of_the_model_is_refused(text: str | bytes, message: str):
    with pytest.raises(ValueRefused) as caught:
        Book.from_json(text)

    assert message in caught.value.message


def test_names_and_keys_that_do_not_fit_are_refused():
    with pytest.raises(UnknownColumn) as caught:
        Book.from_json('{"titel": "x"}')
    assert caught.value.hint == 'did you mean "title"?'
    with pytest.raises(UnknownColumn):
        Book.from_json('{"class": "x"}')
    with pytest.raises(UnknownColumn):
        Book.from_json('{"class_": "x"}', by_alias=True)
    with pytest.raises(ModelError, match="refer to different rows"):
        Book.from_json('{"author_id": 1, "author": {"id": 2}}')
    with pytest.raises(ModelError, match="Model is abstract"):
        Model.from_json("{}")


def test_what_cannot_be_stored_is_not_written():
    book: Any = Book(title="a\0b")
    with pytest.raises(ValueRefused, match='column "title": PostgreSQL'):
        book.to_json()
    book.title, book.meta = "a", {"a": float("nan")}
    with pytest.raises(ValueRefused, match='column "meta": JSON has no NaN'):
        book.to_json()
    book.meta = {"a": 10**5000}
    with pytest.raises(ValueRefused, match="this Book has a value that cannot be written as JSON"):
        book.to_json()
    assert json.loads(book.to_json(exclude=["meta"]))["title"] == "a"
    with pytest.raises(QueryError, match='would be called "x"'):
        book.to_json(rename={"title": "x", "meta": "x"})


def test_a_value_of_an_unknown_class_has_no_form():
    class Thing(Model, table="thing"):
        id: Column[int] = column(primary_key=True)
        any: Column[object] = column(default=None)

    assert Thing.from_json(Thing(id=1, any=1.5).to_json()).any == 1.5
    with pytest.raises(ValueRefused) as caught:
        Thing(id=1, any=date(2024, 2, 29)).to_json()
    assert caught.value.message == 'column "any": JSON has no form for a value of type date'
    assert "annotate it with a class" in (caught.value.hint or "")
    with pytest.raises(ValueRefused, match='column "any": what the annotation of the column'):
        Thing.from_json('{"any": []}')


@pytest.mark.usefixtures("book")
async def test_values_of_annotations_are_written_by_their_classes():
    book = await (
        Book.filter()
        .annotate(
            twice=Book.price * 2,
            born=Book.author.born,
            bound=Book.binding,
            words=Book.keywords,
            notes=Book.meta,
            owner=Book.id,
            none=Book.author.mentor_id,
        )
        .get()
    )
    names = ["twice", "born", "bound", "words", "notes", "owner", "none"]

    assert json.loads(book.to_json(include=names)) == {
        "twice": "5.00",
        "born": "1775-12-16",
        "bound": "hard cover",
        "words": ["a", "ü"],
        "notes": {"a": [1, 1.5, None]},
        "owner": str(EMMA),
        "none": None,
    }
    book.twice = object()  # type: ignore[attr-defined]
    with pytest.raises(ValueRefused, match="JSON has no form for a value of type object"):
        book.to_json(include=["twice"])


class Spot:
    """A point, which travels as text and stands in JSON as an object."""

    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spot) and (self.x, self.y) == (other.x, other.y)

    def __hash__(self) -> int:
        return hash((self.x, self.y))

    @classmethod
    def __value_type__(cls) -> ValueType:
        return ValueType(cls, encode=_sent, decode=_received)

    @classmethod
    def __json_form__(cls, value_type: ValueType) -> JsonForm:
        assert value_type.python is cls
        return JsonForm(_shown, _read, (str,))


def _sent(spot: Any) -> object:
    return f"{spot.x},{spot.y}"


def _received(text: Any) -> object:
    return None if text is None else Spot(*map(int, text.split(",")))


def _shown(text: Any) -> object:
    return dict(zip("xy", map(int, text.split(",")), strict=True))


def _read(found: Any) -> object:
    if not isinstance(found, dict) or found.keys() != {"x", "y"}:
        raise ValueRefused("a spot is an object with x and y")
    return f"{found['x']},{found['y']}"


def test_a_class_of_values_says_its_own_form():
    class Place(Model, table="place"):
        id: Column[int] = column(primary_key=True)
        spot: Column[Spot | None] = column(default=None)
        spots: Column[list[Spot]] = column(default=[])

    place = Place(id=1, spot=Spot(1, 2), spots=[Spot(3, 4)])

    text = place.to_json()

    assert text == '{"id":1,"spot":{"x":1,"y":2},"spots":[{"x":3,"y":4}]}'
    again = Place.from_json(text)
    assert (again.spot, again.spots) == (place.spot, place.spots)
    with pytest.raises(ValueRefused) as caught:
        Place.from_json('{"spot": {"x": 1}}')
    assert caught.value.message == 'column "spot": a spot is an object with x and y'
