"""Models where Pydantic and FastAPI read annotations, and the schemas that they make."""

from __future__ import annotations

import gc
import weakref
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient
from pydantic import TypeAdapter, ValidationError

from ferrule_core.errors import ModelError, QueryError
from ferrule_core.mapping import types
from ferrule_core.mapping.columns import (
    Column,
    column,
    generated,
    identity,
    server_default,
    version_column,
)
from ferrule_core.mapping.json_values import JsonValue
from ferrule_core.mapping.relations import (
    ForeignKey,
    InverseForeignKey,
    foreign_key,
    inverse_foreign_key,
)
from ferrule_core.model.border import pydantic_schema
from ferrule_core.model.encryption import Encrypted
from ferrule_core.model.model import Model
from ferrule_core.model.passwords import PasswordHash


class Author(Model, table="author"):
    id: Column[int] = identity()
    name: Column[str] = column(type=types.Varchar(10), comment="as printed")
    books: InverseForeignKey[Book] = inverse_foreign_key("Book.author")


class Book(Model, table="book", comment="what is sold"):
    id: Column[int] = identity()
    title: Column[str]
    price: Column[Decimal] = column(type=types.Numeric(6, 2), default=Decimal(1))
    stock: Column[int] = column(type=types.SmallInt(), default=0)
    json: Column[JsonValue] = server_default("'{}'")
    model_config: Column[str | None] = column(default=None)
    _shelf: Column[str | None] = column(default=None)
    cover: Column[bytes | None] = column(default=None)
    taxed: Column[Decimal] = generated("price * 1.1")
    made_at: Column[datetime] = column(auto_now_add=True)
    version: Column[int] = version_column()
    author_id: Column[int]
    author: ForeignKey[Author] = foreign_key("author_id")
    editor_id: Column[int | None] = column(default=None)
    editor: ForeignKey[Author | None] = foreign_key("editor_id")


def test_each_schema_has_the_columns_of_its_purpose():
    create = pydantic_schema(Book, "create")
    assert create.__name__ == "BookCreate"
    shown = create.model_json_schema()
    assert shown["required"] == ["title", "author_id"]
    assert list(shown["properties"]) == [
        *("title", "price", "stock", "json", "model_config", "_shelf", "cover"),
        *("author_id", "editor_id"),
    ]
    assert shown["description"] == "what is sold"
    assert shown["properties"]["stock"] == {
        "type": "integer",
        "minimum": -32768,
        "maximum": 32767,
        "default": 0,
        "title": "Stock",
    }
    update = pydantic_schema(Book, "update").model_json_schema()
    assert "required" not in update
    assert list(update["properties"]) == list(shown["properties"])
    read = pydantic_schema(Book, "read").model_json_schema(mode="serialization")
    assert list(read["properties"]) == read["required"] == list(Book.__table__.columns)


def test_what_was_not_given_is_not_in_the_dump():
    body = pydantic_schema(Book, "update").model_validate({"price": "2.50", "_shelf": "a"})
    assert body.model_dump() == {"price": Decimal("2.50"), "_shelf": "a"}
    assert body.model_dump(mode="json") == {"price": "2.50", "_shelf": "a"}
    create = pydantic_schema(Book, "create").model_validate({"title": "t", "author_id": 1})
    dumped = create.model_dump()
    assert "json" not in dumped
    assert (dumped["price"], dumped["model_config"]) == (Decimal(1), None)
    book = Book(**dumped)
    assert (book.title, book.price) == ("t", 1)


@pytest.mark.parametrize(
    ("given", "place", "kind"),
    [
        ({"author_id": 1}, "title", "missing"),
        ({"title": None, "author_id": 1}, "title", "string_type"),
        ({"title": "t", "author_id": 2**63}, "author_id", "value_error"),
        ({"title": "t", "author_id": 1, "stock": 40000}, "stock", "less_than_equal"),
        ({"title": "t", "author_id": 1, "price": "1.234"}, "price", "decimal_max_places"),
        ({"title": "t", "author_id": 1, "id": 3}, "id", "extra_forbidden"),
        ({"title": "t", "author_id": 1, "version": 3}, "version", "extra_forbidden"),
        ({"title": "t", "author_id": 1, "taxed": 3}, "taxed", "extra_forbidden"),
        ({"title": "t", "author_id": 1, "titel": 3}, "titel", "extra_forbidden"),
    ],
)
def test_what_a_row_cannot_hold_is_refused_where_it_stands(given, place, kind):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Book).validate_python(given)
    assert [(error["loc"], error["type"]) for error in refused.value.errors()] == [((place,), kind)]


def test_lengths_are_limits():
    assert Author(name="x" * 11)
    with pytest.raises(ValidationError, match="at most 10 characters"):
        pydantic_schema(Author, "update").model_validate({"name": "x" * 11})


def test_an_instance_stays_what_it_is_and_shows_what_it_has():
    book = Book(id=1, title="t", author_id=3, json={"a": [1]}, cover=b"\xff")
    adapter = TypeAdapter(Book)
    assert adapter.validate_python(book) is book
    assert adapter.dump_python(book, mode="json") == {
        "id": 1,
        "title": "t",
        "price": "1",
        "stock": 0,
        "json": {"a": [1]},
        "model_config": None,
        "_shelf": None,
        "cover": "_w==",
        "version": 1,
        "author_id": 3,
        "editor_id": None,
    }
    made = adapter.validate_json(b'{"title": "t", "author_id": 3, "cover": "_w=="}')
    assert isinstance(made, Book)
    assert made.cover == b"\xff"
    copied = pydantic_schema(Book, "create").model_validate(book, from_attributes=True)
    assert copied.model_dump()["title"] == "t"


def test_relations_are_shown_by_who_names_them():
    full = pydantic_schema(Book, "read", include=[Book.author, Book.editor])
    assert full is pydantic_schema(Book, "read", include=[Book.editor, Book.author])
    assert full.__name__ == "BookReadWithAuthorEditor"
    now = datetime.fromisoformat("2024-05-06T00:00:00+00:00")
    book = Book(id=1, title="t", json=None, author=Author(id=3, name="Z"), editor=None)
    vars(book).update(made_at=now, taxed=Decimal("1.1"))
    shown: Any = full.model_validate(book).model_dump()
    assert shown["author"] == {"id": 3, "name": "Z"}
    assert shown["editor"] is None
    deep = pydantic_schema(Author, "read", include=[Author.books.author])
    assert deep.model_json_schema()["$defs"].keys() >= {"BookReadWithAuthor", "AuthorRead"}
    with pytest.raises(ValidationError, match='relation "books" of this Author was not loaded'):
        deep.model_validate(Author(id=1, name="Z"))


def test_what_is_no_relation_or_no_table_is_refused():
    with pytest.raises(QueryError, match=r'"Author\.books" is no relation of Book') as refused:
        pydantic_schema(Book, "read", include=[Author.books])
    assert refused.value.hint == "name relations of Book itself"
    with pytest.raises(ModelError, match="a schema to create has no relations"):
        pydantic_schema(Book, "create", include=[Book.author])
    with pytest.raises(ModelError, match="Model is abstract, and has no columns that a schema"):
        pydantic_schema(Model, "read")


def test_no_schema_has_what_is_secret():
    class User(Model, table="user"):
        id: Column[int] = identity()
        name: Column[str]
        password: Column[PasswordHash]
        token: Column[Encrypted | None] = column(default=None)

    for mode, fields in (("create", ["name"]), ("update", ["name"]), ("read", ["id", "name"])):
        assert list(pydantic_schema(User, mode).model_fields) == fields
    user = User(id=1, name="a", password=PasswordHash("$argon2id$x"), token=Encrypted("y"))
    assert TypeAdapter(User).dump_json(user) == b'{"id":1,"name":"a"}'
    assert TypeAdapter(list[User]).json_schema(mode="serialization")


def test_schemas_are_made_once_and_go_with_their_model():
    class Note(Model, table="note"):
        id: Column[int] = identity()

    assert pydantic_schema(Note, "read") is pydantic_schema(Note, "read")
    gone = weakref.ref(Note)
    del Note
    gc.collect()
    assert gone() is None


def test_a_model_is_body_and_response_of_fastapi():
    app = FastAPI()

    @app.post("/books")
    def add(book: Annotated[Book, Body()]) -> Book:
        return book

    @app.get("/books")
    def books() -> list[Book]:
        return [Book(title="t", author_id=1)]

    client = TestClient(app)
    answer = client.post("/books", json={"title": "t", "author_id": 1, "price": "2.50"})
    assert (answer.status_code, answer.json()["price"]) == (200, "2.50")
    assert client.get("/books").json()[0]["title"] == "t"
    refused = client.post("/books", json={"title": "t"}).json()["detail"]
    assert [error["loc"] for error in refused] == [["body", "author_id"]]
    paths = client.get("/openapi.json").json()["paths"]["/books"]
    assert "BookCreate" in str(paths["post"]["requestBody"])
    assert "BookRead" in str(paths["get"]["responses"]["200"])
